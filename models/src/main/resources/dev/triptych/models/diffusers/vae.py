"""AutoencoderKL of Hugging Face diffusers.

Computes what diffusers 0.34 does (models/autoencoders/autoencoder_kl.py and vae.py), from weights of
the same names. Which layers a block has is seen from the weights; Java has compared their names and
shapes with config.json before.

A caller that must be able to stop takes the layers of decode() and encode() one by one. Pictures lie
in memory as channels_last. To double a picture's size by repeating its numbers and then to convolve
it with a kernel of 3 x 3 is to convolve it, transposed, with one of 4 x 4 that is summed up once: less
than half the products.

Shapes: B batch, latents (B, C, H, W), image (B, 3, 8 H, 8 W) with four blocks, values in -1..1.
"""

from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class Vae(Module):
    weights: Dict[str, Tensor]
    packed: Dict[str, Tensor]  # kernels in the order in which oneDNN reads them
    doubling: Dict[str, Tensor]  # kernels that double the size and convolve (in, out, 4, 4)
    blocks: int
    layers: int  # layers_per_block
    groups: int  # of every group norm
    dtype: int  # compute in it
    packs: bool  # puts kernels in that order
    in_place: bool  # nothing learns: results that are not needed any more may be overwritten

    def load(self, blocks: int, layers: int, groups: int, dtype: int, packs: bool):
        """Takes the settings; take() then brings the weights."""
        self.blocks = blocks
        self.layers = layers
        self.groups = groups
        self.dtype = dtype
        self.packs = packs
        self.in_place = True

    def take(self, names: List[str], copy: bool) -> int:
        """Casts and packs weights, so that none stays mapped with copy; returns the bytes of copies."""
        bytes = 0
        for name in names:
            mapped = self.weights.pop(name)
            name = self.today(name)
            if ".attentions." in name and mapped.dim() == 4:
                mapped = mapped.flatten(1)
            if self.packs and mapped.dim() == 4 and mapped.size(2) == 3:
                weight = self.pack(name[: -len(".weight")], mapped)
            else:
                weight = mapped.to(self.dtype, copy=copy)
                self.weights[name] = weight
            if copy:
                bytes += weight.numel() * weight.element_size()
        return bytes

    def today(self, name: str) -> str:
        """Today's name of a weight in a checkpoint from before diffusers 0.17."""
        if ".attentions." in name:
            name = name.replace(".query.", ".to_q.").replace(".key.", ".to_k.")
            name = name.replace(".value.", ".to_v.").replace(".proj_attn.", ".to_out.0.")
        return name

    def pack(self, layer: str, w: Tensor) -> Tensor:
        """Reorders a kernel once that would be reordered at each call."""
        if ".upsamplers." in layer:
            sums = torch.zeros([w.size(1), w.size(0), 4, 4], device=w.device)
            turned = w.to(torch.float32).flip([2, 3]).transpose(0, 1)
            for i in range(2):
                for j in range(2):
                    sums[:, :, i : i + 3, j : j + 3].add_(turned)
            self.doubling[layer] = sums.to(self.dtype).contiguous(memory_format=torch.channels_last)
            return self.doubling[layer]
        stride = 2 if ".downsamplers." in layer else 1
        padding = 2 - stride
        self.packed[layer] = torch.ops.mkldnn._reorder_convolution_weight(
            w.to(self.dtype), [padding, padding], [stride, stride], [1, 1], 1, None
        )
        return self.packed[layer]

    def enter(self, x: Tensor, name: str) -> Tensor:
        x = x.to(self.weights[name + ".bias"].device).to(self.dtype)
        return x.contiguous(memory_format=torch.channels_last) if self.in_place else x

    def encode_start(self, image: Tensor) -> Tensor:
        return self.conv(self.enter(image, "encoder.conv_in"), "encoder.conv_in", 1, 1)

    def encode_resnet(self, x: Tensor, i: int, j: int) -> Tensor:
        return self.resnet(x, "encoder.down_blocks." + str(i) + ".resnets." + str(j) + ".")

    def encode_down(self, x: Tensor, i: int) -> Tensor:
        name = "encoder.down_blocks." + str(i) + ".downsamplers.0.conv"
        if name + ".bias" in self.weights:
            x = self.conv(torch.constant_pad_nd(x, [0, 1, 0, 1]), name, 2, 0)
        return x

    def encode_end(self, x: Tensor) -> Tensor:
        # -> mean and logarithm of the variance, side by side  (B, 2 C, H, W)
        x = self.mid_block(x, "encoder.mid_block.")
        x = self.silu(self.group_norm(x, "encoder.conv_norm_out"))
        x = self.conv(x, "encoder.conv_out", 1, 1)
        if "quant_conv.weight" in self.weights:
            x = self.conv(x, "quant_conv", 1, 0)
        return x.to(torch.float32).contiguous()

    def decode_start(self, latents: Tensor) -> Tensor:
        x = self.enter(latents, "decoder.conv_in")
        if "post_quant_conv.weight" in self.weights:
            x = self.conv(x, "post_quant_conv", 1, 0)
        x = self.conv(x, "decoder.conv_in", 1, 1)
        return self.mid_block(x, "decoder.mid_block.")

    def decode_resnet(self, x: Tensor, i: int, j: int) -> Tensor:
        return self.resnet(x, "decoder.up_blocks." + str(i) + ".resnets." + str(j) + ".")

    def decode_up(self, x: Tensor, i: int) -> Tensor:
        name = "decoder.up_blocks." + str(i) + ".upsamplers.0.conv"
        if name in self.doubling:
            b = self.weights[name + ".bias"]
            return torch.conv_transpose2d(x, self.doubling[name], b, [2, 2], [1, 1])
        if name + ".bias" in self.weights:
            x = torch.ops.aten.upsample_nearest2d(x, [2 * x.size(2), 2 * x.size(3)])
            x = self.conv(x, name, 1, 1)
        return x

    def decode_end(self, x: Tensor) -> Tensor:
        x = self.silu(self.group_norm(x, "decoder.conv_norm_out"))
        return self.conv(x, "decoder.conv_out", 1, 1).to(torch.float32).contiguous()

    def encode(self, image: Tensor) -> Tensor:
        # (B, 3, 8 H, 8 W) -> mean and logarithm of the variance (B, 2 C, H, W)
        x = self.encode_start(image)
        for i in range(self.blocks):
            for j in range(self.layers):
                x = self.encode_resnet(x, i, j)
            x = self.encode_down(x, i)
        return self.encode_end(x)

    def decode(self, latents: Tensor) -> Tensor:
        # (B, C, H, W) -> (B, 3, 8 H, 8 W)
        x = self.decode_start(latents)
        for i in range(self.blocks):
            for j in range(self.layers + 1):
                x = self.decode_resnet(x, i, j)
            x = self.decode_up(x, i)
        return self.decode_end(x)

    def mid_block(self, x: Tensor, name: str) -> Tensor:
        x = self.resnet(x, name + "resnets.0.")
        if name + "attentions.0.to_q.weight" in self.weights:
            x = self.attention(x, name + "attentions.0.")
        return self.resnet(x, name + "resnets.1.")

    def resnet(self, x: Tensor, name: str) -> Tensor:
        # ResnetBlock2D without a timestep
        h = self.silu(self.group_norm(x, name + "norm1"))
        h = self.conv(h, name + "conv1", 1, 1)
        h = self.silu(self.group_norm(h, name + "norm2"))
        h = self.conv(h, name + "conv2", 1, 1)
        if name + "conv_shortcut.weight" in self.weights:
            x = self.conv(x, name + "conv_shortcut", 1, 0)
        return self.plus(h, x)

    def attention(self, x: Tensor, name: str) -> Tensor:
        # one head over all positions
        size = [x.size(2), x.size(3)]
        h = self.group_norm(x, name + "group_norm").permute(0, 2, 3, 1).flatten(1, 2)  # (B, H W, C)
        q = self.linear(h, name + "to_q")[:, None]  # (B, 1, H W, C)
        k = self.linear(h, name + "to_k")[:, None]
        v = self.linear(h, name + "to_v")[:, None]
        h = F.scaled_dot_product_attention(q, k, v)[:, 0]
        h = self.linear(h, name + "to_out.0")
        return self.plus(h.unflatten(1, size).permute(0, 3, 1, 2), x)

    def silu(self, x: Tensor) -> Tensor:
        return torch.ops.aten.silu_(x) if self.in_place else F.silu(x)

    def plus(self, x: Tensor, y: Tensor) -> Tensor:
        """Adds to a result that nothing else holds."""
        return x.add_(y) if self.in_place else x + y

    def conv(self, x: Tensor, name: str, stride: int, padding: int) -> Tensor:
        b = self.weights[name + ".bias"].to(x.dtype)
        if name in self.packed:
            return torch.ops.mkldnn._convolution_pointwise(
                x, self.packed[name], b, [padding, padding], [stride, stride], [1, 1], 1, "none", [], ""
            )
        w = self.weights[name + ".weight"].to(x.dtype)
        return torch.conv2d(x, w, b, [stride, stride], [padding, padding])

    def linear(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return F.linear(x, w, b)

    def group_norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.group_norm(x, self.groups, w, b, 1e-6)
