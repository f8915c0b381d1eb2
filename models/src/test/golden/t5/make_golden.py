"""Writes small random T5 models and what Hugging Face transformers computes from them.

Run in this folder: python make_golden.py
Pinned: python 3.11, torch==2.7.1, transformers==4.53.3, safetensors==0.8.0, tokenizers==0.21.4.
Weights are scaled so that greedy decoding does not fall into a loop at once: at least 20 of 64 ids
differ. They are bfloat16 numbers, so every precision starts from the same. Keys and
values are not cached here: each token is computed from all before it.
"""

import json
import pathlib

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration

HERE = pathlib.Path(__file__).parent
PIECES = "▁ ▁a ▁the ▁moon ▁of ▁write ▁poem e t o n s 春 天 风 月 花 雨 山 水 人 来 归 夜 ， 。".split(" ")
SHAPES = {
    "t5": dict(  # as t5-small: relu, tied; 36 features in the heads, 32 in a position
        vocab_size=96, d_model=32, d_kv=12, d_ff=64, num_layers=2, num_decoder_layers=3, num_heads=3,
        relative_attention_num_buckets=8, relative_attention_max_distance=20,
        feed_forward_proj="relu", tie_word_embeddings=True,
    ),
    "flan-t5": dict(  # gated, untied
        vocab_size=112, d_model=40, d_kv=8, d_ff=48, num_layers=3, num_decoder_layers=2, num_heads=5,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False,
    ),
    "gated-tied": dict(  # one head
        vocab_size=80, d_model=24, d_kv=16, d_ff=40, num_layers=1, num_heads=1, layer_norm_epsilon=1e-5,
        relative_attention_num_buckets=16, relative_attention_max_distance=64,
        feed_forward_proj="gated-silu", tie_word_embeddings=True,
    ),
    "mt5": dict(
        vocab_size=104, d_model=32, d_kv=8, d_ff=56, num_layers=2, num_heads=4,
    ),
    "untied": dict(  # neither gated nor tied
        vocab_size=90, d_model=28, d_kv=7, d_ff=50, num_layers=2, num_decoder_layers=1, num_heads=2,
        feed_forward_proj="gelu", tie_word_embeddings=False,
    ),
}


def tokenizer(vocab):
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces += [(piece, -2.0 - 0.01 * i) for i, piece in enumerate(PIECES)]
    pieces += [(f"<extra_id_{i}>", 0.0) for i in range(vocab - len(pieces))]
    made = Tokenizer(models.Unigram(pieces, unk_id=2, byte_fallback=False))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.add_special_tokens(["<pad>", "</s>", "<unk>"])
    made.post_processor = processors.TemplateProcessing(
        single=["$A", "</s>"], pair=["$A", "</s>", "$B", "</s>"], special_tokens=[("</s>", 1)]
    )
    return made


def greedy(model, source, count):
    """Returns the start token and count more."""
    ids = torch.zeros([1, 1], dtype=torch.int64)
    encoded = model.encoder(source)
    for _ in range(count):
        logits = model(encoder_outputs=encoded, decoder_input_ids=ids, use_cache=False).logits.float()
        ids = torch.cat([ids, logits[:, -1].argmax(-1, keepdim=True)], 1)
    return ids[0]


def golden(name, shape, seed):
    mt5 = name == "mt5"
    config = (MT5Config if mt5 else T5Config)(decoder_start_token_id=0, **shape)
    kind = MT5ForConditionalGeneration if mt5 else T5ForConditionalGeneration
    torch.manual_seed(seed)
    model = kind(config).eval()
    with torch.no_grad():
        for key, weight in model.named_parameters():
            if "layer_norm" in key:
                weight.copy_(1 + 0.2 * torch.randn_like(weight))
                if key == "decoder.final_layer_norm.weight" and config.tie_word_embeddings:
                    weight.mul_(6)
            elif "relative" in key:  # some distances are looked at far more than others
                weight.copy_(3 * torch.randn_like(weight))
            elif "shared" in key:
                weight.copy_(0.5 * torch.randn_like(weight))
            elif "lm_head" in key:
                weight.copy_(torch.randn_like(weight))
            elif ".q." in key or ".k." in key:  # scores are not scaled
                weight.copy_(torch.randn_like(weight) * 1.5 / (weight.size(1) ** 0.5 * config.d_kv**0.25))
            else:  # what is much the same at each position shall not decide
                same = "EncDecAttention.o" in key or (".wo." in key and not config.is_gated_act)
                weight.copy_(torch.randn_like(weight) * (0.8 if same else 2.5) / weight.size(1) ** 0.5)
            weight.copy_(weight.bfloat16().float())
    folder = HERE / name
    model.to(torch.bfloat16).save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    tokenizer(config.vocab_size).save(str(folder / "tokenizer.json"))

    out = {"text": "write a poem of 春天，月", "prompts": []}
    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    out["text_ids"] = made.encode(out["text"]).ids
    out["text_back"] = made.decode(out["text_ids"])
    kinds = {dtype: kind.from_pretrained(folder, torch_dtype=dtype).eval() for dtype in DTYPES}
    sources = [out["text_ids"]]
    sources += [torch.randint(2, config.vocab_size, [length]).tolist() for length in (1, 9, 600)]
    distinct = []
    for source in sources:
        prompt = {"source": source}
        source = torch.tensor([source])
        ids = greedy(kinds[torch.float32], source, 64)
        distinct.append(len(set(ids[1:].tolist())))
        assert distinct[-1] >= 20, (name, seed, distinct)
        prompt["greedy"] = ids[1:].tolist()
        for dtype, other in kinds.items():
            logits = other(input_ids=source, decoder_input_ids=ids[None]).logits[0].float()
            prompt[str(dtype).removeprefix("torch.")] = {
                "first_logits": rounded(logits[0]),
                "last_logits": rounded(logits[-1]),
                "log_probabilities": rounded(torch.log_softmax(logits[:-1], -1).gather(1, ids[1:, None])[:, 0]),
            }
        out["prompts"].append(prompt)
    (folder / "golden.json").write_text(json.dumps(out) + "\n")
    return distinct


def rounded(numbers):
    return [float(f"{number:.7g}") for number in numbers.tolist()]


DTYPES = (torch.float32, torch.bfloat16, torch.float16)
torch.set_num_threads(1)
with torch.no_grad():
    for name, shape in SHAPES.items():
        for seed in range(100):
            try:
                print(name, seed, golden(name, shape, seed), flush=True)
                break
            except AssertionError as e:
                print(e, flush=True)
