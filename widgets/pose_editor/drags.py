"""What a drag means for a figure, from press to release. No Qt.

Each drag starts from the figure as it was at the press. `moved` answers where the cursor is now,
in mm from the top left of the panel's bounds, with the steps to take since the answer before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from core.geometry import Point
from core.pose import BENDING_LIMBS, bend_limb
from widgets.pose_editor.frame import Frame, Handle
from widgets.pose_editor.picking import BodyGrab, FigureShape, Grab, HandleGrab, JointGrab

SNAP_DEG = 15.0
LEAST_SIZE_MM = 4.0  # a figure is not scaled below this
MOST_SIZE_MM = 2000.0


@dataclass(frozen=True, slots=True)
class PlaceJoint:
    keypoint: int
    to: Point


@dataclass(frozen=True, slots=True)
class ShowJoint:
    """Makes a hidden joint visible; hides one where `visible` is False."""

    keypoint: int
    visible: bool = True


@dataclass(frozen=True, slots=True)
class MoveBy:
    dx_mm: float
    dy_mm: float


@dataclass(frozen=True, slots=True)
class ScaleBy:
    factor: float
    fixed: Point


@dataclass(frozen=True, slots=True)
class RotateBy:
    angle_deg: float
    fixed: Point


Step = PlaceJoint | ShowJoint | MoveBy | ScaleBy | RotateBy


class Drag(Protocol):
    """One press, until it is released or given up."""

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        """The steps since the answer before; `snap` while Shift is held."""
        ...

    @property
    def frame(self) -> Frame | None:
        """The box to show meanwhile; None = the figure's own."""
        ...


def start_drag(grab: Grab, shape: FigureShape, press: Point, *, whole_limb: bool) -> Drag:
    """The drag that a press on `grab` begins; `whole_limb` while Ctrl is held."""
    match grab:
        case JointGrab(_, keypoint) if whole_limb and _can_bend(shape, keypoint):
            return LimbDrag(shape, keypoint, press)
        case JointGrab(_, keypoint):
            return JointDrag(shape, keypoint, press)
        case BodyGrab():
            return FigureDrag(press)
        case HandleGrab(_, handle):
            frame = shape.frame
            if frame is None:  # no handle is offered without a frame
                return FigureDrag(press)
            return ScaleDrag(frame, handle, press) if handle.is_corner else TurnDrag(frame, press)


class _PlainDrag:
    @property
    def frame(self) -> Frame | None:
        return None


class JointDrag(_PlainDrag):
    """Moves one joint; a hidden one is shown by it. Shift keeps to the straighter axis."""

    def __init__(self, shape: FigureShape, keypoint: int, press: Point) -> None:
        self._keypoint = keypoint
        self._start = shape.places[keypoint]
        self._press = press
        self._hidden = not shape.is_visible(keypoint)

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        by = to - self._press
        if snap:
            by = Point(by.x, 0.0) if abs(by.x) >= abs(by.y) else Point(0.0, by.y)
        place = PlaceJoint(self._keypoint, self._start + by)
        if not self._hidden:
            return (place,)
        self._hidden = False
        return place, ShowJoint(self._keypoint)


class LimbDrag(_PlainDrag):
    """Takes a wrist or an ankle, and the elbow or the knee follows; no part changes its length."""

    def __init__(self, shape: FigureShape, keypoint: int, press: Point) -> None:
        self._end = keypoint
        root, self._middle = BENDING_LIMBS[keypoint]
        places = shape.places
        self._limb = places[root], places[self._middle], places[keypoint]
        self._press = press

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        target = self._limb[2] + (to - self._press)
        middle, end = bend_limb(*self._limb, target)
        return PlaceJoint(self._middle, middle), PlaceJoint(self._end, end)


class FigureDrag(_PlainDrag):
    """Moves the whole figure; Shift keeps to the straighter axis."""

    def __init__(self, press: Point) -> None:
        self._press = press
        self._done = Point(0.0, 0.0)

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        total = to - self._press
        if snap:
            total = Point(total.x, 0.0) if abs(total.x) >= abs(total.y) else Point(0.0, total.y)
        by = total - self._done
        self._done = total
        return (MoveBy(by.x, by.y),) if by != Point(0.0, 0.0) else ()


class ScaleDrag(_PlainDrag):
    """Scales about the opposite corner, so that the dragged corner follows the cursor."""

    def __init__(self, frame: Frame, handle: Handle, press: Point) -> None:
        self._press = press
        self._fixed = frame.corner(handle.opposite)
        self._diagonal = frame.corner(handle) - self._fixed
        size = max(frame.bounds.width, frame.bounds.height)
        self._least = min(1.0, LEAST_SIZE_MM / size)
        self._most = max(1.0, MOST_SIZE_MM / size)
        self._done = 1.0

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        d = self._diagonal
        corner = d + (to - self._press)
        along = (corner.x * d.x + corner.y * d.y) / (d.x * d.x + d.y * d.y)
        total = min(max(along, self._least), self._most)
        factor = total / self._done
        self._done = total
        return (ScaleBy(factor, self._fixed),) if factor != 1.0 else ()


class TurnDrag:
    """Rotates about the middle of the figure as it was at the press; Shift snaps."""

    def __init__(self, frame: Frame, press: Point) -> None:
        self._frame = frame
        self._start = self._angle(press)
        self._done = 0.0

    def moved(self, to: Point, *, snap: bool) -> tuple[Step, ...]:
        total = self._angle(to) - self._start
        if snap:
            total = SNAP_DEG * round(total / SNAP_DEG)
        by = (total - self._done + 180.0) % 360.0 - 180.0
        self._done += by
        return (RotateBy(by, self._frame.centre),) if by else ()

    @property
    def frame(self) -> Frame | None:
        return Frame(self._frame.bounds, self._done)

    def _angle(self, point: Point) -> float:
        d = point - self._frame.centre
        return math.degrees(math.atan2(d.y, d.x))


def _can_bend(shape: FigureShape, keypoint: int) -> bool:
    if keypoint not in BENDING_LIMBS:
        return False
    return all(shape.is_visible(i) for i in (*BENDING_LIMBS[keypoint], keypoint))
