"""From a picture and its subject mask to the network's square input, and points back again.

The detector and its training both use this file, so that the network sees the same in both.
Points are continuous pixel coordinates: (0, 0) is the outer corner of the top left pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MARGIN = 0.08  # of the longer side of the mask's box, on every side
_INSIDE = 127  # mask values above count as the subject


@dataclass(frozen=True, slots=True)
class SquareCrop:
    """A square of the picture, in its pixels; it may reach beyond the picture."""

    x0: int
    y0: int
    side: int

    def __post_init__(self) -> None:
        if self.side < 1:
            raise ValueError("a crop has at least one pixel")

    def to_input(self, points: NDArray[np.floating], size_px: int) -> NDArray[np.float32]:
        """(..., 2 or more) x, y in picture px -> in px of a `size_px` input; the rest is kept."""
        moved = np.array(points, dtype=np.float32)
        moved[..., :2] = (moved[..., :2] - (self.x0, self.y0)) * (size_px / self.side)
        return moved

    def to_image(self, points: NDArray[np.floating], size_px: int) -> NDArray[np.float32]:
        """The inverse of `to_input`."""
        moved = np.array(points, dtype=np.float32)
        moved[..., :2] = moved[..., :2] * (self.side / size_px) + (self.x0, self.y0)
        return moved


def subject_crop(mask: NDArray[np.uint8], margin: float = MARGIN) -> SquareCrop | None:
    """The square around the subject in an (H, W) mask, centred on it; None where it is empty."""
    inside = mask > _INSIDE
    columns, rows = np.flatnonzero(inside.any(axis=0)), np.flatnonzero(inside.any(axis=1))
    if not len(columns):
        return None
    x0, x1 = int(columns[0]), int(columns[-1]) + 1
    y0, y1 = int(rows[0]), int(rows[-1]) + 1
    side = max(1, round(max(x1 - x0, y1 - y0) * (1 + 2 * margin)))
    return SquareCrop((x0 + x1 - side) // 2, (y0 + y1 - side) // 2, side)


def network_input(
    image: NDArray[np.uint8], mask: NDArray[np.uint8], crop: SquareCrop, size_px: int
) -> NDArray[np.float32]:
    """(4, size_px, size_px) float32: RGB from -1 to 1 with everything but the subject grey (0),
    then the mask from 0 to 1.

    image: (H, W, 3) RGB, mask: (H, W) 0 to 255.
    """
    import cv2

    canvas = np.zeros((crop.side, crop.side, 4), dtype=np.uint8)
    height, width = mask.shape
    left, top = max(crop.x0, 0), max(crop.y0, 0)
    right, bottom = min(crop.x0 + crop.side, width), min(crop.y0 + crop.side, height)
    if left < right and top < bottom:
        target = canvas[top - crop.y0 : bottom - crop.y0, left - crop.x0 : right - crop.x0]
        target[..., :3] = image[top:bottom, left:right]
        target[..., 3] = mask[top:bottom, left:right]
    shrinking = crop.side > size_px
    # Colours are weighed by the mask before scaling, so that no background bleeds into the edge.
    weights = canvas[..., 3:].astype(np.float32) / 255
    pixels = np.concatenate([(canvas[..., :3] / np.float32(127.5) - 1) * weights, weights], axis=2)
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    scaled = cv2.resize(pixels, (size_px, size_px), interpolation=method)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1), dtype=np.float32)
