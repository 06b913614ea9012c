"""What the image branch is given in one UNet call: which references, for which rows of the batch.

Shapes: B rows of the UNet's batch (panels, with guidance twice), R rows of them that one branch
serves, N tokens of a reference, C channels of one attention layer, H heads, d = C / H, Q queries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.attention import attention

Rows = slice | Tensor


class KeyValueProjection(nn.Module):
    """W'_k and W'_v of one cross-attention layer (Eq. 3), without bias as in IP-Adapter."""

    def __init__(self, cross_attention_dim: int, channels: int) -> None:
        super().__init__()
        self.to_k_ip = nn.Linear(cross_attention_dim, channels, bias=False)
        self.to_v_ip = nn.Linear(cross_attention_dim, channels, bias=False)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """[..., N, d_c] to K' and V', both [..., N, C]."""
        return self.to_k_ip(tokens), self.to_v_ip(tokens)


@dataclass(frozen=True, eq=False)
class ReferenceKV:
    """K' and M * V' of one reference for every layer of the adapter, [N, C] each.

    N may differ from layer to layer (reference attention). The mask is already on the rows of V':
    softmax(S) * M times V' equals softmax(S) times M * V' (Eq. 6), so that attention needs no mask
    and the product is done once per reference.
    """

    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values))


@dataclass(frozen=True, eq=False)
class ReferenceCondition:
    """One reference of one row: scale is lambda_i of Eq. 4 (a tensor keeps compiled graphs valid).

    region: [height, width] in 0..1, the part of the canvas it may paint; None is the whole.
    absent: what stands in its place in the half of guidance that has no references; None: nothing.
    """

    key_values: ReferenceKV
    scale: float | Tensor = 1.0
    region: Tensor | None = None
    absent: ReferenceKV | None = None


@dataclass(frozen=True, eq=False)
class AttentionCall:
    """One attention layer in one UNet call, as its branches see it.

    position: the layer's place among the adapter's layers. query: [B, H, Q, d], of the whole batch.
    projection, text_key [B, H, T, d]: of a cross-attention layer, None in self-attention.
    """

    position: int
    query: Tensor
    projection: KeyValueProjection | None = None
    text_key: Tensor | None = None


class Branch(Protocol):
    """What references add to some rows of the batch."""

    @property
    def rows(self) -> Rows:
        """Which rows of the batch it adds to."""
        ...

    def output(self, call: AttentionCall) -> Tensor:
        """What is added to these rows before `to_out`, [R, H, Q, d]."""
        ...


class TextKeyValues:
    """K and V of the text branch, which no denoising step changes: computed by the first step.

    Kept for one text tensor, told by identity: whoever changes it in place, or the weights of the
    layers (LoRA), prepares new conditions.
    """

    def __init__(self) -> None:
        self._text: Tensor | None = None
        self._kept: dict[int, tuple[Tensor, Tensor]] = {}

    def of(
        self, position: int, text: Tensor, project: Callable[[Tensor], tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor]:
        """K, V of the layer at `position`: `project(text)` of the first call."""
        if self._text is not text:
            self._text = text
            self._kept.clear()
        if position in self._kept:
            return self._kept[position]
        pair = project(text)
        if not pair[0].requires_grad:  # a graph is good for one backward only
            self._kept[position] = pair
        return pair


@dataclass(frozen=True, eq=False)
class Conditions:
    """All branches of one UNet call; their outputs add up. No branch: the plain network.

    text: keeps the text branch's K and V from step to step; None computes them in every call, as
    training must.
    """

    batch_size: int
    branches: tuple[Branch, ...] = ()
    text: TextKeyValues | None = None


@dataclass(frozen=True, eq=False)
class CachedBranch:
    """Inference (Eq. 6): K' and lambda * M * V' stand ready for every step."""

    rows: Rows
    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    regions: dict[int, Tensor] = field(default_factory=dict[int, Tensor])

    def output(self, call: AttentionCall) -> Tensor:
        query = call.query[self.rows]
        image = attended(query, self.keys[call.position], self.values[call.position])
        return image * at_level(self.regions, query.shape[2]) if self.regions else image


@dataclass(frozen=True, eq=False)
class TrainingBranch:
    """Training (Eq. 5): K' and V' are computed in the layer, masked tokens leave the softmax.

    tokens: [B, N, d_c]. key_mask: bool [B, 1, 1, N]. value_mask: bool [B, N, 1], False where a
    token's V' is zero: all of a dropped row, and the masked tokens of rows trained as Eq. 6.
    """

    rows: slice
    tokens: Tensor
    key_mask: Tensor
    value_mask: Tensor

    def output(self, call: AttentionCall) -> Tensor:
        assert call.projection is not None
        keys, values = call.projection(self.tokens)
        masked = values * self.value_mask.to(values.dtype)
        return attended(call.query[self.rows], keys, masked, self.key_mask)


def training_conditions(
    tokens: Tensor,
    token_mask: Tensor,
    keep: Tensor | None,
    masked_after_softmax: Tensor | None = None,
) -> Conditions:
    """One reference a row. A row without any token, or not kept, gets an exactly zero branch.

    tokens: [B, N, d_c]. token_mask: bool [B, N]. keep: bool [B], False where the image is dropped
    for classifier-free guidance. Rows that attend to nothing are let to attend to all with V' = 0,
    because a softmax over masked scores only is not a number. masked_after_softmax: bool [B], rows
    that are trained the way Eq. 6 draws instead of Eq. 5.
    """
    kept = token_mask.any(dim=1)
    if keep is not None:
        kept = kept & keep
    open_rows = ~kept if masked_after_softmax is None else ~kept | masked_after_softmax
    key_mask = token_mask | open_rows[:, None]
    value_mask = token_mask & kept[:, None]
    branch = TrainingBranch(
        slice(0, tokens.shape[0]), tokens, key_mask[:, None, None, :], value_mask[:, :, None]
    )
    return Conditions(tokens.shape[0], (branch,))


def inference_conditions(
    rows: Sequence[Sequence[ReferenceCondition]], latent_size: tuple[int, int] | None = None
) -> Conditions:
    """Every row of the UNet's batch with its own references; an empty row is the plain network.

    The j-th references of all rows share one attention call. latent_size: (height, width) of the
    UNet's input, needed where a reference has a region. References of scale 0.0 are left out.
    """
    active = [[item for item in row if not _is_zero(item.scale)] for row in rows]
    branches: list[Branch] = []
    for place in range(max(map(len, active), default=0)):
        chosen = [(index, row[place]) for index, row in enumerate(active) if len(row) > place]
        branches += [_cached_branch(group, latent_size) for group in _same_shape(chosen)]
    return Conditions(len(rows), tuple(branches), TextKeyValues())


def guided_rows(
    panels: Sequence[Sequence[ReferenceCondition]], halves: int
) -> list[list[ReferenceCondition]]:
    """Rows of the UNet's batch for `inference_conditions`: with two halves, guidance's half without
    references stands first, each reference replaced by its `absent`.
    """
    without = [
        [replace(item, key_values=item.absent) for item in panel if item.absent is not None]
        for panel in panels
    ]
    return [*without * (halves - 1), *map(list, panels)]


def attended(query: Tensor, key: Tensor, value: Tensor, key_mask: Tensor | None = None) -> Tensor:
    """Attention of the rows' queries [R, H, Q, d] over K', V' [R, N, C].

    key_mask: tokens that take part in the softmax, bool [R, 1, 1, N]; None is all (Eq. 6).
    """
    heads = query.shape[1]
    return attention(query, split_heads(key, heads), split_heads(value, heads), key_mask)


def split_heads(states: Tensor, heads: int) -> Tensor:
    """[B, L, C] to [B, heads, L, C / heads], a view."""
    return states.unflatten(-1, (heads, -1)).transpose(1, 2)


def add_branches(mixed: Tensor, branches: Sequence[Branch], call: AttentionCall) -> Tensor:
    """`mixed` [B, H, Q, d] with what each branch adds: in place where no gradient is recorded."""
    for branch in branches:
        mixed = _add_rows(mixed, branch.rows, branch.output(call))
    return mixed


def _add_rows(mixed: Tensor, rows: Rows, image: Tensor) -> Tensor:
    if not (mixed.requires_grad or image.requires_grad):
        if isinstance(rows, slice):
            mixed[rows].add_(image)
            return mixed
        return mixed.index_add_(0, rows, image)
    if image.shape[0] == mixed.shape[0]:
        return mixed + image
    if isinstance(rows, slice):
        rows = torch.arange(rows.start, rows.stop, device=mixed.device)
    return mixed.index_add(0, rows, image)


def at_level(weights: dict[int, Tensor], query_count: int) -> Tensor:
    """The weights of the UNet level with so many queries. Raises ValueError: of another size."""
    if query_count not in weights:
        raise ValueError(f"no attention layer of this latent size has {query_count} queries")
    return weights[query_count]


def attention_sizes(latent_size: tuple[int, int]) -> dict[int, tuple[int, int]]:
    """Query count of each UNet level to its (height, width): sides halve, rounding up."""
    height, width = latent_size
    sizes = {height * width: (height, width)}
    while height > 1 or width > 1:
        height, width = math.ceil(height / 2), math.ceil(width / 2)
        sizes[height * width] = (height, width)
    return sizes


def resize_region(region: Tensor, size: tuple[int, int]) -> Tensor:
    """Area average of [H, W] at (height, width), within [0, 1] (bicubic would overshoot)."""
    pixels = region.to(torch.float32)[None, None]
    return functional.interpolate(pixels, size=size, mode="area")[0, 0].clamp_(0.0, 1.0)


Chosen = list[tuple[int, ReferenceCondition]]


def _is_zero(scale: float | Tensor) -> bool:
    # A tensor is not looked at: reading it would wait for the device.
    return not isinstance(scale, Tensor) and scale == 0.0


def _same_shape(chosen: Chosen) -> list[Chosen]:
    """Only references with equally many tokens can share one attention call."""
    groups: dict[tuple[int, ...], Chosen] = {}
    for index, item in chosen:
        counts = tuple(key.shape[0] for key in item.key_values.keys)
        groups.setdefault(counts, []).append((index, item))
    return list(groups.values())


def _cached_branch(chosen: Chosen, latent_size: tuple[int, int] | None) -> CachedBranch:
    items = [item for _, item in chosen]
    layers = range(len(items[0].key_values.keys))
    like = items[0].key_values.keys[0]
    return CachedBranch(
        rows=_row_index([index for index, _ in chosen], like.device),
        keys=tuple(_stacked([item.key_values.keys[layer] for item in items]) for layer in layers),
        values=_scaled_values(items),
        regions=_region_weights(items, latent_size, like),
    )


def _row_index(indices: list[int], device: torch.device) -> Rows:
    """A slice where the rows stand side by side, which then needs no copy of the queries."""
    if indices[-1] - indices[0] + 1 == len(indices):
        return slice(indices[0], indices[-1] + 1)
    return torch.tensor(indices, device=device)


def _stacked(tensors: list[Tensor]) -> Tensor:
    """[R, N, C]; rows that share one reference share its memory."""
    if all(tensor is tensors[0] for tensor in tensors):
        return tensors[0].expand(len(tensors), -1, -1)
    return torch.stack(tensors)


def _scaled_values(items: list[ReferenceCondition]) -> tuple[Tensor, ...]:
    """lambda * M * V': attention is linear in V', so the scale costs nothing in the steps."""
    layers = range(len(items[0].key_values.values))
    stacked = [_stacked([item.key_values.values[layer] for item in items]) for layer in layers]
    if all(not isinstance(item.scale, Tensor) and item.scale == 1.0 for item in items):
        return tuple(stacked)
    like = stacked[0]
    scales = torch.stack(
        [torch.as_tensor(item.scale, dtype=like.dtype, device=like.device) for item in items]
    )
    return tuple(values * scales[:, None, None] for values in stacked)


def _region_weights(
    items: list[ReferenceCondition], latent_size: tuple[int, int] | None, like: Tensor
) -> dict[int, Tensor]:
    """Query count to [R, 1, Q, 1], for every level of the UNet; empty without any region."""
    if all(item.region is None for item in items):
        return {}
    levels = region_levels([item.region for item in items], latent_size, like)
    return {count: weights[:, None, :, None] for count, weights in levels.items()}


def region_levels(
    regions: Sequence[Tensor | None], latent_size: tuple[int, int] | None, like: Tensor
) -> dict[int, Tensor]:
    """Query count to [R, Q], for every level of the UNet; a region None is 1 everywhere.

    Raises ValueError without a `latent_size`.
    """
    if latent_size is None:
        raise ValueError("latent_size is needed where a reference has a region")
    weights: dict[int, Tensor] = {}
    for count, size in attention_sizes(latent_size).items():
        flat = [
            torch.ones(count) if region is None else resize_region(region, size).flatten()
            for region in regions
        ]
        weights[count] = torch.stack([r.to(device=like.device, dtype=like.dtype) for r in flat])
    return weights
