# AutoencoderKL of Hugging Face diffusers, as one readable program.
#
# Reference: diffusers 0.34, models/autoencoders/autoencoder_kl.py and vae.py.
# Weights are taken by the names they have in diffusion_pytorch_model.safetensors. Which layers a
# block has is seen from the weights; Java has compared their names and shapes with config.json.
#
# decode() and encode() are cut into pieces, one a block, so that a caller may stop between two:
#   x = decode_start(z); for i in range(blocks): x = decode_block(x, i); image = decode_end(x)
# Shapes: B batch, latents (B, C, H, W), image (B, 3, 8 H, 8 W) with four blocks, values in -1..1.
from typing import Dict

import torch
import torch.nn.functional as F
from torch import Tensor


class Vae(torch.nn.Module):
    weights: Dict[str, Tensor]
    blocks: int
    layers: int  # layers_per_block
    groups: int  # of every group norm
    bf16: bool  # compute in bfloat16

    def configure(self, blocks: int, layers: int, groups: int, bf16: bool) -> int:
        self.blocks = blocks
        self.layers = layers
        self.groups = groups
        self.bf16 = bf16
        return len(self.weights)

    def encode_start(self, image: Tensor) -> Tensor:
        x = image
        if self.bf16:
            x = x.to(torch.bfloat16)
        return self.conv(x, "encoder.conv_in", 1, 1)

    def encode_block(self, x: Tensor, i: int) -> Tensor:
        block = "encoder.down_blocks." + str(i) + "."
        for j in range(self.layers):
            x = self.resnet(x, block + "resnets." + str(j) + ".")
        if block + "downsamplers.0.conv.weight" in self.weights:
            x = torch.constant_pad_nd(x, [0, 1, 0, 1])
            x = self.conv(x, block + "downsamplers.0.conv", 2, 0)
        return x

    def encode_end(self, x: Tensor) -> Tensor:
        # -> mean and logarithm of the variance, side by side  (B, 2 C, H, W)
        x = self.mid_block(x, "encoder.mid_block.")
        x = F.silu(self.group_norm(x, "encoder.conv_norm_out"))
        x = self.conv(x, "encoder.conv_out", 1, 1)
        if "quant_conv.weight" in self.weights:
            x = self.conv(x, "quant_conv", 1, 0)
        return x.to(torch.float)

    def decode_start(self, latents: Tensor) -> Tensor:
        x = latents
        if self.bf16:
            x = x.to(torch.bfloat16)
        if "post_quant_conv.weight" in self.weights:
            x = self.conv(x, "post_quant_conv", 1, 0)
        x = self.conv(x, "decoder.conv_in", 1, 1)
        return self.mid_block(x, "decoder.mid_block.")

    def decode_block(self, x: Tensor, i: int) -> Tensor:
        block = "decoder.up_blocks." + str(i) + "."
        for j in range(self.layers + 1):
            x = self.resnet(x, block + "resnets." + str(j) + ".")
        if block + "upsamplers.0.conv.weight" in self.weights:
            x = self.conv(self.nearest(x), block + "upsamplers.0.conv", 1, 1)
        return x

    def decode_end(self, x: Tensor) -> Tensor:
        x = F.silu(self.group_norm(x, "decoder.conv_norm_out"))
        return self.conv(x, "decoder.conv_out", 1, 1).to(torch.float)

    def encode(self, image: Tensor) -> Tensor:
        # (B, 3, 8 H, 8 W) -> mean and logarithm of the variance (B, 2 C, H, W)
        x = self.encode_start(image)
        for i in range(self.blocks):
            x = self.encode_block(x, i)
        return self.encode_end(x)

    def decode(self, latents: Tensor) -> Tensor:
        # (B, C, H, W) -> (B, 3, 8 H, 8 W)
        x = self.decode_start(latents)
        for i in range(self.blocks):
            x = self.decode_block(x, i)
        return self.decode_end(x)

    def mid_block(self, x: Tensor, name: str) -> Tensor:
        x = self.resnet(x, name + "resnets.0.")
        if name + "attentions.0.to_q.weight" in self.weights:
            x = self.attention(x, name + "attentions.0.")
        return self.resnet(x, name + "resnets.1.")

    def resnet(self, x: Tensor, name: str) -> Tensor:
        # ResnetBlock2D without a timestep
        h = F.silu(self.group_norm(x, name + "norm1"))
        h = self.conv(h, name + "conv1", 1, 1)
        h = F.silu(self.group_norm(h, name + "norm2"))
        h = self.conv(h, name + "conv2", 1, 1)
        if name + "conv_shortcut.weight" in self.weights:
            x = self.conv(x, name + "conv_shortcut", 1, 0)
        return x + h

    def attention(self, x: Tensor, name: str) -> Tensor:
        # one head over all positions
        height = x.size(2)
        width = x.size(3)
        h = self.group_norm(x, name + "group_norm").flatten(2).transpose(1, 2)  # (B, H W, C)
        q = self.linear(h, name + "to_q")[:, None]  # (B, 1, H W, C)
        k = self.linear(h, name + "to_k")[:, None]
        v = self.linear(h, name + "to_v")[:, None]
        h = F.scaled_dot_product_attention(q, k, v)[:, 0]
        h = self.linear(h, name + "to_out.0")
        return x + h.transpose(1, 2).unflatten(2, [height, width])

    def nearest(self, x: Tensor) -> Tensor:
        # each position becomes 2 x 2
        b = x.size(0)
        c = x.size(1)
        h = x.size(2)
        w = x.size(3)
        return x[:, :, :, None, :, None].expand(b, c, h, 2, w, 2).reshape(b, c, 2 * h, 2 * w)

    def conv(self, x: Tensor, name: str, stride: int, padding: int) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.conv2d(x, w, b, [stride, stride], [padding, padding])

    def linear(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return F.linear(x, w, b)

    def group_norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.group_norm(x, self.groups, w, b, 1e-6)
