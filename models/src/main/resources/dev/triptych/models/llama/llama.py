"""Llama: a decoder of RMS norms, rotary attention with grouped heads, and gated feed-forwards.

Computes what LlamaForCausalLM of Hugging Face transformers does (modeling_llama.py), from weights of
the same names. Linear layers that share their input are fused. Training takes the same layers.
"""

import math
from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    wide = x.to(torch.float32)
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)
    return weight * wide.to(x.dtype)


def angles(start: int, length: int, dim: int, theta: float, device: Tensor) -> Tensor:
    """Returns the rotary angles of the positions from start on."""  # (T, D)
    even = torch.arange(0, dim, 2, dtype=torch.float32, device=device.device)
    frequencies = 1.0 / torch.pow(theta, even / dim)
    positions = torch.arange(start, start + length, dtype=torch.float32, device=device.device)
    half = torch.outer(positions, frequencies)
    return torch.cat([half, half], -1)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each pair of features (i, i + D / 2) by the angle of its position."""  # (B, heads, T, D)
    half = x.size(-1) // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], -1)
    return x * cos + turned * sin


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attends from the last T of S positions; groups of query heads share a head of keys."""
    batch, heads, length, dim = q.size(0), q.size(1), q.size(2), q.size(3)  # (B, heads, T, D)
    groups, span = k.size(1), k.size(2)  # (B, groups, S, D)
    if length == 1:
        # The query heads of a group stand where queries do: no copy of keys and values.
        q = q.reshape(batch, groups, heads // groups, dim)
        if q.dtype == torch.float32:
            # Fused attention with one query differs by the number of threads in float32.
            scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(float(dim))
            out = torch.matmul(torch.softmax(scores, -1), v)
        else:
            out = F.scaled_dot_product_attention(q, k, v)
        return out.reshape(batch, heads, 1, dim)
    if groups < heads:
        k = torch.repeat_interleave(k, heads // groups, 1)
        v = torch.repeat_interleave(v, heads // groups, 1)
    if q.requires_grad:
        # The fused kernel's gradient is slow on CPUs.
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(float(dim))
        hidden = torch.ones([length, span], dtype=torch.bool, device=q.device).triu(1)
        weights = torch.softmax(scores.masked_fill(hidden, float("-inf")), -1)
        return torch.matmul(weights, v)
    if length == span:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    seen = torch.ones([length, span], dtype=torch.bool, device=q.device).tril(span - length)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)


class LlamaLayer:
    heads: int
    groups: int
    eps: float
    dropout: float
    input_norm: Tensor  # (H)
    qkv: Tensor  # ((heads + 2 groups) D, H)
    output: Tensor  # (H, heads D)
    attention_norm: Tensor  # (H)
    gate_up: Tensor  # (2 I, H)
    down: Tensor  # (H, I)

    def __init__(
        self,
        weights: Dict[str, Tensor],
        index: int,
        heads: int,
        groups: int,
        eps: float,
        dtype: int,
        dropout: float,
    ):
        layer = "model.layers." + str(index) + "."
        attention = layer + "self_attn."
        mlp = layer + "mlp."
        self.heads = heads
        self.groups = groups
        self.eps = eps
        self.dropout = dropout
        self.input_norm = weights[layer + "input_layernorm.weight"].to(dtype)
        q = weights[attention + "q_proj.weight"]
        k = weights[attention + "k_proj.weight"]
        v = weights[attention + "v_proj.weight"]
        self.qkv = torch.cat([q, k, v]).to(dtype)
        self.output = weights[attention + "o_proj.weight"].to(dtype)
        self.attention_norm = weights[layer + "post_attention_layernorm.weight"].to(dtype)
        gate = weights[mlp + "gate_proj.weight"]
        up = weights[mlp + "up_proj.weight"]
        self.gate_up = torch.cat([gate, up]).to(dtype)
        self.down = weights[mlp + "down_proj.weight"].to(dtype)

    def attend(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: Optional[Tensor], start: int
    ) -> Tensor:
        batch, length = x.size(0), x.size(1)  # (B, T, H)
        qkv = F.linear(x, self.qkv).view(batch, length, self.heads + 2 * self.groups, -1)
        qkv = qkv.transpose(1, 2)  # (B, heads + 2 groups, T, D)
        qk = rotated(qkv[:, : self.heads + self.groups], cos, sin)
        q = qk[:, : self.heads]
        k = qk[:, self.heads :]
        v = qkv[:, self.heads + self.groups :]
        if cache is not None:  # (2, B, groups, capacity, D)
            cache[0, :, :, start : start + length] = k
            cache[1, :, :, start : start + length] = v
            k = cache[0, :, :, : start + length]
            v = cache[1, :, :, : start + length]
        mixed = causal_attention(q, k, v).transpose(1, 2).reshape(batch, length, -1)
        return F.linear(mixed, self.output)

    def feed_forward(self, x: Tensor) -> Tensor:
        gate_up = F.linear(x, self.gate_up)
        inner = gate_up.size(-1) // 2
        return F.linear(F.silu(gate_up[..., :inner]) * gate_up[..., inner:], self.down)

    def forward(
        self, x: Tensor, cos: Tensor, sin: Tensor, cache: Optional[Tensor], start: int
    ) -> Tensor:
        attended = self.attend(rms_norm(x, self.input_norm, self.eps), cos, sin, cache, start)
        x = x + torch.dropout(attended, self.dropout, self.dropout > 0.0)
        fed = self.feed_forward(rms_norm(x, self.attention_norm, self.eps))
        return x + torch.dropout(fed, self.dropout, self.dropout > 0.0)


class Llama(Module):
    weights: Dict[str, Tensor]
    layers: List[LlamaLayer]
    embedding: Tensor  # (V, H)
    norm: Tensor  # (H)
    head: Tensor  # (V, H)
    groups: int
    dim: int
    eps: float
    theta: float

    def load(
        self, layers: int, heads: int, groups: int, dim: int, eps: float, theta: float, dtype: int
    ) -> int:
        """Picks the weights by name, casts and fuses them."""
        weights = self.weights
        self.layers = [
            LlamaLayer(weights, i, heads, groups, eps, dtype, 0.0) for i in range(layers)
        ]
        self.embedding = weights["model.embed_tokens.weight"].to(dtype)
        self.norm = weights["model.norm.weight"].to(dtype)
        self.head = self.embedding
        if "lm_head.weight" in weights:
            self.head = weights["lm_head.weight"].to(dtype)
        self.groups = groups
        self.dim = dim
        self.eps = eps
        self.theta = theta
        self.weights.clear()
        return len(self.layers)

    def empty(self, batch: int, capacity: int) -> Tensor:
        """Returns a KV cache with room for so many positions."""
        shape = [len(self.layers), 2, batch, self.groups, capacity, self.dim]
        return torch.zeros(shape, dtype=self.embedding.dtype, device=self.embedding.device)

    def grown(self, cache: Tensor, capacity: int) -> Tensor:
        """Returns a larger KV cache that begins like the one given."""
        larger = self.empty(cache.size(2), capacity)
        larger[:, :, :, :, : cache.size(4)] = cache
        return larger

    def branched(self, cache: Tensor, rows: int, length: int, capacity: int) -> Tensor:
        """Returns a KV cache of several rows that all begin like the first row of the one given."""
        branches = self.empty(rows, capacity)
        branches[:, :, :, :, :length] = cache[:, :, :1, :, :length]
        return branches

    def hidden(self, ids: Tensor, cache: Optional[Tensor], start: int) -> Tensor:
        ids = ids.to(self.embedding.device)
        x = torch.embedding(self.embedding, ids)  # (B, T, H)
        turn = angles(start, ids.size(1), self.dim, self.theta, x)
        cos = torch.cos(turn).to(x.dtype)
        sin = torch.sin(turn).to(x.dtype)
        for i, layer in enumerate(self.layers):
            if cache is None:
                x = layer.forward(x, cos, sin, None, start)
            else:
                x = layer.forward(x, cos, sin, cache[i], start)
        return x

    def forward(self, ids: Tensor, cache: Tensor, start: int) -> Tensor:
        """Reads ids (B, T) into the cache after its first start; logits of the last, (B, V)."""
        last = self.hidden(ids, cache, start)[:, -1]
        return F.linear(rms_norm(last, self.norm, self.eps), self.head).to(torch.float32)

    def step(self, id: int, cache: Tensor, start: int) -> Tensor:
        """Reads one id; its logits, (1, V)."""
        return self.forward(torch.full([1, 1], id, dtype=torch.int64), cache, start)

    def log_probabilities(self, ids: Tensor) -> Tensor:
        """Returns the natural logarithm of the probability of each id but the first, (B, T - 1)."""
        x = rms_norm(self.hidden(ids[:, :-1], None, 0), self.norm, self.eps)
        logits = F.linear(x, self.head).to(torch.float32)  # (B, T - 1, V)
        next = ids[:, 1:].to(x.device).to(torch.int64).unsqueeze(-1)
        return torch.log_softmax(logits, -1).gather(2, next).squeeze(-1)
