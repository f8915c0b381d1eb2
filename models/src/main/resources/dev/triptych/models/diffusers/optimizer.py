"""What the training of unet.py and vae.py shares: gradients, AdamW, an average of the weights."""

from typing import Dict, List

import torch
from torch import Tensor


def clipped_gradients(loss: Tensor, parameters: List[Tensor], limit: float) -> List[Tensor]:
    """Returns the gradient of each parameter; their norm taken together is at most the limit."""
    found: List[Tensor] = []
    for gradient in torch.autograd.grad([loss], parameters):
        if gradient is not None:
            found.append(gradient)
    squares = torch.stack([g.square().sum() for g in found])
    scale = (limit / (squares.sum().sqrt() + 1e-6)).clamp(max=1.0)
    for g in found:
        g.mul_(scale)
    return found


class AdamW:
    """Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), without decay of
    biases and norms, and an exponential average of the weights beside them."""

    names: List[str]
    parameters: List[Tensor]
    first: List[Tensor]
    second: List[Tensor]
    average: List[Tensor]
    count: Tensor

    def __init__(self, state: Dict[str, Tensor]):
        # from a checkpoint (NAME, first:NAME, second:NAME, average:NAME, count), or from weights
        self.names = torch.jit.annotate(List[str], [])
        self.parameters = []
        self.first = []
        self.second = []
        self.average = []
        self.count = torch.zeros([], dtype=torch.float32)
        if "count" in state:
            self.count = state["count"].clone()
        for name, stored in state.items():
            if ":" not in name and name != "count":
                weight = stored.to(torch.float32).clone()
                first = torch.zeros_like(weight)
                second = torch.zeros_like(weight)
                average = weight.clone()
                if "first:" + name in state:
                    first = state["first:" + name].clone()
                    second = state["second:" + name].clone()
                    average = state["average:" + name].clone()
                self.names.append(name)
                self.parameters.append(weight.requires_grad_(True))
                self.first.append(first)
                self.second.append(second)
                self.average.append(average)

    def weights(self) -> Dict[str, Tensor]:
        """Returns the parameters by name: the same tensors, which change as they learn."""
        found: Dict[str, Tensor] = {}
        for i in range(len(self.names)):
            found[self.names[i]] = self.parameters[i]
        return found

    def averages(self) -> Dict[str, Tensor]:
        """Returns the average of the weights by name: the same tensors, which change."""
        found: Dict[str, Tensor] = {}
        for i in range(len(self.names)):
            found[self.names[i]] = self.average[i]
        return found

    def state(self) -> Dict[str, Tensor]:
        """Returns what a checkpoint holds."""
        found = self.weights()
        for i in range(len(self.names)):
            found["first:" + self.names[i]] = self.first[i]
            found["second:" + self.names[i]] = self.second[i]
            found["average:" + self.names[i]] = self.average[i]
        found["count"] = self.count
        return found

    def update(self, gradients: List[Tensor], rate: float, decay: float, keep: float) -> int:
        """Takes a step: rate of learning, decay of matrices, share of the average that is kept."""
        self.count.add_(1.0)
        for parameter in self.parameters:
            if parameter.dim() > 1:
                parameter.mul_(1.0 - rate * decay)
        torch._fused_adamw_(
            self.parameters,
            gradients,
            self.first,
            self.second,
            torch.jit.annotate(List[Tensor], []),
            [self.count for _ in self.parameters],
            lr=rate,
            beta1=0.9,
            beta2=0.99,
            weight_decay=0.0,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
        warm = min(keep, (1.0 + float(self.count)) / (10.0 + float(self.count)))
        for i in range(len(self.names)):
            self.average[i].lerp_(self.parameters[i], 1.0 - warm)
        return int(self.count)
