"""Inverse kinematics of a limb of two parts: where the elbow goes when the wrist is taken."""

from __future__ import annotations

import math
from typing import Final

from core.geometry import Point
from core.pose.pose import COCO_18

# The last keypoint of each limb that can be bent: (root, middle).
BENDING_LIMBS: Final = {
    COCO_18.index(f"{side}_{end}"): (
        COCO_18.index(f"{side}_{root}"),
        COCO_18.index(f"{side}_{middle}"),
    )
    for side in ("right", "left")
    for root, middle, end in (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
}

_LEAST_LENGTH = 1e-9


def bend_limb(root: Point, middle: Point, end: Point, target: Point) -> tuple[Point, Point]:
    """New places of middle and end, so that the end is as near to the target as the limb allows.

    The root stays, both parts keep their lengths and the joint between them keeps the side to
    which it bends. A target out of reach is pointed at: a stretched limb beyond it, a folded one
    short of it. Units are the caller's, y grows downwards.
    """
    upper, lower = root.distance_to(middle), middle.distance_to(end)
    wanted = root.distance_to(target)
    if upper < _LEAST_LENGTH:
        return root, _towards(root, target, lower, fallback=end)
    if wanted < _LEAST_LENGTH:  # no direction to point at: keep the limb's own
        target = _towards(root, end, 1.0, fallback=middle)
    reach = min(max(wanted, abs(upper - lower)), upper + lower)
    direction = math.atan2(target.y - root.y, target.x - root.x)
    if reach < _LEAST_LENGTH:  # folded onto the root, where any direction will do
        return middle, root
    cosine = (upper * upper + reach * reach - lower * lower) / (2 * upper * reach)
    bend = math.acos(min(max(cosine, -1.0), 1.0)) * _side(root, middle, end)
    new_middle = _at(root, direction + bend, upper)
    return new_middle, _at(root, direction, reach)


def _side(root: Point, middle: Point, end: Point) -> float:
    """On which side of the line from root to end the middle lies: 1 or -1; 1 for a straight one."""
    cross = (end.x - root.x) * (middle.y - root.y) - (end.y - root.y) * (middle.x - root.x)
    return -1.0 if cross < 0 else 1.0


def _at(origin: Point, angle: float, length: float) -> Point:
    return Point(origin.x + length * math.cos(angle), origin.y + length * math.sin(angle))


def _towards(origin: Point, target: Point, length: float, *, fallback: Point) -> Point:
    if origin.distance_to(target) < _LEAST_LENGTH:
        target = fallback
    return _at(origin, math.atan2(target.y - origin.y, target.x - origin.x), length)
