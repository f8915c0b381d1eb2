"""A tiny program with everything that the rewrite knows: classes, functions, state, gradients."""

import math
from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


def scaled(x: Tensor, width: int) -> Tensor:
    """Divides by the square root of the width."""
    return x / math.sqrt(float(width))  # a comment with "quotes" and torch.float32


class Layer:
    weight: Tensor
    bias: Tensor

    def __init__(self, weights: Dict[str, Tensor], index: int):
        prefix = "layers." + str(index) + "."
        self.weight = weights[prefix + "weight"].to(torch.float32)
        self.bias = weights[prefix + "bias"].to(torch.float32)

    def forward(
        self,
        x: Tensor,  # (N, in)
    ) -> Tensor:
        return F.silu(F.linear(x, self.weight, self.bias))


class Mlp(Module):
    weights: Dict[str, Tensor]
    layers: List[Layer]
    scale: Tensor
    width: int

    def load(self, layers: int, width: int) -> int:
        """Picks the weights by name."""
        self.layers = [Layer(self.weights, i) for i in range(layers)]
        self.scale = torch.full([1], 2.0)
        self.width = width
        return len(self.layers)

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = layer.forward(x)
        return scaled(x * self.scale, self.width)

    def grown(self, state: List[Tensor]) -> List[Tensor]:
        return [s + 1.0 for s in state]

    def pair(self, x: Tensor) -> List[Tensor]:
        return [x, x.to(torch.bfloat16)]

    def back(self, x: Tensor) -> Tensor:
        return x.to(torch.float32)

    def squared(self, x: Tensor, times: Tensor) -> List[Tensor]:
        torch.set_grad_enabled(True)
        w = x.clone().requires_grad_(True)
        loss = (w * w * float(times)).sum()
        gradient = torch.autograd.grad([loss], [w])[0]
        assert gradient is not None
        return [loss.detach(), gradient]
