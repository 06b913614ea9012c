"""Scores of pictures: what the tables are made of.

All of it is read by the scorer network but the keypoints, which a `PoseDetector` finds. LPIPS'
own weights cannot be had without a download, so its place is taken by lpips-koma: the same
formula (Zhang et al. 2018, without the learned channel weights) on the scorer's features. The two
are not comparable in size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.engine.byte_cache import ByteCache
from core.evaluation.scorers.figures import Figure
from core.evaluation.scorers.network import ScorerNet
from core.evaluation.scorers.pixels import Image, figure_crop, scaled
from core.evaluation.scorers.teaching import bag_tensors, pixels

_EPSILON = 1e-6
_MIN_SKILL = 0.3
_KEPT_BYTES = 64 * 2**20  # features: the same picture is asked for who, what and how far


def legible(accuracy: dict[str, Any]) -> tuple[str, ...]:
    """The attributes that the classifier reads well enough to judge others by.

    Of the way from the most frequent value's share to 1 its held-out accuracy must go
    `_MIN_SKILL`; the others would add noise to every row alike and hide differences.
    """
    right, chance = accuracy["attributes"], accuracy["chance"]
    return tuple(
        name
        for name in sorted(right)
        if right[name] - chance[name] >= _MIN_SKILL * (1 - chance[name])
    )


class Scorers:
    """The scorer network at work. `name` is its id; groups: the attributes that it may judge."""

    def __init__(self, net: ScorerNet, name: str, groups: tuple[str, ...] | None = None) -> None:
        self._net, self.name = net.eval(), name
        everything = tuple(group for group, _ in net.config.groups)
        self.groups = everything if groups is None else groups
        self._words = {word: i for i, word in enumerate(net.config.words)}
        self._kept: ByteCache[list[Tensor]] = ByteCache(
            _KEPT_BYTES, lambda found: sum(one.nbytes for one in found)
        )

    @property
    def world(self) -> str:
        return self._net.config.world

    @property
    def distance_name(self) -> str:
        return "lpips-koma"

    @property
    def ids(self) -> dict[str, str]:
        return {}

    def _features(self, image: Image) -> list[Tensor]:
        """Of a square picture in the network's size; one at a time, so that they are always the
        same to the last bit."""
        return self._kept.get_or_make(image.tobytes(), lambda: self._net.features(pixels([image])))

    @torch.no_grad()
    def figure(self, image: Image) -> Figure:
        """As `Measures.figure`, with its parts."""
        size = self._net.config.size_px
        logits = self._net.parts_of(self._features(scaled(image, size)))
        height, width = image.shape[:2]
        full = F.interpolate(logits, (height, width), mode="bilinear").argmax(1)[0]
        parts = full.numpy().astype(np.uint8)
        return self.known(image, (parts > 0).astype(np.uint8) * 255, parts)

    def known(
        self, image: Image, mask: NDArray[np.uint8], parts: NDArray[np.uint8] | None
    ) -> Figure:
        """As `Measures.known`; of drawn and of known figures the parts say what the figure is."""
        if parts is not None:
            mask = (parts > 0).astype(np.uint8) * 255
        return Figure(image, parts, figure_crop(image, mask, self._net.config.size_px))

    @torch.no_grad()
    def clip_t(self, image: Image, words: Sequence[str]) -> float:
        """Cosine between a picture and tags; tags that the scorer does not know are left out."""
        known = [self._words[word] for word in words if word in self._words]
        features = self._features(scaled(image, self._net.config.size_px))
        text = self._net.text_of(*bag_tensors([known]))
        return float((self._net.picture_of(features) * text).sum())

    @torch.no_grad()
    def clip_i(self, first: Figure, second: Figure) -> float | None:
        """As `Measures.clip_i`: who they are."""
        if first.crop is None or second.crop is None:
            return None
        who = [self._net.identity_of(self._features(crop)) for crop in (first.crop, second.crop)]
        return float((who[0] * who[1]).sum())

    @torch.no_grad()
    def attributes(self, figure: Figure) -> dict[str, str]:
        """The value that the classifier reads, by group; empty where there is no figure."""
        if figure.crop is None:
            return {}
        logits = self._net.attributes_of(self._features(figure.crop))
        values = dict(self._net.config.groups)
        return {name: values[name][int(logits[name].argmax())] for name in self.groups}

    @torch.no_grad()
    def distance(self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None) -> float:
        """lpips-koma: mean squared difference of unit features over blocks."""
        size = self._net.config.size_px
        sides = [self._features(scaled(image, size)) for image in (first, second)]
        weights = None if mask is None else torch.from_numpy(mask)[None, None].float() / 255
        levels = zip(*sides, strict=True)
        return float(np.mean([_distance(one, other, weights) for one, other in levels]))


def _distance(first: Tensor, second: Tensor, weights: Tensor | None) -> float:
    one, other = (x / (x.norm(dim=1, keepdim=True) + _EPSILON) for x in (first, second))
    squared = (one - other).square().sum(1, keepdim=True)
    if weights is None:
        return float(squared.mean())
    small = F.interpolate(weights, squared.shape[-2:], mode="area")
    return float((squared * small).sum() / small.sum().clamp(min=_EPSILON))
