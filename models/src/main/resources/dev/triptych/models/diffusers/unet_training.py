"""How unet.py learns.

The text comes as token states of two encoders, each with its learned projection.
"""

from typing import Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from optimizer import Muon
from unet import UNet


class UNetTraining(UNet):
    optimizer: Optional[Muon]

    def begin(self, bf16: Tensor) -> Tensor:
        """Starts from the mapped weights or checkpoint; returns the steps already taken.

        With bf16 activations are bfloat16, and the weights that learn stay float32.
        """
        self.dtype = torch.bfloat16 if bool(bf16) else torch.float32
        self.in_place = False
        optimizer = Muon(self.weights)
        self.optimizer = optimizer
        self.weights = optimizer.weights()
        return optimizer.count.clone()

    def loss(
        self,
        latents: Tensor,
        noise: Tensor,
        timesteps: Tensor,
        alphas: Tensor,
        zh: Tensor,
        en: Tensor,
        mask: Tensor,
        weights: Tensor,
    ) -> Tensor:
        """Mean squared error of the predicted velocity (Salimans and Ho, 2022).

        alphas (B) is the share of signal in the variance; zh (B zh, T, 512) and en (B en, T, 384)
        are the captions of the first and of the other pictures, mask (B, T), weights (B, 1, H, W)
        what the error of each cell counts.
        """
        signal = alphas.sqrt()[:, None, None, None]
        sigma = (1.0 - alphas).sqrt()[:, None, None, None]
        text = torch.cat([F.linear(zh, self.weights["zh.weight"]), F.linear(en, self.weights["en.weight"])])
        none = mask[:, :0]
        condition = self.condition(text, mask, none, none, none)
        predicted = self.forward(signal * latents + sigma * noise, timesteps, condition)
        error = (predicted - (signal * noise - sigma * latents)).square()
        return (weights * error).mean() / weights.mean()

    def train_step(
        self,
        latents: Tensor,
        noise: Tensor,
        timesteps: Tensor,
        alphas: Tensor,
        zh: Tensor,
        en: Tensor,
        mask: Tensor,
        weights: Tensor,
        rate: Tensor,
    ) -> Tensor:
        """Learns from one batch; returns its loss."""
        torch.set_grad_enabled(True)
        loss = self.loss(latents, noise, timesteps, alphas, zh, en, mask, weights)
        optimizer = self.optimizer
        assert optimizer is not None
        optimizer.learn(loss, float(rate), 0.999)
        return loss.detach()

    def test_loss(
        self,
        latents: Tensor,
        noise: Tensor,
        timesteps: Tensor,
        alphas: Tensor,
        zh: Tensor,
        en: Tensor,
        mask: Tensor,
        weights: Tensor,
    ) -> Tensor:
        """Returns the loss of one batch under the averaged weights; learns nothing."""
        torch.set_grad_enabled(False)
        optimizer = self.optimizer
        assert optimizer is not None
        self.weights = optimizer.averages()
        loss = self.loss(latents, noise, timesteps, alphas, zh, en, mask, weights)
        self.weights = optimizer.weights()
        return loss

    def state(self, name: str) -> Tensor:
        """Returns one tensor of a checkpoint, such as average:conv_in.weight."""
        optimizer = self.optimizer
        assert optimizer is not None
        return optimizer.state()[name].detach()
