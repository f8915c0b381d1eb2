"""CLIP's text model: what Stable Diffusion reads a prompt with.

Computes what CLIPTextModel and CLIPTextModelWithProjection of Hugging Face transformers 4.53 do
(modeling_clip.py; Radford et al., "Learning Transferable Visual Models From Natural Language
Supervision", 2021), from weights of the same names: a transformer whose tokens look back only, norms
before each layer, the state of the end of the text as the state of the whole.

Shapes: B texts, T tokens, H features, D features of a head, P features of the projection.
"""

from typing import Dict, List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class Linear:
    weight: Tensor  # (out, in)
    bias: Tensor  # (out)

    def __init__(self, weights: Dict[str, Tensor], name: str, dtype: int):
        self.weight = weights[name + ".weight"].to(dtype)
        self.bias = weights[name + ".bias"].to(dtype)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class LayerNorm:
    weight: Tensor  # (H)
    bias: Tensor  # (H)
    eps: float

    def __init__(self, weights: Dict[str, Tensor], name: str, eps: float, dtype: int):
        self.weight = weights[name + ".weight"].to(dtype)
        self.bias = weights[name + ".bias"].to(dtype)
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return torch.layer_norm(x, [x.size(-1)], self.weight, self.bias, self.eps)


class ClipLayer:
    heads: int
    quick: bool  # quick_gelu
    norm1: LayerNorm
    query: Linear
    key: Linear
    value: Linear
    output: Linear
    norm2: LayerNorm
    inner: Linear
    outer: Linear

    def __init__(
        self, weights: Dict[str, Tensor], index: int, heads: int, quick: bool, eps: float, dtype: int
    ):
        layer = "text_model.encoder.layers." + str(index) + "."
        self.heads = heads
        self.quick = quick
        self.norm1 = LayerNorm(weights, layer + "layer_norm1", eps, dtype)
        self.query = Linear(weights, layer + "self_attn.q_proj", dtype)
        self.key = Linear(weights, layer + "self_attn.k_proj", dtype)
        self.value = Linear(weights, layer + "self_attn.v_proj", dtype)
        self.output = Linear(weights, layer + "self_attn.out_proj", dtype)
        self.norm2 = LayerNorm(weights, layer + "layer_norm2", eps, dtype)
        self.inner = Linear(weights, layer + "mlp.fc1", dtype)
        self.outer = Linear(weights, layer + "mlp.fc2", dtype)

    def split(self, x: Tensor) -> Tensor:
        x = x.view(x.size(0), x.size(1), self.heads, x.size(2) // self.heads)
        return x.transpose(1, 2)  # (B, heads, T, D)

    def attend(self, x: Tensor) -> Tensor:
        q = self.split(self.query.forward(x))
        k = self.split(self.key.forward(x))
        v = self.split(self.value.forward(x))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output.forward(mixed.transpose(1, 2).flatten(2))

    def activated(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(1.702 * x) if self.quick else F.gelu(x)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attend(self.norm1.forward(x))
        return x + self.outer.forward(self.activated(self.inner.forward(self.norm2.forward(x))))


class ClipText(Module):
    weights: Dict[str, Tensor]
    layers: List[ClipLayer]
    norm: List[LayerNorm]  # one
    end: int  # the token whose state stands for the text; 2: the one with the greatest id
    dtype: int  # compute in it

    def load(self, end: int, dtype: int):
        """Takes the settings; take() then brings the weights, and build() puts them together."""
        self.end = end
        self.dtype = dtype

    def take(self, names: List[str], copy: bool) -> int:
        """Casts weights, so that only tables stay mapped with copy; returns the bytes of copies.

        Of the vocabulary only the tokens of a text are looked up and cast.
        """
        bytes = 0
        for name in names:
            mapped = self.weights.pop(name)
            if ".embeddings." in name:
                self.weights[name] = mapped
            else:
                weight = mapped.to(self.dtype, copy=copy)
                self.weights[name] = weight
                if copy:
                    bytes += weight.numel() * weight.element_size()
        return bytes

    def build(self, layers: int, heads: int, quick: bool, eps: float):
        self.layers = [ClipLayer(self.weights, i, heads, quick, eps, self.dtype) for i in range(layers)]
        self.norm = [LayerNorm(self.weights, "text_model.final_layer_norm", eps, self.dtype)]

    def pooled(self, x: Tensor, ids: Tensor) -> Tensor:
        # The state of the first end of the text (B, T, H) -> (B, P), or (B, H) with no projection.
        # Configurations of before transformers 4.31 call the end 2, which it is not.
        at = ids.argmax(-1) if self.end == 2 else (ids == self.end).to(torch.int32).argmax(-1)
        state = x[torch.arange(x.size(0), device=x.device), at]
        if "text_projection.weight" in self.weights:
            state = F.linear(state, self.weights["text_projection.weight"].to(self.dtype))
        return state

    def forward(self, ids: Tensor, skip: int) -> Tuple[Tensor, Tensor, Tensor]:
        # Token ids (B, T), layers left out at the end -> the last state, normed (B, T, H), the one
        # before it, not normed (B, T, H), and the state of the whole text (B, P), which skips none.
        words = self.weights["text_model.embeddings.token_embedding.weight"]
        positions = self.weights["text_model.embeddings.position_embedding.weight"]
        ids = ids.to(words.device)
        x = torch.embedding(words, ids).to(self.dtype) + positions[: ids.size(1)].to(self.dtype)
        last = x
        penultimate = x
        for i in range(len(self.layers)):
            if i == len(self.layers) - 1 - skip:
                penultimate = x
            x = self.layers[i].forward(x)
            if i == len(self.layers) - 1 - skip:
                last = x
        norm = self.norm[0]
        pooled = self.pooled(norm.forward(x), ids)
        cpu = torch.device("cpu")
        return (
            norm.forward(last).to(torch.float32).to(cpu),
            penultimate.to(torch.float32).to(cpu),
            pooled.to(torch.float32).to(cpu),
        )
