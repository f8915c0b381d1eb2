"""Runs llama.py itself under PyTorch, as the Python that it is, against the golden files.

Run in this folder after make_golden.py: python check_program.py
"""

import json
import pathlib
import sys

import safetensors.torch
import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / "main/resources/dev/triptych/models/llama"))
import llama  # noqa: E402

for folder in sorted(path.parent for path in HERE.glob("*/golden.json")):
    golden = json.loads((folder / "golden.json").read_text())
    config = json.loads((folder / "config.json").read_text())
    model = llama.Llama()
    model.weights = safetensors.torch.load_file(folder / "model.safetensors")
    model.load(
        config["num_hidden_layers"], config["num_attention_heads"], config["num_key_value_heads"],
        config["head_dim"], config["rms_norm_eps"], config["rope_theta"], torch.float32,
    )
    cache = model.empty(1, 16)
    ids = []
    logits = model.forward(torch.tensor([golden["prompt"]]), cache, 0)
    for start in range(len(golden["prompt"]), len(golden["prompt"]) + 64):
        ids.append(int(logits.argmax()))
        if start == cache.size(4):
            cache = model.grown(cache, 2 * start)
        logits = model.step(ids[-1], cache, start)
    assert ids == golden["float32"]["greedy"], folder
    print(folder.name, "equal")
