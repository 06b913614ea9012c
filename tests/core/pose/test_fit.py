"""Poses are placed and mirrored without changing their shape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInput
from core.geometry import Rect
from core.pose import STANDING, Keypoint, Pose, mirror, place_pose

_rects = st.builds(
    Rect, st.floats(-50, 50), st.floats(-50, 50), st.floats(5, 500), st.floats(5, 500)
)


@given(_rects, st.floats(0.01, 100))
def test_placed_pose_lies_in_the_rectangle_and_keeps_its_aspect(rect: Rect, size: float) -> None:
    placed = place_pose(STANDING.mapped(size, size, 7, -3), rect)
    before, after = STANDING.bounds, placed.bounds
    assert before is not None and after is not None
    slack = 1e-6 * max(rect.width, rect.height)
    assert rect.x - slack <= after.x and after.right <= rect.right + slack
    assert rect.y - slack <= after.y and after.bottom <= rect.bottom + slack
    assert after.width / after.height == pytest.approx(before.width / before.height)
    assert after.center.x == pytest.approx(rect.center.x)


def test_unit_of_the_pose_does_not_matter() -> None:
    rect = Rect(10, 20, 80, 120)
    small = place_pose(STANDING, rect).to_array()
    large = place_pose(STANDING.mapped(1000, 1000, 5, 5), rect).to_array()
    assert np.allclose(small, large, atol=1e-3)


def test_one_keypoint_is_placed_too() -> None:
    alone = Pose((Keypoint(3, 3), *[Keypoint(0, 0, 0)] * 17))
    placed = place_pose(alone, Rect(0, 0, 10, 10)).body[0]
    assert 0 <= placed.x <= 10 and 0 <= placed.y <= 10


def test_nothing_to_place_and_nowhere_to_place_it() -> None:
    with pytest.raises(BadInput, match="no keypoint"):
        place_pose(Pose((Keypoint(1, 1, 0),) * 18), Rect(0, 0, 5, 5))
    with pytest.raises(BadInput, match="no room"):
        place_pose(STANDING, Rect(0, 0, 0, 5))


def test_standing_pose_is_complete_and_in_the_unit_square() -> None:
    assert STANDING.visible_count == 18
    bounds = STANDING.bounds
    assert bounds is not None
    assert bounds.x >= 0 and bounds.y >= 0 and bounds.right <= 1 and bounds.bottom <= 1


def test_mirror_swaps_sides_and_flips() -> None:
    pose = Pose(
        (*STANDING.body[:4], Keypoint(0.2, 0.1), *STANDING.body[5:]),
        left_hand=tuple(Keypoint(i, 1) for i in range(21)),
    )
    flipped = mirror(pose)
    bounds = pose.bounds
    assert bounds is not None
    assert flipped.body[7].x == pytest.approx(2 * bounds.center.x - 0.2)
    assert flipped.body[7].y == 0.1
    assert not flipped.left_hand and len(flipped.right_hand) == 21


@given(st.integers(0, 2**31), st.sampled_from([0, 68, 70]))
def test_mirror_twice_is_the_same(seed: int, face: int) -> None:
    rng = np.random.default_rng(seed)

    def points(count: int) -> tuple[Keypoint, ...]:
        return tuple(Keypoint(float(x), float(y)) for x, y in rng.uniform(0, 99, (count, 2)))

    pose = Pose(points(18), points(21), points(21), points(face))
    twice = mirror(mirror(pose))
    for name in ("body", "left_hand", "right_hand", "face"):
        for a, b in zip(getattr(twice, name), getattr(pose, name), strict=True):
            assert (a.x, a.y) == pytest.approx((b.x, b.y))


def test_mirrored_face_keeps_its_sides_apart() -> None:
    face = tuple(Keypoint(float(i), 0.0) for i in range(70))
    swapped = [round(2 * 0.5 - k.x) for k in mirror(Pose(STANDING.body, face=face)).face]
    assert sorted(swapped) == list(range(70))
    assert (swapped[0], swapped[36], swapped[48], swapped[68]) == (16, 45, 54, 69)


def test_mirror_without_visible_keypoints_changes_nothing() -> None:
    hidden = Pose((Keypoint(1, 2, 0),) * 18)
    assert mirror(hidden) == hidden
