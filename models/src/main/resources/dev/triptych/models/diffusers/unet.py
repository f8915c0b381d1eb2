"""UNet2DConditionModel of Hugging Face diffusers.

Computes what diffusers 0.34 does (models/unets/unet_2d_condition.py, unet_2d_blocks.py), from weights
of the same names. Paper: Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion
Models" (2022). Which layers a block has (transformer and its depth, shortcut, down- or upsampler) is
seen from the weights; Java has compared their names and shapes with config.json before.

What every step of a picture shares, such as keys and values of the text, is worked out once, by
condition(); forward() is one step. Pictures lie in memory as channels_last, so that a position's
channels are a token of attention as they lie.

Shapes: B batch, C channels, H x W of the latents, L = H * W, T text tokens, D width of the text, E
width of the timestep's embedding.
"""

from typing import Dict, List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class UNet(Module):
    weights: Dict[str, Tensor]
    packed: Dict[str, Tensor]  # matrices and kernels in oneDNN's order, which then no weight is
    readers: Dict[str, int]  # attentions that look at the text, and their place in the condition
    width: int  # of the sines and cosines of the timestep
    heads: List[int]  # attention heads, a block, from the finest
    layers: List[int]  # resnets of a down block; an up block has one more
    only_text: List[int]  # 1 if a block's first attention looks at the text, too
    in_padding: int
    out_padding: int
    padding: int  # of the convolutions that halve
    activation: str
    groups: int  # of every group norm
    eps: float
    sine_first: bool  # not flip_sin_to_cos
    freq_shift: float
    added_width: int  # of the sines and cosines of a time id
    center: bool  # center_input_sample
    mid_scale: float
    dtype: int  # compute in it
    packs: bool  # puts matrices and kernels in that order
    in_place: bool  # nothing learns: results that are not needed any more may be overwritten

    def load(
        self,
        width: int,
        heads: List[int],
        layers: List[int],
        only_text: List[int],
        in_padding: int,
        out_padding: int,
        padding: int,
        activation: str,
        groups: int,
        eps: float,
        sine_first: bool,
        freq_shift: float,
        added_width: int,
        center: bool,
        mid_scale: float,
        dtype: int,
        packs: bool,
    ):
        """Takes the settings; take() then brings the weights."""
        self.width = width
        self.heads = heads
        self.layers = layers
        self.only_text = only_text
        self.in_padding = in_padding
        self.out_padding = out_padding
        self.padding = padding
        self.activation = activation
        self.groups = groups
        self.eps = eps
        self.sine_first = sine_first
        self.freq_shift = freq_shift
        self.added_width = added_width
        self.center = center
        self.mid_scale = mid_scale
        self.dtype = dtype
        self.packs = packs
        self.in_place = True

    def reads(self, name: str) -> bool:
        """Says whether an attention looks at the text."""
        if ".attn2." in name:
            return True
        last = len(self.only_text) - 1
        for i in range(last + 1):
            down = name.startswith("down_blocks." + str(i) + ".")
            up = name.startswith("up_blocks." + str(last - i) + ".")
            if (down or up) and self.only_text[i] == 1:
                return True
        return False

    def take(self, names: List[str], copy: bool) -> int:
        """Casts and packs weights, so that none stays mapped with copy; returns the bytes of copies."""
        bytes = 0
        for name in names:
            mapped = self.weights.pop(name)
            if name.endswith(".to_k.weight") and self.reads(name):
                self.readers[name[: -len("to_k.weight")]] = 3 + 2 * len(self.readers)
            if copy:
                bytes += mapped.numel() * self.itemsize()
            if not self.packs or mapped.dim() == 1:
                self.weights[name] = mapped.to(self.dtype, copy=copy)
                continue
            layer = name[: -len(".weight")]
            weight = mapped.to(self.dtype)
            if layer.endswith(".ff.net.0.proj"):
                value, gate = weight.chunk(2)
                self.packed[layer + ".value"] = self.reordered(name, value)
                self.packed[layer + ".gate"] = self.reordered(name, gate)
            else:
                self.packed[layer] = self.reordered(name, weight)
        return bytes

    def itemsize(self) -> int:
        return 4 if self.dtype == torch.float32 else 2

    def reordered(self, name: str, weight: Tensor) -> Tensor:
        """Puts a matrix or a kernel in the order in which oneDNN reads it, else done at each call.

        A kernel's order depends on the picture's size, but from a few cells on it is the same; with
        another one results are the same, and only slower.
        """
        if weight.dim() == 2 or ".attentions." in name:
            return torch.ops.mkldnn._reorder_linear_weight(weight.flatten(1), None)
        stride = 2 if ".downsamplers." in name else 1
        padding = self.padding if stride == 2 else weight.size(2) // 2
        return torch.ops.mkldnn._reorder_convolution_weight(
            weight.contiguous(memory_format=torch.channels_last),
            [padding, padding],
            [stride, stride],
            [1, 1],
            1,
            [2, weight.size(1), 16, 16],
        )

    def condition(
        self, text: Tensor, mask: Tensor, pooled: Tensor, time_ids: Tensor, guidance: Tensor
    ) -> List[Tensor]:
        # text (B, T, D), mask (B, T) 1 = look, 0 = padding, pooled text (B, P), time ids (B, N),
        # embedded guidance (B, G); what is not told has no columns
        # -> bias of the scores (B, 1, 1, T), added embedding (B, E), guidance (B, C0), and the keys
        # (B, T, C) and values (B, T, C) of each attention that looks at the text
        text = text.to(self.dtype)
        bias = ((1.0 - mask.to(torch.float32)) * -10000.0).to(self.dtype)[:, None, None]
        found = [bias, pooled, guidance]
        if pooled.numel() > 0:
            sizes = self.sines(time_ids.flatten(), self.added_width).view(text.size(0), -1)
            x = torch.cat([pooled.to(torch.float32), sizes], 1).to(self.dtype)
            x = F.silu(self.linear(x, "add_embedding.linear_1"))
            found[1] = self.linear(x, "add_embedding.linear_2")
        if guidance.numel() > 0:
            found[2] = self.linear(guidance.to(self.dtype), "time_embedding.cond_proj")
        for name in self.readers.keys():
            found.append(self.linear(text, name + "to_k"))
            found.append(self.linear(text, name + "to_v"))
        return found

    def forward(self, latents: Tensor, timesteps: Tensor, condition: List[Tensor]) -> Tensor:
        # latents (B, C, H, W), timesteps (B) or (1) -> (B, C, H, W), what the model was trained to
        # predict
        x = latents
        if self.center:
            x = 2 * x - 1.0
        x = x.to(self.dtype).contiguous(memory_format=torch.channels_last)
        time = self.time_embedding(timesteps, condition)  # (B, E)

        x = self.conv(x, "conv_in", 1, self.in_padding)
        skips: List[Tensor] = [x]
        last = len(self.layers) - 1
        for i in range(last + 1):
            block = "down_blocks." + str(i) + "."
            for j in range(self.layers[i]):
                x = self.resnet(x, time, block + "resnets." + str(j) + ".")
                x = self.transformer(
                    x, condition, block + "attentions." + str(j) + ".", self.heads[i]
                )
                skips.append(x)
            if block + "downsamplers.0.conv.bias" in self.weights:
                x = self.halve(x, block + "downsamplers.0.conv")
                skips.append(x)

        j = 0
        while "mid_block.resnets." + str(j) + ".conv1.bias" in self.weights:
            x = self.resnet(x, time, "mid_block.resnets." + str(j) + ".")
            if self.mid_scale != 1.0:
                x = x / self.mid_scale
            x = self.transformer(
                x, condition, "mid_block.attentions." + str(j) + ".", self.heads[last]
            )
            j += 1

        for i in range(last + 1):
            block = "up_blocks." + str(i) + "."
            for j in range(self.layers[last - i] + 1):
                x = torch.cat([x, skips.pop()], 1)
                x = self.resnet(x, time, block + "resnets." + str(j) + ".")
                x = self.transformer(
                    x, condition, block + "attentions." + str(j) + ".", self.heads[last - i]
                )
            if block + "upsamplers.0.conv.bias" in self.weights:
                skip = skips[-1]
                x = torch.ops.aten.upsample_nearest2d(x, [skip.size(2), skip.size(3)])
                x = self.conv(x, block + "upsamplers.0.conv", 1, 1)

        x = self.activate(self.group_norm(x, "conv_norm_out", self.eps))
        return self.conv(x, "conv_out", 1, self.out_padding).to(torch.float32).contiguous()

    def time_embedding(self, timesteps: Tensor, condition: List[Tensor]) -> Tensor:
        # (B) -> (B, E), activated as every resnet takes it
        added = condition[1]
        guidance = condition[2]
        x = self.sines(timesteps, self.width).to(self.dtype)
        if guidance.numel() > 0:
            x = x + guidance
        x = self.activate(self.linear(x, "time_embedding.linear_1"))
        x = self.linear(x, "time_embedding.linear_2")
        if added.numel() > 0:
            x = x + added
        return self.activate(x)

    def sines(self, numbers: Tensor, width: int) -> Tensor:
        # Timesteps of diffusers: sines and cosines at several frequencies  (N) -> (N, width)
        half = width // 2
        steps = torch.arange(half, dtype=torch.float32, device=numbers.device)
        frequencies = torch.exp(steps * (-9.210340371976184 / (half - self.freq_shift)))  # ln 10000
        angles = numbers.to(torch.float32)[:, None] * frequencies[None]  # (N, width / 2)
        if self.sine_first:
            return torch.cat([torch.sin(angles), torch.cos(angles)], 1)
        return torch.cat([torch.cos(angles), torch.sin(angles)], 1)

    def resnet(self, x: Tensor, time: Tensor, name: str) -> Tensor:
        # ResnetBlock2D
        h = self.activate(self.group_norm(x, name + "norm1", self.eps))
        h = self.conv(h, name + "conv1", 1, 1)
        h = self.plus(h, self.linear(time, name + "time_emb_proj")[:, :, None, None])
        h = self.activate(self.group_norm(h, name + "norm2", self.eps))
        if name + "conv_shortcut.bias" in self.weights:
            x = self.conv(x, name + "conv_shortcut", 1, 0)
        return self.conv_plus(h, name + "conv2", x)

    def halve(self, x: Tensor, name: str) -> Tensor:
        # Downsample2D
        if self.padding == 0:
            x = torch.constant_pad_nd(x, [0, 1, 0, 1])
        return self.conv(x, name, 2, self.padding)

    def transformer(self, x: Tensor, condition: List[Tensor], name: str, heads: int) -> Tensor:
        # Transformer2DModel, if there is one: each position is a token  (B, C, H, W) -> (B, C, H, W)
        if name + "norm.weight" not in self.weights:
            return x
        size = [x.size(2), x.size(3)]
        bias: Optional[Tensor] = None
        if condition[0].numel() > 0:
            bias = condition[0]
        tokens = x.permute(0, 2, 3, 1).flatten(1, 2)  # (B, L, C)
        h = self.group_norm(x, name + "norm", 1e-6).permute(0, 2, 3, 1).flatten(1, 2)
        h = self.linear(h, name + "proj_in")
        k = 0
        while name + "transformer_blocks." + str(k) + ".norm1.weight" in self.weights:
            block = name + "transformer_blocks." + str(k) + "."
            n = self.layer_norm(h, block + "norm1")
            a = self.attention(n, condition, None, block + "attn1.", heads)
            h = self.linear_plus(a, block + "attn1.to_out.0", h)
            n = self.layer_norm(h, block + "norm2")
            a = self.attention(n, condition, bias, block + "attn2.", heads)
            h = self.linear_plus(a, block + "attn2.to_out.0", h)
            n = self.geglu(self.layer_norm(h, block + "norm3"), block + "ff.net.0.proj")
            h = self.linear_plus(n, block + "ff.net.2", h)
            k += 1
        h = self.linear_plus(h, name + "proj_out", tokens)  # (B, L, C)
        return h.unflatten(1, size).permute(0, 3, 1, 2)

    def attention(
        self, x: Tensor, condition: List[Tensor], bias: Optional[Tensor], name: str, heads: int
    ) -> Tensor:
        # (B, L, C) -> (B, L, C), before the last linear layer; keys and values from the text or from x itself
        q = self.linear(x, name + "to_q")
        if name in self.readers:
            k = condition[self.readers[name]]
            v = condition[self.readers[name] + 1]
        else:
            k = self.linear(x, name + "to_k")
            v = self.linear(x, name + "to_v")
        q = q.unflatten(2, [heads, -1]).transpose(1, 2)  # (B, heads, L, C / heads)
        k = k.unflatten(2, [heads, -1]).transpose(1, 2)
        v = v.unflatten(2, [heads, -1]).transpose(1, 2)
        if self.in_place:
            mixed = F.scaled_dot_product_attention(q, k, v, bias)  # (B, heads, L, C / heads)
        else:  # faster backwards
            scores = torch.matmul(q * q.size(-1) ** -0.5, k.transpose(2, 3))  # (B, heads, L, T)
            if bias is not None:
                scores = scores + bias
            mixed = torch.matmul(torch.softmax(scores, -1), v)
        return mixed.transpose(1, 2).flatten(2)

    def geglu(self, x: Tensor, name: str) -> Tensor:
        # (B, L, C) -> (B, L, 4 C)
        if name + ".gate" in self.packed:
            b, b_gate = self.weights[name + ".bias"].chunk(2)
            gate = torch.ops.mkldnn._linear_pointwise(
                x, self.packed[name + ".gate"], b_gate, "gelu", [], "none"
            )
            return torch.ops.mkldnn._linear_pointwise(
                x, gate, self.packed[name + ".value"], b, "mul"
            )
        value, gate = self.linear(x, name).chunk(2, -1)
        return value * F.gelu(gate)

    def activate(self, x: Tensor) -> Tensor:
        if self.activation == "gelu":
            return F.gelu(x)
        if self.activation == "mish":
            return F.mish(x)
        if self.activation == "relu":
            return F.relu(x)
        return torch.ops.aten.silu_(x) if self.in_place else F.silu(x)

    def plus(self, x: Tensor, y: Tensor) -> Tensor:
        """Adds to a result that nothing else holds."""
        return x.add_(y) if self.in_place else x + y

    def conv(self, x: Tensor, name: str, stride: int, padding: int) -> Tensor:
        b = self.weights[name + ".bias"].to(x.dtype)
        if name in self.packed:
            w = self.packed[name]
            return torch.ops.mkldnn._convolution_pointwise(
                x, w, b, [padding, padding], [stride, stride], [1, 1], 1, "none", [], ""
            )
        w = self.weights[name + ".weight"].to(x.dtype)
        return torch.conv2d(x, w, b, [stride, stride], [padding, padding])

    def conv_plus(self, x: Tensor, name: str, y: Tensor) -> Tensor:
        """Adds a convolution of x to y."""
        if name in self.packed:
            b = self.weights[name + ".bias"]
            return torch.ops.mkldnn._convolution_pointwise(
                x, y, self.packed[name], b, [1, 1], [1, 1], [1, 1], 1, "add", None, None, [], None
            )
        return y + self.conv(x, name, 1, 1)

    def linear_plus(self, x: Tensor, name: str, y: Tensor) -> Tensor:
        """Adds a linear layer of x to y."""
        if name in self.packed:
            b = self.weights[name + ".bias"]
            return torch.ops.mkldnn._linear_pointwise(x, y, self.packed[name], b, "add")
        return y + self.linear(x, name)

    def linear(self, x: Tensor, name: str) -> Tensor:
        # a projection may be stored as a 1 x 1 convolution: the same matrix
        b: Optional[Tensor] = None
        if name + ".bias" in self.weights:
            b = self.weights[name + ".bias"].to(x.dtype)
        if name in self.packed:
            return torch.ops.mkldnn._linear_pointwise(x, self.packed[name], b, "none", [], "")
        return F.linear(x, self.weights[name + ".weight"].to(x.dtype).flatten(1), b)

    def group_norm(self, x: Tensor, name: str, eps: float) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        cells = x.size(2) * x.size(3)
        width = x.size(1) // self.groups
        if not self.in_place or cells >= 1024 or width >= 32:
            return torch.group_norm(x, self.groups, w, b, eps)
        # the same for channels_last, where torch reads memory in small pieces below 1024 cells
        v = x.permute(0, 2, 3, 1).flatten(1, 2).to(torch.float32)  # (B, L, C)
        sums = torch.stack([v.sum(1), (v * v).sum(1)])  # (2, B, C)
        means = sums.unflatten(2, [self.groups, width]).sum(3) / (cells * width)  # (2, B, groups)
        scale = torch.rsqrt(means[1] - means[0] * means[0] + eps)[:, :, None] * w.view(-1, width)
        shift = b.view(-1, width) - means[0][:, :, None] * scale  # (B, groups, width)
        v = torch.addcmul(shift.flatten(1)[:, None], v, scale.flatten(1)[:, None])
        return v.to(x.dtype).unflatten(1, [x.size(2), x.size(3)]).permute(0, 3, 1, 2)

    def layer_norm(self, x: Tensor, name: str) -> Tensor:
        w = self.weights[name + ".weight"].to(x.dtype)
        b = self.weights[name + ".bias"].to(x.dtype)
        return torch.layer_norm(x, [x.size(-1)], w, b, 1e-5)
