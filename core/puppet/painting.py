"""Layers drawn on the canvas, premultiplied, each in its own rectangle."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from core.puppet.anatomy import Image
from core.puppet.layers import Layer
from core.puppet.motion import Bulge, Motion, Pixels


def paint(canvas: Image, layer: Layer, motion: Motion) -> None:
    """Draw one layer over the canvas (H, W, 4), both premultiplied."""
    height, width = layer.levels[0].shape[:2]
    box = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)], np.float64)
    corners = box @ motion.from_crop(layer.x, layer.y, 1.0).T
    if corners[:, 2].min() <= 1e-6:
        return
    corners = corners[:, :2] / corners[:, 2:]
    left, top = (max(int(v), 0) for v in np.floor(corners.min(axis=0)) - 1)
    right, bottom = np.ceil(corners.max(axis=0)) + 2
    right, bottom = min(int(right), canvas.shape[1]), min(int(bottom), canvas.shape[0])
    if left >= right or top >= bottom:
        return
    area = float(cv2.contourArea(corners.astype(np.float32)))
    shrink = math.sqrt(width * height / max(area, 1e-6))
    level = min(math.floor(math.log2(max(shrink, 1.0)) + 0.3), len(layer.levels) - 1)
    drawn = _warped(layer, level, motion, (left, top, right, bottom))
    canvas[top:bottom, left:right] = over(canvas[top:bottom, left:right], drawn)


def over(below: Image, above: Image) -> Image:
    """One premultiplied picture over another of its size."""
    keep = cv2.merge([cv2.bitwise_not(above[..., 3])] * 4)
    return np.asarray(cv2.add(cv2.multiply(below, keep, scale=1 / 255), above), np.uint8)


def straight(canvas: Image) -> Image:
    """Premultiplied to straight alpha, in place."""
    x, y, width, height = cv2.boundingRect(canvas[..., 3])
    painted = canvas[y : y + height, x : x + width]
    if width:
        alpha = painted[..., 3].copy()
        # cv2 divides whole numbers by 0 to 0: where nothing was drawn, colour stays 0.
        painted[:] = cv2.divide(painted, cv2.merge([alpha] * 4), scale=255)
        painted[..., 3] = alpha
    return canvas


def _warped(layer: Layer, level: int, motion: Motion, box: tuple[int, int, int, int]) -> Image:
    """The layer as it looks in the output's rectangle `box` (left, top, right, bottom)."""
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]])
    matrix = shift @ motion.from_crop(layer.x, layer.y, 2.0**level)
    texture = layer.levels[level]
    if motion.bulge is not None:
        x, y = _sources(layer, level, motion.bulge, matrix, size)
        drawn = cv2.remap(texture, x, y, cv2.INTER_LINEAR)
    elif motion.is_affine:
        drawn = cv2.warpAffine(texture, matrix[:2], size, flags=cv2.INTER_LINEAR)
    else:
        drawn = cv2.warpPerspective(texture, matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(drawn, np.uint8)


def _sources(
    layer: Layer, level: int, bulge: Bulge, matrix: NDArray[np.float64], size: tuple[int, int]
) -> tuple[Pixels, Pixels]:
    """For each output pixel the texture position that `matrix` and the bulge bring there."""
    m = np.linalg.inv(matrix).astype(np.float32)
    columns = np.arange(size[0], dtype=np.float32)[None]
    rows = np.arange(size[1], dtype=np.float32)[:, None]
    step = 2.0**level
    x = (m[0, 0] * columns + m[0, 1] * rows + m[0, 2]) * step + layer.x
    y = (m[1, 0] * columns + m[1, 1] * rows + m[1, 2]) * step + layer.y
    x, y = bulge.undone(x, y)
    return (x - layer.x) / step, (y - layer.y) / step
