"""The outline of a mask as closed lines, found by marching squares. No Qt in here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from widgets.region_editor.mask_strokes import INSIDE, Pixels

Loop = NDArray[np.float32]  # (N, 2) x, y in px of the mask; the last point joins the first

LEVEL = INSIDE - 0.5
TOLERANCE_PX = 0.35  # a simplified line stays this close to the exact one
MAX_CROSSINGS = 30_000  # speckled masks: beyond this the outline is found at half the size
KEPT_POINTS = 8  # loops this short are not simplified

# Sides of a cell that the outline enters and leaves by (top, bottom, left, right), so that inside
# lies on the right hand. Index: top left * 8 + top right * 4 + bottom right * 2 + bottom left.
_T, _B, _L, _R = 0, 1, 2, 3
_FROM = np.array([0, _L, _B, _L, _R, _L, _B, _L, _T, _T, _T, _T, _R, _R, _B, 0])
_TO = np.array([0, _B, _R, _R, _T, _B, _T, _T, _L, _B, _L, _R, _L, _B, _L, 0])
_SADDLES = {5: (_R, _T), 10: (_B, _R)}  # their second line


def outline(mask: Pixels) -> tuple[Loop, ...]:
    """Closed lines around what is inside, largest first, at sub-pixel precision.

    Soft pixels place the line between their centres; along the edge of the picture it runs exactly
    there. A mask that is all speckles is outlined coarsely.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return ()
    top, left = int(rows[0]), int(columns[0])
    padded = np.pad(mask[top : rows[-1] + 1, left : columns[-1] + 1], 1).astype(np.float32)
    start, end = _lines(padded)
    if len(start) > MAX_CROSSINGS:
        return tuple(loop * 2 for loop in outline(_halved(mask)))
    loops = [points for points in _chain(start, end, _points(padded, start)) if len(points) > 2]
    loops.sort(key=len, reverse=True)
    shift = np.array([left, top], np.float32)
    return tuple(_simplified(loop) + shift for loop in loops)


def _lines(padded: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Ids of the grid edges at which each piece of the outline starts and ends.

    Ids count the edges between a node and its right neighbour first, then those to its lower one.
    """
    height, width = padded.shape
    inside = (padded > LEVEL).astype(np.uint8)
    cases = inside[:-1, :-1] * 8 + inside[:-1, 1:] * 4 + inside[1:, 1:] * 2 + inside[1:, :-1]
    rows, columns = np.nonzero((cases != 0) & (cases != 15))
    kinds = cases[rows, columns]
    cells = rows * width + columns
    sides = np.array([0, width, height * width, height * width + 1])
    starts, ends = [cells + sides[_FROM[kinds]]], [cells + sides[_TO[kinds]]]
    for kind, (first, last) in _SADDLES.items():
        doubled = cells[kinds == kind]
        starts.append(doubled + sides[first])
        ends.append(doubled + sides[last])
    return np.concatenate(starts), np.concatenate(ends)


def _points(padded: NDArray[np.float32], edges: NDArray[np.intp]) -> Loop:
    """Where the outline crosses each edge, in px of the unpadded mask."""
    height, width = padded.shape
    downwards = edges >= height * width
    nodes = np.where(downwards, edges - height * width, edges)
    flat = padded.ravel()
    here, there = flat[nodes], flat[nodes + np.where(downwards, width, 1)]
    share = (np.float32(LEVEL) - here) / (there - here)
    x = nodes % width + np.where(downwards, 0.0, share) - 0.5
    y = nodes // width + np.where(downwards, share, 0.0) - 0.5
    return np.stack([x, y], axis=1).astype(np.float32)


def _chain(start: NDArray[np.intp], end: NDArray[np.intp], points: Loop) -> list[Loop]:
    """Every edge is entered once and left once, so the pieces are loops."""
    order = np.argsort(start)
    following = order[np.searchsorted(start, end, sorter=order)].tolist()
    seen = bytearray(len(following))
    loops: list[Loop] = []
    for first in range(len(following)):
        if seen[first]:
            continue
        members: list[int] = []
        at = first
        while not seen[at]:
            seen[at] = 1
            members.append(at)
            at = following[at]
        loops.append(points[members])
    return loops


def _halved(mask: Pixels) -> Pixels:
    """Half the width and height, rounded up: the mean of each four pixels, outside beyond."""
    even = np.pad(mask, [(0, mask.shape[0] % 2), (0, mask.shape[1] % 2)]).astype(np.uint16)
    rows = even[::2] + even[1::2]
    return ((rows[:, ::2] + rows[:, 1::2]) // 4).astype(np.uint8)


def _simplified(loop: Loop) -> Loop:
    """Fewer points by Ramer, Douglas and Peucker, between the first point and the farthest one."""
    if len(loop) <= KEPT_POINTS:
        return loop
    closed = np.concatenate([loop, loop[:1]])
    far = int(np.argmax(np.square(closed - closed[0]).sum(axis=1)))
    kept = np.zeros(len(closed), bool)
    kept[[0, far]] = True
    spans = [(0, far), (far, len(closed) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        middle, distance = _farthest(closed, first, last)
        if distance > TOLERANCE_PX:
            kept[middle] = True
            spans += [(first, middle), (middle, last)]
    return closed[kept]


def _farthest(line: Loop, first: int, last: int) -> tuple[int, float]:
    """The point between two others that lies farthest from the line through them."""
    a = line[first]
    along = line[last] - a
    length = float(np.hypot(along[0], along[1]))
    between = line[first + 1 : last] - a
    if length < 1e-6:
        distances = np.hypot(between[:, 0], between[:, 1])
    else:
        distances = np.abs(between[:, 0] * along[1] - between[:, 1] * along[0]) / length
    index = int(np.argmax(distances))
    return first + 1 + index, float(distances[index])
