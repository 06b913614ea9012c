"""Scores of pictures: what the tables are made of.

All of it is read by the scorer network but the keypoints, which a `PoseDetector` finds. LPIPS'
own weights cannot be had without a download, so its place is taken by lpips-koma: the same
formula (Zhang et al. 2018, without the learned channel weights) on the scorer's features. The two
are not comparable in size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.evaluation.scorers.network import ScorerNet
from core.evaluation.scorers.pixels import Image, figure_crop, scaled
from core.evaluation.scorers.teaching import bag_tensors, pixels

_EPSILON = 1e-6
_MIN_SKILL = 0.3


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


@dataclass(frozen=True)
class Figure:
    """A figure as the scorers see it; crop is None where there is none.

    parts: (H, W) uint8 `Part` labels at the picture's size.
    """

    image: Image
    parts: NDArray[np.uint8]
    crop: Image | None

    @property
    def mask(self) -> NDArray[np.uint8]:
        return (self.parts > 0).astype(np.uint8) * 255


class Scorers:
    """The scorer network at work. `name` is its id; groups: the attributes that it may judge."""

    def __init__(self, net: ScorerNet, name: str, groups: tuple[str, ...] | None = None) -> None:
        self._net, self.name = net.eval(), name
        everything = tuple(group for group, _ in net.config.groups)
        self.groups = everything if groups is None else groups
        self._words = {word: i for i, word in enumerate(net.config.words)}

    @property
    def world(self) -> str:
        return self._net.config.world

    @torch.no_grad()
    def figure(self, image: Image) -> Figure:
        """Finds the figure of a picture (H, W, 3)."""
        size = self._net.config.size_px
        logits = self._net.parts_of(self._net.features(pixels([scaled(image, size)])))
        height, width = image.shape[:2]
        full = F.interpolate(logits, (height, width), mode="bilinear").argmax(1)[0]
        return self.known(image, full.numpy().astype(np.uint8))

    def known(self, image: Image, parts: NDArray[np.uint8]) -> Figure:
        """The figure of a drawing whose parts are known."""
        mask = (parts > 0).astype(np.uint8) * 255
        return Figure(image, parts, figure_crop(image, mask, self._net.config.size_px))

    @torch.no_grad()
    def clip_t(self, image: Image, words: Sequence[str]) -> float:
        """Cosine between a picture and tags; tags that the scorer does not know are left out."""
        known = [self._words[word] for word in words if word in self._words]
        features = self._net.features(pixels([scaled(image, self._net.config.size_px)]))
        text = self._net.text_of(*bag_tensors([known]))
        return float((self._net.picture_of(features) * text).sum())

    @torch.no_grad()
    def clip_i(self, first: Figure, second: Figure) -> float | None:
        """Cosine between two figures on white; None where one has none."""
        if first.crop is None or second.crop is None:
            return None
        who = self._net.identity_of(self._net.features(pixels([first.crop, second.crop])))
        return float(who[0] @ who[1])

    @torch.no_grad()
    def attributes(self, figure: Figure) -> dict[str, str]:
        """The value that the classifier reads, by group; empty where there is no figure."""
        if figure.crop is None:
            return {}
        logits = self._net.attributes_of(self._net.features(pixels([figure.crop])))
        values = dict(self._net.config.groups)
        return {name: values[name][int(logits[name].argmax())] for name in self.groups}

    @torch.no_grad()
    def lpips_koma(
        self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None
    ) -> float:
        """Mean squared difference of unit features over blocks; with a mask, over its pixels."""
        size = self._net.config.size_px
        features = self._net.features(pixels([scaled(first, size), scaled(second, size)]))
        weights = None if mask is None else torch.from_numpy(mask)[None, None].float() / 255
        return float(np.mean([_distance(feature, weights) for feature in features]))


def _distance(feature: Tensor, weights: Tensor | None) -> float:
    unit = feature / (feature.norm(dim=1, keepdim=True) + _EPSILON)
    squared = (unit[:1] - unit[1:]).square().sum(1, keepdim=True)
    if weights is None:
        return float(squared.mean())
    small = F.interpolate(weights, squared.shape[-2:], mode="area")
    return float((squared * small).sum() / small.sum().clamp(min=_EPSILON))


def crop_mask(crop: Image) -> NDArray[np.uint8]:
    """What of a figure on white is not white: (S, S) 0 or 255, filled inside."""
    inside = (crop.min(axis=2) < 250).astype(np.uint8)
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return np.asarray(closed * 255, np.uint8)
