"""Character-Adapter (arXiv 2406.16537): IP-Adapter-Plus part by part, without training.

A reference is cut into face, upper and lower body (`part_boxes`), each encoded by itself. While a
panel is drawn, every cross-attention layer looks where the prompt's own words for these parts are
attended to, and mixes the parts' image branches with soft masks made of that:

    out = to_out( text attention + sum over parts r of  lambda * M_r * Attn(Q, K'_r, V'_r) )
    M = softmax over parts and background of  A_r / tau

A_r is the text attention to the part's words, averaged over heads and words and stretched to 0..1
over the picture; the background is a class of constant strength without an image branch. The paper
leaves tau, the background and the stretching open; the values here are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.adapters.conditions import (
    AttentionCall,
    Branch,
    Conditions,
    ReferenceCondition,
    ReferenceKV,
    at_level,
    attended,
    guided_rows,
    region_levels,
)
from core.adapters.ip_adapter import IPAdapter
from core.adapters.text_attention import text_shares

PARTS = ("face", "upper body", "lower body")  # also the words that the prompt gets for them
SEGMENTATION_TIMESTEP = 650
BACKGROUND = 0.4  # as in segmentation
TEMPERATURE = 0.1
_NOWHERE = 1e-6


@dataclass(frozen=True, eq=False)
class PartCondition(ReferenceCondition):
    """One part of a reference. words: positions of its words in the panel's prompt."""

    words: tuple[int, ...] = ()


class CharacterAdapter(IPAdapter):
    """IP-Adapter-Plus's weights, with the fusion of parts for `PartCondition`s.

    References that are not `PartCondition`s are read as IP-Adapter-Plus does. background: strength
    of the class without an image; None leaves it out, so that the parts share the whole picture.
    """

    background: float | None = BACKGROUND
    temperature: float = TEMPERATURE

    def batch_conditions(
        self,
        panels: Sequence[Sequence[ReferenceCondition]],
        halves: int,
        latent_size: tuple[int, int],
    ) -> Conditions:
        """As `InjectedAdapter.batch_conditions`.

        The half without references has the tokens of no image in each part, weighed by the masks of
        the half with them: guidance then compares like with like.
        """
        wholes = [[c for c in panel if not isinstance(c, PartCondition)] for panel in panels]
        parts = [[c for c in panel if isinstance(c, PartCondition)] for panel in panels]
        plain = self.inference_conditions(guided_rows(wholes, halves), latent_size)
        chosen = [(index, panel) for index, panel in enumerate(parts) if panel]
        if not chosen:
            return plain
        rows = [half * len(panels) + index for half in range(halves) for index, _ in chosen]
        fused: Branch = _fused_branch([p for _, p in chosen], halves, rows, latent_size, self)
        return Conditions(plain.batch_size, (*plain.branches, fused), plain.text)


@dataclass(frozen=True, eq=False)
class FusedBranch:
    """P parts of each of S panels; rows: S of each half of guidance, the half with references last.

    keys, values: for each layer [R, P, N, C], with R = S * halves. words: [S, P, T], the mean over
    a part's words; T as far as they reach. parts: bool [S, P], False where a panel has fewer than
    P. regions: query count to [S, P, Q], where each part may paint; empty is everywhere.
    """

    rows: Tensor
    halves: int
    keys: tuple[Tensor, ...]
    values: tuple[Tensor, ...]
    words: Tensor
    parts: Tensor
    regions: dict[int, Tensor]
    background: float | None
    temperature: float

    def output(self, call: AttentionCall) -> Tensor:
        key, value = self.keys[call.position], self.values[call.position]
        rows, count = key.shape[:2]
        query = call.query[self.rows]
        repeated = query[:, None].expand(-1, count, -1, -1, -1).flatten(0, 1)
        images = attended(repeated, key.flatten(0, 1), value.flatten(0, 1))
        masks = self.masks(call)[:, :count].repeat(self.halves, 1, 1).to(images.dtype)
        return (images.unflatten(0, (rows, count)) * masks[:, :, None, :, None]).sum(1)

    def masks(self, call: AttentionCall) -> Tensor:
        """M of the parts, then of what none of them paints: [S, P + 1, Q] in fp32, 1 in sum."""
        assert call.text_key is not None
        reading = self.rows[-len(self.words) :]
        shares = text_shares(call.query[reading], call.text_key[reading]).mean(1)
        seen = self.words @ shares[..., : self.words.shape[2]].mT
        return self._fused(_stretched(seen))

    def _fused(self, seen: Tensor) -> Tensor:
        """seen: A_r in 0..1, [S, P, Q]."""
        logits = seen / self.temperature
        allowed = at_level(self.regions, seen.shape[2]) if self.regions else None
        if allowed is not None:
            logits = logits + allowed.clamp(min=_NOWHERE).log()
        logits = logits.masked_fill(~self.parts[:, :, None], -torch.inf)
        if self.background is not None:
            ground = torch.full_like(logits[:, :1], self.background / self.temperature)
            logits = torch.cat([logits, ground], dim=1)
        masks = logits.softmax(dim=1)[:, : seen.shape[1]]
        if allowed is not None:
            masks = masks * (allowed * self.parts[:, :, None]).amax(dim=1, keepdim=True)
        return torch.cat([masks, 1.0 - masks.sum(dim=1, keepdim=True)], dim=1)


