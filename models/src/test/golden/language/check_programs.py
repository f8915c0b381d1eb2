"""Runs decoder.py, gpt2.py and gpt_neox.py under PyTorch, as the Python that they are.

Run in this folder after make.py: python check_programs.py [CASE]...
Each case without scaled positions: the first logits and 64 greedy tokens after each prompt.
"""

import json
import math
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "main/resources/dev/triptych/models/language"))
sys.argv, chosen = sys.argv[:1] + ["no case"], sys.argv[1:]
source = (HERE / "make.py").read_text().split("\nfor case in sys.argv")[0]
make = {"__file__": str(HERE / "make.py")}
exec(compile(source, "make.py", "exec"), make)

import decoder  # noqa: E402
import gpt2  # noqa: E402
import gpt_neox  # noqa: E402

PLAIN = ("default", 1.0, [], [], [])


def llama_like(weights, config):
    get = config.to_dict().get
    heads = config.num_attention_heads
    dim = get("head_dim") or config.hidden_size // heads
    gemma = config.model_type.startswith("gemma")
    types = get("layer_types") or ["full_attention"] * config.num_hidden_layers
    if config.model_type in ("mistral", "phi3"):
        types = ["sliding_attention"] * config.num_hidden_layers
    sliding = [t == "sliding_attention" for t in types]
    windows = [(config.sliding_window or 0) if s else 0 for s in sliding]
    turned = get("no_rope_layers") or [1] * config.num_hidden_layers
    local = config.model_type == "gemma3_text"
    rotaries = [-1 if not t else int(local and s) for t, s in zip(turned, sliding)]
    model = decoder.Decoder()
    model.weights, model.layers, model.rotaries, model.windows = weights, [], [], []
    none = [0] * config.num_hidden_layers
    model.load(
        "model.", heads, config.num_key_value_heads, dim, config.rms_norm_eps, torch.float32,
        (config.query_pre_attn_scalar if gemma else dim) ** -0.5,
        get("attn_logit_softcapping") or 0.0, get("final_logit_softcapping") or 0.0,
        math.sqrt(config.hidden_size) if gemma else 1.0,
        get("hidden_activation") or config.hidden_act, gemma, config.tie_word_embeddings,
        windows, rotaries, none, none,
    )
    turn = int(dim * (get("partial_rotary_factor") or 1.0))
    model.rotary(PLAIN[0], turn, config.rope_theta, *PLAIN[1:])
    if local:
        model.rotary(PLAIN[0], turn, config.rope_local_base_freq, *PLAIN[1:])
    return model


def gpt2_like(weights, config):
    model = gpt2.Gpt2()
    model.weights, model.layers = weights, []
    model.load(
        "transformer.", config.n_layer, config.n_head, config.activation_function,
        config.layer_norm_epsilon, torch.float32, config.scale_attn_weights,
        config.scale_attn_by_inverse_layer_idx, config.tie_word_embeddings,
    )
    return model


def neox_like(weights, config):
    model = gpt_neox.GptNeox()
    model.weights, model.layers, model.rotaries = weights, [], []
    dim = config.hidden_size // config.num_attention_heads
    model.load(
        config.num_hidden_layers, config.num_attention_heads, dim**-0.5, config.hidden_act,
        config.use_parallel_residual, config.layer_norm_eps, torch.float32,
        config.tie_word_embeddings,
    )
    turn = int(dim * config.rotary_pct)
    model.rotary(PLAIN[0], turn, float(config.rotary_emb_base), *PLAIN[1:])
    return model


KINDS = {"gpt2": gpt2_like, "gpt_neox": neox_like}
for case in chosen or make["CASES"]:
    if make["CASES"][case].get("rope_scaling"):
        continue
    golden = json.loads((HERE / f"{case}.json").read_text())
    config = make["AutoConfig"].for_model(**make["CASES"][case])
    weights = {n: make["numbers"](n, golden["seed"], s, a, b) for n, s, a, b in golden["weights"]}
    model = KINDS.get(config.model_type, llama_like)(weights, config)
    for answer in golden["answers"]:
        prompt = make["prompt_of"](answer["prompt"], config.vocab_size)
        with torch.inference_mode():
            cache = model.empty(1, len(prompt) + 64)
            logits = model.forward(prompt, cache, 0, [0], [len(prompt)], [len(prompt)], False)
            first = (logits[0] - torch.tensor(answer["first"])).abs().max()
            ids = []
            for start in range(len(prompt), len(prompt) + 64):
                ids.append(int(logits.argmax()))
                logits = model.forward([ids[-1]], cache, 0, [start], [1], [start + 1], False)
        assert first < 1e-4 and ids == answer["ids"], (case, answer["prompt"], float(first))
    print(case, "equal", flush=True)
