"""Runs t5.py itself under PyTorch, as the Python that it is, against the golden files.

Run in this folder after make_golden.py: python check_program.py
"""

import json
import pathlib
import sys

import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "main/resources/dev/triptych/models/language"))
import t5  # noqa: E402

for folder in sorted(path.parent for path in HERE.glob("*/golden.json")):
    golden = json.loads((folder / "golden.json").read_text())
    config = json.loads((folder / "config.json").read_text())
    model = t5.T5()
    model.encoder, model.decoder = [], []
    model.weights = safetensors.torch.load_file(folder / "model.safetensors")
    model.load(
        "shared.weight", config["num_layers"], config["num_decoder_layers"], config["num_heads"],
        config["d_kv"], config["relative_attention_max_distance"], config["is_gated_act"],
        config["dense_act_fn"], config.get("tie_word_embeddings", True), config["layer_norm_epsilon"], torch.float32,
        torch.float32,
    )
    for prompt in golden["prompts"]:
        sources = model.encode(torch.tensor([prompt["source"]]))
        cache = model.empty(1, 16)
        ids = [0]
        for start in range(64):
            if start == cache.size(4):
                cache = model.grown(cache, 2 * start)
            logits = model.forward(torch.tensor([ids[-1:]]), [1], [start], cache, sources, [sources.size(4)])
            ids.append(int(logits.argmax()))
        assert ids[1:] == prompt["greedy"], folder
    print(folder.name, "equal")
