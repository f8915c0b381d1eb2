"""Noise, drawn by libtorch's Mersenne twister as torch.Generator("cpu") seeds it."""

from typing import Dict, List

import torch
from torch import Tensor
from torch.nn import Module


class Noise(Module):
    weights: Dict[str, Tensor]

    def normal(
        self, seed: int, dtypes: List[int], dimensions: List[int], sizes: List[int]
    ) -> List[Tensor]:
        """Draws tensors in turn; sizes holds all their shapes, one after the other."""
        generator = torch.Generator(device=torch.device("cpu"))
        generator = generator.manual_seed(seed)
        drawn: List[Tensor] = []
        begin = 0
        for i in range(len(dtypes)):
            shape = sizes[begin : begin + dimensions[i]]
            begin += dimensions[i]
            noise = torch.randn(shape, generator=generator, dtype=dtypes[i])
            drawn = drawn + [noise.to(torch.float32)]
        return drawn
