"""Decoders in the manner of Llama: RMS norms, rotary grouped attention, gated feed-forwards.

Computes what transformers 4.53 does for Llama, Mistral, Qwen2, Qwen3, Gemma 2 and 3, Phi-3 and
SmolLM3 (modeling_*.py), from weights of the same names. What differs between them is a switch:
biases, norms of queries and keys, norms after attention and feed-forward, windows, layers without
positions, caps of scores and logits. layers.py, attention.py and rotary.py come before this file.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from attention import (
    Rows, Sight, activated, empty_cache, grouped_attention, rows_of_cache, selected_cache
)
from layers import Linear, Source
from rotary import Rotary, rotated


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    width = [x.size(-1)]
    if weight.dtype == x.dtype:
        return weight * F.rms_norm(x, width, None, eps)
    wide = F.rms_norm(x.to(torch.float32), width, None, eps)
    return (wide * weight).to(x.dtype)  # Gemma rounds after the weight


class Shape:
    """What all layers have in common."""

    heads: int
    groups: int
    eps: float
    scale: float  # of scores
    cap: float  # of scores, or 0
    activation: str

    def __init__(
        self, heads: int, groups: int, eps: float, scale: float, cap: float, activation: str
    ):
        self.heads = heads
        self.groups = groups
        self.eps = eps
        self.scale = scale
        self.cap = cap
        self.activation = activation


def norm_weight(source: Source, name: str, plus_one: bool) -> Tensor:
    """Takes a norm's weight, which Gemma keeps as its distance from one."""
    if plus_one:
        return 1.0 + source.weights[name].to(torch.float32)
    return source.vector(name)


def maybe_norm(source: Source, name: str, plus_one: bool) -> Optional[Tensor]:
    if name in source.weights:
        return norm_weight(source, name, plus_one)
    return None


