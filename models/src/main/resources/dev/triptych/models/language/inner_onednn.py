"""Few rows times a matrix as oneDNN's inner product, where libtorch is built with oneDNN and the
processor multiplies bfloat16; elsewhere inner_plain.py stands for this file."""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor


def inner_product(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    """Returns what F.linear does for x (…, in) and weight (out, in), where F.linear is slow: one
    row in bfloat16, and a few rows in float32 with a matrix that stands in columns."""
    rows = x.numel() // x.size(-1)
    brain = x.dtype == torch.bfloat16 and rows == 1 and weight.is_contiguous()
    few = x.dtype == torch.float32 and rows > 1 and rows <= 64 and not weight.is_contiguous()
    if brain or few:
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return F.linear(x, weight, bias)
