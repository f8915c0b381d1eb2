"""The layers of decoders, and how their weights are kept: mapped as they lie in the file, copied in
another type, or rounded to int8. A file with inner_product comes before this one."""

from typing import Dict, List, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

from inner_plain import inner_product


def rounded_to_int8(weight: Tensor) -> Tuple[Tensor, Tensor]:
    """Rounds (out, in) to int8, each row by its largest number; returns that and scales (out)."""
    whole = torch.empty(weight.size(), dtype=torch.int8)
    scales = torch.empty([weight.size(0)], dtype=torch.bfloat16)
    for start in range(0, weight.size(0), 4096):  # the wide copies stay small
        rows = weight[start : start + 4096].to(torch.float32)
        scale = (rows.abs().amax(1) / 127.0).clamp(min=1e-30).to(torch.bfloat16)
        steps = torch.round(rows / scale.to(torch.float32).unsqueeze(1))
        whole[start : start + 4096] = steps.clamp(-127.0, 127.0).to(torch.int8)
        scales[start : start + 4096] = scale
    return whole, scales


def int8_product(x: Tensor, weight: Tensor, scales: Tensor) -> Tensor:
    """Multiplies bfloat16 x (…, in) with int8 (out, in) and the scales (out) of its rows."""
    width = x.size(-1)
    rows = x.reshape(-1, width)
    if rows.size(0) <= 8 and width % 32 == 0:  # beyond other widths the kernel reads too far
        out = torch._weight_int8pack_mm(rows, weight, scales)
    else:
        parts = [F.linear(rows, part.to(x.dtype)) for part in weight.split(16384)]
        out = torch.cat(parts, -1) * scales
    return out.view(x.size()[:-1] + [weight.size(0)])


class Linear:
    """A matrix and a bias, or several of them that share their input, one after another."""

    parts: List[Tensor]  # (out, in) whole or in parts
    scales: Optional[Tensor]  # (out), if the matrix is int8
    bias: Optional[Tensor]  # (out)

    def __init__(self, parts: List[Tensor], scales: Optional[Tensor], bias: Optional[Tensor]):
        self.parts = parts
        self.scales = scales
        self.bias = bias

    def join(self) -> int:
        if len(self.parts) > 1:
            self.parts = [torch.cat(self.parts)]
        return 1

    def forward(self, x: Tensor) -> Tensor:
        bias, scales = self.bias, self.scales
        if len(self.parts) == 1 and scales is None:
            return inner_product(x, self.parts[0], bias)
        if scales is not None:
            out = int8_product(x, self.parts[0], scales)
        else:
            out = torch.cat([F.linear(x, part) for part in self.parts], -1)
        return out if bias is None else out + bias


class LayerNorm:
    weight: Tensor  # (H)
    bias: Optional[Tensor]  # (H)
    eps: float

    def __init__(self, weight: Tensor, bias: Optional[Tensor], eps: float):
        self.weight = weight
        self.bias = bias
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class Source:
    """Takes weights by name, in the types in which the model computes, and counts its copies."""

    weights: Dict[str, Tensor]
    dtype: int  # of what flows between the layers
    int8: bool  # matrices are rounded to int8
    copied: int  # bytes

    def __init__(self, weights: Dict[str, Tensor], dtype: int, int8: bool):
        self.weights = weights
        self.dtype = dtype
        self.int8 = int8
        self.copied = 0

    def count(self, copy: Tensor) -> int:
        self.copied = self.copied + copy.numel() * copy.element_size()
        return self.copied

    def vector(self, name: str) -> Tensor:
        weight = self.weights[name]
        if weight.dtype == self.dtype:
            return weight
        weight = weight.to(self.dtype)
        self.count(weight)
        return weight

    def maybe(self, name: str) -> Optional[Tensor]:
        if name in self.weights:
            return self.vector(name)
        return None

    def biases(self, names: List[str]) -> Optional[Tensor]:
        """Joins biases of layers that share their input; all are there or none."""
        if names[0] in self.weights:
            return torch.cat([self.vector(name) for name in names])
        return None

    def linear(self, name: str) -> Linear:
        """Takes the matrix and, if there is one, the bias of that name."""
        return self.joined([self.weights[name + ".weight"]], self.maybe(name + ".bias"), False)

    def turned(self, name: str) -> Linear:
        """Takes a matrix that stands turned in the file, (in, out), and its bias."""
        return self.joined([self.weights[name + ".weight"].t()], self.maybe(name + ".bias"), False)

    def linears(self, names: List[str], adjoin: bool) -> Linear:
        """Takes layers that share their input: as one without a copy if they adjoin in the file."""
        parts = [self.weights[name + ".weight"] for name in names]
        return self.joined(parts, self.biases([name + ".bias" for name in names]), adjoin)

    def joined(self, parts: List[Tensor], bias: Optional[Tensor], adjoin: bool) -> Linear:
        as_it_is = not self.int8
        for part in parts:
            as_it_is = as_it_is and part.dtype == self.dtype
        if as_it_is:
            if adjoin:
                width = parts[0].size(1)
                rows = sum([part.size(0) for part in parts])
                parts = [torch.as_strided(parts[0], [rows, width], [width, 1])]
            return Linear(parts, None, bias)
        whole = parts[0] if len(parts) == 1 else torch.cat(parts)
        if self.int8:
            steps, scales = rounded_to_int8(whole)
            self.count(steps)
            self.count(scales)
            return Linear([steps], scales, bias)
        whole = whole.to(self.dtype)
        if self.dtype == torch.float32:
            whole = whole.t().contiguous().t()  # MKL reads columns faster when there is one row
        self.count(whole)
        return Linear([whole], None, bias)

    def norm(self, name: str, eps: float) -> LayerNorm:
        return LayerNorm(self.vector(name + ".weight"), self.maybe(name + ".bias"), eps)
