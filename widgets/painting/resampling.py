"""Pictures and masks at the size they are printed or shown at."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.geometry import Rect
from widgets.painting.placement import PixelRect

Pixels = NDArray[np.uint8]


def resample_picture(picture: Pixels, area: Rect, target: PixelRect) -> Pixels:
    """The part `target` of a picture stretched over `area`, both in px of the page.

    picture: (H, W) or (H, W, C) uint8. Where `target` reaches beyond `area`, the picture's edge is
    repeated: pixels that it covers only in part stay opaque, and the panel's mask alone softens the
    edge. Bicubic, area-averaged when shrinking, as Qt's own smooth drawing is not; exact where a
    picture pixel is a page pixel.
    """
    return _resample(picture, area, target, Image.Resampling.BICUBIC)


def resample_mask(mask: Pixels, area: Rect, target: PixelRect) -> Pixels:
    """As `resample_picture` for an (H, W) mask; linear, so that it stays within its old values."""
    return _resample(mask, area, target, Image.Resampling.BILINEAR)


def _resample(
    picture: Pixels, area: Rect, target: PixelRect, how: Image.Resampling
) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    step_x, step_y = width / area.width, height / area.height
    left, right = (target.left - area.x) * step_x, (target.right - area.x) * step_x
    top, bottom = (target.top - area.y) * step_y, (target.bottom - area.y) * step_y
    before_x, after_x = _beyond(left, right, width)
    before_y, after_y = _beyond(top, bottom, height)
    pad = [(before_y, after_y), (before_x, after_x)] + [(0, 0)] * (picture.ndim - 2)
    padded = np.pad(picture, pad, mode="edge") if any(map(any, pad)) else picture
    box = (left + before_x, top + before_y, right + before_x, bottom + before_y)
    limits = (padded.shape[1], padded.shape[0])
    resized = Image.fromarray(np.ascontiguousarray(padded)).resize(
        (target.width, target.height), how, box=_inside(box, limits)
    )
    return np.array(resized)


def _beyond(start: float, end: float, length: int) -> tuple[int, int]:
    """How many picture pixels are wanted before 0 and after `length`."""
    return max(0, math.ceil(-start)), max(0, math.ceil(end - length))


def _inside(
    box: tuple[float, float, float, float], limits: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Rounding may put the box a hair outside, which Pillow refuses; near-whole edges are whole."""

    def tidy(value: float, limit: int) -> float:
        whole = round(value)
        return min(max(float(whole) if abs(value - whole) < 1e-6 else value, 0.0), float(limit))

    return (
        tidy(box[0], limits[0]),
        tidy(box[1], limits[1]),
        tidy(box[2], limits[0]),
        tidy(box[3], limits[1]),
    )
