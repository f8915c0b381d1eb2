"""GPT-NeoX and Pythia: rotary features for a part of each head, attention beside the feed-forward.

Computes what GPTNeoXForCausalLM of transformers 4.53 does (modeling_gpt_neox.py), from weights of
the same names. attention.py and rotary.py come before this file.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from attention import Rows, Sight, activated, empty_cache, grouped_attention, selected_cache
from rotary import Rotary, rotated


class Affine:
    """The weight and bias of a linear layer or of a layer norm."""

    weight: Tensor
    bias: Optional[Tensor]
    eps: float

    def __init__(self, weights: Dict[str, Tensor], name: str, eps: float, dtype: int):
        self.weight = weights[name + ".weight"].to(dtype)
        self.bias = None
        if name + ".bias" in weights:
            self.bias = weights[name + ".bias"].to(dtype)
        self.eps = eps

    def linear(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)

    def norm(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class NeoxLayer:
    heads: int
    scale: float
    activation: str
    parallel: bool
    input_norm: Affine
    qkv: Affine  # (heads 3 D, H)
    output: Affine  # (H, H)
    feed_norm: Affine
    up: Affine  # (I, H)
    down: Affine  # (H, I)

    def __init__(
        self, weights: Dict[str, Tensor], name: str, heads: int, scale: float, activation: str,
        parallel: bool, eps: float, dtype: int
    ):
        self.heads = heads
        self.scale = scale
        self.activation = activation
        self.parallel = parallel
        self.input_norm = Affine(weights, name + "input_layernorm", eps, dtype)
        self.qkv = Affine(weights, name + "attention.query_key_value", eps, dtype)
        self.output = Affine(weights, name + "attention.dense", eps, dtype)
        self.feed_norm = Affine(weights, name + "post_attention_layernorm", eps, dtype)
        self.up = Affine(weights, name + "mlp.dense_h_to_4h", eps, dtype)
        self.down = Affine(weights, name + "mlp.dense_4h_to_h", eps, dtype)

    def attend(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        qkv = self.qkv.linear(x).view(rows.count, rows.length, self.heads, 3, -1)
        qkv = qkv.permute(3, 0, 2, 1, 4)  # (3, B, heads, T, D)
        q = rotated(qkv[0], turns[0], turns[1])
        k = rotated(qkv[1], turns[0], turns[1])
        mixed = grouped_attention(q, k, qkv[2], cache, rows, sight, self.scale, 0.0)
        return self.output.linear(mixed)

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.down.linear(activated(self.up.linear(x), self.activation))

    def forward(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        attended = self.attend(self.input_norm.norm(x), turns, cache, rows, sight)
        if self.parallel:
            return self.feed_forward(self.feed_norm.norm(x)) + attended + x
        x = attended + x
        return self.feed_forward(self.feed_norm.norm(x)) + x


class GptNeox(Module):
    weights: Dict[str, Tensor]
    layers: List[NeoxLayer]
    rotaries: List[Rotary]
    embedding: Tensor  # (V, H)
    norm: Optional[Affine]
    head: Tensor  # (V, H)
    heads: int

    def load(
        self, layers: int, heads: int, scale: float, activation: str, parallel: bool, eps: float,
        dtype: int, tied: bool
    ) -> int:
        """Picks the weights by name."""
        weights = self.weights
        for i in range(layers):
            name = "gpt_neox.layers." + str(i) + "."
            layer = NeoxLayer(weights, name, heads, scale, activation, parallel, eps, dtype)
            self.layers.append(layer)
        self.embedding = weights["gpt_neox.embed_in.weight"].to(dtype)
        self.norm = Affine(weights, "gpt_neox.final_layer_norm", eps, dtype)
        self.head = self.embedding if tied else weights["embed_out.weight"].to(dtype)
        self.heads = heads
        self.weights.clear()
        return len(self.layers)

    def rotary(
        self, kind: str, dim: int, theta: float, attention: float, numbers: List[float],
        short: List[float], long: List[float]
    ) -> int:
        like = self.embedding
        self.rotaries.append(Rotary(kind, dim, theta, attention, numbers, short, long, like))
        return len(self.rotaries)

    def empty(self, rows: int, capacity: int) -> Tensor:
        dim = self.embedding.size(1) // self.heads
        return empty_cache([len(self.layers), 2, rows, self.heads, capacity, dim], self.embedding)

    def selected(self, cache: Tensor, rows: List[int], length: int, capacity: int) -> Tensor:
        return selected_cache(cache, rows, length, capacity)

    def forward(
        self, ids: List[int], cache: Tensor, row: int, starts: List[int], counts: List[int],
        spans: List[int], every: bool
    ) -> Tensor:
        """Reads ids (B T), of which each row has so many, into the cache's rows from the given one
        on, after their starts; logits after the last of each row, (B, V), or all, (B T, V)."""
        if len(starts) < cache.size(2):
            cache = cache[:, :, row : row + len(starts)]
        length = len(ids) // len(starts)
        rows = Rows(starts, length, spans, self.heads, cache.size(4), cache)
        tokens = rows.tokens(ids, cache)
        x = torch.embedding(self.embedding, tokens)
        turns = self.rotaries[0].turns(rows.positions, rows.spans, x.dtype)
        sight = Sight(rows, 0, 1, True, x)
        for i, layer in enumerate(self.layers):
            x = layer.forward(x, turns, cache[i], rows, sight)
        x = x.flatten(0, 1) if every else rows.last(x, counts)
        norm = self.norm
        assert norm is not None
        return F.linear(norm.norm(x), self.head).to(torch.float32)
