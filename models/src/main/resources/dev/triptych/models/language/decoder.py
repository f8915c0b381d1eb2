"""Decoders in the manner of Llama: RMS norms, rotary grouped attention, gated feed-forwards.

Computes what transformers 4.53 does for Llama, Mistral, Qwen2, Qwen3, Gemma 2 and 3, Phi-3 and
SmolLM3 (modeling_*.py), from weights of the same names. What differs between them is a switch:
biases, norms of queries and keys, norms after attention and feed-forward, windows, layers without
positions, caps of scores and logits. attention.py and rotary.py come before this file.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from attention import Rows, Sight, activated, empty_cache, grouped_attention, selected_cache
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


class Source:
    """Takes weights by name, in the type in which the model computes."""

    weights: Dict[str, Tensor]
    dtype: int
    plus_one: bool  # norms are kept as their distance from one

    def __init__(self, weights: Dict[str, Tensor], dtype: int, plus_one: bool):
        self.weights = weights
        self.dtype = dtype
        self.plus_one = plus_one

    def matrix(self, name: str) -> Tensor:
        return self.weights[name].to(self.dtype)

    def matrices(self, names: List[str], adjoin: bool) -> List[Tensor]:
        """Takes matrices of the same width: as one if they adjoin in the file, without a copy."""
        parts = [self.matrix(name) for name in names]
        if not adjoin:
            return parts
        rows = sum([part.size(0) for part in parts])
        width = parts[0].size(1)
        return [torch.as_strided(parts[0], [rows, width], [width, 1])]

    def norm(self, name: str) -> Tensor:
        weight = self.weights[name]
        return 1.0 + weight.to(torch.float32) if self.plus_one else weight.to(self.dtype)

    def maybe(self, name: str) -> Optional[Tensor]:
        if name in self.weights:
            return self.weights[name].to(self.dtype)
        return None

    def maybe_norm(self, name: str) -> Optional[Tensor]:
        if name in self.weights:
            return self.norm(name)
        return None

    def biases(self, names: List[str]) -> Optional[Tensor]:
        """Joins biases of layers that share their input; all are there or none."""
        if names[0] in self.weights:
            return torch.cat([self.matrix(name) for name in names])
        return None


class Layer:
    shape: Shape
    window: int  # index of a sight
    rotary: int  # index of a rotary, or -1 for none
    input_norm: Tensor  # (H)
    qkv: List[Tensor]  # ((heads + 2 groups) D, H) whole or in three
    qkv_bias: Optional[Tensor]
    q_norm: Optional[Tensor]  # (D)
    k_norm: Optional[Tensor]  # (D)
    output: Tensor  # (H, heads D)
    output_bias: Optional[Tensor]
    after_attention: Optional[Tensor]  # (H)
    feed_norm: Tensor  # (H)
    gate_up: List[Tensor]  # (2 I, H) whole or in two
    gate_up_bias: Optional[Tensor]
    down: Tensor  # (H, I)
    down_bias: Optional[Tensor]
    after_feed: Optional[Tensor]  # (H)

    def __init__(
        self, source: Source, name: str, shape: Shape, window: int, rotary: int,
        qkv_adjoin: bool, gate_up_adjoin: bool
    ):
        self.shape = shape
        self.window = window
        self.rotary = rotary
        attention = name + "self_attn."
        mlp = name + "mlp."
        self.input_norm = source.norm(name + "input_layernorm.weight")
        if attention + "qkv_proj.weight" in source.weights:
            self.qkv = [source.matrix(attention + "qkv_proj.weight")]
        else:
            names = [attention + part + "_proj.weight" for part in ["q", "k", "v"]]
            self.qkv = source.matrices(names, qkv_adjoin)
        self.qkv_bias = source.biases([attention + p + "_proj.bias" for p in ["q", "k", "v"]])
        self.q_norm = source.maybe_norm(attention + "q_norm.weight")
        self.k_norm = source.maybe_norm(attention + "k_norm.weight")
        self.output = source.matrix(attention + "o_proj.weight")
        self.output_bias = source.maybe(attention + "o_proj.bias")
        self.feed_norm = source.norm(name + "post_attention_layernorm.weight")
        self.after_attention = None
        self.after_feed = None
        if name + "pre_feedforward_layernorm.weight" in source.weights:
            self.after_attention = self.feed_norm
            self.feed_norm = source.norm(name + "pre_feedforward_layernorm.weight")
            self.after_feed = source.norm(name + "post_feedforward_layernorm.weight")
        if mlp + "gate_up_proj.weight" in source.weights:
            self.gate_up = [source.matrix(mlp + "gate_up_proj.weight")]
        else:
            names = [mlp + part + "_proj.weight" for part in ["gate", "up"]]
            self.gate_up = source.matrices(names, gate_up_adjoin)
        self.gate_up_bias = source.biases([mlp + "gate_proj.bias", mlp + "up_proj.bias"])
        self.down = source.matrix(mlp + "down_proj.weight")
        self.down_bias = source.maybe(mlp + "down_proj.bias")

    def join(self) -> int:
        self.qkv = [torch.cat(self.qkv)]
        return 1

    def joined(self, x: Tensor, parts: List[Tensor], bias: Optional[Tensor]) -> Tensor:
        if len(parts) == 1:
            return F.linear(x, parts[0], bias)
        out = torch.cat([F.linear(x, part) for part in parts], -1)
        return out if bias is None else out + bias

    def attend(
        self, x: Tensor, turns: List[Tensor], cache: Tensor, rows: Rows, sight: Sight
    ) -> Tensor:
        shape = self.shape
        both = shape.heads + shape.groups
        qkv = self.joined(x, self.qkv, self.qkv_bias)  # (B, T, (heads + 2 groups) D)
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
        return F.linear(mixed, self.output, self.output_bias)

    def feed_forward(self, x: Tensor) -> Tensor:
        gate_up = self.joined(x, self.gate_up, self.gate_up_bias)
        inner = gate_up.size(-1) // 2
        gate = activated(gate_up[..., :inner], self.shape.activation)
        return F.linear(gate * gate_up[..., inner:], self.down, self.down_bias)

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
    layers: List[Layer]
    rotaries: List[Rotary]
    windows: List[int]  # those that layers have, 0 for none
    embedding: Tensor  # (V, H)
    norm: Tensor  # (H)
    head: Tensor  # (V, H)
    head_bias: Optional[Tensor]
    groups: int
    repeats: int
    dim: int
    eps: float
    scores_cap: float
    logits_cap: float
    embedding_scale: float

    def load(
        self, prefix: str, heads: int, groups: int, dim: int, eps: float, dtype: int,
        scale: float, scores_cap: float, logits_cap: float, embedding_scale: float,
        activation: str, plus_one: bool, tied: bool, windows: List[int], rotaries: List[int],
        qkv_adjoin: List[int], gate_up_adjoin: List[int]
    ) -> int:
        """Picks the weights by name; for each layer its window, its rotary, and whether its
        matrices that share their input adjoin in the file."""
        source = Source(self.weights, dtype, plus_one)
        shape = Shape(heads, groups, eps, scale, scores_cap, activation)
        for i in range(len(windows)):
            if windows[i] not in self.windows:
                self.windows.append(windows[i])
            name = prefix + "layers." + str(i) + "."
            window = self.windows.index(windows[i])
            qkv, gate_up = qkv_adjoin[i] != 0, gate_up_adjoin[i] != 0
            self.layers.append(Layer(source, name, shape, window, rotaries[i], qkv, gate_up))
        self.embedding = source.matrix(prefix + "embed_tokens.weight")
        self.norm = source.norm(prefix + "norm.weight")
        self.head = self.embedding if tied else source.matrix("lm_head.weight")
        self.head_bias = source.maybe("lm_head.bias")
        self.groups = groups
        self.repeats = heads // groups
        self.dim = dim
        self.eps = eps
        self.scores_cap = scores_cap
        self.logits_cap = logits_cap
        self.embedding_scale = embedding_scale
        self.weights.clear()
        return len(self.layers)

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
            layer.join()
        return len(self.layers)

    def empty(self, rows: int, capacity: int) -> Tensor:
        shape = [len(self.layers), 2, rows, self.groups, capacity, self.dim]
        return empty_cache(shape, self.embedding)

    def selected(self, cache: Tensor, rows: List[int], length: int, capacity: int) -> Tensor:
        return selected_cache(cache, rows, length, capacity)

    def hidden(self, ids: List[int], cache: Tensor, rows: Rows) -> Tensor:
        """Reads ids (B T) into the cache; what the last layer says, (B, T, H)."""
        x = torch.embedding(self.embedding, rows.tokens(ids, cache))
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
        x = F.linear(rms_norm(x, self.norm, self.eps), self.head, self.head_bias)
        if self.logits_cap > 0.0:
            x = torch.tanh(x / self.logits_cap) * self.logits_cap
        return x.to(torch.float32)

    def forward(
        self, ids: List[int], cache: Tensor, row: int, starts: List[int], counts: List[int],
        spans: List[int], every: bool
    ) -> Tensor:
        """Reads ids (B T), of which each row has so many, into the cache's rows from the given one
        on, after their starts; logits after the last of each row, (B, V), or all, (B T, V)."""
        if len(starts) < cache.size(2):
            cache = cache[:, :, row : row + len(starts)]
        length = len(ids) // len(starts)
        rows = Rows(starts, length, spans, self.groups, cache.size(4), cache)
        x = self.hidden(ids, cache, rows)
        return self.logits(x.flatten(0, 1) if every else rows.last(x, counts))
