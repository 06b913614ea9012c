"""The box around a figure: where its handles are, in the units of the pose. No Qt."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from core.geometry import Point, Rect

PADDING_PX = 16.0  # between the outermost joints and the frame, so that handles are free of joints
STEM_PX = 26.0  # from the frame up to the handle that rotates


class Handle(enum.Enum):
    """What can be grabbed on a figure's box."""

    TOP_LEFT = (0.0, 0.0)
    TOP_RIGHT = (1.0, 0.0)
    BOTTOM_RIGHT = (1.0, 1.0)
    BOTTOM_LEFT = (0.0, 1.0)
    ROTATE = (0.5, 0.0)

    @property
    def is_corner(self) -> bool:
        return self is not Handle.ROTATE

    @property
    def opposite(self) -> Handle:
        """The corner that stays while this one is dragged. Raises ValueError for ROTATE."""
        x, y = self.value
        return Handle((1.0 - x, 1.0 - y))


CORNERS = tuple(handle for handle in Handle if handle.is_corner)


@dataclass(frozen=True, slots=True)
class Frame:
    """A figure's box: `bounds` of its visible joints, turned about its centre by `angle_deg`.

    The frame is drawn `PADDING_PX` outside the bounds at any zoom. Handles scale and rotate by the
    bounds themselves, so that the padding does not change what a drag means.
    """

    bounds: Rect
    angle_deg: float = 0.0

    @property
    def centre(self) -> Point:
        return self.bounds.center

    @property
    def can_scale(self) -> bool:
        return max(self.bounds.width, self.bounds.height) > 0

    def corner(self, handle: Handle) -> Point:
        """The corner of the bounds that belongs to a handle; not turned."""
        x, y = handle.value
        return Point(self.bounds.x + x * self.bounds.width, self.bounds.y + y * self.bounds.height)

    def padded(self, px_per_mm: float) -> Rect:
        """What is drawn as the frame, not turned."""
        pad = PADDING_PX / px_per_mm
        b = self.bounds
        return Rect(b.x - pad, b.y - pad, b.width + 2 * pad, b.height + 2 * pad)

    def handle_at(self, handle: Handle, px_per_mm: float) -> Point:
        """The middle of a handle, turned with the frame."""
        rect = self.padded(px_per_mm)
        x, y = handle.value
        stem = 0.0 if handle.is_corner else STEM_PX / px_per_mm
        return self._turned(Point(rect.x + x * rect.width, rect.y + y * rect.height - stem))

    def _turned(self, point: Point) -> Point:
        if not self.angle_deg:
            return point
        cos, sin = math.cos(math.radians(self.angle_deg)), math.sin(math.radians(self.angle_deg))
        d = point - self.centre
        return self.centre + Point(cos * d.x - sin * d.y, sin * d.x + cos * d.y)
