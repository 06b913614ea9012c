"""A picture with its ground truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Part


@dataclass(frozen=True)
class Drawing:
    """A picture and its ground truth.

    image: (H, W, 3) uint8 RGB; mask: (H, W) uint8 0 to 255; parts: (H, W) uint8 `Part` labels;
    keypoints: (18, 3) float32 of x, y in px and 1 where inside the picture, else 0.
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    parts: NDArray[np.uint8]
    keypoints: NDArray[np.float32]
    identity_tags: tuple[str, ...]
    shot_tags: tuple[str, ...]


@dataclass(frozen=True)
class SeenDrawing(Drawing):
    """A drawing that also knows what hides what.

    visibility: (18,) uint8 as in COCO: 0 outside the picture, 1 inside but covered, 2 in sight.
    In `keypoints` 1 means inside the picture and not turned away: what a pose detector reports.
    """

    visibility: NDArray[np.uint8]

    def part_mask(self, *parts: Part) -> NDArray[np.uint8]:
        """Mask (H, W), 0 or 255, of some parts."""
        return np.isin(self.parts, [int(part) for part in parts]).astype(np.uint8) * 255


@dataclass(frozen=True)
class GroupDrawing:
    """Several characters in one picture.

    masks: (N, H, W) uint8 0 or 255, what is seen of each; parts as in `Drawing`; keypoints:
    (N, 18, 3); visibility: (N, 18); figure_tags: what is said of each figure (identity and pose).
    """

    image: NDArray[np.uint8]
    masks: NDArray[np.uint8]
    parts: NDArray[np.uint8]
    keypoints: NDArray[np.float32]
    visibility: NDArray[np.uint8]
    tags: tuple[str, ...]
    figure_tags: tuple[tuple[str, ...], ...]