def _stretched(seen: Tensor) -> Tensor:
    """To 0..1 over the picture; 0 where it is flat."""
    low, high = seen.amin(-1, keepdim=True), seen.amax(-1, keepdim=True)
    return (seen - low) / (high - low).clamp(min=torch.finfo(seen.dtype).tiny)


def _fused_branch(
    panels: Sequence[Sequence[PartCondition]],
    halves: int,
    rows: list[int],
    latent_size: tuple[int, int],
    adapter: CharacterAdapter,
) -> FusedBranch:
    like = panels[0][0].key_values.keys[0]
    most = max(map(len, panels))
    padded = [[*panel, *[panel[0]] * (most - len(panel))] for panel in panels]
    known = [[place < len(panel) for place in range(most)] for panel in panels]
    without = [[_absent(part) for part in panel] for panel in padded]
    with_ = [[part.key_values for part in panel] for panel in padded]
    batch = [*without * (halves - 1), *with_]
    layers = range(len(panels[0][0].key_values.keys))
    scales = _scales([part for panel in padded for part in panel], like).view(len(padded), most)
    scales = scales.repeat(halves, 1)[..., None, None]
    return FusedBranch(
        torch.tensor(rows, device=like.device),
        halves,
        tuple(_stacked([[kv.keys[n] for kv in row] for row in batch]) for n in layers),
        tuple(_stacked([[kv.values[n] for kv in row] for row in batch]) * scales for n in layers),
        _words(padded, like.device),
        torch.tensor(known, device=like.device),
        _regions(padded, latent_size, like),
        adapter.background,
        adapter.temperature,
    )


def _absent(part: PartCondition) -> ReferenceKV:
    """What stands for the part where there is no image; nothing at all where it has no such."""
    if part.absent is not None:
        return part.absent
    return ReferenceKV(part.key_values.keys, tuple(map(torch.zeros_like, part.key_values.values)))


def _stacked(rows: Sequence[Sequence[Tensor]]) -> Tensor:
    """[R, P, N, C]."""
    return torch.stack([torch.stack(list(row)) for row in rows])


def _scales(parts: Sequence[PartCondition], like: Tensor) -> Tensor:
    return torch.stack(
        [torch.as_tensor(part.scale, dtype=like.dtype, device=like.device) for part in parts]
    )


def _words(panels: Sequence[Sequence[PartCondition]], device: torch.device) -> Tensor:
    """[S, P, T]: 1 / (number of words) at each of a part's words."""
    reach = 1 + max(position for panel in panels for part in panel for position in part.words)
    words = torch.zeros(len(panels), len(panels[0]), reach)
    for panel, own in zip(panels, words, strict=True):
        for part, weights in zip(panel, own, strict=True):
            weights[list(part.words)] = 1 / len(part.words)
    return words.to(device)


def _regions(
    panels: Sequence[Sequence[PartCondition]], latent_size: tuple[int, int], like: Tensor
) -> dict[int, Tensor]:
    regions = [part.region for panel in panels for part in panel]
    if all(region is None for region in regions):
        return {}
    levels = region_levels(regions, latent_size, like.float())
    return {count: level.unflatten(0, (len(panels), -1)) for count, level in levels.items()}
