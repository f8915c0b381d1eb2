"""What every decoder here shares: rows of different lengths, their cache, attention over it, and
the functions between two layers of a feed-forward."""

from typing import List, Optional

import torch
import torch.nn.functional as F
from torch import Tensor


class Rows:
    """Where the tokens of a call stand: after the starts of their rows, which may differ."""

    count: int
    length: int
    span: int  # positions from the first to the last that any row has then read
    start: int  # of every row, or -1 if they differ
    least: int  # the smallest start
    spans: List[int]  # tokens of each row when all that Java was given will have been read
    tokens: Tensor  # (B, T)
    positions: Tensor  # (T) if all rows start together, else (B, 1, T)
    slots: Tensor  # (B groups T), where the keys of a layer go if the rows differ

    def __init__(self, ids: List[int], starts: List[int], spans: List[int], cache: Tensor):
        """Of ids (B T), for a cache (layers, 2, B, groups, capacity, D)."""
        device = cache.device
        length = len(ids) // len(starts)
        self.count = len(starts)
        self.length = length
        self.least = min(starts)
        self.span = max(starts) + length
        self.start = self.least if self.least == max(starts) else -1
        self.spans = spans
        if len(ids) == 1:
            self.tokens = torch.full([1, 1], ids[0], dtype=torch.int64, device=device)
        else:
            tokens = torch.tensor(ids, dtype=torch.int64, device=device)
            self.tokens = tokens.view(len(starts), -1)
        at = torch.arange(length, dtype=torch.int64, device=device)
        self.slots = at
        if self.start >= 0:
            self.positions = at + self.start
        else:
            groups = cache.size(3)
            first = torch.tensor(starts, dtype=torch.int64, device=device)
            self.positions = first.view(-1, 1, 1) + at
            heads = torch.arange(len(starts) * groups, dtype=torch.int64, device=device)
            heads = heads.view(-1, groups, 1) * cache.size(4)
            self.slots = (heads + self.positions).reshape(-1)

    def last(self, x: Tensor, counts: List[int]) -> Tensor:
        """Picks the last token that each row really has, of x (B, T, H)."""
        if min(counts) == self.length:
            return x[:, -1]
        where = [i * self.length + counts[i] - 1 for i in range(len(counts))]
        picked = torch.tensor(where, dtype=torch.int64, device=x.device)
        return x.reshape(-1, x.size(-1)).index_select(0, picked)


class Sight:
    """Which keys the tokens of a call see: all before them, or those of a window."""

    first: int  # keys before this one are seen by nobody
    causal: bool  # the keys are those of the call itself
    mask: Optional[Tensor]  # (B or 1, 1, repeats T, keys), added to scores

    def __init__(self, rows: Rows, window: int, repeats: int, causal: bool, like: Tensor):
        self.first = max(0, rows.least + 1 - window) if window > 0 else 0
        self.mask = None
        narrow = window > 0 and rows.span > window
        self.causal = causal and rows.start == 0 and rows.length > 1 and not narrow
        one = rows.start >= 0 and rows.length == 1  # sees all from first on
        if not self.causal and not one:
            keys = torch.arange(self.first, rows.span, dtype=torch.int64, device=like.device)
            queries = rows.positions.unsqueeze(-1)  # (T, 1) or (B, 1, T, 1)
            hidden = keys > queries
            if narrow:
                hidden = torch.logical_or(hidden, keys <= queries - window)
            mask = torch.zeros(hidden.size(), dtype=like.dtype, device=like.device)
            mask = mask.masked_fill(hidden, float("-inf"))
            if mask.dim() == 2:
                mask = mask.view(1, 1, mask.size(0), mask.size(1))
            self.mask = mask.repeat([1, 1, repeats, 1])


def keep_in(cache: Tensor, k: Tensor, v: Tensor, rows: Rows) -> int:
    """Writes keys and values (B, groups, T, D) into a layer's cache (2, B, groups, capacity, D)."""
    if rows.start >= 0:
        place = cache.narrow(3, rows.start, rows.length)
        place[0].copy_(k)
        place[1].copy_(v)
    else:
        dim = k.size(3)
        cache[0].view(-1, dim).index_copy_(0, rows.slots, k.reshape(-1, dim))
        cache[1].view(-1, dim).index_copy_(0, rows.slots, v.reshape(-1, dim))
    return rows.span


def grouped_attention(
    q: Tensor, k: Tensor, v: Tensor, cache: Tensor, rows: Rows, sight: Sight, scale: float,
    cap: float
) -> Tensor:
    """Keeps k and v (B, groups, T, D), then attends from q (B, heads, T, D) to all that is kept.

    Groups of query heads share a head of keys. With cap > 0 scores are bent to stay within it.
    """
    batch, heads, length, dim = q.size(0), q.size(1), q.size(2), q.size(3)
    groups = k.size(1)
    span = keep_in(cache, k, v, rows)
    if sight.causal:
        if groups < heads:
            k = torch.repeat_interleave(k, heads // groups, 1)
            v = torch.repeat_interleave(v, heads // groups, 1)
        out = F.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale)
        return out.transpose(1, 2).reshape(batch, length, heads * dim)
    # The query heads of a group stand one after another: no copy of keys and values.
    q = q.reshape(batch, groups, heads // groups * length, dim)
    seen = cache.narrow(3, sight.first, span - sight.first)
    k = seen[0]
    v = seen[1]
    mask = sight.mask
    if cap > 0.0 or (q.dtype == torch.float32 and length <= 16):
        # Fused attention with few queries differs by the number of threads in float32.
        scores = torch.matmul(q, k.transpose(2, 3)) * scale
        if cap > 0.0:
            scores = torch.tanh(scores / cap) * cap
        if mask is not None:
            scores = scores + mask
        out = torch.matmul(torch.softmax(scores, -1, dtype=torch.float32).to(v.dtype), v)
    else:
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)
    if length == 1:
        return out.reshape(batch, 1, heads * dim)
    return out.reshape(batch, heads, length, dim).transpose(1, 2).reshape(batch, length, -1)


def rows_of_cache(cache: Tensor, first: int, count: int) -> Tensor:
    """Returns the part of a cache that holds so many rows from one on."""
    return cache if count == cache.size(2) else cache[:, :, first : first + count]


def empty_cache(shape: List[int], dtype: int, like: Tensor) -> Tensor:
    """Returns an empty cache, (layers, 2, B, groups, capacity, D), where the other tensor lies."""
    return torch.zeros(shape, dtype=dtype, device=like.device)


def selected_cache(cache: Tensor, rows: List[int], length: int, capacity: int) -> Tensor:
    """Returns a cache of other capacity whose rows begin like those rows of the one given."""
    shape = cache.size()
    other = torch.zeros(
        [shape[0], 2, len(rows), shape[3], capacity, shape[5]], dtype=cache.dtype,
        device=cache.device
    )
    picked = torch.tensor(rows, dtype=torch.int64, device=cache.device)
    other[:, :, :, :, :length] = cache[:, :, :, :, :length].index_select(2, picked)
    return other


def activated(x: Tensor, name: str) -> Tensor:
    """Applies the function of that name; gelu's approximation by tanh unless it is another."""
    if name == "silu":
        return F.silu(x)
    if name == "gelu":
        return F.gelu(x)
    if name == "relu":
        return F.relu(x)
    return F.gelu(x, approximate="tanh")
