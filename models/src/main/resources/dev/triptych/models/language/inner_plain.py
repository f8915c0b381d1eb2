"""Rows times a matrix, on every machine: inner_onednn.py is its faster stand-in."""

from typing import Optional

import torch.nn.functional as F
from torch import Tensor


def inner_product(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    return F.linear(x, weight, bias)
