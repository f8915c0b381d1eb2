"""BertModel of Hugging Face's transformers, without the pooler: token ids to the last hidden state.

Layer norm comes after each residual sum, GELU is the exact one, and attention is written as matmul
and softmax, whose bytes do not depend on the number of threads.
"""

import math
from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class Linear:
    weight: Tensor  # (out, in)
    bias: Tensor

    def __init__(self, weights: Dict[str, Tensor], name: str):
        self.weight = weights[name + ".weight"].to(torch.float32)
        self.bias = weights[name + ".bias"].to(torch.float32)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class LayerNorm:
    weight: Tensor
    bias: Tensor
    epsilon: float

    def __init__(self, weights: Dict[str, Tensor], name: str, epsilon: float):
        self.weight = weights[name + ".weight"].to(torch.float32)
        self.bias = weights[name + ".bias"].to(torch.float32)
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return torch.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.epsilon)


class BertLayer:
    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attended_norm: LayerNorm
    intermediate: Linear
    output: Linear
    output_norm: LayerNorm
    heads: int

    def __init__(self, weights: Dict[str, Tensor], index: int, heads: int, epsilon: float):
        layer = "encoder.layer." + str(index) + "."
        self.query = Linear(weights, layer + "attention.self.query")
        self.key = Linear(weights, layer + "attention.self.key")
        self.value = Linear(weights, layer + "attention.self.value")
        self.attended = Linear(weights, layer + "attention.output.dense")
        self.attended_norm = LayerNorm(weights, layer + "attention.output.LayerNorm", epsilon)
        self.intermediate = Linear(weights, layer + "intermediate.dense")
        self.output = Linear(weights, layer + "output.dense")
        self.output_norm = LayerNorm(weights, layer + "output.LayerNorm", epsilon)
        self.heads = heads

    def split(self, x: Tensor) -> Tensor:
        x = x.view(x.size(0), x.size(1), self.heads, x.size(2) // self.heads)
        return x.transpose(1, 2)  # (B, heads, T, size)

    def attend(self, x: Tensor, mask: Tensor) -> Tensor:
        q = self.split(self.query.forward(x))
        k = self.split(self.key.forward(x))
        v = self.split(self.value.forward(x))
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(float(q.size(3)))
        mixed = torch.matmul(torch.softmax(scores + mask, -1), v)  # (B, heads, T, size)
        return mixed.transpose(1, 2).reshape(x.size(0), x.size(1), x.size(2))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = self.attended_norm.forward(x + self.attended.forward(self.attend(x, mask)))
        inner = F.gelu(self.intermediate.forward(x))
        return self.output_norm.forward(x + self.output.forward(inner))


class Bert(Module):
    weights: Dict[str, Tensor]
    words: Tensor  # (vocabulary, hidden), in the file's own type
    positions: Tensor
    types: Tensor
    norm: List[LayerNorm]
    layers: List[BertLayer]

    def load(self, layers: int, heads: int, epsilon: float) -> int:
        """Picks the weights by name."""
        self.words = self.weights["embeddings.word_embeddings.weight"]
        self.positions = self.weights["embeddings.position_embeddings.weight"]
        self.types = self.weights["embeddings.token_type_embeddings.weight"]
        self.norm = [LayerNorm(self.weights, "embeddings.LayerNorm", epsilon)]
        self.layers = [BertLayer(self.weights, i, heads, epsilon) for i in range(layers)]
        return len(self.layers)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Token ids (B, T), padded after lengths (B), to states (B, T, hidden)."""
        ids = ids.to(self.words.device)
        position = torch.arange(ids.size(1), dtype=torch.int64, device=ids.device)
        padded = position.unsqueeze(0) >= lengths.to(ids.device).unsqueeze(1)  # (B, T)
        mask = padded.to(torch.float32).view(ids.size(0), 1, 1, ids.size(1)) * -3.4e38

        x = torch.embedding(self.words, ids).to(torch.float32)
        x = x + self.types[0].to(torch.float32)
        x = x + self.positions[: ids.size(1)].to(torch.float32)
        x = self.norm[0].forward(x)
        for layer in self.layers:
            x = layer.forward(x, mask)
        return x.to(torch.device("cpu"))
