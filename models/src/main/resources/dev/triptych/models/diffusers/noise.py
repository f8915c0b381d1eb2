"""Start noise, drawn by libtorch's Mersenne twister as torch.Generator("cpu") seeds it."""

from typing import Dict, List

import torch
from torch import Tensor
from torch.nn import Module


class Noise(Module):
    weights: Dict[str, Tensor]

    def normal(self, seed: int, shape: List[int]) -> Tensor:
        generator = torch.Generator(device=torch.device("cpu"))
        generator = generator.manual_seed(seed)
        return torch.randn(shape, generator=generator, dtype=torch.float32)
