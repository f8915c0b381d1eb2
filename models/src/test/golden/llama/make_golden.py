"""Writes small random Llamas and what Hugging Face transformers computes from them.

Run in this folder: python make_golden.py
Pinned: python 3.11, torch==2.7.1, transformers==4.53.3, safetensors==0.5.3, tokenizers==0.21.4.
Weights are scaled so that greedy decoding does not fall into a loop at once: at least 20 of 64 ids
differ. They are multiples of 2^-9 in bfloat16, so both precisions start from the same numbers.
"""

import json
import pathlib

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, decoders
from transformers import LlamaConfig, LlamaForCausalLM

HERE = pathlib.Path(__file__).parent
SHAPES = {
    # name: (vocab, hidden, intermediate, layers, heads, groups, head_dim, theta, eps, tied)
    "plain": (96, 32, 64, 2, 4, 4, 8, 10000.0, 1e-5, False),
    "grouped": (120, 48, 96, 3, 6, 2, 8, 10000.0, 1e-6, True),
    "wide": (64, 24, 80, 2, 2, 1, 16, 500000.0, 1e-5, True),
}


def golden(name, shape, seed):
    vocab, hidden, intermediate, layers, heads, groups, dim, theta, eps, tied = shape
    config = LlamaConfig(
        vocab_size=vocab, hidden_size=hidden, intermediate_size=intermediate,
        num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=groups,
        head_dim=dim, rope_theta=theta, rms_norm_eps=eps, tie_word_embeddings=tied,
        max_position_embeddings=160, bos_token_id=None, eos_token_id=None,
    )
    torch.manual_seed(seed)
    model = LlamaForCausalLM(config).eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if key.endswith("norm.weight"):
                weight.copy_(1 + 0.2 * torch.randn_like(weight))
            elif "embed" in key or "lm_head" in key:
                weight.copy_(torch.randn_like(weight))
            else:
                weight.copy_(torch.randn_like(weight) * 1.5 / weight.size(1) ** 0.5)
            weight.copy_(weight.bfloat16().float())
    folder = HERE / name
    model.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)  # spoils its angles
    (folder / "generation_config.json").unlink(missing_ok=True)
    word = Tokenizer(models.WordLevel({f"t{i}": i for i in range(vocab)}, unk_token="t0"))
    word.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    word.save(str(folder / "tokenizer.json"))

    prompt = torch.randint(0, vocab, (1, 9))
    out = {"prompt": prompt[0].tolist()}
    for dtype in (torch.float32, torch.bfloat16):
        model = LlamaForCausalLM.from_pretrained(folder, torch_dtype=dtype).eval()
        with torch.no_grad():
            ids = model.generate(prompt, max_new_tokens=64, do_sample=False, pad_token_id=0)
            logits = model(ids).logits[0].float()
        kind = str(dtype).removeprefix("torch.")
        greedy = ids[0, 9:].tolist()
        out[kind] = {
            "greedy": greedy,
            "distinct": len(set(greedy)),
            "first_logits": logits[8].tolist(),
            "last_logits": logits[-1].tolist(),
            "log_probabilities": torch.log_softmax(logits[:-1], -1)
            .gather(1, ids[0, 1:, None])[:, 0].tolist(),
        }
        assert dtype != torch.float32 or len(set(greedy)) >= 20, (name, seed, len(set(greedy)))
    (folder / "golden.json").write_text(json.dumps(out) + "\n")


for name, shape in SHAPES.items():
    for seed in range(100):
        try:
            golden(name, shape, seed)
            print(name, seed)
            break
        except AssertionError as e:
            print(e)
