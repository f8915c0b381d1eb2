"""Writes a small random Llama and what Hugging Face transformers generates with it.

Run in this folder: python make_golden.py
Pinned: python 3.11, torch==2.7.1, transformers==4.53.3, safetensors==0.5.3, tokenizers==0.21.4.
The tokenizer is a byte-level BPE learnt from the sentences below. Weights are multiples of 2^-9 in
bfloat16, so that every precision starts from the same numbers.
"""

import itertools
import json
import pathlib

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HERE = pathlib.Path(__file__).parent
SENTENCES = [
    "The spring wind comes over the river, and the willow is green again.",
    "春天来了，河边的柳树绿了。", "the rain, the river, the green hills", "明月松间照，清泉石上流。",
    '{"name": "river", "count": 12, "list": [1, 2, 3], "ok": true}',
]
END = 1


def tokenizer():
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    bpe.train_from_iterator(SENTENCES * 3, trainers.BpeTrainer(
        vocab_size=320, special_tokens=["<s>", "</s>", "<|end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    bpe.save(str(HERE / "tokenizer.json"))
    return bpe


def model(vocab):
    config = LlamaConfig(
        vocab_size=vocab, hidden_size=24, intermediate_size=48, num_hidden_layers=2,
        num_attention_heads=4, num_key_value_heads=2, head_dim=8,
        max_position_embeddings=1024, bos_token_id=0, eos_token_id=None,
    )
    torch.manual_seed(5)
    llama = LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for key, weight in llama.named_parameters():
            if key.endswith("norm.weight"):
                weight.copy_(1 + 0.2 * torch.randn_like(weight))
            elif "lm_head" in key:  # rather even odds, so that beams compete
                weight.copy_(torch.randn_like(weight) * 0.35)
            elif "embed" in key:
                weight.copy_(torch.randn_like(weight))
            else:
                weight.copy_(torch.randn_like(weight) * 1.5 / weight.size(1) ** 0.5)
            weight.copy_(weight.bfloat16().float())
    llama.to(torch.bfloat16).save_pretrained(HERE, safe_serialization=True)  # spoils its angles
    (HERE / "generation_config.json").unlink(missing_ok=True)
    return LlamaForCausalLM.from_pretrained(HERE, torch_dtype=torch.float32).eval()


def finite(scores):
    return [None if x == float("-inf") else round(x, 6) for x in scores.tolist()]


def filtered(llama):
    """What the processors make of logits, in the order of generate."""
    sampled = [
        {"top_k": 0}, {}, {"top_k": 7}, {"top_k": 0, "top_p": 0.8}, {"top_k": 0, "top_p": 0.3},
        {"top_k": 0, "top_p": 0.999}, {"top_k": 0, "min_p": 0.1}, {"top_k": 0, "min_p": 0.5},
        {"top_k": 0, "typical_p": 0.2}, {"top_k": 0, "typical_p": 0.9},
        {"top_k": 0, "temperature": 0.6}, {"top_k": 0, "temperature": 1.7},
        {"top_k": 0, "epsilon_cutoff": 0.02}, {"top_k": 0, "eta_cutoff": 0.05},
        {"temperature": 0.7, "top_k": 20, "top_p": 0.9, "min_p": 0.02, "typical_p": 0.95},
        {"temperature": 1.3, "top_k": 12, "typical_p": 0.7, "repetition_penalty": 1.4},
        {"top_k": 5, "num_beams": 3, "eos_token_id": [3, 4]},
        {"top_k": 0, "top_p": 0.05, "num_beams": 2, "eos_token_id": 3},
        {"top_k": 0, "min_p": 0.9, "num_beams": 2, "eos_token_id": [3, 4]},
        {"top_k": 0, "typical_p": 0.05, "num_beams": 2, "eos_token_id": [3, 4]},
    ]
    held = [
        {"repetition_penalty": 1.3}, {"repetition_penalty": 0.8}, {"no_repeat_ngram_size": 1},
        {"no_repeat_ngram_size": 2}, {"no_repeat_ngram_size": 3},
        {"bad_words_ids": [[7], [5, 9], [6, 5, 11], [1, 2, 3, 4]]},
        {"bad_words_ids": [[3], [7]], "eos_token_id": [3, 4]},
        {"min_length": 9, "eos_token_id": [3, 4]}, {"min_length": 3, "eos_token_id": 3},
        {"min_new_tokens": 4, "eos_token_id": [3, 4]}, {"min_new_tokens": 2, "eos_token_id": 3},
        {"suppress_tokens": [1, 2, 30]}, {"begin_suppress_tokens": [4, 5]},
        {"forced_eos_token_id": [3], "max_length": 8}, {"forced_eos_token_id": 3, "max_length": 9},
        {"repetition_penalty": 1.2, "no_repeat_ngram_size": 2, "bad_words_ids": [[8]],
         "min_new_tokens": 9, "eos_token_id": 3, "renormalize_logits": True},
    ]
    cases = []
    for number, values in enumerate([{"do_sample": True} | s for s in sampled] + held):
        generator = torch.Generator().manual_seed(number)
        # the first have a few likely tokens, the last are nearly even
        logits = torch.randn(1, 40, generator=generator) * [0.5, 2.0, 5.0][number % 3]
        ids = torch.tensor([[6, 5, 9, 6, 5, 6, 5]])
        config = GenerationConfig(**values)
        llama._prepare_special_tokens(config, device="cpu")
        processors = llama._get_logits_processor(config, input_ids_seq_length=4, device="cpu")
        out = processors(ids, logits.clone())
        cases.append({"config": values, "ids": ids[0].tolist(), "prompt": 4,
                      "logits": [round(x, 9) for x in logits[0].tolist()], "out": finite(out[0])})
    return cases


def new(llama, prompt, tokenizer=None, **values):
    ids = torch.tensor([prompt])
    values = {"pad_token_id": 0} | values
    with torch.no_grad():
        out = llama.generate(ids, attention_mask=torch.ones_like(ids), tokenizer=tokenizer,
                             return_dict_in_generate=True, output_scores=True, **values)
    rows = out.sequences[:, len(prompt):].tolist()
    scores = out.sequences_scores.tolist() if "sequences_scores" in out else []
    return rows, scores


def beams(llama, prompts):
    cases = []
    for number, (count, penalty, early) in enumerate(
            itertools.product([2, 4, 5], [0.5, 1.0, 2.0], [True, False, "never"])):
        prompt = prompts[number % len(prompts)]
        # ends are tokens that beams come to, so that some finish early and others late
        free = new(llama, prompt, num_beams=count, num_return_sequences=2, max_new_tokens=14)[0]
        values = {"num_beams": count, "length_penalty": penalty, "early_stopping": early,
                  "max_new_tokens": 14, "num_return_sequences": [1, 2, count][number // 3 % 3],
                  "eos_token_id": [END, free[0][6], free[0][3 + number % 5], free[1][9]]}
        if number % 4 == 1:
            values["no_repeat_ngram_size"] = 2
        if number % 5 == 2:
            values |= {"repetition_penalty": 1.3, "min_new_tokens": 4, "eos_token_id": free[0][2]}
        rows, scores = new(llama, prompt, **values)
        cases.append({"config": values, "prompt": prompt, "rows": rows, "scores": scores})
    rows, scores = new(llama, prompts[0], num_beams=3, max_new_tokens=12)
    cases.append({"config": {"num_beams": 3, "max_new_tokens": 12}, "prompt": prompts[0],
                  "rows": rows, "scores": scores})
    return cases


def greedy(llama, bpe, prompts):
    fast = PreTrainedTokenizerFast(tokenizer_object=bpe)
    free = new(llama, prompts[0], max_new_tokens=40)[0][0]
    clean = [i for i in range(2, 30) if "\ufffd" not in bpe.decode(free[i - 1:i + 1])][0]
    across = bpe.decode(free[clean - 1:clean])[-1] + bpe.decode(free[clean:clean + 1])[0]
    whole = bpe.decode(free[clean:clean + 1])
    last = bpe.decode(prompts[0][-1:])[-1]
    lists = [
        {"max_new_tokens": 40}, {}, {"max_length": 17}, {"no_repeat_ngram_size": 2},
        {"repetition_penalty": 1.5, "max_new_tokens": 30},
        {"bad_words_ids": [[free[1]], [free[3], free[4]]], "max_new_tokens": 30},
        {"eos_token_id": [free[12], free[9]], "max_new_tokens": 30},
        {"eos_token_id": [free[6], free[9]], "min_new_tokens": 11, "max_new_tokens": 30},
        {"eos_token_id": END, "forced_eos_token_id": 5, "max_new_tokens": 5},
        {"suppress_tokens": free[:3], "begin_suppress_tokens": [free[3]], "max_new_tokens": 20},
        {"stop_strings": across, "max_new_tokens": 30},
        {"stop_strings": ["no such", whole], "max_new_tokens": 30},
        {"stop_strings": [last + "x", across[-1]], "max_new_tokens": 30},
        {"stop_strings": last, "max_new_tokens": 30},
    ]
    cases = []
    for values in lists:
        rows, _ = new(llama, prompts[0], tokenizer=fast, **values)
        cases.append({"config": values, "prompt": prompts[0], "rows": rows})
    batch = {"max_new_tokens": 24, "eos_token_id": [free[6], 70, 80, 90, 100, 110, 120]}
    rows = [new(llama, prompt, **batch)[0][0] for prompt in prompts]
    cases.append({"config": batch, "prompts": prompts, "rows": rows})
    return cases


bpe = tokenizer()
llama = model(bpe.get_vocab_size())
prompts = [bpe.encode(text).ids for text in
           ("The spring wind", "春天来了", "x", "the rain, the river, the green hills, 明月")]
golden = {"filtered": filtered(llama), "greedy": greedy(llama, bpe, prompts),
          "beams": beams(llama, prompts)}
(HERE / "golden.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")
for case in golden["beams"] + golden["greedy"]:
    print(case["config"], [len(row) for row in case["rows"]], case["rows"][0][:12])
