"""Which cells of the encoder's grid count as subject: the coarse mask that a model sees. No Qt.

A reference is centred in a square before it is encoded, and the square is cut into cells. A cell is
subject where at least half of it is; the padding is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from widgets.region_editor.mask_strokes import Box, Pixels, box_of

SUBJECT_SHARE = 0.5
ROUNDING = 1e-5  # sums of floats: exactly half must stay half
SQUARE_PX = 224  # side of the encoder's picture: sizes round to its pixels


@dataclass(frozen=True)
class Square:
    """Where the square lies around a picture, in px of the picture; `side_x` / `side_y` differ by
    less than a pixel of the encoder."""

    left: float
    top: float
    side_x: float
    side_y: float

    @classmethod
    def around(cls, width: int, height: int, side: int = SQUARE_PX) -> Square:
        """The square that a picture of `width` x `height` px is centred in."""
        factor = side / max(width, height)
        fitted_x, fitted_y = max(1, round(width * factor)), max(1, round(height * factor))
        step_x, step_y = width / fitted_x, height / fitted_y
        left, top = (side - fitted_x) // 2, (side - fitted_y) // 2
        return cls(-left * step_x, -top * step_y, side * step_x, side * step_y)


class TokenCells:
    """The share of subject in each of `count` x `count` cells over a mask; updated in parts."""

    def __init__(self, mask: Pixels, count: int) -> None:
        height, width = mask.shape
        self.count = count
        self.square = Square.around(width, height)
        self._columns = _overlaps(self.square.left, self.square.side_x / count, count, width)
        self._rows = _overlaps(self.square.top, self.square.side_y / count, count, height)
        self._cover = np.zeros((count, count), np.float32)
        self.update(mask, box_of(mask))

    @property
    def cover(self) -> NDArray[np.float32]:
        """(count, count): the share of each cell that is subject, 0 to 1."""
        return self._cover.copy()

    @property
    def subject(self) -> NDArray[np.bool_]:
        """(count, count). Where no cell is half covered (thin hair), any cover counts; where none
        is covered, every cell of the picture counts."""
        everywhere = self._rows.sum(axis=1)[:, None] * self._columns.sum(axis=1)
        for chosen in (self._cover >= SUBJECT_SHARE - ROUNDING, self._cover > ROUNDING):
            if chosen.any():
                return chosen
        return everywhere > ROUNDING

    def update(self, mask: Pixels, box: Box) -> None:
        """Count the cells again that `box` touches."""
        if box.is_empty:
            return
        rows = np.flatnonzero(self._rows[:, box.top : box.bottom].any(axis=1))
        columns = np.flatnonzero(self._columns[:, box.left : box.right].any(axis=1))
        row_weights, column_weights = self._rows[rows], self._columns[columns]
        y = np.flatnonzero(row_weights.any(axis=0))
        x = np.flatnonzero(column_weights.any(axis=0))
        part = mask[y[0] : y[-1] + 1, x[0] : x[-1] + 1].astype(np.float32) / np.float32(255)
        cover = row_weights[:, y[0] : y[-1] + 1] @ part @ column_weights[:, x[0] : x[-1] + 1].T
        self._cover[np.ix_(rows, columns)] = cover


def _overlaps(start: float, step: float, count: int, length: int) -> NDArray[np.float32]:
    """(count, length): the share of each cell that each pixel of a row makes up."""
    edges = start + step * np.arange(count + 1)
    pixels = np.arange(length)
    low = np.maximum(edges[:-1, None], pixels)
    high = np.minimum(edges[1:, None], pixels + 1)
    return (np.maximum(0.0, high - low) / step).astype(np.float32)
