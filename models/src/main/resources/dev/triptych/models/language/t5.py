"""T5: an encoder that reads a source, and a decoder that writes from it.

Computes what T5ForConditionalGeneration and MT5ForConditionalGeneration of Hugging Face transformers
do (modeling_t5.py; Raffel et al., 2020), from weights of the same names. Norms are of the root mean
square, attention is not scaled but biased by the distance of positions, and linear layers have no
biases.

Shapes: B rows, T tokens read, S tokens seen, H features, D features of a head.
"""

import math
from typing import Dict, List

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    wide = x.to(torch.float32)
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + eps)
    return weight * wide.to(weight.dtype)


def buckets(distances: Tensor, both_ways: bool, count: int, farthest: int) -> Tensor:
    """Returns the bucket of each distance, the position of the key minus that of the query.

    Near distances have one each, far ones share them by their logarithm, and all from the farthest on
    are in the last. Both ways, keys after the query have the second half of the buckets.
    """
    first = torch.zeros_like(distances)
    if both_ways:
        count = count // 2
        first = (distances > 0).to(torch.int64) * count
        distances = distances.abs()
    else:
        distances = (-distances).clamp(min=0)
    exact = count // 2
    far = torch.log(distances.to(torch.float32) / exact) / math.log(farthest / exact) * (count - exact)
    shared = (exact + far.to(torch.int64)).clamp(max=count - 1)
    return first + torch.where(distances < exact, distances, shared)


def attended(q: Tensor, k: Tensor, v: Tensor, bias: Tensor) -> Tensor:
    """Attends without scale; the bias is added to the scores."""  # (B, heads, T, D)
    if q.dtype == torch.float32 and q.size(2) == 1:
        # Fused attention with one query differs by the number of threads in float32.
        mixed = torch.matmul(torch.softmax(torch.matmul(q, k.transpose(2, 3)) + bias, -1), v)
    else:
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=bias, scale=1.0)
    return mixed.transpose(1, 2).flatten(2)  # (B, T, heads D)


