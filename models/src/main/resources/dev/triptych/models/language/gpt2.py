"""GPT-2: learned positions, layer norms before attention and feed-forward, weights kept turned.

Computes what GPT2LMHeadModel of transformers 4.53 does (modeling_gpt2.py), from weights of the same
names. attention.py comes before this file.
"""

import math
from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from attention import Rows, Sight, activated, empty_cache, grouped_attention, selected_cache


class Affine:
    """A layer norm's weight and bias."""

    weight: Tensor  # (H)
    bias: Tensor  # (H)
    eps: float

    def __init__(self, weights: Dict[str, Tensor], name: str, eps: float, dtype: int):
        self.weight = weights[name + ".weight"].to(dtype)
        self.bias = weights[name + ".bias"].to(dtype)
        self.eps = eps

    def norm(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class Turned:
    """A linear layer whose matrix stands turned in the file, (in, out): transformers' Conv1D."""

    weight: Tensor  # (out, in), a view
    bias: Tensor  # (out)

    def __init__(self, weights: Dict[str, Tensor], name: str, dtype: int):
        self.weight = weights[name + ".weight"].to(dtype).t()
        self.bias = weights[name + ".bias"].to(dtype)

    def linear(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class Gpt2Layer:
    heads: int
    scale: float
    activation: str
    ln_1: Affine
    attention: Turned  # (3 H, H)
    output: Turned  # (H, H)
    ln_2: Affine
    up: Turned  # (I, H)
    down: Turned  # (H, I)

    def __init__(
        self, weights: Dict[str, Tensor], name: str, heads: int, scale: float, activation: str,
        eps: float, dtype: int
    ):
        self.heads = heads
        self.scale = scale
        self.activation = activation
        self.ln_1 = Affine(weights, name + "ln_1", eps, dtype)
        self.attention = Turned(weights, name + "attn.c_attn", dtype)
        self.output = Turned(weights, name + "attn.c_proj", dtype)
        self.ln_2 = Affine(weights, name + "ln_2", eps, dtype)
        self.up = Turned(weights, name + "mlp.c_fc", dtype)
        self.down = Turned(weights, name + "mlp.c_proj", dtype)

    def forward(self, x: Tensor, cache: Tensor, rows: Rows, sight: Sight) -> Tensor:
        qkv = self.attention.linear(self.ln_1.norm(x))  # (B, T, 3 H)
        qkv = qkv.view(rows.count, rows.length, 3 * self.heads, -1).transpose(1, 2)
        q = qkv[:, : self.heads]  # (B, heads, T, D)
        k = qkv[:, self.heads : 2 * self.heads]
        v = qkv[:, 2 * self.heads :]
        mixed = grouped_attention(q, k, v, cache, rows, sight, self.scale, 0.0)
        x = x + self.output.linear(mixed)
        return x + self.down.linear(activated(self.up.linear(self.ln_2.norm(x)), self.activation))


class Gpt2(Module):
    weights: Dict[str, Tensor]
    layers: List[Gpt2Layer]
    embedding: Tensor  # (V, H)
    places: Tensor  # (positions, H)
    norm: Optional[Affine]
    head: Tensor  # (V, H)
    heads: int

    def load(
        self, prefix: str, layers: int, heads: int, activation: str, eps: float, dtype: int,
        scaled: bool, scaled_by_layer: bool, tied: bool
    ) -> int:
        """Picks the weights by name; scores are scaled by the width of heads, the layer, or not."""
        weights = self.weights
        self.embedding = weights[prefix + "wte.weight"].to(dtype)
        self.places = weights[prefix + "wpe.weight"].to(dtype)
        for i in range(layers):
            scale = 1.0
            if scaled:
                scale = 1.0 / math.sqrt(float(self.embedding.size(1) // heads))
            if scaled_by_layer:
                scale = scale / float(i + 1)
            name = prefix + "h." + str(i) + "."
            self.layers.append(Gpt2Layer(weights, name, heads, scale, activation, eps, dtype))
        self.norm = Affine(weights, prefix + "ln_f", eps, dtype)
        self.head = self.embedding if tied else weights["lm_head.weight"].to(dtype)
        self.heads = heads
        self.weights.clear()
        return len(self.layers)

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
        # A row that is filled up may reach beyond the last place; nobody sees what stands there.
        at = torch.clamp(rows.positions.view(-1, length), max=self.places.size(0) - 1)
        x = torch.embedding(self.embedding, tokens) + torch.embedding(self.places, at)
        sight = Sight(rows, 0, 1, True, x)
        for i, layer in enumerate(self.layers):
            x = layer.forward(x, cache[i], rows, sight)
        x = x.flatten(0, 1) if every else rows.last(x, counts)
        norm = self.norm
        assert norm is not None
        return F.linear(norm.norm(x), self.head).to(torch.float32)
