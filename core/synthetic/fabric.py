"""Fabric patterns as functions of fabric coordinates, and as tiles that repeat."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Points

_TILE_PX = 48
_PERIOD = {"checks": 1.4, "dots": 2.0, "plaid": 2.0}  # in pattern units; the others repeat after 1


def inked(kind: str, u: Points, v: Points) -> NDArray[np.bool_]:
    """Where the pattern has its second colour. u, v: fabric coordinates in pattern units."""
    if kind == "stripes":
        return np.mod(v, 1.0) < 0.45
    if kind == "vertical":
        return np.mod(u, 1.0) < 0.4
    if kind == "dots":
        row = np.floor(v)
        du = np.mod(u + 0.5 * np.mod(row, 2), 1.0) - 0.5
        return du**2 + (np.mod(v, 1.0) - 0.5) ** 2 < 0.075
    if kind == "checks":
        return (np.mod(u, 1.4) < 0.7) ^ (np.mod(v, 1.4) < 0.7)
    return _inked_once(kind, u - np.floor(u) - 0.5, v - np.floor(v) - 0.5)


def _inked_once(kind: str, x: Points, y: Points) -> NDArray[np.bool_]:
    """Patterns with one motif in a cell of -0.5 to 0.5."""
    if kind == "argyle":
        return np.abs(x) + np.abs(y) < 0.36
    if kind == "stars":
        corner, outer, inner = np.pi / 5, 0.42, 0.18
        angle = np.abs(np.mod(np.arctan2(x, -y) + corner, 2 * corner) - corner)
        edge = outer * np.sin(angle) + inner * np.sin(corner - angle)
        return np.hypot(x, y) * edge < outer * inner * np.sin(corner)
    if kind == "hearts":
        lobe = -1.15 * y - 0.75 * np.sqrt(np.abs(x) + 1e-3) + 0.2  # y points down
        return x**2 + lobe**2 < 0.12
    if kind == "flowers":
        angle = np.arctan2(y, x)
        reach = np.hypot(x, y)
        return (reach < 0.26 + 0.11 * np.cos(5 * angle)) & (reach > 0.09)
    raise ValueError(f"unknown pattern {kind}")


@lru_cache(maxsize=16)
def tile(kind: str) -> tuple[NDArray[np.uint8], float]:
    """A square of one period, 1 where inked, 2 where inked twice (plaid), and its side in units."""
    side = _PERIOD.get(kind, 1.0)
    centre = (np.arange(_TILE_PX, dtype=np.float32) + 0.5) * side / _TILE_PX
    u, v = np.meshgrid(centre, centre)
    if kind == "plaid":
        cell = (u % 1 < 0.42).astype(np.uint8) + (v % 1 < 0.42).astype(np.uint8)
        return cell, side
    return inked(kind, u, v).astype(np.uint8), side
