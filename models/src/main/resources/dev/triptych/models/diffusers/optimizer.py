"""What the training of unet.py and vae.py shares: gradients, Muon and AdamW, an average of the weights."""

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


def orthogonal(x: Tensor) -> Tensor:
    """Returns about the nearest matrices whose singular values are all alike, near one (Newton-Schulz).

    x (N, rows, columns) holds matrices of one shape. What the iteration makes of y is a polynomial
    of y y^T times y: for long rows it is cheaper to iterate on the small y y^T, in float32.
    """
    wide = x.size(1) <= x.size(2)
    y = x if wide else x.transpose(1, 2)
    y = y / (y.square().sum([1, 2], keepdim=True).sqrt() + 1e-7)
    if y.size(2) >= 2 * y.size(1):
        one = torch.eye(y.size(1), dtype=torch.float32, device=y.device)
        a = torch.matmul(y, y.transpose(1, 2))
        product = 3.4445 * one - 4.7750 * a + 2.0315 * torch.matmul(a, a)
        factor = product
        for _ in range(4):
            a = torch.matmul(torch.matmul(factor, a), factor)
            factor = 3.4445 * one - 4.7750 * a + 2.0315 * torch.matmul(a, a)
            product = torch.matmul(factor, product)
        y = torch.matmul(product, y)
    else:
        y = y.to(torch.bfloat16)
        for _ in range(5):
            a = torch.matmul(y, y.transpose(1, 2))
            b = -4.7750 * a + 2.0315 * torch.matmul(a, a)
            y = 3.4445 * y + torch.matmul(b, y)
    return (y if wide else y.transpose(1, 2)).to(torch.float32)


class Muon:
    """Muon (Jordan et al., 2024) for matrices and convolutions, with the step's size matched to
    AdamW's (Liu et al., "Muon is Scalable for LLM Training", 2025); AdamW without decay for biases
    and norms; and an exponential average of the weights beside them."""

    names: List[str]
    parameters: List[Tensor]
    first: List[Tensor]
    second: List[Tensor]
    average: List[Tensor]
    count: Tensor
    shapes: List[List[int]]  # indices of the matrices that have one shape

    def __init__(self, state: Dict[str, Tensor]):
        # from a checkpoint (NAME, first:NAME, second:NAME, average:NAME, count), or from weights
        self.names = torch.jit.annotate(List[str], [])
        self.parameters = []
        self.first = []
        self.second = []
        self.average = []
        self.count = torch.zeros([], dtype=torch.float32)
        self.shapes = torch.jit.annotate(List[List[int]], [])
        known: Dict[str, int] = {}
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
                if weight.dim() > 1:
                    shape = str(weight.flatten(1).shape)
                    if shape not in known:
                        known[shape] = len(self.shapes)
                        self.shapes.append(torch.jit.annotate(List[int], []))
                    self.shapes[known[shape]].append(len(self.names))
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

    def learn(self, loss: Tensor, rate: float, keep: float) -> int:
        """Takes a step down the loss with clipped gradients; leaves gradients switched off."""
        gradients = clipped_gradients(loss, self.parameters, 1.0)
        torch.set_grad_enabled(False)
        return self.update(gradients, rate, 0.01, keep)

    def update(self, gradients: List[Tensor], rate: float, decay: float, keep: float) -> int:
        """Takes a step: rate of learning, decay of matrices, share of the average that is kept."""
        self.count.add_(1.0)
        correction1 = 1.0 - 0.9 ** float(self.count)
        correction2 = 1.0 - 0.99 ** float(self.count)
        for same in self.shapes:
            moved: List[Tensor] = []
            for i in same:
                first = self.first[i].mul_(0.95).add_(gradients[i])
                moved.append(torch.add(gradients[i], first, alpha=0.95).flatten(1))
            steps = orthogonal(torch.stack(moved))
            size = 0.2 * max(steps.size(1), steps.size(2)) ** 0.5
            for j in range(len(same)):
                parameter = self.parameters[same[j]]
                parameter.mul_(1.0 - rate * decay)
                parameter.sub_(steps[j].view(parameter.shape), alpha=rate * size)
        for i in range(len(self.names)):
            parameter = self.parameters[i]
            if parameter.dim() == 1:
                first = self.first[i].mul_(0.9).add_(gradients[i], alpha=0.1)
                second = self.second[i].mul_(0.99).add_(gradients[i].square(), alpha=0.01)
                root = (second / correction2).sqrt() + 1e-8
                parameter.sub_(first / root, alpha=rate / correction1)
        warm = min(keep, (1.0 + float(self.count)) / (10.0 + float(self.count)))
        for i in range(len(self.names)):
            self.average[i].lerp_(self.parameters[i], 1.0 - warm)
        return int(self.count)
