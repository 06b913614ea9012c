"""What the image branch is given in one UNet call: which references, for which rows of the batch.

Shapes: B rows of the UNet's batch (panels, with guidance twice), R rows of them that one branch
serves, N tokens of a reference, C channels of one cross-attention layer, H heads, Q queries.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

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

    The mask is already on the rows of V': softmax(S) * M times V' equals softmax(S) times M * V'
    (Eq. 6), so that attention needs no mask and the product is done once per reference.
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
    """

    key_values: ReferenceKV
    scale: float | Tensor = 1.0
    region: Tensor | None = None


class Branch(Protocol):
    """One attention call over the image tokens of some rows of the batch."""

    @property
    def rows(self) -> Rows:
        """Which rows of the batch it adds to."""
        ...

    @property
    def key_mask(self) -> Tensor | None:
        """Tokens that take part in the softmax, bool [R, 1, 1, N]; None is all (Eq. 6)."""
        ...

    def key_value(self, position: int, projection: KeyValueProjection) -> tuple[Tensor, Tensor]:
        """K', V' [R, N, C] of the layer at this position of the adapter's layers."""
        ...

    def region_weight(self, query_count: int) -> Tensor | None:
        """Factor of the branch on the query axis, [R, 1, Q, 1]; None is 1."""
        ...


@dataclass(frozen=True, eq=False)
class Conditions:
    """All branches of one UNet call; their outputs add up. No branch: the plain network."""

    batch_size: int
    branches: tuple[Branch, ...] = ()


@dataclass(frozen=True, eq=False)
class CachedBranch:
    """Inference (Eq. 6): K' and lambda * M * V' stand ready for every step."""

    rows: Rows
    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    regions: dict[int, Tensor] = field(default_factory=dict[int, Tensor])
    key_mask: None = None

    def key_value(self, position: int, projection: KeyValueProjection) -> tuple[Tensor, Tensor]:
        return self.keys[position], self.values[position]

    def region_weight(self, query_count: int) -> Tensor | None:
        if not self.regions:
            return None
        if query_count not in self.regions:
            raise ValueError(f"no attention layer of this latent size has {query_count} queries")
        return self.regions[query_count]


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

    def key_value(self, position: int, projection: KeyValueProjection) -> tuple[Tensor, Tensor]:
        keys, values = projection(self.tokens)
        return keys, values * self.value_mask.to(values.dtype)

    def region_weight(self, query_count: int) -> None:
        return None


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
    return Conditions(len(rows), tuple(branches))


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
    groups: dict[int, Chosen] = {}
    for index, item in chosen:
        groups.setdefault(item.key_values.keys[0].shape[0], []).append((index, item))
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
    """Query count to [R, 1, Q, 1], for every level of the UNet."""
    if all(item.region is None for item in items):
        return {}
    if latent_size is None:
        raise ValueError("latent_size is needed where a reference has a region")
    weights: dict[int, Tensor] = {}
    for count, size in attention_sizes(latent_size).items():
        flat = [
            torch.ones(count) if item.region is None else resize_region(item.region, size).flatten()
            for item in items
        ]
        stacked = torch.stack([row.to(device=like.device, dtype=like.dtype) for row in flat])
        weights[count] = stacked[:, None, :, None]
    return weights
