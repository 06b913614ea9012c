"""Painting a mask with a brush: strokes, their undo, and the edges of the result. No Qt in here.

A mask is (H, W) uint8, 255 = inside. Points are continuous pixels: 0 is the left edge of the first
pixel, W the right edge of the last one. What was changed comes back as a `Box`, so that a view
repaints no more than that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

INSIDE = 128  # from this value on a pixel counts as inside
MIN_RADIUS_PX = 0.5
HISTORY_BYTES = 64_000_000


class Box(NamedTuple):
    """Whole pixels; `right` and `bottom` are the first beyond."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_empty(self) -> bool:
        return self.right <= self.left or self.bottom <= self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def united(self, other: Box) -> Box:
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


NOWHERE = Box(0, 0, 0, 0)


def box_of(mask: Pixels) -> Box:
    """All of the mask."""
    return Box(0, 0, mask.shape[1], mask.shape[0])


def changed_box(before: Pixels, after: Pixels) -> Box:
    """The smallest box that holds every pixel in which two masks of one size differ."""
    different = before != after
    rows = np.flatnonzero(different.any(axis=1))
    columns = np.flatnonzero(different.any(axis=0))
    if rows.size == 0:
        return NOWHERE
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def hardened(mask: Pixels, threshold: int = INSIDE) -> Pixels:
    """Only 0 and 255: what reaches `threshold` is inside."""
    return np.where(mask >= threshold, np.uint8(255), np.uint8(0))


def paint_capsule(
    mask: Pixels,
    start: tuple[float, float],
    end: tuple[float, float],
    radius_px: float,
    erase: bool = False,
) -> Box:
    """Sweep a round brush from `start` to `end` (x, y), in place; a disc where they are the same.

    Edges are one pixel soft. Overlapping parts of a stroke do not add up: a pixel takes the largest
    cover (the smallest where `erase`). Returns what may have changed.
    """
    radius = max(radius_px, MIN_RADIUS_PX)
    box = _reach(start, end, radius, mask.shape)
    if box.is_empty:
        return NOWHERE
    part = mask[box.slices]
    cover = _cover(box, start, end, radius)
    if erase:
        np.minimum(part, 255 - cover, out=part)
    else:
        np.maximum(part, cover, out=part)
    return box


def _reach(
    start: tuple[float, float], end: tuple[float, float], radius: float, shape: tuple[int, ...]
) -> Box:
    reach = radius + 0.5
    return Box(
        max(0, math.floor(min(start[0], end[0]) - reach)),
        max(0, math.floor(min(start[1], end[1]) - reach)),
        min(shape[1], math.ceil(max(start[0], end[0]) + reach)),
        min(shape[0], math.ceil(max(start[1], end[1]) + reach)),
    )


def _cover(box: Box, start: tuple[float, float], end: tuple[float, float], radius: float) -> Pixels:
    """How much of each pixel of the box the swept brush covers, 0 to 255."""
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length) if length else (1.0, 0.0)
    x = np.arange(box.left, box.right, dtype=np.float32) + np.float32(0.5 - start[0])
    y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - start[1])
    # How far beside the line and how far beyond its ends, each as a sum of a row and a column.
    beside = y * np.float32(along[0]) - x * np.float32(along[1])
    beyond = x * np.float32(along[0]) + y * np.float32(along[1])
    beyond -= beyond.clip(0.0, np.float32(length))
    np.square(beside, out=beside)
    np.square(beyond, out=beyond)
    beside += beyond
    np.sqrt(beside, out=beside)
    np.subtract(np.float32(radius + 0.5), beside, out=beside)
    np.clip(beside, 0.0, 1.0, out=beside)
    beside *= np.float32(255.0)
    beside += np.float32(0.5)  # the cast below cuts off
    return beside.astype(np.uint8)


@dataclass(frozen=True)
class _Step:
    box: Box
    before: Pixels
    after: Pixels
    note_before: object
    note_after: object

    @property
    def size_bytes(self) -> int:
        return self.before.nbytes + self.after.nbytes


