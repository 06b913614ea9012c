"""What every painter needs: part names, tones of a colour, curves and limbs as polygons."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]
Points = NDArray[np.floating]
SUPERSAMPLING = 2
SHIFT = 4  # cv2's fixed-point coordinates: 1/16 px


class Part(IntEnum):
    """What a pixel of a drawing belongs to."""

    BACKGROUND = 0
    HAIR = 1
    FACE = 2
    SKIN = 3
    TOP = 4
    BOTTOM = 5
    LEGWEAR = 6
    SHOES = 7
    ACCESSORY = 8


def shade(colour: Rgb, factor: float) -> Rgb:
    """Darker (factor < 1) or lighter (> 1, towards white) tone of a colour."""
    if factor <= 1:
        red, green, blue = (int(c * factor) for c in colour)
    else:
        red, green, blue = (int(c + (255 - c) * (factor - 1)) for c in colour)
    return red, green, blue


def line_tone(colour: Rgb) -> Rgb:
    """Outline colour: a dark, slightly warm tone of the fill, as in cel painting."""
    red, green, blue = colour
    return int(red * 0.38 + 14), int(green * 0.34 + 8), int(blue * 0.38 + 14)


def points(*pairs: tuple[float, float]) -> Points:
    return np.array(pairs, dtype=np.float32)


_T = np.linspace(0, 1, 7, dtype=np.float32)[:-1]
_BASIS = 0.5 * np.stack(
    [
        -_T + 2 * _T**2 - _T**3,
        2 - 5 * _T**2 + 3 * _T**3,
        _T + 4 * _T**2 - 3 * _T**3,
        -(_T**2) + _T**3,
    ],
    axis=1,
)


def spline(control: Points) -> Points:
    """Closed Catmull-Rom curve through `control` (N, 2); six points a segment."""
    around = np.stack(
        [np.roll(control, 1, 0), control, np.roll(control, -1, 0), np.roll(control, -2, 0)], axis=1
    )
    return np.einsum("tk,nkd->ntd", _BASIS, around).reshape(-1, 2).astype(np.float32)


def ellipse(cx: float, cy: float, rx: float, ry: float, count: int = 24) -> Points:
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False, dtype=np.float32)
    return np.stack([cx + rx * np.cos(angle), cy + ry * np.sin(angle)], axis=1)


def capsule(a: Points, b: Points, ra: float, rb: float, count: int = 8) -> Points:
    """Tapered limb from `a` (radius ra) to `b` (radius rb)."""
    axis = b - a
    heading = float(np.arctan2(axis[1], axis[0]))
    half = np.linspace(np.pi / 2, 3 * np.pi / 2, count, dtype=np.float32) + heading
    cap_a = a + ra * np.stack([np.cos(half), np.sin(half)], axis=1)
    cap_b = b - rb * np.stack([np.cos(half), np.sin(half)], axis=1)
    return np.concatenate([cap_a, cap_b]).astype(np.float32)
