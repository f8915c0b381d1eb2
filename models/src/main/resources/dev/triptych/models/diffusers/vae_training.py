"""How vae.py learns."""

from typing import List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor

from optimizer import Muon
from vae import Vae


class VaeTraining(Vae):
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

    def losses(self, image: Tensor, noise: Tensor, kl_weight: float) -> List[Tensor]:
        """Returns the loss, the mean absolute error, and the KL divergence a latent number.

        The error counts in full, in its bands (a Laplacian pyramid of four levels, so that edges and
        texture weigh as much as colour), and in its differences between neighbours. noise has the
        shape of the latents.
        """
        moments = self.encode(image)
        mean, log_variance = moments.chunk(2, 1)
        log_variance = log_variance.clamp(-30.0, 20.0)
        error = self.decode(mean + torch.exp(0.5 * log_variance) * noise) - image
        absolute = error.abs().mean()
        kl = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).mean()
        across = (error[:, :, :, 1:] - error[:, :, :, :-1]).abs().mean()
        down = (error[:, :, 1:] - error[:, :, :-1]).abs().mean()
        loss = absolute + 0.5 * (across + down) + kl_weight * kl
        for _ in range(3):
            coarse = F.avg_pool2d(error, [2, 2])
            fine = torch.ops.aten.upsample_nearest2d(coarse, [error.size(2), error.size(3)])
            loss = loss + (error - fine).abs().mean()
            error = coarse
        loss = loss + error.abs().mean()
        return [loss, absolute, kl]

    def train_step(self, image: Tensor, noise: Tensor, kl_weight: Tensor, rate: Tensor) -> List[Tensor]:
        """Learns from one batch; returns its losses."""
        torch.set_grad_enabled(True)
        losses = self.losses(image, noise, float(kl_weight))
        optimizer = self.optimizer
        assert optimizer is not None
        optimizer.learn(losses[0], float(rate), 0.998)
        return [loss.detach() for loss in losses]

    def test_losses(self, image: Tensor, noise: Tensor, kl_weight: Tensor) -> List[Tensor]:
        """Returns the losses of one batch under the averaged weights; learns nothing."""
        torch.set_grad_enabled(False)
        optimizer = self.optimizer
        assert optimizer is not None
        self.weights = optimizer.averages()
        losses = self.losses(image, noise, float(kl_weight))
        self.weights = optimizer.weights()
        return losses

    def state(self, name: str) -> Tensor:
        """Returns one tensor of a checkpoint, such as average:encoder.conv_in.weight."""
        optimizer = self.optimizer
        assert optimizer is not None
        return optimizer.state()[name].detach()
