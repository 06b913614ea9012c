"""Pictures as the scorers see them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.detection.crop import subject_crop

Image = NDArray[np.uint8]
MIN_FIGURE_PX = 64


def on_white(image: Image, mask: NDArray[np.uint8]) -> Image:
    """The figure on white: (H, W, 3); mask (H, W) from 0 to 255."""
    alpha = mask[..., None].astype(np.float32) / 255
    return np.round(image * alpha + 255 * (1 - alpha)).astype(np.uint8)


def figure_crop(image: Image, mask: NDArray[np.uint8], size_px: int) -> Image | None:
    """The figure on white, cut out square and scaled to (size_px, size_px, 3).

    None where the mask holds fewer than `MIN_FIGURE_PX` pixels.
    """
    crop = subject_crop(mask, 0.04)
    if crop is None or int((mask > 127).sum()) < MIN_FIGURE_PX:
        return None
    white = on_white(image, mask)
    canvas = np.full((crop.side, crop.side, 3), 255, np.uint8)
    height, width = mask.shape
    left, top = max(crop.x0, 0), max(crop.y0, 0)
    right, bottom = min(crop.x0 + crop.side, width), min(crop.y0 + crop.side, height)
    canvas[top - crop.y0 : bottom - crop.y0, left - crop.x0 : right - crop.x0] = white[
        top:bottom, left:right
    ]
    return scaled(canvas, size_px)


def scaled(image: Image, size_px: int) -> Image:
    """(size_px, size_px, 3), area average when smaller."""
    method = cv2.INTER_AREA if image.shape[0] > size_px else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size_px, size_px), interpolation=method), np.uint8)