def split(x: Tensor, heads: int) -> Tensor:
    """Turns the features of heads, (B, T, heads D), into heads of features, (B, heads, T, D)."""
    return x.view(x.size(0), x.size(1), heads, x.size(2) // heads).transpose(1, 2)


class T5Attention:
    """Attention of positions to each other, or to a source: with the norm before it."""

    heads: int
    eps: float
    norm: Tensor  # (H)
    query: Tensor  # (heads D, H)
    key: Tensor  # (heads D, H)
    value: Tensor  # (heads D, H)
    output: Tensor  # (H, heads D)

    def __init__(
        self, weights: Dict[str, Tensor], layer: str, kind: str, heads: int, eps: float, dtype: int
    ):
        self.heads = heads
        self.eps = eps
        self.norm = weights[layer + "layer_norm.weight"].to(dtype)
        self.query = weights[layer + kind + ".q.weight"].to(dtype)
        self.key = weights[layer + kind + ".k.weight"].to(dtype)
        self.value = weights[layer + kind + ".v.weight"].to(dtype)
        self.output = weights[layer + kind + ".o.weight"].to(dtype)

    def normed(self, x: Tensor) -> Tensor:
        return rms_norm(x, self.norm, self.eps)

    def keys(self, x: Tensor) -> Tensor:
        return split(F.linear(x, self.key), self.heads)

    def values(self, x: Tensor) -> Tensor:
        return split(F.linear(x, self.value), self.heads)

    def forward(self, normed: Tensor, keys: Tensor, values: Tensor, bias: Tensor) -> Tensor:
        q = split(F.linear(normed, self.query), self.heads)
        return F.linear(attended(q, keys, values, bias), self.output)


class T5FeedForward:
    activation: str
    eps: float
    norm: Tensor  # (H)
    inner: List[Tensor]  # (I, H), and with a gate another
    output: Tensor  # (H, I)

    def __init__(
        self, weights: Dict[str, Tensor], layer: str, gated: bool, activation: str, eps: float,
        dtype: int, output_dtype: int
    ):
        name = layer + "DenseReluDense."
        self.activation = activation
        self.eps = eps
        self.norm = weights[layer + "layer_norm.weight"].to(dtype)
        inner = ["wi_0", "wi_1"] if gated else ["wi"]
        self.inner = [weights[name + part + ".weight"].to(dtype) for part in inner]
        self.output = weights[name + "wo.weight"].to(output_dtype)

    def activated(self, x: Tensor) -> Tensor:
        if self.activation == "relu":
            return F.relu(x)
        if self.activation == "silu":
            return F.silu(x)
        if self.activation == "gelu":
            return F.gelu(x)
        return F.gelu(x, approximate="tanh")

    def forward(self, x: Tensor) -> Tensor:
        x = rms_norm(x, self.norm, self.eps)
        inner = self.activated(F.linear(x, self.inner[0]))
        if len(self.inner) > 1:
            inner = inner * F.linear(x, self.inner[1])
        return F.linear(inner.to(self.output.dtype), self.output)


class T5EncoderLayer:
    attention: T5Attention
    feed_forward: T5FeedForward

    def __init__(self, attention: T5Attention, feed_forward: T5FeedForward):
        self.attention = attention
        self.feed_forward = feed_forward

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        normed = self.attention.normed(x)
        keys = self.attention.keys(normed)
        x = x + self.attention.forward(normed, keys, self.attention.values(normed), bias)
        return x + self.feed_forward.forward(x)


class T5DecoderLayer:
    attention: T5Attention
    cross: T5Attention
    feed_forward: T5FeedForward

    def __init__(self, attention: T5Attention, cross: T5Attention, feed_forward: T5FeedForward):
        self.attention = attention
        self.cross = cross
        self.feed_forward = feed_forward

    def read_source(self, encoded: Tensor) -> Tensor:
        """Returns keys and values of an encoded source, (2, 1, heads, S, D)."""
        return torch.stack([self.cross.keys(encoded), self.cross.values(encoded)])

    def forward(
        self, x: Tensor, cache: Tensor, positions: Tensor, bias: Tensor, source: Tensor,
        source_bias: Tensor
    ) -> Tensor:
        normed = self.attention.normed(x)
        keys = self.attention.keys(normed)
        index = positions[:, None, :, None].expand(keys.shape)
        cache[0].scatter_(2, index, keys)  # (2, B, heads, capacity, D)
        cache[1].scatter_(2, index, self.attention.values(normed))
        seen = cache[:, :, :, : bias.size(3)]
        x = x + self.attention.forward(normed, seen[0], seen[1], bias)
        x = x + self.cross.forward(self.cross.normed(x), source[0], source[1], source_bias)
        return x + self.feed_forward.forward(x)


class T5(Module):
    weights: Dict[str, Tensor]
    encoder: List[T5EncoderLayer]
    decoder: List[T5DecoderLayer]
    embedding: Tensor  # (V, H)
    encoder_norm: Tensor  # (H)
    decoder_norm: Tensor  # (H)
    encoder_bias: Tensor  # (buckets, heads)
    decoder_bias: Tensor  # (buckets, heads)
    head: Tensor  # (V, H)
    head_scale: float
    heads: int
    dim: int
    farthest: int  # distance from which on all are in the last bucket
    eps: float

    def load(
        self, embedding: str, encoder_layers: int, decoder_layers: int, heads: int, dim: int,
        farthest: int, gated: bool, activation: str, tied: bool, eps: float, dtype: int,
        output_dtype: int
    ) -> int:
        """Picks the weights by name; the output layers of feed-forwards may be of another type."""
        weights = self.weights
        own = "SelfAttention"
        for i in range(encoder_layers):
            layer = "encoder.block." + str(i) + ".layer."
            attention = T5Attention(weights, layer + "0.", own, heads, eps, dtype)
            feed_forward = T5FeedForward(
                weights, layer + "1.", gated, activation, eps, dtype, output_dtype
            )
            self.encoder.append(T5EncoderLayer(attention, feed_forward))
        for i in range(decoder_layers):
            layer = "decoder.block." + str(i) + ".layer."
            attention = T5Attention(weights, layer + "0.", own, heads, eps, dtype)
            cross = T5Attention(weights, layer + "1.", "EncDecAttention", heads, eps, dtype)
            feed_forward = T5FeedForward(
                weights, layer + "2.", gated, activation, eps, dtype, output_dtype
            )
            self.decoder.append(T5DecoderLayer(attention, cross, feed_forward))
        self.embedding = weights[embedding].to(dtype)
        self.encoder_norm = weights["encoder.final_layer_norm.weight"].to(dtype)
        self.decoder_norm = weights["decoder.final_layer_norm.weight"].to(dtype)
        first = "coder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        self.encoder_bias = weights["en" + first].to(dtype)
        self.decoder_bias = weights["de" + first].to(dtype)
        if tied:
            self.head = self.embedding
            self.head_scale = 1.0 / math.sqrt(float(self.embedding.size(1)))
        else:
            self.head = weights["lm_head.weight"].to(dtype)
            self.head_scale = 1.0
        self.heads = heads
        self.dim = dim
        self.farthest = farthest
        self.eps = eps
        self.weights.clear()
        return encoder_layers + decoder_layers

    def encode(self, ids: Tensor) -> Tensor:
        """Reads a source (1, S); each decoder layer's keys and values of it, (layers, 2, 1, heads, S, D)."""
        ids = ids.to(self.embedding.device)
        x = torch.embedding(self.embedding, ids)
        length = ids.size(1)
        distances = torch.arange(1 - length, length, dtype=torch.int64, device=ids.device)
        bucket = buckets(distances, True, self.encoder_bias.size(0), self.farthest)
        by_distance = torch.embedding(self.encoder_bias, bucket).t()  # (heads, 2 S - 1)
        # Query t sees key s at the distance s - t: row t is the window that begins at S - 1 - t.
        bias = by_distance.unfold(1, length, 1).flip(1).unsqueeze(0)  # (1, heads, S, S)
        for layer in self.encoder:
            x = layer.forward(x, bias)
        x = rms_norm(x, self.encoder_norm, self.eps)
        return torch.stack([layer.read_source(x) for layer in self.decoder])

    def beside(self, sources: List[Tensor], width: int) -> Tensor:
        """Returns the keys and values of several sources as rows, each padded to the width."""
        padded = [F.pad(source, [0, 0, 0, width - source.size(4)]) for source in sources]
        return torch.cat(padded, 2)

    def empty(self, rows: int, capacity: int) -> Tensor:
        """Returns a cache of the decoder's own keys and values, with room for so many positions."""
        shape = [len(self.decoder), 2, rows, self.heads, capacity, self.dim]
        return torch.zeros(shape, dtype=self.embedding.dtype, device=self.embedding.device)

    def grown(self, cache: Tensor, capacity: int) -> Tensor:
        """Returns a larger cache that begins like the one given."""
        larger = self.empty(cache.size(2), capacity)
        larger[:, :, :, :, : cache.size(4)] = cache
        return larger

    def selected(self, cache: Tensor, rows: List[int]) -> Tensor:
        """Returns copies of some rows of a cache, or of the sources' keys and values."""
        return cache.index_select(2, torch.tensor(rows, device=cache.device))

    def hidden(
        self, ids: Tensor, starts: List[int], cache: Tensor, sources: Tensor, widths: List[int]
    ) -> Tensor:
        device = self.embedding.device
        ids = ids.to(device)
        x = torch.embedding(self.embedding, ids)  # (B, T, H)
        length = ids.size(1)
        positions = torch.tensor(starts, device=device)[:, None] + torch.arange(length, device=device)
        keys = torch.arange(max(starts) + length, device=device)
        distances = keys - positions[:, :, None]  # (B, T, S)
        bucket = buckets(distances, False, self.decoder_bias.size(0), self.farthest)
        bias = torch.embedding(self.decoder_bias, bucket).permute(0, 3, 1, 2)  # (B, heads, T, S)
        bias = bias.masked_fill((distances > 0)[:, None], float("-inf"))
        beyond = torch.arange(sources.size(4), device=device) >= torch.tensor(widths, device=device)[:, None]
        source_bias = torch.zeros(beyond.shape, dtype=bias.dtype, device=device)
        source_bias = source_bias.masked_fill(beyond, float("-inf"))[:, None, None]  # (B, 1, 1, source)
        for i, layer in enumerate(self.decoder):
            x = layer.forward(x, cache[i], positions, bias, sources[i], source_bias)
        return rms_norm(x, self.decoder_norm, self.eps) * self.head_scale

    def forward(
        self,
        ids: Tensor,
        counts: List[int],
        starts: List[int],
        cache: Tensor,
        sources: Tensor,
        widths: List[int],
    ) -> Tensor:
        """Reads the first counts[b] ids of each row b of (B, T), after its first starts[b] positions.

        Returns the logits of the last of them, (B, V).
        """
        x = self.hidden(ids, starts, cache, sources, widths)
        last = (torch.tensor(counts, device=x.device) - 1).clamp(min=0)
        x = x[torch.arange(x.size(0), device=x.device), last]
        return F.linear(x, self.head).to(torch.float32)

    def read(self, ids: Tensor, start: int, cache: Tensor, sources: Tensor, widths: List[int]) -> Tensor:
        """Reads ids (1, T) after the first start positions; the logits after each, (1, T, V)."""
        return F.linear(self.hidden(ids, [start], cache, sources, widths), self.head).to(torch.float32)
