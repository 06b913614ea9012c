"""Telling the figure from things behind it by its outline.

In comics and anime a figure is inked: a line darker than both sides runs around it. Trees, windows
and blackboards of the backdrop are painted with thin lines or none. So flat areas that meet the
known ground without a line between are ground as well, and what lies behind them, and so on.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.segmentation.cleanup import main_parts
from core.segmentation.ground import to_lab

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]

_LONGEST_PX = 384  # inked lines are about a pixel wide then
_REACH_PX = 4  # across a line, from one flat area to the next
_FLAT = 6.0  # Lab change within 3x3 px up to which an area counts as flat
_MIN_AREA = 0.0008  # of the picture
_LINE_DEPTH = 8.0  # how much darker (L) a line is than both of its sides, less where these are dark
_BLACK = 36.0  # L of a side below which no line can be told, so that there may be one
_MAX_LINED = 0.35  # of an area's contact with the ground, for it to be ground
_MIN_LINED = 0.55  # of the figure's outline in the end, else the picture is not inked
_ROUNDS = 10


def ground_without_lines(image: NDArray[np.uint8], ground: Flags) -> Flags | None:
    """`ground` with all that meets it without a line; None where what is left has no outline.

    image: (H, W, 3) RGB; ground: (H, W).
    """
    height, width = ground.shape
    scale = min(1.0, _LONGEST_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    lab = to_lab(np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8))
    small = cv2.resize(ground.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    grown = _peeled(lab, small)
    if not _is_inked(lab[..., 0], grown):
        return None
    large = cv2.resize(grown.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return ground | (large > 0.5)


def _peeled(lab: Floats, ground: Flags) -> Flags:
    flat, areas, nearest, distance = _flat_areas(lab)
    lightness = lab[..., 0]
    counted = np.bincount(areas.ravel()).astype(np.float32)
    means = np.bincount(areas.ravel(), lightness.ravel()) / np.maximum(counted, 1)
    may_go = counted >= _MIN_AREA * areas.size
    may_go[0] = False
    ground = ground.copy()
    for _ in range(_ROUNDS):
        lines = _lines(lightness, ground, means[nearest].astype(np.float32))
        contact = _near(ground) & ~ground & (distance <= _REACH_PX) & ~flat
        touching = nearest[contact]
        length = np.bincount(touching, minlength=len(means)).astype(np.float32)
        lined = np.bincount(touching, lines[contact], minlength=len(means))
        gone = may_go & (length >= _REACH_PX) & (lined <= _MAX_LINED * length)
        if not gone.any():
            break
        may_go &= ~gone
        area = gone[areas].astype(np.uint8)
        ground |= cv2.dilate(area, np.ones((3, 3), np.uint8)) > 0
    return ground


def _flat_areas(lab: Floats) -> tuple[Flags, NDArray[np.int32], NDArray[np.int32], Floats]:
    """Flat pixels, their areas' numbers (0 elsewhere), for each pixel the nearest area's number,
    and the distance to it."""
    kernel = np.ones((3, 3), np.uint8)
    change = np.asarray(cv2.dilate(lab, kernel)) - np.asarray(cv2.erode(lab, kernel))
    flat = np.asarray(np.linalg.norm(change, axis=2) < _FLAT)
    _, labels = cv2.connectedComponents(flat.astype(np.uint8), connectivity=4)
    areas = np.asarray(labels, dtype=np.int32)
    distance, index = cv2.distanceTransformWithLabels(
        (~flat).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    numbers = np.zeros(int(index.max()) + 1, dtype=np.int32)
    numbers[np.asarray(index, dtype=np.int64)[flat]] = areas[flat]
    return flat, areas, numbers[np.asarray(index, dtype=np.int64)], np.asarray(distance, np.float32)


def _lines(lightness: Floats, ground: Flags, beside: Floats) -> Floats:
    """1 where a line, darker than the ground near it and than the area beside it, passes near."""
    near = (2 * _REACH_PX + 1, 2 * _REACH_PX + 1)
    weight = cv2.boxFilter(ground.astype(np.float32), -1, near)
    of_ground = cv2.boxFilter(np.where(ground, lightness, 0).astype(np.float32), -1, near)
    behind = np.asarray(of_ground) / np.maximum(np.asarray(weight), 1e-6)
    darkest = np.asarray(cv2.erode(lightness, np.ones((5, 5), np.uint8)))
    sides = np.minimum(behind, beside)
    depth = np.minimum(_LINE_DEPTH, sides / 4)
    return ((darkest < sides - depth) | (sides < _BLACK)).astype(np.float32)


def _near(flags: Flags) -> Flags:
    size = 2 * _REACH_PX + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return cv2.dilate(flags.astype(np.uint8), kernel) > 0


def _is_inked(lightness: Floats, ground: Flags) -> bool:
    kernel = np.ones((3, 3), np.uint8)
    rest = cv2.morphologyEx((~ground).astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0
    figure = main_parts(rest)
    if figure.mean() < 0.01:
        return False
    inner = cv2.erode(figure.astype(np.uint8), kernel, borderValue=1) > 0
    outline = figure & ~inner
    inside = np.where(inner, lightness, 0).astype(np.float32)
    near = (9, 9)
    weight = np.asarray(cv2.boxFilter(inner.astype(np.float32), -1, near))
    beside = np.asarray(cv2.boxFilter(inside, -1, near)) / np.maximum(weight, 1e-6)
    lined = _lines(lightness, ~figure, beside.astype(np.float32))
    return bool(lined[outline].mean() >= _MIN_LINED)