class Layer:
    shape: Shape
    window: int  # index of a sight
    rotary: int  # index of a rotary, or -1 for none
    input_norm: Tensor  # (H)
    qkv: Linear  # ((heads + 2 groups) D, H)
    q_norm: Optional[Tensor]  # (D)
    k_norm: Optional[Tensor]  # (D)
    output: Linear  # (H, heads D)
    after_attention: Optional[Tensor]  # (H)
    feed_norm: Tensor  # (H)
    gate_up: Linear  # (2 I, H)
    down: Linear  # (H, I)
    after_feed: Optional[Tensor]  # (H)

    def __init__(
        self, source: Source, name: str, shape: Shape, window: int, rotary: int,
        qkv_adjoin: bool, gate_up_adjoin: bool, plus_one: bool
    ):
        self.shape = shape
        self.window = window
        self.rotary = rotary
        attention = name + "self_attn."
        mlp = name + "mlp."
        self.input_norm = norm_weight(source, name + "input_layernorm.weight", plus_one)
        if attention + "qkv_proj.weight" in source.weights:
            self.qkv = source.linear(attention + "qkv_proj")
        else:
            names = [attention + part + "_proj" for part in ["q", "k", "v"]]
            self.qkv = source.linears(names, qkv_adjoin)
        self.q_norm = maybe_norm(source, attention + "q_norm.weight", plus_one)
        self.k_norm = maybe_norm(source, attention + "k_norm.weight", plus_one)
        self.output = source.linear(attention + "o_proj")
        self.feed_norm = norm_weight(source, name + "post_attention_layernorm.weight", plus_one)
        self.after_attention = None
        self.after_feed = None
        if name + "pre_feedforward_layernorm.weight" in source.weights:
            self.after_attention = self.feed_norm
            before, after = name + "pre_feedforward_", name + "post_feedforward_"
            self.feed_norm = norm_weight(source, before + "layernorm.weight", plus_one)
            self.after_feed = norm_weight(source, after + "layernorm.weight", plus_one)
        if mlp + "gate_up_proj.weight" in source.weights:
            self.gate_up = source.linear(mlp + "gate_up_proj")
        else:
            names = [mlp + part + "_proj" for part in ["gate", "up"]]
            self.gate_up = source.linears(names, gate_up_adjoin)
        self.down = source.linear(mlp + "down_proj")

    def attend(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        shape = self.shape
        both = shape.heads + shape.groups
        qkv = self.qkv.forward(x)  # (B, T, (heads + 2 groups) D)
        qkv = qkv.view(rows.count, rows.length, both + shape.groups, -1).transpose(1, 2)
        qk = qkv.narrow(1, 0, both)  # (B, heads + groups, T, D)
        v = qkv.narrow(1, both, shape.groups)
        q_norm, k_norm = self.q_norm, self.k_norm
        if q_norm is not None and k_norm is not None:
            q = rms_norm(qk.narrow(1, 0, shape.heads), q_norm, shape.eps)
            k = rms_norm(qk.narrow(1, shape.heads, shape.groups), k_norm, shape.eps)
            qk = torch.cat([q, k], 1)
        if self.rotary >= 0:
            qk = rotated(qk, turns[2 * self.rotary], turns[2 * self.rotary + 1])
        q = qk.narrow(1, 0, shape.heads)
        k = qk.narrow(1, shape.heads, shape.groups)
        mixed = grouped_attention(q, k, v, cache, rows, sight, shape.scale, shape.cap)
        return self.output.forward(mixed)

    def feed_forward(self, x: Tensor) -> Tensor:
        gate_up = self.gate_up.forward(x)
        inner = gate_up.size(-1) // 2
        gate = activated(gate_up[..., :inner], self.shape.activation)
        return self.down.forward(gate * gate_up[..., inner:])

    def forward(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        eps = self.shape.eps
        attended = self.attend(rms_norm(x, self.input_norm, eps), turns, cache, rows, sight)
        after_attention, after_feed = self.after_attention, self.after_feed
        if after_attention is not None:
            attended = rms_norm(attended, after_attention, eps)
        x = x + attended
        fed = self.feed_forward(rms_norm(x, self.feed_norm, eps))
        if after_feed is not None:
            fed = rms_norm(fed, after_feed, eps)
        return x + fed


class Decoder(Module):
    weights: Dict[str, Tensor]
    source: Optional[Source]  # while it is being loaded
    shape: Optional[Shape]
    layers: List[Layer]
    rotaries: List[Rotary]
    windows: List[int]  # those that layers have, 0 for none
    embedding: Tensor  # (V, H)
    norm: Tensor  # (H)
    head: Optional[Linear]  # (V, H)
    plus_one: bool
    dtype: int
    groups: int
    repeats: int
    dim: int
    eps: float
    scores_cap: float
    logits_cap: float
    embedding_scale: float

    def load(
        self, prefix: str, heads: int, groups: int, dim: int, eps: float, dtype: int, int8: bool,
        scale: float, scores_cap: float, logits_cap: float, embedding_scale: float,
        activation: str, plus_one: bool
    ) -> int:
        """Takes what all layers have in common; add_layer and add_head follow."""
        self.source = Source(self.weights, dtype, int8)
        self.shape = Shape(heads, groups, eps, scale, scores_cap, activation)
        self.embedding = self.weights[prefix + "embed_tokens.weight"]
        self.plus_one = plus_one
        self.dtype = dtype
        self.groups = groups
        self.repeats = heads // groups
        self.dim = dim
        self.eps = eps
        self.scores_cap = scores_cap
        self.logits_cap = logits_cap
        self.embedding_scale = embedding_scale
        return 0

    def add_layer(
        self, name: str, window: int, rotary: int, qkv_adjoin: bool, gate_up_adjoin: bool
    ) -> int:
        """Picks a layer's weights by name; its matrices that share their input may adjoin."""
        source, shape = self.source, self.shape
        assert source is not None and shape is not None
        if window not in self.windows:
            self.windows.append(window)
        at = self.windows.index(window)
        layer = Layer(
            source, name, shape, at, rotary, qkv_adjoin, gate_up_adjoin, self.plus_one
        )
        self.layers.append(layer)
        return len(self.layers)

    def add_head(self, norm: str, head: str) -> int:
        """Picks the weights after the layers; returns the bytes that were copied in all."""
        source = self.source
        assert source is not None
        self.norm = norm_weight(source, norm + ".weight", self.plus_one)
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

    def join(self) -> int:
        """Copies queries, keys and values of each layer into one matrix."""
        for layer in self.layers:
            layer.qkv.join()
        return len(self.layers)

    def empty(self, rows: int, capacity: int) -> Tensor:
        shape = [len(self.layers), 2, rows, self.groups, capacity, self.dim]
        return empty_cache(shape, self.dtype, self.embedding)

    def selected(self, cache: Tensor, rows: List[int], length: int, capacity: int) -> Tensor:
        return selected_cache(cache, rows, length, capacity)

    def hidden(self, cache: Tensor, rows: Rows) -> Tensor:
        """Reads the rows' tokens into the cache; what the last layer says, (B, T, H)."""
        x = torch.embedding(self.embedding, rows.tokens).to(self.dtype)
        if self.embedding_scale != 1.0:
            x = x * torch.full([1], self.embedding_scale, dtype=x.dtype, device=x.device)
        turns: List[Tensor] = []
        for rotary in self.rotaries:
            turns = turns + rotary.turns(rows.positions, rows.spans, x.dtype)
        causal = self.scores_cap == 0.0
        sights = [Sight(rows, window, self.repeats, causal, x) for window in self.windows]
        for i, layer in enumerate(self.layers):
            x = layer.forward(x, turns, cache[i], rows, sights[layer.window])
        return x

    def logits(self, x: Tensor) -> Tensor:
        head = self.head
        assert head is not None
        x = head.forward(rms_norm(x, self.norm, self.eps))
        if self.logits_cap > 0.0:
            x = torch.tanh(x / self.logits_cap) * self.logits_cap
        return x.to(torch.float32)

    def forward(
        self, ids: List[int], cache: Tensor, row: int, starts: List[int], counts: List[int],
        spans: List[int], every: bool
    ) -> Tensor:
        """Reads ids (B T), of which each row has so many, into the cache's rows from the given one
        on, after their starts; logits after the last of each row, (B, V), or all, (B T, V)."""
        cache = rows_of_cache(cache, row, len(starts))
        rows = Rows(ids, starts, spans, cache)
        x = self.hidden(cache, rows)
        return self.logits(x.flatten(0, 1) if every else rows.last(x, counts))