class MaskPainting:
    """A mask under the brush, with undo of whole strokes.

    `note` is anything immutable that belongs to the present mask (for example the points that a
    subject was found from): undo and redo bring back the one of then. `max_bytes` bounds the
    history; the newest step always stays.
    """

    def __init__(self, mask: Pixels, note: object = None, max_bytes: int = HISTORY_BYTES) -> None:
        self._mask = np.array(mask, dtype=np.uint8, order="C")
        self._note = note
        self._max_bytes = max_bytes
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._before: Pixels | None = None  # the mask when the stroke began
        self._erase = False
        self._at: tuple[float, float] = (0.0, 0.0)
        self._touched = NOWHERE

    @property
    def mask(self) -> Pixels:
        """The live (H, W) mask; read it, change it through the methods."""
        return self._mask

    @property
    def note(self) -> object:
        return self._note

    @property
    def is_stroking(self) -> bool:
        return self._before is not None

    @property
    def is_empty(self) -> bool:
        """No pixel is inside."""
        return not bool((self._mask >= INSIDE).any())

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        return bool(self._redo)

    def begin(self, point: tuple[float, float], radius_px: float, erase: bool = False) -> Box:
        """Put the brush down. A stroke that was never ended is ended first."""
        self.end()
        self._before = self._mask.copy()
        self._erase = erase
        self._at = point
        self._touched = NOWHERE
        return self.stroke_to(point, radius_px)

    def stroke_to(self, point: tuple[float, float], radius_px: float) -> Box:
        """Draw on to `point`; nothing happens where no stroke was begun. Returns what changed."""
        if self._before is None:
            return NOWHERE
        box = paint_capsule(self._mask, self._at, point, radius_px, self._erase)
        self._at = point
        self._touched = self._touched.united(box)
        return box

    def end(self) -> bool:
        """Lift the brush; the stroke is one step of the history. False = it changed nothing."""
        if self._before is None:
            return False
        before, self._before = self._before, None
        return not self._record(before, self._touched, self._note).is_empty

    def cancel(self) -> Box:
        """Take the running stroke back. Returns what changed."""
        if self._before is None:
            return NOWHERE
        rows, columns = self._touched.slices
        self._mask[rows, columns] = self._before[rows, columns]
        self._before = None
        return self._touched

    def replace(self, mask: Pixels, note: object = None) -> Box:
        """Another mask of the same size, as one step. Raises ValueError for another size."""
        if mask.shape != self._mask.shape:
            raise ValueError(f"a mask of {mask.shape} does not replace one of {self._mask.shape}")
        self.cancel()
        before = self._mask.copy()
        self._mask[:] = mask
        return self._record(before, box_of(mask), note)

    def clear(self) -> Box:
        """Nothing is inside; forgets the note."""
        return self.replace(np.zeros_like(self._mask))

    def fill(self) -> Box:
        """Everything is inside; forgets the note."""
        return self.replace(np.full_like(self._mask, 255))

    def invert(self) -> Box:
        """Inside becomes outside; forgets the note."""
        return self.replace(255 - self._mask)

    def undo(self) -> Box:
        """Take the last step back (the running stroke, if there is one). Returns what changed."""
        if self._before is not None:
            return self.cancel()
        if not self._undo:
            return NOWHERE
        step = self._undo.pop()
        self._redo.append(step)
        self._mask[step.box.slices] = step.before
        self._note = step.note_before
        return step.box

    def redo(self) -> Box:
        """Returns what changed."""
        if self._before is not None or not self._redo:
            return NOWHERE
        step = self._redo.pop()
        self._undo.append(step)
        self._mask[step.box.slices] = step.after
        self._note = step.note_after
        return step.box

    def _record(self, before: Pixels, within: Box, note: object) -> Box:
        """Remember what differs now inside `within`."""
        old = before[within.slices]
        inner = changed_box(old, self._mask[within.slices]) if not within.is_empty else NOWHERE
        note_before, self._note = self._note, note
        if inner.is_empty:
            return NOWHERE
        left, top = within.left, within.top
        box = Box(left + inner.left, top + inner.top, left + inner.right, top + inner.bottom)
        self._undo.append(
            _Step(box, old[inner.slices].copy(), self._mask[box.slices].copy(), note_before, note)
        )
        self._redo.clear()
        while len(self._undo) > 1 and sum(s.size_bytes for s in self._undo) > self._max_bytes:
            del self._undo[0]
        return box
