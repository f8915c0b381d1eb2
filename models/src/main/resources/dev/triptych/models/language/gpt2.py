"""GPT-2: learned positions, layer norms before attention and feed-forward, weights kept turned.

Computes what GPT2LMHeadModel of transformers 4.53 does (modeling_gpt2.py), from weights of the same
names. layers.py and attention.py come before this file.
"""

import math
from typing import Dict, List, Optional

import torch
from torch import Tensor
from torch.nn import Module

from attention import (
    Rows, Sight, activated, empty_cache, grouped_attention, rows_of_cache, selected_cache
)
from layers import LayerNorm, Linear, Source


class Gpt2Layer:
    heads: int
    scale: float
    activation: str
    ln_1: LayerNorm
    attention: Linear  # (3 H, H)
    output: Linear  # (H, H)
    ln_2: LayerNorm
    up: Linear  # (I, H)
    down: Linear  # (H, I)

    def __init__(
        self, source: Source, name: str, heads: int, scale: float, activation: str, eps: float
    ):
        self.heads = heads
        self.scale = scale
        self.activation = activation
        self.ln_1 = source.norm(name + "ln_1", eps)
        self.attention = source.turned(name + "attn.c_attn")
        self.output = source.turned(name + "attn.c_proj")
        self.ln_2 = source.norm(name + "ln_2", eps)
        self.up = source.turned(name + "mlp.c_fc")
        self.down = source.turned(name + "mlp.c_proj")

    def forward(self, x: Tensor, cache: Tensor, rows: Rows, sight: Sight) -> Tensor:
        qkv = self.attention.forward(self.ln_1.forward(x))  # (B, T, 3 H)
        qkv = qkv.view(rows.count, rows.length, 3 * self.heads, -1).transpose(1, 2)
        q = qkv[:, : self.heads]  # (B, heads, T, D)
        k = qkv[:, self.heads : 2 * self.heads]
        v = qkv[:, 2 * self.heads :]
        mixed = grouped_attention(q, k, v, cache, rows, sight, self.scale, 0.0)
        x = x + self.output.forward(mixed)
        inner = activated(self.up.forward(self.ln_2.forward(x)), self.activation)
        return x + self.down.forward(inner)


class Gpt2(Module):
    weights: Dict[str, Tensor]
    layers: List[Gpt2Layer]
    source: Optional[Source]  # while it is being loaded
    embedding: Tensor  # (V, H)
    places: Tensor  # (positions, H)
    norm: Optional[LayerNorm]
    head: Optional[Linear]  # (V, H)
    heads: int
    dtype: int
    activation: str
    eps: float
    scaled: bool
    scaled_by_layer: bool

    def load(
        self, prefix: str, heads: int, activation: str, eps: float, dtype: int, int8: bool,
        scaled: bool, scaled_by_layer: bool
    ) -> int:
        """Takes what all layers have in common; add_layer and add_head follow. Scores are scaled by
        the width of heads, by the layer, or not."""
        self.source = Source(self.weights, dtype, int8)
        self.embedding = self.weights[prefix + "wte.weight"]
        self.places = self.weights[prefix + "wpe.weight"]
        self.heads = heads
        self.dtype = dtype
        self.activation = activation
        self.eps = eps
        self.scaled = scaled
        self.scaled_by_layer = scaled_by_layer
        return 0

    def add_layer(self, name: str) -> int:
        source = self.source
        assert source is not None
        scale = 1.0
        if self.scaled:
            scale = 1.0 / math.sqrt(float(self.embedding.size(1) // self.heads))
        if self.scaled_by_layer:
            scale = scale / float(len(self.layers) + 1)
        layer = Gpt2Layer(source, name, self.heads, scale, self.activation, self.eps)
        self.layers.append(layer)
        return len(self.layers)

    def add_head(self, norm: str, head: str) -> int:
        """Picks the weights after the layers; returns the bytes that were copied in all."""
        source = self.source
        assert source is not None
        self.norm = source.norm(norm, self.eps)
        self.head = source.linear(head)
        self.source = None
        self.weights.clear()
        return source.copied

    def empty(self, rows: int, capacity: int) -> Tensor:
        dim = self.embedding.size(1) // self.heads
        shape = [len(self.layers), 2, rows, self.heads, capacity, dim]
        return empty_cache(shape, self.dtype, self.embedding)

    def selected(self, cache: Tensor, rows: List[int], length: int, capacity: int) -> Tensor:
        return selected_cache(cache, rows, length, capacity)

    def forward(
        self, ids: List[int], cache: Tensor, row: int, starts: List[int], counts: List[int],
        spans: List[int], every: bool
    ) -> Tensor:
        """Reads ids (B T), of which each row has so many, into the cache's rows from the given one
        on, after their starts; logits after the last of each row, (B, V), or all, (B T, V)."""
        cache = rows_of_cache(cache, row, len(starts))
        rows = Rows(ids, starts, spans, cache)
        # A row that is filled up may reach beyond the last place; nobody sees what stands there.
        at = torch.clamp(rows.positions.view(-1, rows.length), max=self.places.size(0) - 1)
        x = torch.embedding(self.embedding, rows.tokens).to(self.dtype)
        x = x + torch.embedding(self.places, at).to(self.dtype)
        sight = Sight(rows, 0, 1, True, x)
        for i, layer in enumerate(self.layers):
            x = layer.forward(x, cache[i], rows, sight)
        x = x.flatten(0, 1) if every else rows.last(x, counts)
        norm, head = self.norm, self.head
        assert norm is not None and head is not None
        return head.forward(norm.forward(x)).to(torch.float32)
