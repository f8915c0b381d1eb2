"""More of mlp.py: a class that extends the module."""

from typing import List

import torch
from torch import Tensor

from mlp import Mlp


class CountingMlp(Mlp):
    calls: List[int]

    def counted(self, x: Tensor) -> Tensor:
        """Computes forward() and says how often it did."""
        self.calls.append(1)
        return self.forward(x) * len(self.calls)
