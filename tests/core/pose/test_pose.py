"""The pose value."""

from __future__ import annotations

import numpy as np
import pytest

from core.geometry import Point, Rect, Similarity
from core.pose import COCO_18, LIMBS, STANDING, Keypoint, Pose


def test_array_round_trip() -> None:
    assert np.allclose(Pose.from_array(STANDING.to_array()).to_array(), STANDING.to_array())


def test_a_body_has_18_keypoints() -> None:
    with pytest.raises(ValueError, match="18"):
        Pose((Keypoint(0, 0),) * 17)


def test_bounds_ignore_hidden_keypoints() -> None:
    pose = Pose((Keypoint(99, 99, 0.05), *[Keypoint(2, 3)] * 16, Keypoint(5, 7)))
    assert pose.bounds == Rect(2, 3, 3, 4)
    assert pose.visible_count == 17
    assert Pose((Keypoint(1, 1, 0),) * 18).bounds is None


def test_transforms_move_every_part() -> None:
    part = (Keypoint(1, 2),) * 21
    pose = Pose(STANDING.body, part, part, (Keypoint(3, 4),) * 68)
    quarter = Similarity.from_segments((Point(0, 0), Point(1, 0)), (Point(0, 0), Point(0, 2)))
    turned = pose.transformed(quarter)
    assert turned.left_hand[0] == turned.right_hand[20] == Keypoint(-4, 2)
    assert turned.face[0] == Keypoint(-8, 6)
    assert pose.mapped(2, 3, 1, 1).face[5] == Keypoint(7, 13)


def test_limbs_join_every_keypoint() -> None:
    assert {i for limb in LIMBS for i in limb} == set(range(len(COCO_18)))
