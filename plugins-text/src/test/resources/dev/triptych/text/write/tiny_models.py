"""Makes a tiny random Llama that talks and a tiny random T5, and what transformers writes with them.

    python tiny_models.py FOLDER...

Writes tiny-llama, tiny-t5 and golden_tiny.json into each folder: the tests of plugins-text and of the
command line have the same.
"""

import json
import pathlib
import shutil
import sys

import torch
import transformers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers
from tokenizers import pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers import T5Config, T5ForConditionalGeneration

CORPUS = [
    "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。春天的风，春天的雨。",
    "The spring wind is green again on the south bank of the river.",
    "Write a poem about the moon, the river and three birds!",
]
TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] +"
    " '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}"
)
PROMPTS = ["春天", "Write a poem about the river."]
NEW = 40


def byte_level():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=380,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        chat_template=TEMPLATE,
    )


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    trainer = trainers.UnigramTrainer(
        vocab_size=120,
        special_tokens=["<pad>", "</s>", "<unk>"],
        unk_token="<unk>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    )


def gap(model, **inputs):
    """Returns the tokens of greedy search and the least gap between the two likeliest."""
    out = model.generate(
        **inputs, do_sample=False, output_scores=True, return_dict_in_generate=True
    )
    tops = [score[0].topk(2).values for score in out.scores]
    return out.sequences[0].tolist(), min((t[0] - t[1]).item() for t in tops)


def tiny_llama(tokenizer):
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=512,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
        tie_word_embeddings=True,
    )
    for seed in range(500):
        torch.manual_seed(seed)
        model = LlamaForCausalLM(config).eval()
        with torch.no_grad():
            for weight in model.parameters():
                if weight.dim() > 1:
                    weight.normal_(0, 0.5)
        model.generation_config.eos_token_id = 2
        rows, least = [], 9.0
        for prompt in PROMPTS:
            ids = tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}], add_generation_prompt=True
            )
            plain = tokenizer(prompt).input_ids
            row = {"prompt": prompt, "chat_ids": ids, "ids": plain}
            for name, start, more in (
                ("chat", ids, {}),
                ("continued", plain, {}),
                ("greedy", plain, {"eos_token_id": 10_000}),
            ):
                all_ids, some = gap(
                    model, input_ids=torch.tensor([start]), max_new_tokens=NEW, **more
                )
                least = min(least, some)
                new = all_ids[len(start) :]
                row[name] = {"ids": new, "text": tokenizer.decode(new, skip_special_tokens=True)}
            rows.append(row)
        if least > 0.02 and all(len(set(r["chat"]["ids"])) >= 20 for r in rows):
            print("llama seed", seed, "least gap", least)
            return model, rows
    raise SystemExit("no seed without near ties")


def tiny_t5(tokenizer):
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=8,
        d_ff=24,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        eos_token_id=1,
        pad_token_id=0,
    )
    for seed in range(1000):
        torch.manual_seed(seed)
        model = T5ForConditionalGeneration(config).eval()
        with torch.no_grad():
            for weight in model.parameters():
                if weight.dim() > 1:
                    weight.normal_(0, 0.6)
        rows, least = [], 9.0
        for prompt in PROMPTS:
            ids = tokenizer(prompt).input_ids
            row = {"prompt": prompt, "ids": ids}
            for name, more in (
                ("instruct", {"max_length": 50}),
                ("greedy", {"max_new_tokens": NEW, "eos_token_id": 10_000}),
            ):
                all_ids, some = gap(model, input_ids=torch.tensor([ids]), **more)
                least = min(least, some)
                new = all_ids[1:]
                row[name] = {"ids": new, "text": tokenizer.decode(new, skip_special_tokens=True)}
            rows.append(row)
        if least > 0.01 and all(len(set(r["instruct"]["ids"])) >= 12 for r in rows):
            print("t5 seed", seed, "least gap", least)
            return model, rows
    raise SystemExit("no seed without near ties")


def main():
    golden = {"transformers": transformers.__version__, "torch": torch.__version__}
    tokenizers = {"tiny-llama": byte_level(), "tiny-t5": unigram()}
    made = {}
    for name, make in (("tiny-llama", tiny_llama), ("tiny-t5", tiny_t5)):
        made[name], golden[name] = make(tokenizers[name])
    for target in sys.argv[1:]:
        for name, model in made.items():
            folder = pathlib.Path(target, name)
            shutil.rmtree(folder, ignore_errors=True)
            model.save_pretrained(folder)
            tokenizers[name].save_pretrained(folder)
            (folder / "special_tokens_map.json").unlink()
        pathlib.Path(target, "golden_tiny.json").write_text(
            json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


main()
