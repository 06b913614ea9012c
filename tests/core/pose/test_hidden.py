"""Hidden keypoints are offered where the artist left them, or beside their neighbours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.geometry import Point
from core.pose import COCO_18, STANDING, Keypoint, Pose, hidden_places

RIGHT_WRIST, RIGHT_ELBOW = COCO_18.index("right_wrist"), COCO_18.index("right_elbow")


def hide(pose: Pose, *indices: int, at: Point | None = None) -> Pose:
    body = [
        (Keypoint(at.x, at.y, 0.0) if at else replace(k, confidence=0.0)) if i in indices else k
        for i, k in enumerate(pose.body)
    ]
    return replace(pose, body=tuple(body))


def test_nothing_hidden_nothing_offered() -> None:
    assert hidden_places(STANDING) == {}


def test_a_keypoint_hidden_by_hand_stays_where_it_was() -> None:
    pose = STANDING.mapped(60, 60, 5, 7)
    place = hidden_places(hide(pose, RIGHT_WRIST))[RIGHT_WRIST]
    assert place == pose.body[RIGHT_WRIST].point


@pytest.mark.parametrize("scale", [10.0, 300.0])
def test_what_a_file_did_not_find_is_laid_out_beside_its_neighbours(scale: float) -> None:
    pose = STANDING.mapped(scale, scale, 400, 900)
    places = hidden_places(hide(pose, RIGHT_ELBOW, RIGHT_WRIST, at=Point(0, 0)))
    for index in (RIGHT_ELBOW, RIGHT_WRIST):
        assert places[index].distance_to(pose.body[index].point) < 0.05 * scale


def test_a_turned_figure_gets_turned_places() -> None:
    body = tuple(Keypoint(-k.y * 50, k.x * 50, k.confidence) for k in STANDING.body)
    places = hidden_places(hide(Pose(body), RIGHT_WRIST, at=Point(900, 900)))
    assert places[RIGHT_WRIST].distance_to(body[RIGHT_WRIST].point) < 3


def test_too_little_to_go_by_leaves_places_alone() -> None:
    lonely = hide(STANDING, *range(1, 18), at=Point(3, 4))
    assert set(hidden_places(lonely).values()) == {Point(3, 4)}
    empty = hide(STANDING, *range(18))
    assert hidden_places(empty)[0] == STANDING.body[0].point
