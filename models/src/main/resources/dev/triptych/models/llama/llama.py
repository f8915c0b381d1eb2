"""The layers of Llama as training takes them: whole texts, dropout, gradients.

Computes what LlamaForCausalLM of Hugging Face transformers does (modeling_llama.py), from weights of
the same names. Linear layers that share their input are fused. What is trained is run by
../language/decoder.py.
"""

import math
from typing import Dict

import torch
import torch.nn.functional as F
from torch import Tensor


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
    """Attends from T positions to those before; groups of query heads share a head of keys."""
    heads, length, dim = q.size(1), q.size(2), q.size(3)  # (B, heads, T, D)
    groups = k.size(1)  # (B, groups, T, D)
    if groups < heads:
        k = torch.repeat_interleave(k, heads // groups, 1)
        v = torch.repeat_interleave(v, heads // groups, 1)
    if q.requires_grad:
        # The fused kernel's gradient is slow on CPUs.
        scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(float(dim))
        hidden = torch.ones([length, length], dtype=torch.bool, device=q.device).triu(1)
        weights = torch.softmax(scores.masked_fill(hidden, float("-inf")), -1)
        return torch.matmul(weights, v)
    return F.scaled_dot_product_attention(q, k, v, is_causal=True)


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

    def attend(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length = x.size(0), x.size(1)  # (B, T, H)
        qkv = F.linear(x, self.qkv).view(batch, length, self.heads + 2 * self.groups, -1)
        qkv = qkv.transpose(1, 2)  # (B, heads + 2 groups, T, D)
        qk = rotated(qkv[:, : self.heads + self.groups], cos, sin)
        q = qk[:, : self.heads]
        k = qk[:, self.heads :]
        v = qkv[:, self.heads + self.groups :]
        mixed = causal_attention(q, k, v).transpose(1, 2).reshape(batch, length, -1)
        return F.linear(mixed, self.output)

    def feed_forward(self, x: Tensor) -> Tensor:
        gate_up = F.linear(x, self.gate_up)
        inner = gate_up.size(-1) // 2
        return F.linear(F.silu(gate_up[..., :inner]) * gate_up[..., inner:], self.down)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        attended = self.attend(rms_norm(x, self.input_norm, self.eps), cos, sin)
        x = x + torch.dropout(attended, self.dropout, self.dropout > 0.0)
        fed = self.feed_forward(rms_norm(x, self.attention_norm, self.eps))
        return x + torch.dropout(fed, self.dropout, self.dropout > 0.0)
