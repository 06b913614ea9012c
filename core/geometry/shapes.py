"""Points, rectangles, polygons and similarity transforms. Units are those of the owner."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A point; x grows to the right, y grows downwards."""

    x: float
    y: float

    def __add__(self, other: Point) -> Point:
        return Point(self.x + other.x, self.y + other.y)

    def __sub__(self, other: Point) -> Point:
        return Point(self.x - other.x, self.y - other.y)

    def __mul__(self, factor: float) -> Point:
        return Point(self.x * factor, self.y * factor)

    def distance_to(self, other: Point) -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


@dataclass(frozen=True, slots=True)
class Rect:
    """An axis-aligned rectangle with its origin at the top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    @property
    def area(self) -> float:
        return self.width * self.height

    def contains(self, point: Point) -> bool:
        return self.x <= point.x <= self.right and self.y <= point.y <= self.bottom


@dataclass(frozen=True, slots=True)
class Polygon:
    """A simple polygon given by its corners in order, at least three."""

    points: tuple[Point, ...]

    @classmethod
    def from_rect(cls, rect: Rect) -> Polygon:
        return cls(
            (
                Point(rect.x, rect.y),
                Point(rect.right, rect.y),
                Point(rect.right, rect.bottom),
                Point(rect.x, rect.bottom),
            )
        )

    @classmethod
    def from_pairs(cls, pairs: Sequence[tuple[float, float]]) -> Polygon:
        return cls(tuple(Point(x, y) for x, y in pairs))

    @property
    def bounds(self) -> Rect:
        xs = [p.x for p in self.points]
        ys = [p.y for p in self.points]
        return Rect(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    @property
    def area(self) -> float:
        """Unsigned area by the shoelace formula."""
        total = 0.0
        for a, b in zip(self.points, (*self.points[1:], self.points[0]), strict=True):
            total += a.x * b.y - b.x * a.y
        return abs(total) / 2

    def contains(self, point: Point) -> bool:
        """Even-odd rule."""
        inside = False
        for a, b in zip(self.points, (*self.points[1:], self.points[0]), strict=True):
            if (a.y > point.y) != (b.y > point.y):
                x_cross = a.x + (point.y - a.y) * (b.x - a.x) / (b.y - a.y)
                inside ^= point.x < x_cross
        return inside

    def translated(self, dx: float, dy: float) -> Polygon:
        return Polygon(tuple(Point(p.x + dx, p.y + dy) for p in self.points))


@dataclass(frozen=True, slots=True)
class Similarity:
    """A similarity transform p -> (a, -b; b, a) p + (tx, ty): rotation, uniform scale, shift."""

    a: float
    b: float
    tx: float
    ty: float

    @classmethod
    def from_segments(cls, source: tuple[Point, Point], target: tuple[Point, Point]) -> Similarity:
        """The similarity that takes segment `source` to segment `target`.

        Raises ValueError where the source segment has no length.
        """
        ux, uy = source[1].x - source[0].x, source[1].y - source[0].y
        vx, vy = target[1].x - target[0].x, target[1].y - target[0].y
        norm = ux * ux + uy * uy
        if norm == 0:
            raise ValueError("source segment has no length")
        a = (ux * vx + uy * vy) / norm
        b = (ux * vy - uy * vx) / norm
        tx = target[0].x - (a * source[0].x - b * source[0].y)
        ty = target[0].y - (b * source[0].x + a * source[0].y)
        return cls(a, b, tx, ty)

    def apply(self, point: Point) -> Point:
        return Point(
            self.a * point.x - self.b * point.y + self.tx,
            self.b * point.x + self.a * point.y + self.ty,
        )

    @property
    def scale(self) -> float:
        return math.hypot(self.a, self.b)

    def inverted(self) -> Similarity:
        norm = self.a * self.a + self.b * self.b
        a, b = self.a / norm, -self.b / norm
        return Similarity(a, b, -(a * self.tx - b * self.ty), -(b * self.tx + a * self.ty))
