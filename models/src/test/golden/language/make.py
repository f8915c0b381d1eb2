"""Writes what Hugging Face transformers computes for small decoders of every architecture.

Run in this folder: python make.py [CASE]...
Pinned: python 3.11, torch==2.7.1, transformers==4.53.3, numpy==2.4.6.

No weights are kept: each number is a hash of its tensor's name and its place (numbers, below), and
the test makes the same ones. They are scaled so that greedy decoding does not fall into a loop:
of 64 ids at least 20 differ, else the next seed is tried. Prompts are hashes too. A case is one
line of JSON: the config, the names and shapes of the weights, and for each prompt 64 greedy ids
with the logits before the first and after the last of them, in float32.
"""

import json
import pathlib
import sys
import zlib

import numpy
import torch
from transformers import AutoConfig, AutoModelForCausalLM

HERE = pathlib.Path(__file__).parent
STEPS = 64
PROMPTS = [1, 9, 600]

LLAMA = dict(
    model_type="llama", vocab_size=96, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1024, rms_norm_eps=1e-5,
    tie_word_embeddings=False,
)
GEMMA = dict(
    LLAMA, head_dim=12, query_pre_attn_scalar=20, sliding_window=7, num_hidden_layers=4,
    tie_word_embeddings=True,
)


def scaled(**scaling):
    return dict(LLAMA, rope_scaling=scaling)


CASES = {
    "llama": LLAMA,
    "llama-odd": dict(
        LLAMA, attention_bias=True, mlp_bias=True, num_attention_heads=5, num_key_value_heads=1,
        head_dim=10, tie_word_embeddings=True, rope_theta=500000.0, hidden_act="gelu",
    ),
    "llama-linear": dict(
        scaled(rope_type="linear", factor=8.0), max_position_embeddings=128
    ),
    "llama-dynamic": dict(
        scaled(rope_type="dynamic", factor=32.0), max_position_embeddings=32
    ),
    "llama-llama3": scaled(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=64,
    ),
    "llama-yarn": scaled(
        rope_type="yarn", factor=16.0, original_max_position_embeddings=64, beta_fast=16.0,
    ),
    "llama-yarn-own": dict(
        scaled(rope_type="yarn", factor=8.0, mscale=0.7, mscale_all_dim=0.4),
        max_position_embeddings=128,
    ),
    "mistral": dict(LLAMA, model_type="mistral", sliding_window=6, head_dim=16),
    "mistral-whole": dict(LLAMA, model_type="mistral", sliding_window=None),
    "qwen2": dict(
        LLAMA, model_type="qwen2", use_sliding_window=False, tie_word_embeddings=True,
        hidden_size=48,
    ),
    "qwen2-windows": dict(
        LLAMA, model_type="qwen2", use_sliding_window=True, sliding_window=5, max_window_layers=1
    ),
    "qwen3": dict(LLAMA, model_type="qwen3", head_dim=16, attention_bias=True),
    "gemma2": dict(
        GEMMA, model_type="gemma2", attn_logit_softcapping=5.0, final_logit_softcapping=40.0
    ),
    "gemma3": dict(
        GEMMA, model_type="gemma3_text", num_hidden_layers=7, rope_theta=1000000.0,
        rope_local_base_freq=10000.0, rope_scaling=dict(rope_type="linear", factor=8.0),
    ),
    "phi3": dict(LLAMA, model_type="phi3", sliding_window=40, pad_token_id=0),
    "phi3-longrope": dict(
        LLAMA, model_type="phi3", pad_token_id=0, original_max_position_embeddings=64,
        partial_rotary_factor=0.75, num_attention_heads=4, hidden_size=64, rope_scaling=dict(
            type="longrope", short_factor=[1.0, 1.1, 1.2, 1.3, 1.5, 2.0],
            long_factor=[1.0, 1.5, 2.0, 4.0, 8.0, 16.0],
        ),
    ),
    "smollm3": dict(
        LLAMA, model_type="smollm3", num_hidden_layers=5, no_rope_layer_interval=2, pad_token_id=0
    ),
    "gpt2": dict(
        model_type="gpt2", vocab_size=96, n_embd=40, n_layer=4, n_head=5, n_positions=700
    ),
    "gpt2-odd": dict(
        model_type="gpt2", vocab_size=96, n_embd=30, n_layer=3, n_head=3, n_positions=700,
        n_inner=70, activation_function="relu", scale_attn_by_inverse_layer_idx=True,
        tie_word_embeddings=False,
    ),
    "gpt_neox": dict(
        model_type="gpt_neox", vocab_size=96, hidden_size=32, intermediate_size=48,
        num_hidden_layers=3, num_attention_heads=2, max_position_embeddings=1024, rotary_pct=0.25,
    ),
    "gpt_neox-odd": dict(
        model_type="gpt_neox", vocab_size=96, hidden_size=32, intermediate_size=48,
        num_hidden_layers=3, num_attention_heads=2, max_position_embeddings=1024, rotary_pct=1.0,
        use_parallel_residual=False, attention_bias=False, tie_word_embeddings=True,
        hidden_act="gelu_new", rotary_emb_base=5000,
    ),
}


