"""A small convolutional network that says which of a few subjects a picture shows.

It judges generated pictures (bench) and takes no part in generating them.
Shapes: B batch, pictures (B, 3, 64, 64) in -1...1, N classes.
"""

from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class Classifier(Module):
    weights: Dict[str, Tensor]
    parameters: List[Tensor]
    first: List[Tensor]
    second: List[Tensor]
    count: Tensor

    def load(self, layers: int) -> int:
        return layers

    def forward(self, x: Tensor) -> Tensor:
        for i in range(5):  # (B, 3, 64, 64) -> (B, 128, 4, 4)
            name = "layers." + str(i)
            stride = 1 if i == 4 else 2
            w = self.weights[name + ".weight"].to(torch.bfloat16)
            b = self.weights[name + ".bias"].to(torch.bfloat16)
            x = torch.conv2d(x.to(torch.bfloat16), w, b, [stride, stride], [1, 1])
            x = F.relu(torch.group_norm(x, 8, None, None, 1e-5))
        x = x.to(torch.float32)
        x = torch.cat([x.mean([2, 3]), x.amax([2, 3])], 1)  # (B, 256)
        return F.linear(x, self.weights["out.weight"], self.weights["out.bias"])  # (B, N)

    def begin(self, count: Tensor) -> Tensor:
        """Goes on after so many steps, with the moments of AdamW that the file holds."""
        self.count = count.reshape([]).clone()
        for name in list(self.weights.keys()):
            if name.startswith("first.") or name.startswith("second."):
                continue
            weight = self.weights[name].to(torch.float32).clone().requires_grad_(True)
            first = torch.zeros_like(weight)
            second = torch.zeros_like(weight)
            if "first." + name in self.weights:
                first.copy_(self.weights["first." + name])
                second.copy_(self.weights["second." + name])
            self.weights[name] = weight
            self.weights["first." + name] = first.detach()
            self.weights["second." + name] = second.detach()
            self.parameters.append(weight)
            self.first.append(self.weights["first." + name])
            self.second.append(self.weights["second." + name])
        return count

    def train_step(self, x: Tensor, labels: Tensor, rate: Tensor) -> Tensor:
        """Learns from one batch by AdamW; returns its cross entropy."""
        torch.set_grad_enabled(True)
        loss = torch.cross_entropy_loss(self.forward(x), labels, label_smoothing=0.05)
        found: List[Tensor] = []
        for gradient in torch.autograd.grad([loss], self.parameters):
            assert gradient is not None
            found.append(gradient)
        torch.set_grad_enabled(False)
        self.count.add_(1.0)
        torch._fused_adamw_(  # lists of the module itself: writes to local ones are dropped
            self.parameters,
            found,
            self.first,
            self.second,
            torch.jit.annotate(List[Tensor], []),
            [self.count for _ in self.parameters],
            lr=float(rate),
            beta1=0.9,
            beta2=0.99,
            weight_decay=0.01,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )
        return loss.detach()

    def state(self, name: str) -> Tensor:
        return self.weights[name].detach()
