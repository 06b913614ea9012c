"""Mask repairs shared by the embedded segmenter's ways: flood, components, holes, soft edge.

Masks here are (H, W) bool.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
_MIN_HOLE_SHARE = 0.003  # of the figure
_CLEAR_LINE = 25.0  # Lab distance between ground and outline
_LINE_ART_SHARE = 0.25  # enclosed ground colour above this share of the figure is the figure's own


@dataclass(frozen=True)
class _Parts:
    """labels: (H, W), 0 = none; sizes: (N,) px; boxes: (N, 4) x, y, width, height; [0] is none."""

    labels: NDArray[np.int32]
    sizes: NDArray[np.int32]
    boxes: NDArray[np.int32]

    def chosen(self, keep: Flags) -> Flags:
        """The pixels of the parts for which `keep` (N,) holds."""
        return keep[self.labels]


def _parts(flags: NDArray[np.bool_] | NDArray[np.uint8], connectivity: int = 4) -> _Parts:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        flags.astype(np.uint8), connectivity=connectivity
    )
    table = np.asarray(stats, dtype=np.int32)
    return _Parts(np.asarray(labels, dtype=np.int32), table[:, cv2.CC_STAT_AREA], table[:, :4])


def disc(radius_px: int) -> NDArray[np.uint8]:
    """A round structuring element."""
    size = 2 * radius_px + 1
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)).astype(np.uint8)


def thin_px(width: int, height: int) -> int:
    """Half the width of a gap that the flood shall not pass, for a picture of this size."""
    return max(1, round(0.004 * max(width, height)))


def flooded(matches: Flags) -> Flags:
    """The part of `matches` that the border reaches, but not through gaps of `thin_px`.

    Outlines of drawings have small breaks; without this the flood runs into white clothes.
    """
    height, width = matches.shape
    radius = thin_px(width, height)
    wide = np.asarray(cv2.erode(matches.astype(np.uint8), disc(radius), borderValue=1), np.uint8)
    parts = _parts(wide)
    labels = parts.labels
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    reached = np.zeros(len(parts.sizes), dtype=np.bool_)
    reached[edge] = True
    reached[0] = False
    outside = parts.chosen(reached).astype(np.uint8)
    return cv2.dilate(outside, disc(radius + 1)).astype(np.bool_) & matches


def without_fringe(outside: Flags, away: NDArray[np.float32], rounds: int = 2) -> Flags:
    """Add to the ground the pixels at its edge that are more ground than figure.

    away: (H, W) Lab distance from the ground. An antialiased or JPEG-smeared pixel is a mixture;
    less than half as far away as the strongest beside it, it is ground for the most part.
    """
    kernel = np.ones((3, 3), np.uint8)
    strongest = np.asarray(cv2.dilate(away, kernel))
    faint = away < 0.5 * strongest
    for _ in range(rounds):
        outside = outside | ((cv2.dilate(outside.astype(np.uint8), kernel) > 0) & faint)
    return outside


def open_holes(figure: Flags, away: NDArray[np.float32], tolerance: float) -> Flags:
    """Take enclosed ground (between arm and body) out of `figure`.

    away: (H, W) Lab distance from the ground. Small holes stay filled, as do those without a clear
    outline (the whites of eyes, a highlight in white hair). Where a lot of the figure has the
    ground's colour it is line art or wears that colour, and nothing is taken out.
    """
    enclosed = (figure & (away <= tolerance)).astype(np.uint8)
    radius = thin_px(figure.shape[1], figure.shape[0])
    parts = _parts(np.asarray(cv2.morphologyEx(enclosed, cv2.MORPH_OPEN, disc(radius)), np.uint8))
    area = int(figure.sum())
    holes = parts.sizes >= max(12, _MIN_HOLE_SHARE * area)
    holes[0] = False
    if not holes.any() or parts.sizes[holes].sum() > _LINE_ART_SHARE * area:
        return figure
    for hole in np.flatnonzero(holes).tolist():
        holes[hole] = _outline(parts, hole, away) > _CLEAR_LINE
    wide = cv2.dilate(parts.chosen(holes).astype(np.uint8), disc(radius + 1)).astype(np.bool_)
    return figure & ~(wide & (enclosed > 0))


def _outline(parts: _Parts, hole: int, away: NDArray[np.float32]) -> float:
    """How far the line around a hole is from the ground's colour (lower quartile, Lab)."""
    reach = 2 * thin_px(away.shape[1], away.shape[0]) + 1
    x, y, width, height = parts.boxes[hole].tolist()
    window = np.s_[max(y - reach, 0) : y + height + reach, max(x - reach, 0) : x + width + reach]
    inside = (parts.labels[window] == hole).astype(np.uint8)
    darkest = cv2.dilate(away[window], disc(reach))  # the line is thin: look a little further
    ring = (cv2.dilate(inside, disc(1)) > 0) & (inside == 0)
    return float(np.percentile(darkest[ring], 25)) if ring.any() else 0.0


def main_parts(figure: Flags) -> Flags:
    """The largest component and those near it that are not specks: a ribbon, a floating heart."""
    parts = _parts(figure, connectivity=8)
    if len(parts.sizes) <= 2:
        return figure
    main = int(parts.sizes[1:].argmax()) + 1
    x, y, width, height = parts.boxes[main].tolist()
    reach = 0.06 * max(width, height)
    left, top = parts.boxes[:, 0], parts.boxes[:, 1]
    right, bottom = left + parts.boxes[:, 2], top + parts.boxes[:, 3]
    near = (left < x + width + reach) & (right > x - reach)
    near &= (top < y + height + reach) & (bottom > y - reach)
    near &= parts.sizes >= 0.004 * parts.sizes[main]
    near[0] = False
    return parts.chosen(near)


def touched_parts(flags: Flags, marks: Flags) -> Flags:
    """The components of `flags` that `marks` touch or border on; all where it is none."""
    parts = _parts(flags, connectivity=8)
    near = cv2.dilate(marks.astype(np.uint8), disc(2)) > 0
    keep = np.zeros(len(parts.sizes), dtype=np.bool_)
    keep[parts.labels[near]] = True
    keep[0] = False
    return parts.chosen(keep) if keep.any() else flags


def fill_specks(figure: Flags, share: float = 0.0015) -> Flags:
    """Fill holes smaller than `share` of the figure."""
    parts = _parts(~figure)
    small = parts.sizes < max(4, share * int(figure.sum()))
    small[0] = False
    return figure | parts.chosen(small)


def as_mask(figure: Flags, soft_edge: bool) -> NDArray[np.uint8]:
    """255 = figure; `soft_edge` blends the last pixel on both sides of the outline."""
    mask = figure.astype(np.uint8) * np.uint8(255)
    return cv2.GaussianBlur(mask, (3, 3), 0.8).astype(np.uint8) if soft_edge else mask