def hashes(start, count):
    """SplitMix64 (Steele, Lea, Flood 2014), as java.util.SplittableRandom mixes."""
    with numpy.errstate(over="ignore"):
        z = numpy.arange(1, count + 1, dtype=numpy.uint64) + numpy.uint64(start)
        z = z * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def numbers(name, seed, shape, scale, middle):
    """Even numbers of standard deviation scale about the middle."""
    count = int(numpy.prod(shape))
    top = hashes((zlib.crc32(name.encode()) << 20) + (seed << 52), count) >> numpy.uint64(40)
    even = top.astype(numpy.float64) / 2.0**23 - 1.0
    values = middle + even * (scale * 3.0**0.5)
    return torch.from_numpy(values.astype(numpy.float32).reshape(shape))


def scale_of(name, shape, gain, plus_one):
    """Returns (scale, middle) of a weight."""
    if len(shape) == 1:
        if name.endswith("bias"):
            return 0.3, 0.0
        if plus_one:  # Gemma: kept as the distance from one
            after = "post_attention" in name or "post_feedforward" in name
            return 0.2, 10.0 if after else 0.0
        return 0.2, 1.0
    if "embed" in name or "lm_head" in name or "wte" in name:
        return 1.0, 0.0
    if "wpe" in name:
        return 2.0, 0.0
    return gain / shape[1] ** 0.5, 0.0


def prompt_of(length, vocab):
    return [int(h % numpy.uint64(vocab)) for h in hashes(length << 32, length)]


def golden(case, seed):
    config = AutoConfig.for_model(**CASES[case])
    config.bos_token_id = config.eos_token_id = None
    gain = 2.5 if "gemma" in case else 3.0 if "gpt" in case else 1.5
    # Its fused attention leaves out Gemma's cap of scores and GPT-2's scale by layer
    made = dict(
        torch_dtype=torch.float32,
        attn_implementation="eager" if case in ("gemma2", "gpt2-odd") else "sdpa",
    )
    model = AutoModelForCausalLM.from_config(config, **made).eval()
    weights = []
    with torch.no_grad():
        for name, weight in model.named_parameters():
            shape = list(weight.shape)
            scale, middle = scale_of(name, shape, gain, "gemma" in case)
            weight.copy_(numbers(name, seed, shape, scale, middle))
            weights.append([name, shape, scale, middle])
    answers = []
    for length in PROMPTS:
        prompt = prompt_of(length, config.vocab_size)
        # A model of its own: dynamic ropes remember the longest text
        fresh = AutoModelForCausalLM.from_config(config, **made).eval()
        fresh.load_state_dict(model.state_dict())
        with torch.no_grad():
            out = fresh.generate(
                torch.tensor([prompt]), attention_mask=torch.ones(1, length, dtype=torch.int64),
                max_new_tokens=STEPS + 1, do_sample=False, output_logits=True,
                return_dict_in_generate=True, pad_token_id=0,
            )
        ids = out.sequences[0, length : length + STEPS].tolist()
        if len(set(ids)) < 20:
            return f"{case} {seed}: {len(set(ids))} different ids after {length}"
        answers.append(
            {
                "prompt": length, "ids": ids,
                "first": [round(x, 6) for x in out.logits[0][0].tolist()],
                "last": [round(x, 6) for x in out.logits[STEPS][0].tolist()],
            }
        )
    kept = json.loads(config.to_json_string())  # as save_pretrained writes it
    return {"config": kept, "seed": seed, "weights": weights, "answers": answers}


for case in sys.argv[1:] or CASES:
    for seed in range(200):
        found = golden(case, seed)
        if isinstance(found, dict):
            (HERE / f"{case}.json").write_text(json.dumps(found) + "\n")
            print(case, seed, [len(set(a["ids"])) for a in found["answers"]], flush=True)
            break
        print(found, flush=True)
