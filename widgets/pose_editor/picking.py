"""What lies under the cursor: a joint, a body or a handle. No Qt.

Points are in mm from the top left of the panel's bounds, reaches in pixels of the view.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.document import Figure
from core.geometry import Point, Polygon, Rect
from core.pose import COCO_18, LIMBS, hidden_places
from widgets.pose_editor.frame import Frame, Handle

JOINT_REACH_PX = 8.0  # a hit area of 16 px
LIMB_REACH_PX = 6.0
HIDDEN_PENALTY_PX = 3.0  # a hidden joint gives way to a visible one that is about as near

_NOSE, _NECK = COCO_18.index("nose"), COCO_18.index("neck")
_TORSO = tuple(
    COCO_18.index(name) for name in ("right_shoulder", "left_shoulder", "left_hip", "right_hip")
)
_HEAD_SHARE = 0.62  # radius of the head, in distances of nose and neck


@dataclass(frozen=True, slots=True)
class JointGrab:
    figure_id: str
    keypoint: int


@dataclass(frozen=True, slots=True)
class BodyGrab:
    figure_id: str


@dataclass(frozen=True, slots=True)
class HandleGrab:
    figure_id: str
    handle: Handle


Grab = JointGrab | BodyGrab | HandleGrab


@dataclass(frozen=True)
class FigureShape:
    """A figure as the hand meets it: a place for every joint, hidden ones included."""

    figure: Figure

    @cached_property
    def places(self) -> tuple[Point, ...]:
        offered = hidden_places(self.figure.pose)
        return tuple(offered.get(i, k.point) for i, k in enumerate(self.figure.pose.body))

    @cached_property
    def frame(self) -> Frame | None:
        """None where no joint is visible."""
        bounds = self.figure.pose.bounds
        return None if bounds is None else Frame(bounds)

    def is_visible(self, keypoint: int) -> bool:
        return self.figure.pose.body[keypoint].visible

    def may_touch(self, point: Point, reach: float) -> bool:
        """False where nothing of the figure is within `reach` of the point."""
        r = self._extent
        return (
            r.x - reach <= point.x <= r.right + reach and r.y - reach <= point.y <= r.bottom + reach
        )

    def has_body_at(self, point: Point, reach: float) -> bool:
        """True on a visible limb, on the torso and on the head."""
        if any(distance_to_segment(point, a, b) <= reach for a, b in self._limbs):
            return True
        if self._torso is not None and self._torso.contains(point):
            return True
        return self._head_radius > 0 and point.distance_to(self.places[_NOSE]) <= self._head_radius

    @cached_property
    def _limbs(self) -> tuple[tuple[Point, Point], ...]:
        seen = self.is_visible
        return tuple((self.places[a], self.places[b]) for a, b in LIMBS if seen(a) and seen(b))

    @cached_property
    def _torso(self) -> Polygon | None:
        if not all(self.is_visible(i) for i in _TORSO):
            return None
        return Polygon(tuple(self.places[i] for i in _TORSO))

    @cached_property
    def _head_radius(self) -> float:
        if not (self.is_visible(_NOSE) and self.is_visible(_NECK)):
            return 0.0
        return _HEAD_SHARE * self.places[_NOSE].distance_to(self.places[_NECK])

    @cached_property
    def _extent(self) -> Rect:
        """Around all joints and the head."""
        xs, ys = [p.x for p in self.places], [p.y for p in self.places]
        margin = self._head_radius
        return Rect(
            min(xs) - margin,
            min(ys) - margin,
            max(xs) - min(xs) + 2 * margin,
            max(ys) - min(ys) + 2 * margin,
        )


def pick(
    shapes: Sequence[FigureShape], point: Point, px_per_mm: float, selected_id: str | None
) -> Grab | None:
    """What a press at `point` would grab; `shapes` stand back to front.

    The nearest joint or handle within its reach wins, of those equally near the selected figure's,
    then the frontmost. Bodies come after them.
    """
    near = [s for s in shapes if s.may_touch(point, JOINT_REACH_PX / px_per_mm)]
    found = list(_joints(near, point, px_per_mm, selected_id))
    found += _handles(shapes, point, px_per_mm, selected_id)
    if found:
        return min(found, key=lambda f: f[0])[1]
    ordered = sorted(reversed(near), key=lambda s: s.figure.id != selected_id)
    for shape in ordered:
        if shape.has_body_at(point, LIMB_REACH_PX / px_per_mm):
            return BodyGrab(shape.figure.id)
    return None


_Rank = tuple[float, bool, int]


def _joints(
    shapes: Sequence[FigureShape], point: Point, px_per_mm: float, selected_id: str | None
) -> Iterator[tuple[_Rank, Grab]]:
    for order, shape in enumerate(shapes):
        figure_id = shape.figure.id
        for keypoint, place in enumerate(shape.places):
            distance = place.distance_to(point) * px_per_mm
            if distance <= JOINT_REACH_PX:
                penalty = 0.0 if shape.is_visible(keypoint) else HIDDEN_PENALTY_PX
                rank = (distance + penalty, figure_id != selected_id, -order)
                yield rank, JointGrab(figure_id, keypoint)


def _handles(
    shapes: Sequence[FigureShape], point: Point, px_per_mm: float, selected_id: str | None
) -> Iterator[tuple[_Rank, Grab]]:
    for shape in shapes:
        if shape.figure.id != selected_id or shape.frame is None:
            continue
        for handle in Handle:
            if handle.is_corner and not shape.frame.can_scale:
                continue
            distance = shape.frame.handle_at(handle, px_per_mm).distance_to(point) * px_per_mm
            if distance <= JOINT_REACH_PX:
                yield (distance, False, 0), HandleGrab(shape.figure.id, handle)


def distance_to_segment(point: Point, a: Point, b: Point) -> float:
    """From a point to the nearest point between a and b."""
    dx, dy = b.x - a.x, b.y - a.y
    length2 = dx * dx + dy * dy
    if length2 <= 0:
        return point.distance_to(a)
    t = min(max(((point.x - a.x) * dx + (point.y - a.y) * dy) / length2, 0.0), 1.0)
    return math.hypot(point.x - a.x - t * dx, point.y - a.y - t * dy)
