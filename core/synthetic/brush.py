"""Painting primitives: polygons, splines, capsules and patterns on a supersampled canvas."""

from __future__ import annotations

from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]
Points = NDArray[np.floating]
SUPERSAMPLING = 2
_SHIFT = 4  # cv2's fixed-point coordinates: 1/16 px


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


class Canvas:
    """An RGB picture and its part labels, both supersampled; coordinates are output pixels."""

    def __init__(self, background: NDArray[np.uint8]) -> None:
        height, width = background.shape[:2]
        self.width, self.height = width, height
        size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        self.image = cv2.resize(background, size, interpolation=cv2.INTER_NEAREST)
        self.labels = np.zeros((size[1], size[0]), dtype=np.uint8)

    @staticmethod
    def _fixed(shape: Points) -> NDArray[np.int32]:
        return np.round(shape * (SUPERSAMPLING * (1 << _SHIFT))).astype(np.int32)

    def fill(
        self, shape: Points, colour: Rgb, part: Part, *, line: Rgb | None = None, width: float = 1.2
    ) -> None:
        """Fill a polygon; with `line`, its outline is drawn under the fill's edge."""
        fixed = self._fixed(shape)
        if line is not None:
            thickness = max(1, round(2 * width * SUPERSAMPLING / 2))
            cv2.polylines(self.image, [fixed], True, line, thickness, cv2.LINE_8, _SHIFT)
            cv2.polylines(self.labels, [fixed], True, int(part), thickness, cv2.LINE_8, _SHIFT)
        cv2.fillPoly(self.image, [fixed], colour, cv2.LINE_8, _SHIFT)
        cv2.fillPoly(self.labels, [fixed], int(part), cv2.LINE_8, _SHIFT)

    def fill_group(
        self, shapes: list[Points], colour: Rgb, part: Part, *, line: Rgb, width: float = 1.2
    ) -> None:
        """Fill several shapes as one silhouette: no lines where they overlap."""
        thickness = max(1, round(2 * width * SUPERSAMPLING))
        fixed = [self._fixed(shape) for shape in shapes]
        cv2.polylines(self.image, fixed, True, line, thickness, cv2.LINE_8, _SHIFT)
        cv2.polylines(self.labels, fixed, True, int(part), thickness, cv2.LINE_8, _SHIFT)
        for shape in fixed:
            cv2.fillPoly(self.image, [shape], colour, cv2.LINE_8, _SHIFT)
            cv2.fillPoly(self.labels, [shape], int(part), cv2.LINE_8, _SHIFT)

    def stroke(self, path: Points, colour: Rgb, width: float, part: Part | None = None) -> None:
        """An open line."""
        fixed = [self._fixed(path)]
        thickness = max(1, round(width * SUPERSAMPLING))
        cv2.polylines(self.image, fixed, False, colour, thickness, cv2.LINE_8, _SHIFT)
        if part is not None:
            cv2.polylines(self.labels, fixed, False, int(part), thickness, cv2.LINE_8, _SHIFT)

    def region(self, shape: Points) -> tuple[slice, slice, NDArray[np.bool_]] | None:
        """Rows, columns and mask of a polygon on the supersampled canvas; None where outside."""
        scaled = shape * SUPERSAMPLING
        x0, y0 = np.maximum(np.floor(scaled.min(0)).astype(int) - 1, 0)
        x1 = min(int(scaled[:, 0].max()) + 2, self.image.shape[1])
        y1 = min(int(scaled[:, 1].max()) + 2, self.image.shape[0])
        if x1 <= x0 or y1 <= y0:
            return None
        mask = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
        local = np.round((scaled - [x0, y0]) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [local], 1, cv2.LINE_8, _SHIFT)
        return slice(y0, y1), slice(x0, x1), mask.astype(bool)

    def fill_on(self, shape: Points, colour: Rgb, part: Part) -> None:
        """Fill only where `part` already is (shadows, highlights, stripes on a garment)."""
        found = self.region(shape)
        if found is None:
            return
        rows, columns, mask = found
        self.image[rows, columns][mask & (self.labels[rows, columns] == int(part))] = colour

    def pattern(
        self, shape: Points, kind: str, colour: Rgb, origin: Points, angle: float, unit: float
    ) -> None:
        """A fabric pattern in the garment's own coordinates (`origin`, `angle`, `unit` px)."""
        found = self.region(shape)
        if found is None or kind == "plain":
            return
        rows, columns, mask = found
        ys, xs = np.mgrid[rows, columns].astype(np.float32) / SUPERSAMPLING
        dx, dy = xs - origin[0], ys - origin[1]
        cos, sin = np.cos(angle), np.sin(angle)
        u, v = (cos * dx + sin * dy) / unit, (-sin * dx + cos * dy) / unit
        self.image[rows, columns][mask & _inked(kind, u, v)] = colour

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
        """Picture (H, W, 3), mask 0 to 255 (H, W) and labels (H, W) at output size."""
        size = (self.width, self.height)
        image = np.asarray(cv2.resize(self.image, size, interpolation=cv2.INTER_AREA), np.uint8)
        subject = (self.labels > 0).astype(np.uint8) * 255
        mask = np.asarray(cv2.resize(subject, size, interpolation=cv2.INTER_AREA), np.uint8)
        labels = np.ascontiguousarray(self.labels[1::SUPERSAMPLING, 1::SUPERSAMPLING])
        return image, mask, labels


def _inked(kind: str, u: Points, v: Points) -> NDArray[np.bool_]:
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
    raise ValueError(f"unknown pattern {kind}")
