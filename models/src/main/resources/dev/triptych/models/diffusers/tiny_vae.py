"""AutoencoderTiny of Hugging Face diffusers: TAESD.

Computes what diffusers 0.34 does (models/autoencoders/autoencoder_tiny.py and vae.py; the model is
Ollin Boer Bohan's TAESD, 2023), from weights of the same names. The layers are numbered; what each is
is seen from its weights, and Java has compared their names and shapes with config.json before: a block
of three convolutions, a convolution, and one without a bias halves the size or follows a doubling.

Shapes: B batch, latents (B, C, H, W), image (B, 3, 8 H, 8 W) with four blocks, values in -1..1.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class TinyVae(Module):
    weights: Dict[str, Tensor]
    packed: Dict[str, Tensor]  # kernels in the order in which oneDNN reads them
    activation: str
    dtype: int  # compute in it
    packs: bool

    def load(self, activation: str, dtype: int, packs: bool):
        """Takes the settings; take() then brings the weights."""
        self.activation = activation
        self.dtype = dtype
        self.packs = packs

    def take(self, names: List[str], copy: bool) -> int:
        """Casts weights, so that none stays mapped with copy; returns the bytes of copies."""
        bytes = 0
        for name in names:
            weight = self.weights[name].to(self.dtype, copy=copy)
            self.weights[name] = weight
            if copy:
                kept = 2 if self.packs and weight.dim() == 4 else 1
                bytes += kept * weight.numel() * weight.element_size()
        return bytes

    def pack(self) -> int:
        """Reorders all kernels once that would be reordered at each call; returns their number."""
        for name, weight in self.weights.items():
            if weight.dim() == 4:
                layer = name[: -len(".weight")]
                stride = self.stride(layer)
                self.packed[layer] = torch.ops.mkldnn._reorder_convolution_weight(
                    weight, [1, 1], [stride, stride], [1, 1], 1, None
                )
        return len(self.packed)

    def stride(self, layer: str) -> int:
        halves = layer.startswith("encoder.") and layer + ".bias" not in self.weights
        return 2 if halves else 1

    def encode_start(self, image: Tensor) -> Tensor:
        return self.enter(image.add(1.0).div(2.0))

    def decode_start(self, latents: Tensor) -> Tensor:
        return self.enter(torch.tanh(latents / 3.0) * 3.0)

    def enter(self, x: Tensor) -> Tensor:
        device = self.weights["decoder.layers.0.weight"].device
        return x.to(device).to(self.dtype).contiguous(memory_format=torch.channels_last)

    def layer(self, x: Tensor, name: str) -> Tensor:
        # one layer of the encoder or the decoder, such as decoder.layers.3
        if name + ".conv.0.weight" in self.weights:
            h = self.activated(self.conv(x, name + ".conv.0"))
            h = self.activated(self.conv(h, name + ".conv.2"))
            return torch.ops.aten.relu_(self.conv(h, name + ".conv.4").add_(x))
        if name + ".weight" in self.weights:
            return self.conv(x, name)
        if name.endswith(".layers.1"):
            return self.activated(x)
        return torch.ops.aten.upsample_nearest2d(x, [2 * x.size(2), 2 * x.size(3)])

    def encode_end(self, x: Tensor) -> Tensor:
        return x.to(torch.float32).contiguous()

    def decode_end(self, x: Tensor) -> Tensor:
        return x.to(torch.float32).mul(2.0).sub(1.0).contiguous()

    def activated(self, x: Tensor) -> Tensor:
        # what is given is not needed any more
        if self.activation == "silu":
            return torch.ops.aten.silu_(x)
        if self.activation == "gelu":
            return F.gelu(x)
        if self.activation == "mish":
            return F.mish(x)
        return torch.ops.aten.relu_(x)

    def conv(self, x: Tensor, name: str) -> Tensor:
        b: Optional[Tensor] = None
        if name + ".bias" in self.weights:
            b = self.weights[name + ".bias"]
        stride = self.stride(name)
        if name in self.packed:
            return torch.ops.mkldnn._convolution_pointwise(
                x, self.packed[name], b, [1, 1], [stride, stride], [1, 1], 1, "none", [], ""
            )
        return torch.conv2d(x, self.weights[name + ".weight"], b, [stride, stride], [1, 1])
