"""Prompt-guided segmentation (Character-Adapter, arXiv 2406.16537): word maps to boxes of parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.adapters.token_mask import Letterbox

GROUND = 0.4  # a part must stand out by this share of its map's range, else it is background
MARGIN = 0.12  # of the box's sides, around it
MIN_SIDE_PX = 24  # smaller parts show nothing worth telling

Field = NDArray[np.float32]


@dataclass(frozen=True)
class Box:
    """Pixels of a picture: left, top inside; right, bottom just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def smaller_side(self) -> int:
        return min(self.right - self.left, self.bottom - self.top)

    def cut(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """This part of a picture [H, W, ...]."""
        return np.ascontiguousarray(pixels[self.top : self.bottom, self.left : self.right])


def stretched(values: Field) -> Field:
    """A map to 0..1 by its least and largest value; 0 where it is flat."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.zeros_like(values)


def part_boxes(maps: Field, subject: Field, width: int, height: int) -> tuple[Box | None, ...]:
    """Where each part is in a picture of `width` x `height` px; None where it was not found.

    maps: [R, S, S], of the picture letterboxed to a square. subject: [S, S], share of subject.
    Every cell goes to the part whose stretched map is largest there, or to the background; the
    largest connected piece of a part counts.
    """
    claims = np.stack([np.full_like(subject, GROUND), *(stretched(m) for m in maps)])
    owner = np.where(subject >= 0.5, claims.argmax(axis=0), 0)
    side = maps.shape[-1]
    place = Letterbox.fit(width, height, side)
    scale = (width / place.width, height / place.height)
    boxes: list[Box | None] = []
    for part in range(1, len(claims)):
        found = _largest_piece(owner == part)
        boxes.append(None if found is None else _on_picture(found, place, scale, (width, height)))
    return tuple(box if box and box.smaller_side >= MIN_SIDE_PX else None for box in boxes)


def _largest_piece(cells: NDArray[np.bool_]) -> Box | None:
    import cv2

    count, _, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    if count < 2:
        return None
    piece = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    left, top, width, height = (int(value) for value in stats[piece, :4])
    return Box(left, top, left + width, top + height)


def _on_picture(
    cells: Box, place: Letterbox, scale: tuple[float, float], size: tuple[int, int]
) -> Box:
    """A box of letterboxed cells, with its margin, in px of the picture."""
    across, down = MARGIN * (cells.right - cells.left), MARGIN * (cells.bottom - cells.top)
    left, right = cells.left - across - place.left, cells.right + across - place.left
    top, bottom = cells.top - down - place.top, cells.bottom + down - place.top
    return Box(
        max(0, int(np.floor(left * scale[0]))),
        max(0, int(np.floor(top * scale[1]))),
        min(size[0], int(np.ceil(right * scale[0]))),
        min(size[1], int(np.ceil(bottom * scale[1]))),
    )
