"""Rotary positions and the ways to stretch them (transformers, modeling_rope_utils.py)."""

import math
from typing import List

import torch
from torch import Tensor


def inverse_frequencies(theta: float, dim: int, like: Tensor) -> Tensor:
    even = torch.arange(0, dim, 2, dtype=torch.float32, device=like.device)
    return 1.0 / torch.pow(theta, even / dim)  # (D / 2)


class Rotary:
    """One base frequency and its scaling: default, linear, dynamic, llama3, yarn or longrope.

    The numbers are those that the kind needs, in the order in which its branch takes them.
    """

    kind: str
    dim: int
    theta: float
    numbers: List[float]
    attention: float  # factor of cosine and sine
    frequencies: Tensor  # (D / 2)
    long: Tensor  # (D / 2), for longrope past the original length

    def __init__(
        self, kind: str, dim: int, theta: float, attention: float, numbers: List[float],
        short: List[float], long: List[float], like: Tensor
    ):
        self.kind = kind
        self.dim = dim
        self.theta = theta
        self.numbers = numbers
        self.attention = attention
        plain = inverse_frequencies(theta, dim, like)
        self.frequencies = plain
        self.long = plain
        if kind == "linear":
            self.frequencies = plain / numbers[0]
        elif kind == "llama3":
            factor, low, high, original = numbers[0], numbers[1], numbers[2], numbers[3]
            wave = 6.283185307179586 / plain
            slow = wave > original / low
            fast = wave < original / high
            scaled = torch.where(slow, plain / factor, plain)
            smooth = (original / wave - low) / (high - low)
            between = (1.0 - smooth) * scaled / factor + smooth * scaled
            medium = torch.logical_not(torch.logical_or(slow, fast))
            self.frequencies = torch.where(medium, between, scaled)
        elif kind == "yarn":
            factor, low, high = numbers[0], numbers[1], numbers[2]
            index = torch.arange(dim // 2, dtype=torch.float32, device=like.device)
            kept = 1.0 - torch.clamp((index - low) / (high - low), 0.0, 1.0)
            stretched = 1.0 / (factor * (1.0 / plain))
            self.frequencies = stretched * (1.0 - kept) + plain * kept
        elif kind == "longrope":
            short_factors = torch.tensor(short, dtype=torch.float32, device=like.device)
            long_factors = torch.tensor(long, dtype=torch.float32, device=like.device)
            base = 1.0 / plain
            self.frequencies = 1.0 / (short_factors * base)
            self.long = 1.0 / (long_factors * base)

    def of(self, span: int) -> Tensor:
        """Returns the frequencies for a row of so many tokens."""
        if self.kind == "dynamic":
            factor, original = self.numbers[0], self.numbers[1]
            if float(span) > original:
                stretch = factor * float(span) / original - (factor - 1.0)
                theta = self.theta * math.pow(stretch, self.dim / (self.dim - 2.0))
                return inverse_frequencies(theta, self.dim, self.frequencies)
        elif self.kind == "longrope" and float(span) > self.numbers[0]:
            return self.long
        return self.frequencies

    def turns(self, positions: Tensor, spans: List[int], dtype: int) -> List[Tensor]:
        """Returns what rotated multiplies with: cosine, and sine with the signs of the turn.

        Of positions (T) or (B, 1, T), each (T, D) or (B, 1, T, D).
        """
        frequencies = self.of(spans[0])
        if min(spans) != max(spans) and (self.kind == "dynamic" or self.kind == "longrope"):
            frequencies = torch.stack([self.of(span) for span in spans])  # (B, D / 2)
            frequencies = frequencies.view(len(spans), 1, 1, -1)
        half = positions.to(torch.float32).unsqueeze(-1) * frequencies
        cos = torch.cos(half)
        sin = torch.sin(half)
        if self.attention != 1.0:
            cos = cos * self.attention
            sin = sin * self.attention
        return [torch.cat([cos, cos], -1).to(dtype), torch.cat([-sin, sin], -1).to(dtype)]


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns each pair of the first R features (i, i + R / 2) by the angle of its position."""
    turn = cos.size(-1)  # x (B, heads, T, D), R ≤ D
    if turn == x.size(-1):
        return x * cos + torch.roll(x, turn // 2, -1) * sin
    first = x[..., :turn]
    first = first * cos + torch.roll(first, turn // 2, -1) * sin
    return torch.cat([first, x[..., turn:]], -1)
