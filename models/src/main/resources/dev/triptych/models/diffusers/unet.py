"""UNet2DConditionModel of Hugging Face diffusers.

Computes what diffusers 0.34 does (models/unets/unet_2d_condition.py, unet_2d_blocks.py), from weights
of the same names. Paper: Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion
Models" (2022). Which layers a block has (attention, shortcut, down- or upsampler) is seen from the
weights; Java has compared their names and shapes with config.json before.

Shapes: B batch, C channels, H x W of the latents, L = H * W, T text tokens, D width of the text.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class UNet(Module):
    weights: Dict[str, Tensor]
    channels: List[int]  # block_out_channels
    heads: List[int]  # attention heads, a block
    layers: List[int]  # resnets of a down block, a block
    depth: List[int]  # transformer blocks of an attention, a block
    groups: int  # of every group norm
    eps: float
    sine_first: bool  # not flip_sin_to_cos
    freq_shift: float
    center: bool  # center_input_sample
    mid_scale: float
    bf16: bool  # compute in bfloat16

    def load(
        self,
        channels: List[int],
        heads: List[int],
        layers: List[int],
        depth: List[int],
        groups: int,
        eps: float,
        sine_first: bool,
        freq_shift: float,
        center: bool,
        mid_scale: float,
        bf16: bool,
    ) -> int:
        self.channels = channels
        self.heads = heads
        self.layers = layers
        self.depth = depth
        self.groups = groups
        self.eps = eps
        self.sine_first = sine_first
        self.freq_shift = freq_shift
        self.center = center
        self.mid_scale = mid_scale
        self.bf16 = bf16
        return self.cast(torch.bfloat16 if bf16 else torch.float32)

    def cast(self, dtype: int) -> int:
        """Turns weights of another type into this one; returns the bytes of the copies."""
        bytes = 0
        for name, weight in self.weights.items():
            if weight.dtype != dtype:
                self.weights[name] = weight.to(dtype)
                bytes += self.weights[name].numel() * self.weights[name].element_size()
        return bytes

    def forward(self, latents: Tensor, timesteps: Tensor, text: Tensor, mask: Tensor) -> Tensor:
        # latents (B, C, H, W), timesteps (B), text (B, T, D), mask (B, T) 1 = look, 0 = padding
        # -> (B, C, H, W), what the model was trained to predict
        x = latents
        if self.center:
            x = 2 * x - 1.0
        if self.bf16:
            x = x.to(torch.bfloat16)
        text = text.to(x.dtype)
        bias = ((1.0 - mask.to(torch.float32)) * -10000.0).to(x.dtype)[:, None, None]  # (B, 1, 1, T)
        time = self.time_embedding(timesteps, x)  # (B, 4 C0)

        x = self.conv(x, "conv_in", 1, 1)
        skips: List[Tensor] = [x]
        last = len(self.channels) - 1
        for i in range(last + 1):
            block = "down_blocks." + str(i) + "."
            for j in range(self.layers[i]):
                x = self.resnet(x, time, block + "resnets." + str(j) + ".")
                attention = block + "attentions." + str(j) + "."
                if attention + "norm.weight" in self.weights:
                    x = self.transformer(x, text, bias, attention, self.heads[i], self.depth[i])
                skips.append(x)
            if block + "downsamplers.0.conv.weight" in self.weights:
                x = self.conv(x, block + "downsamplers.0.conv", 2, 1)
                skips.append(x)

        if "mid_block.resnets.0.conv1.weight" in self.weights:
            x = self.resnet(x, time, "mid_block.resnets.0.") / self.mid_scale
            if "mid_block.attentions.0.norm.weight" in self.weights:
                x = self.transformer(
                    x, text, bias, "mid_block.attentions.0.", self.heads[last], self.depth[last]
                )
            x = self.resnet(x, time, "mid_block.resnets.1.") / self.mid_scale

        for i in range(last + 1):
            block = "up_blocks." + str(i) + "."
            level = last - i
            for j in range(self.layers[level] + 1):
                x = torch.cat([x, skips.pop()], 1)
                x = self.resnet(x, time, block + "resnets." + str(j) + ".")
                attention = block + "attentions." + str(j) + "."
                if attention + "norm.weight" in self.weights:
                    x = self.transformer(
                        x, text, bias, attention, self.heads[level], self.depth[level]
                    )
            if block + "upsamplers.0.conv.weight" in self.weights:
                skip = skips[-1]
                x = torch.ops.aten.upsample_nearest2d(x, [skip.size(2), skip.size(3)])
                x = self.conv(x, block + "upsamplers.0.conv", 1, 1)

        x = F.silu(self.group_norm(x, "conv_norm_out", self.eps))
        return self.conv(x, "conv_out", 1, 1).to(torch.float32)

    def time_embedding(self, timesteps: Tensor, like: Tensor) -> Tensor:
        # sines and cosines of the timestep, then two linear layers  (B) -> (B, 4 C0)
        half = self.channels[0] // 2
        steps = torch.arange(half, dtype=torch.float32, device=timesteps.device)
        frequencies = torch.exp(steps * (-9.210340371976184 / (half - self.freq_shift)))  # ln 10000
        angles = timesteps.to(torch.float32)[:, None] * frequencies[None]  # (B, C0 / 2)
        if self.sine_first:
            x = torch.cat([torch.sin(angles), torch.cos(angles)], 1)
        else:
            x = torch.cat([torch.cos(angles), torch.sin(angles)], 1)
        x = F.silu(self.linear(x.to(like.dtype), "time_embedding.linear_1"))
        return self.linear(x, "time_embedding.linear_2")

    def resnet(self, x: Tensor, time: Tensor, name: str) -> Tensor:
        # ResnetBlock2D
        h = F.silu(self.group_norm(x, name + "norm1", self.eps))
        h = self.conv(h, name + "conv1", 1, 1)
        h = h + self.linear(F.silu(time), name + "time_emb_proj")[:, :, None, None]
        h = F.silu(self.group_norm(h, name + "norm2", self.eps))
        h = self.conv(h, name + "conv2", 1, 1)
        if name + "conv_shortcut.weight" in self.weights:
            x = self.conv(x, name + "conv_shortcut", 1, 0)
        return x + h

    def transformer(
        self, x: Tensor, text: Tensor, bias: Tensor, name: str, heads: int, depth: int
    ) -> Tensor:
        # Transformer2DModel: each position is a token  (B, C, H, W) -> (B, C, H, W)
        height = x.size(2)
        width = x.size(3)
        h = self.group_norm(x, name + "norm", 1e-6).flatten(2).transpose(1, 2)  # (B, L, C)
        h = self.linear(h, name + "proj_in")
        for k in range(depth):
            block = name + "transformer_blocks." + str(k) + "."
            n = self.layer_norm(h, block + "norm1")
            h = h + self.attention(n, n, None, block + "attn1.", heads)
            n = self.layer_norm(h, block + "norm2")
            h = h + self.attention(n, text, bias, block + "attn2.", heads)
            n = self.layer_norm(h, block + "norm3")
            h = h + self.geglu(n, block + "ff.net.")
        h = self.linear(h, name + "proj_out")
        return x + h.transpose(1, 2).unflatten(2, [height, width])

    def attention(
        self, x: Tensor, context: Tensor, bias: Optional[Tensor], name: str, heads: int
    ) -> Tensor:
        # (B, L, C), (B, T, D) -> (B, L, C)
        q = self.linear(x, name + "to_q").unflatten(2, [heads, -1]).transpose(1, 2)
        k = self.linear(context, name + "to_k").unflatten(2, [heads, -1]).transpose(1, 2)
        v = self.linear(context, name + "to_v").unflatten(2, [heads, -1]).transpose(1, 2)
        if x.size(1) > 1024:  # the matrix of scores would be large
            mixed = F.scaled_dot_product_attention(q, k, v, bias)  # (B, heads, L, C / heads)
        else:  # faster backwards, and the same bytes at any number of threads
            scores = torch.matmul(q * q.size(-1) ** -0.5, k.transpose(2, 3))  # (B, heads, L, T)
            if bias is not None:
                scores = scores + bias
            mixed = torch.matmul(torch.softmax(scores, -1), v)
        return self.linear(mixed.transpose(1, 2).flatten(2), name + "to_out.0")

    def geglu(self, x: Tensor, name: str) -> Tensor:
        value, gate = self.linear(x, name + "0.proj").chunk(2, -1)
        return self.linear(value * F.gelu(gate), name + "2")

    def conv(self, x: Tensor, name: str, stride: int, padding: int) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.conv2d(x, w, b, [stride, stride], [padding, padding])

    def linear(self, x: Tensor, name: str) -> Tensor:
        # a projection may be stored as a 1 x 1 convolution: the same matrix
        w = self.weights[name + ".weight"].to(x.dtype)
        if w.dim() == 4:
            w = w.flatten(1)
        b: Optional[Tensor] = None
        if name + ".bias" in self.weights:
            b = self.weights[name + ".bias"].to(x.dtype)
        return F.linear(x, w, b)

    def group_norm(self, x: Tensor, name: str, eps: float) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.group_norm(x, self.groups, w, b, eps)

    def layer_norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.layer_norm(x, [x.size(-1)], w, b, 1e-5)
