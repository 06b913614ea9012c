"""Where a part of the page lies on a grid of pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from core.document import PageFormat
from core.errors import BadInput
from core.export.layers import check_page_size
from core.geometry import Point, Polygon, Rect

MM_PER_INCH = 25.4
MAX_PIXELS = 400_000_000  # two facing B4 manuscript sheets at 1200 dpi; 1.6 GB in memory

Area = Literal["bleed", "trim"]


class PixelRect(NamedTuple):
    """Whole pixels; `right` and `bottom` are the first beyond."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, rect: Rect) -> PixelRect:
        """All pixels that `rect` touches."""
        return cls(
            math.floor(rect.x), math.floor(rect.y), math.ceil(rect.right), math.ceil(rect.bottom)
        )

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        return self.width == 0 or self.height == 0

    def united(self, other: PixelRect) -> PixelRect:
        return PixelRect(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def intersected(self, other: PixelRect) -> PixelRect:
        return PixelRect(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def moved(self, dx: int, dy: int) -> PixelRect:
        return PixelRect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)


@dataclass(frozen=True, slots=True)
class Placement:
    """A canvas of `width` x `height` px whose top left corner is `origin` (page mm)."""

    px_per_mm: float
    origin: Point
    width: int
    height: int

    @classmethod
    def of_page(cls, page_format: PageFormat, dpi: float, area: Area) -> Placement:
        """The whole page, cut at its trim or at its bleed.

        Raises BadInput where the picture would be empty or too large.
        """
        rect = page_format.bleed_area if area == "bleed" else page_format.trim
        if not math.isfinite(dpi):
            raise BadInput("The resolution must be a number.")
        px_per_mm = dpi / MM_PER_INCH
        width, height = round(rect.width * px_per_mm), round(rect.height * px_per_mm)
        check_page_size(width, height, dpi)
        if width * height > MAX_PIXELS:
            raise BadInput(
                f"The page would be {width} x {height} px, too large to draw. "
                "Choose a lower resolution."
            )
        return cls(px_per_mm, Point(rect.x, rect.y), width, height)

    @property
    def canvas(self) -> PixelRect:
        return PixelRect(0, 0, self.width, self.height)

    def point(self, point: Point) -> Point:
        return (point - self.origin) * self.px_per_mm

    def rect(self, rect: Rect) -> Rect:
        corner = self.point(Point(rect.x, rect.y))
        return Rect(corner.x, corner.y, rect.width * self.px_per_mm, rect.height * self.px_per_mm)

    def polygon(self, polygon: Polygon) -> Polygon:
        return Polygon(tuple(self.point(p) for p in polygon.points))
