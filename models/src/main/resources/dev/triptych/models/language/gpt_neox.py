"""GPT-NeoX and Pythia: rotary features for a part of each head, attention beside the feed-forward.

Computes what GPTNeoXForCausalLM of transformers 4.53 does (modeling_gpt_neox.py), from weights of
the same names. layers.py, attention.py and rotary.py come before this file.
"""

from typing import Dict, List, Optional

import torch
from torch import Tensor
from torch.nn import Module

from attention import (
    Rows, Sight, activated, empty_cache, grouped_attention, rows_of_cache, selected_cache
)
from layers import LayerNorm, Linear, Source
from rotary import Rotary, rotated


class NeoxLayer:
    heads: int
    scale: float
    activation: str
    parallel: bool
    input_norm: LayerNorm
    qkv: Linear  # (heads 3 D, H)
    output: Linear  # (H, H)
    feed_norm: LayerNorm
    up: Linear  # (I, H)
    down: Linear  # (H, I)

    def __init__(
        self, source: Source, name: str, heads: int, scale: float, activation: str,
        parallel: bool, eps: float
    ):
        self.heads = heads
        self.scale = scale
        self.activation = activation
        self.parallel = parallel
        self.input_norm = source.norm(name + "input_layernorm", eps)
        self.qkv = source.linear(name + "attention.query_key_value")
        self.output = source.linear(name + "attention.dense")
        self.feed_norm = source.norm(name + "post_attention_layernorm", eps)
        self.up = source.linear(name + "mlp.dense_h_to_4h")
        self.down = source.linear(name + "mlp.dense_4h_to_h")

    def attend(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        qkv = self.qkv.forward(x).view(rows.count, rows.length, self.heads, 3, -1)
        qkv = qkv.permute(3, 0, 2, 1, 4)  # (3, B, heads, T, D)
        q = rotated(qkv[0], turns[0], turns[1])
        k = rotated(qkv[1], turns[0], turns[1])
        mixed = grouped_attention(q, k, qkv[2], cache, rows, sight, self.scale, 0.0)
        return self.output.forward(mixed)

    def feed_forward(self, x: Tensor) -> Tensor:
        return self.down.forward(activated(self.up.forward(x), self.activation))

    def forward(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        attended = self.attend(self.input_norm.forward(x), turns, cache, rows, sight)
        if self.parallel:
            return self.feed_forward(self.feed_norm.forward(x)) + attended + x
        x = attended + x
        return self.feed_forward(self.feed_norm.forward(x)) + x


class GptNeox(Module):
    weights: Dict[str, Tensor]
    source: Optional[Source]  # while it is being loaded
    layers: List[NeoxLayer]
    rotaries: List[Rotary]
    embedding: Tensor  # (V, H)
    norm: Optional[LayerNorm]
    head: Optional[Linear]  # (V, H)
    heads: int
    dtype: int
    scale: float
    activation: str
    parallel: bool
    eps: float

    def load(
        self, heads: int, scale: float, activation: str, parallel: bool, eps: float, dtype: int,
        int8: bool
    ) -> int:
        """Takes what all layers have in common; add_layer and add_head follow."""
        self.source = Source(self.weights, dtype, int8)
        self.embedding = self.weights["gpt_neox.embed_in.weight"]
        self.heads = heads
        self.dtype = dtype
        self.scale = scale
        self.activation = activation
        self.parallel = parallel
        self.eps = eps
        return 0

    def add_layer(self, name: str) -> int:
        source = self.source
        assert source is not None
        layer = NeoxLayer(
            source, name, self.heads, self.scale, self.activation, self.parallel, self.eps
        )
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

    def rotary(
        self, kind: str, dim: int, theta: float, attention: float, numbers: List[float],
        short: List[float], long: List[float]
    ) -> int:
        like = self.embedding
        self.rotaries.append(Rotary(kind, dim, theta, attention, numbers, short, long, like))
        return len(self.rotaries)

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
        x = torch.embedding(self.embedding, rows.tokens).to(self.dtype)
        turns = self.rotaries[0].turns(rows.positions, rows.spans, x.dtype)
        sight = Sight(rows, 0, 1, True, x)
        for i, layer in enumerate(self.layers):
            x = layer.forward(x, turns, cache[i], rows, sight)
        x = x.flatten(0, 1) if every else rows.last(x, counts)
        norm, head = self.norm, self.head
        assert norm is not None and head is not None
        return head.forward(norm.forward(x)).to(torch.float32)
