"""Quick versions of the shapes that are made hundreds of times a picture.

They round differently from those in `brush`, so the first edition keeps its own.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Points

Floats = NDArray[np.floating]


@lru_cache(maxsize=64)
def ramp(count: int) -> Floats:
    """0 to 1 in `count` steps."""
    return np.linspace(0, 1, count, dtype=np.float32)


def pairs(x: Floats | float, y: Floats, count: int | None = None) -> Points:
    """(N, 2) points of two rows."""
    found = np.empty((count or len(y), 2), np.float32)
    found[:, 0] = x
    found[:, 1] = y
    return found


_CAP = np.exp(1j * np.linspace(math.pi / 2, 3 * math.pi / 2, 8)).astype(np.complex64)


def capsule(a: Points, b: Points, ra: float, rb: float) -> Points:
    """Tapered limb from `a` (radius ra) to `b` (radius rb), as `brush.capsule`.

    Points as complex numbers: turning, scaling and shifting are one operation each.
    """
    start, end = complex(a[0], a[1]), complex(b[0], b[1])
    axis = end - start
    length = abs(axis)
    heading = axis / length if length > 1e-6 else 1.0
    found = np.empty(16, np.complex64)
    found[:8] = _CAP * (heading * ra) + start
    found[8:] = _CAP * (-heading * rb) + end
    return found.view(np.float32).reshape(16, 2)


@lru_cache(maxsize=16)
def _circle(count: int) -> Points:
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return pairs(np.cos(angle), np.sin(angle))


def disc(centre: Points, rx: float, ry: float, count: int = 24) -> Points:
    """An ellipse around a point."""
    return _circle(count) * np.array([rx, ry], np.float32) + centre


def ellipse(cx: float, cy: float, rx: float, ry: float, count: int = 24) -> Points:
    return _circle(count) * np.array([rx, ry], np.float32) + np.array([cx, cy], np.float32)
