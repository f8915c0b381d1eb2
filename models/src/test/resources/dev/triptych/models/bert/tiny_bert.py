"""Makes tiny-bert.onnx, a BertModel of random weights, and tiny-bert.json, its states by ONNX Runtime.

    pip install torch==2.7.1 transformers==4.53.3 onnx==1.23.2 onnxruntime==1.32.0
    python tiny_bert.py

Exported as the shipped encoders were: biases and embeddings keep their names, matrices lose them.
"""

import json

import onnxruntime
import torch
from transformers import BertConfig, BertModel

torch.manual_seed(7)
config = BertConfig(
    vocab_size=40,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=24,
    max_position_embeddings=12,
    attn_implementation="eager",
    return_dict=False,
)
model = BertModel(config, add_pooling_layer=False).eval()
with torch.no_grad():
    for weight in model.parameters():  # far from the near-identity of a fresh model
        weight.copy_(torch.randn_like(weight) * 0.6 + (1 if weight.ndim == 1 and weight.mean() > 0.5 else 0))

ids = torch.tensor([[2, 5, 7, 11, 13, 3], [2, 30, 3, 0, 0, 0], [2, 9, 39, 1, 3, 0]])
mask = (ids != 0).long()
torch.onnx.export(
    model,
    (ids, mask, torch.zeros_like(ids)),
    "tiny-bert.onnx",
    input_names=["input_ids", "attention_mask", "token_type_ids"],
    output_names=["last_hidden_state"],
    dynamic_axes={name: {0: "batch", 1: "sequence"} for name in ("input_ids", "attention_mask", "token_type_ids")},
    opset_version=14,
)
session = onnxruntime.InferenceSession("tiny-bert.onnx")
feed = {"input_ids": ids.numpy(), "attention_mask": mask.numpy(), "token_type_ids": torch.zeros_like(ids).numpy()}
states = session.run(None, feed)[0]
with torch.no_grad():
    assert abs(model(ids, mask)[0].numpy() - states).max() < 1e-4
weights = {name: weight.flatten()[:6].tolist() for name, weight in model.state_dict().items()}
rows = [{"ids": row[:n].tolist(), "states": states[i, :n].tolist()} for i, (row, n) in enumerate(zip(ids, mask.sum(1)))]
with open("tiny-bert.json", "w") as out:
    json.dump({"rows": rows, "firstValues": weights}, out)
