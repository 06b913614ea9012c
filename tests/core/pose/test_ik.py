"""A limb keeps its lengths and the side to which it bends, wherever its end is taken."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import Point
from core.pose import BENDING_LIMBS, COCO_18, bend_limb

coordinates = st.floats(-1000, 1000)
points = st.builds(Point, coordinates, coordinates)


def side(root: Point, middle: Point, end: Point) -> float:
    return (end.x - root.x) * (middle.y - root.y) - (end.y - root.y) * (middle.x - root.x)


@given(points, points, points, points)
def test_parts_keep_their_lengths(root: Point, middle: Point, end: Point, target: Point) -> None:
    new_middle, new_end = bend_limb(root, middle, end, target)
    assert root.distance_to(new_middle) == pytest.approx(root.distance_to(middle), abs=1e-6)
    assert new_middle.distance_to(new_end) == pytest.approx(middle.distance_to(end), abs=1e-3)


@given(points, points, points, points)
def test_nothing_is_nearer_to_the_target(
    root: Point, middle: Point, end: Point, target: Point
) -> None:
    upper, lower = root.distance_to(middle), middle.distance_to(end)
    wanted = root.distance_to(target)
    _, new_end = bend_limb(root, middle, end, target)
    missed = max(wanted - upper - lower, abs(upper - lower) - wanted, 0.0)
    assert new_end.distance_to(target) == pytest.approx(missed, abs=1e-3)


@given(
    st.floats(5, 100), st.floats(5, 100), st.floats(0.2, 2.9), st.floats(-3, 3), st.floats(0.1, 0.9)
)
def test_the_elbow_keeps_its_side(
    upper: float, lower: float, bend: float, direction: float, share: float
) -> None:
    root = Point(0, 0)
    for sign in (1, -1):
        middle = Point(upper, 0)
        end = Point(upper + lower * math.cos(sign * bend), lower * math.sin(sign * bend))
        least, most = abs(upper - lower), upper + lower
        length = least + share * (most - least)
        target = Point(length * math.cos(direction), length * math.sin(direction))
        new_middle, new_end = bend_limb(root, middle, end, target)
        assert side(root, middle, end) * side(root, new_middle, new_end) > 0


def test_a_right_angle() -> None:
    new_middle, new_end = bend_limb(Point(0, 0), Point(3, 0), Point(3, 4), Point(0, 5))
    assert (new_end.x, new_end.y) == pytest.approx((0, 5))
    assert (new_middle.x, new_middle.y) == pytest.approx((2.4, 1.8))


def test_out_of_reach_is_a_stretched_limb() -> None:
    new_middle, new_end = bend_limb(Point(1, 1), Point(4, 1), Point(4, 5), Point(101, 1))
    assert (new_middle.x, new_middle.y) == pytest.approx((4, 1))
    assert (new_end.x, new_end.y) == pytest.approx((8, 1))


def test_too_near_is_a_folded_limb() -> None:
    _, new_end = bend_limb(Point(0, 0), Point(5, 0), Point(7, 0), Point(0, 0.5))
    assert (new_end.x, new_end.y) == pytest.approx((0, 3))


def test_limbs_without_length_stay_finite() -> None:
    here = Point(2, 2)
    assert bend_limb(here, here, here, Point(9, 9)) == (here, here)
    middle, end = bend_limb(here, Point(5, 2), here, here)
    assert middle.distance_to(here) == pytest.approx(3)
    assert end.distance_to(here) == pytest.approx(0)


def test_limbs_are_those_of_the_skeleton() -> None:
    named = {
        COCO_18[end]: (COCO_18[root], COCO_18[middle])
        for end, (root, middle) in BENDING_LIMBS.items()
    }
    assert named == {
        "right_wrist": ("right_shoulder", "right_elbow"),
        "left_wrist": ("left_shoulder", "left_elbow"),
        "right_ankle": ("right_hip", "right_knee"),
        "left_ankle": ("left_hip", "left_knee"),
    }
