"""Trains a Llama: loss, gradient and optimiser of one step. llama.py comes before this file.

Master weights are float32; the layers cast them to bfloat16, so matrix products and their gradients
run in 16 bits, and norms, softmax and the optimisers in 32. Hidden matrices follow Muon (K. Jordan,
https://kellerjordan.github.io/posts/muon/), embeddings and norms AdamW.
"""

import math
from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from llama import LlamaLayer, angles, rms_norm


def orthogonalized(g: Tensor) -> Tensor:
    """Replaces the singular values of matrices by about 1: five Newton-Schulz steps in bfloat16."""
    norm = torch.sqrt(g.pow(2).sum([-2, -1], keepdim=True)) + 1e-7
    x = (g / norm).to(torch.bfloat16)  # (N, rows ≤ columns, columns)
    for _ in range(5):
        a = torch.bmm(x, x.transpose(1, 2))
        b = torch.baddbmm(a, a, a, beta=-4.7750, alpha=2.0315)
        x = torch.baddbmm(x, b, x, beta=3.4445, alpha=1.0)
    return x.to(torch.float32)


class LlamaTraining(Module):
    weights: Dict[str, Tensor]
    master: Dict[str, Tensor]
    names: List[str]
    matrices: Dict[str, List[str]]
    first: Dict[str, Tensor]
    second: Dict[str, Tensor]
    layers: int
    heads: int
    groups: int
    dim: int
    eps: float
    theta: float
    dropout: float

    def load(
        self, layers: int, heads: int, groups: int, dim: int, eps: float, theta: float,
        dropout: float, names: List[str]
    ) -> int:
        self.layers = layers
        self.heads = heads
        self.groups = groups
        self.dim = dim
        self.eps = eps
        self.theta = theta
        self.dropout = dropout
        self.names = names
        return len(names)

    def adopt(self, unused: Tensor) -> List[Tensor]:
        """Copies mapped weights and moments into trainable memory; moments that lack begin at 0."""
        for name in self.names:
            weight = self.weights[name].to(torch.float32).clone()
            self.master[name] = weight.requires_grad_(True)
            self.first[name] = self.moment_or_zeros("first." + name, weight)
            self.second[name] = self.moment_or_zeros("second." + name, weight)
            if "_proj." in name:
                rows, columns = weight.size(0), weight.size(1)
                shape = str(min(rows, columns)) + "x" + str(max(rows, columns))
                if shape not in self.matrices:
                    self.matrices[shape] = torch.jit.annotate(List[str], [])
                self.matrices[shape].append(name)
        self.weights.clear()
        return [unused]

    def moment_or_zeros(self, name: str, weight: Tensor) -> Tensor:
        if name in self.weights:
            return self.weights[name].clone()
        return torch.zeros_like(weight)

    def losses(self, ids: Tensor, counted: Tensor, dropout: float) -> Tensor:
        """Returns the sum of the cross-entropies of the counted tokens, in nats."""
        length = ids.size(1) - 1  # ids and counted (B, T + 1)
        embedding = self.master["model.embed_tokens.weight"].to(torch.bfloat16)
        x = torch.embedding(embedding, ids[:, :-1])  # (B, T, H)
        x = torch.dropout(x, dropout, dropout > 0.0)
        turn = angles(0, length, self.dim, self.theta, x)
        cos = torch.cos(turn).to(torch.bfloat16)
        sin = torch.sin(turn).to(torch.bfloat16)
        for i in range(self.layers):
            layer = LlamaLayer(
                self.master, i, self.heads, self.groups, self.eps, torch.bfloat16, dropout
            )
            x = layer.forward(x, cos, sin)
        # Only counted positions meet the output layer, the widest of all.
        where = torch.nonzero(counted[:, 1:].reshape(-1)).squeeze(-1)  # (N)
        x = x.reshape(-1, x.size(-1)).index_select(0, where)
        x = rms_norm(x, self.master["model.norm.weight"].to(torch.bfloat16), self.eps)
        head = embedding
        if "lm_head.weight" in self.master:
            head = self.master["lm_head.weight"].to(torch.bfloat16)
        target = ids[:, 1:].reshape(-1).index_select(0, where).to(torch.int64)
        logits = F.linear(x, head).to(torch.float32)  # (N, V)
        return -torch.log_softmax(logits, -1).gather(1, target.unsqueeze(1)).sum()

    def loss(self, ids: Tensor, counted: Tensor) -> Tensor:
        """Returns the same without dropout or gradient, to measure."""
        return self.losses(ids, counted, 0.0)

    def step(
        self, ids: Tensor, counted: Tensor, rows: Tensor, matrix_rate: Tensor, rate: Tensor,
        decay: Tensor, clip: Tensor, number: Tensor
    ) -> List[Tensor]:
        """Takes one step; returns the mean loss of the batch and the norm of its gradient."""
        torch.set_grad_enabled(True)
        names = self.names
        leaves = [self.master[name] for name in names]
        gradients = [torch.zeros_like(leaf) for leaf in leaves]
        total = counted[:, 1:].sum()
        loss = torch.zeros([1])
        piece = int(rows)
        for at in range(0, ids.size(0), piece):  # few rows at once stay in the cache
            part = self.losses(ids[at : at + piece], counted[at : at + piece], self.dropout)
            part = part / total
            found = torch.autograd.grad([part], leaves)
            for i in range(len(gradients)):
                g = found[i]
                assert g is not None
                gradients[i].add_(g)
            loss = loss + part.detach()
        torch.set_grad_enabled(False)
        norm = torch.sqrt(torch.stack([g.pow(2).sum() for g in gradients]).sum())
        scale = torch.clamp(float(clip) / (norm + 1e-6), max=1.0)
        by_name: Dict[str, Tensor] = {}
        for i in range(len(names)):
            by_name[names[i]] = gradients[i].mul_(scale)
        self.follow_muon(by_name, float(matrix_rate), float(decay))
        self.follow_adam(by_name, float(rate), float(number))
        return [loss, norm.reshape(1)]

    def follow_muon(self, gradients: Dict[str, Tensor], rate: float, decay: float) -> int:
        for shape, names in self.matrices.items():
            stack: List[Tensor] = []
            for name in names:
                momentum = self.first[name].lerp_(gradients[name], 0.05)
                g = gradients[name].lerp(momentum, 0.95)  # Nesterov's
                stack.append(g.t() if g.size(0) > g.size(1) else g)
            steps = orthogonalized(torch.stack(stack))
            for i in range(len(names)):
                weight = self.master[names[i]]
                rows, columns = weight.size(0), weight.size(1)
                step = steps[i].t() if rows > columns else steps[i]
                weight.mul_(1.0 - rate * decay)
                weight.add_(step, alpha=-rate * math.sqrt(max(1.0, float(rows) / float(columns))))
        return len(self.matrices)

    def follow_adam(self, gradients: Dict[str, Tensor], rate: float, number: float) -> int:
        steps = 0
        for name in self.names:
            if "_proj." not in name:
                g = gradients[name]
                first = self.first[name].lerp_(g, 0.1)
                second = self.second[name].mul_(0.95).addcmul_(g, g, value=0.05)
                deviation = torch.sqrt(second / (1.0 - math.pow(0.95, number))).add_(1e-10)
                unbiased = rate / (1.0 - math.pow(0.9, number))
                self.master[name].addcdiv_(first, deviation, value=-unbiased)
                steps += 1
        return steps

    def parameter(self, name: str) -> Tensor:
        return self.master[name].detach()

    def moment(self, name: str, which: int) -> Tensor:
        return self.first[name] if which == 1 else self.second[name]
