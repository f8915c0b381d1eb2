"""One row times a matrix in bfloat16, on every machine."""

from typing import Optional

import torch.nn.functional as F
from torch import Tensor


def row_product(x: Tensor, weight: Tensor, bias: Optional[Tensor]) -> Tensor:
    return F.linear(x, weight, bias)
