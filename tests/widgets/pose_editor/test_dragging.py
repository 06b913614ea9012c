"""Real mouse events on a view: what each grab asks of the document, and what becomes of it."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt

from core.geometry import Point
from core.pose import COCO_18
from tests.widgets.pose_editor.pose_studio import PX_PER_MM, Studio, hidden, standing
from widgets.pose_editor.frame import Handle

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT_WRIST = COCO_18.index("left_wrist")


def near(a: Point, b: Point, within: float = 0.3) -> bool:
    return a.distance_to(b) <= within


def handle_pixel(studio: Studio, handle: Handle, figure_id: str = "aiko") -> QPoint:
    studio.layer.set_selected_figure(figure_id)
    item = next(i for i in studio.layer.figure_items if i.figure.id == figure_id)
    frame = item.shape_of_figure.frame
    assert frame is not None
    return studio.pixel(frame.handle_at(handle, PX_PER_MM))


def test_a_joint_follows_the_cursor_in_one_gesture(studio: Studio) -> None:
    before = studio.figure()
    wrist = studio.joint("left_wrist")
    start = studio.pixel(wrist)
    studio.drag(start, start + QPoint(40, -60))
    assert near(studio.joint("left_wrist").point, wrist.point + Point(10, -15))
    dragged = studio.signals("joint_dragged")
    assert len(dragged) == 6
    assert {entry[1:4] for entry in dragged} == {("panel", "aiko", LEFT_WRIST)}
    assert len(studio.gesture_ids()) == 1
    assert studio.names()[-1] == "gesture_finished"
    others = [i for i in range(18) if i != LEFT_WRIST]
    assert all(studio.figure().pose.body[i] is before.pose.body[i] for i in others)


def test_a_joint_grabbed_beside_its_middle_does_not_jump(studio: Studio) -> None:
    wrist = studio.joint("left_wrist")
    start = studio.pixel(wrist, 5, 4)
    studio.drag(start, start + QPoint(20, 0))
    assert near(studio.joint("left_wrist").point, wrist.point + Point(5, 0), 0.05)


@pytest.mark.parametrize("zoom", [1.5, 4.0, 16.0])
def test_the_hit_area_is_16_px_at_any_zoom(studio: Studio, zoom: float) -> None:
    studio.set_zoom(zoom)
    ankle = studio.joint("left_ankle")
    studio.view.centerOn(20 + ankle.x, 30 + ankle.y)
    studio.move(studio.pixel(ankle, 7, 0))
    grab = studio.layer.hovered
    assert grab is not None and getattr(grab, "keypoint", None) == COCO_18.index("left_ankle")
    studio.move(studio.pixel(ankle, 10, 0))
    assert studio.layer.hovered is None


def test_the_nearest_of_close_joints_wins(studio: Studio) -> None:
    studio.set_zoom(2.0)  # eyes 7 px apart
    nose, eye = studio.joint("nose"), studio.joint("left_eye")
    apart = math.dist((nose.x, nose.y), (eye.x, eye.y)) * 2.0
    assert apart < 8
    for name in ("nose", "left_eye", "right_eye"):
        studio.move(studio.pixel(studio.joint(name)))
        grab = studio.layer.hovered
        assert COCO_18[getattr(grab, "keypoint", 0)] == name


def test_of_joints_upon_each_other_the_selected_figures_wins(
    make_studio: Callable[..., Studio],
) -> None:
    studio = make_studio(aiko=standing(5, 8), ren=standing(5, 8))
    start = studio.pixel(studio.joint("left_knee"))
    studio.drag(start, start + QPoint(20, 0))
    assert {e[2] for e in studio.signals("joint_dragged")} == {"ren"}  # the one in front
    studio.log.clear()
    studio.layer.set_selected_figure("aiko")
    start = studio.pixel(studio.joint("left_elbow"))
    studio.drag(start, start + QPoint(20, 0))
    assert {e[2] for e in studio.signals("joint_dragged")} == {"aiko"}


@pytest.mark.parametrize("part", ["limb", "torso"])
def test_a_body_moves_the_figure(studio: Studio, part: str) -> None:
    if part == "limb":
        a, b = studio.joint("right_elbow").point, studio.joint("right_shoulder").point
    else:
        a, b = studio.joint("right_hip").point, studio.joint("left_shoulder").point
    start = studio.pixel((a + b) * 0.5)
    before = studio.figure().pose
    studio.drag(start, start + QPoint(-24, 36))
    after = studio.figure().pose
    for old, new in zip(before.body, after.body, strict=True):
        assert near(new.point, old.point + Point(-6, 9), 0.05)
    moved = studio.signals("figure_moved")
    assert len(moved) == 6 and sum(e[3] for e in moved) == pytest.approx(-6.0)
    assert len(studio.gesture_ids()) == 1


def test_shift_keeps_a_move_straight(studio: Studio) -> None:
    a, b = studio.joint("right_elbow").point, studio.joint("right_shoulder").point
    start = studio.pixel((a + b) * 0.5)
    before = studio.joint("neck")
    studio.drag(start, start + QPoint(40, 12), modifiers=SHIFT)
    assert near(studio.joint("neck").point, before.point + Point(10, 0), 0.05)


@pytest.mark.parametrize("handle", [h for h in Handle if h.is_corner])
def test_a_corner_scales_about_the_opposite_one(studio: Studio, handle: Handle) -> None:
    start = handle_pixel(studio, handle)
    before = studio.figure().pose.bounds
    assert before is not None
    x, y = handle.value
    outwards = QPoint(round(40 * (2 * x - 1)), round(60 * (2 * y - 1)))
    studio.drag(start, start + outwards)
    after = studio.figure().pose.bounds
    assert after is not None and after.width > before.width
    assert after.width / before.width == pytest.approx(after.height / before.height, rel=1e-6)
    fixed = Point(before.x + (1 - x) * before.width, before.y + (1 - y) * before.height)
    still = Point(after.x + (1 - x) * after.width, after.y + (1 - y) * after.height)
    assert near(fixed, still, 1e-6)
    assert {(e[4].x(), e[4].y()) for e in studio.signals("figure_scaled")} == {(fixed.x, fixed.y)}
    assert len(studio.gesture_ids()) == 1


def test_a_figure_is_never_scaled_to_nothing(studio: Studio) -> None:
    start = handle_pixel(studio, Handle.BOTTOM_RIGHT)
    studio.drag(start, start - QPoint(500, 500))
    bounds = studio.figure().pose.bounds
    assert bounds is not None and max(bounds.width, bounds.height) == pytest.approx(4.0)


def turned(studio: Studio, degrees: float, modifiers: Qt.KeyboardModifier) -> float:
    """By how much the figure turned when its round handle was carried that far around."""
    start = handle_pixel(studio, Handle.ROTATE)
    bounds = studio.figure().pose.bounds
    assert bounds is not None
    centre = studio.pixel(bounds.center)
    d, a = start - centre, math.radians(degrees)
    end = centre + QPoint(
        round(d.x() * math.cos(a) - d.y() * math.sin(a)),
        round(d.x() * math.sin(a) + d.y() * math.cos(a)),
    )
    studio.drag(start, end, modifiers=modifiers)
    return sum(e[3] for e in studio.signals("figure_rotated"))


def test_the_round_handle_rotates(studio: Studio) -> None:
    neck, before = studio.joint("neck").point, studio.figure().pose.bounds
    assert before is not None
    assert turned(studio, 90.0, Qt.KeyboardModifier.NoModifier) == pytest.approx(90.0, abs=1.0)
    d = neck - before.center
    assert near(studio.joint("neck").point, before.center + Point(-d.y, d.x), 1.0)
    assert len(studio.gesture_ids()) == 1


def test_shift_snaps_to_15_degrees(studio: Studio) -> None:
    assert turned(studio, 50.0, SHIFT) == pytest.approx(45.0)
    assert all(e[3] % 15 == pytest.approx(0) for e in studio.signals("figure_rotated"))


def test_ctrl_takes_the_whole_limb(studio: Studio) -> None:
    def lengths() -> list[float]:
        s, e, w = (studio.joint(f"left_{n}").point for n in ("shoulder", "elbow", "wrist"))
        return [s.distance_to(e), e.distance_to(w)]

    before, wrist = lengths(), studio.joint("left_wrist").point
    start = studio.pixel(wrist)
    studio.drag(start, start + QPoint(16, -40), modifiers=CTRL)
    assert lengths() == pytest.approx(before, abs=1e-6)
    assert near(studio.joint("left_wrist").point, wrist + Point(4, -10), 0.05)
    keypoints = [COCO_18[e[3]] for e in studio.signals("joint_dragged")]
    assert keypoints == ["left_elbow", "left_wrist"] * 6
    assert len(studio.gesture_ids()) == 1


def test_ctrl_on_an_elbow_moves_the_elbow_alone(studio: Studio) -> None:
    start = studio.pixel(studio.joint("left_elbow"))
    studio.drag(start, start + QPoint(20, 0), modifiers=CTRL)
    assert {COCO_18[e[3]] for e in studio.signals("joint_dragged")} == {"left_elbow"}


def test_a_click_selects_and_changes_nothing(studio: Studio) -> None:
    document = studio.document
    at = studio.pixel(studio.joint("nose", "ren"))
    studio.drag(at, at + QPoint(1, 1), moves=1)
    assert studio.log == [("figure_selected", "ren")]
    assert studio.layer.selected_figure == "ren" and studio.document is document
    studio.drag(at, at, moves=1)
    assert len(studio.log) == 1  # selected already


def test_escape_cancels_the_drag(studio: Studio) -> None:
    start = studio.pixel(studio.joint("left_wrist"))
    studio.drag(start, start + QPoint(30, 0), release=False)
    studio.key(Qt.Key.Key_Escape)
    dragged = len(studio.signals("joint_dragged"))
    assert studio.names()[-1] == "gesture_cancelled" and len(studio.gesture_ids()) == 1
    studio.move(start + QPoint(60, 0))
    studio.release(start + QPoint(60, 0))
    assert len(studio.signals("joint_dragged")) == dragged
    assert studio.signals("gesture_finished") == []


def test_a_hidden_joint_is_shown_by_dragging_it(make_studio: Callable[..., Studio]) -> None:
    studio = make_studio(aiko=hidden(standing(5, 8), "left_wrist"))
    wrist = studio.joint("left_wrist")
    start = studio.pixel(wrist)
    studio.drag(start, start + QPoint(24, 0))
    assert studio.joint("left_wrist").visible
    assert near(studio.joint("left_wrist").point, wrist.point + Point(6, 0), 0.05)
    assert len(studio.signals("joint_visibility_toggled")) == 1
    assert len(studio.gesture_ids()) == 1


def test_a_figure_removed_under_the_hand_ends_the_drag(studio: Studio) -> None:
    from core.document import edits

    start = studio.pixel(studio.joint("left_wrist"))
    studio.drag(start, start + QPoint(30, 0), release=False)
    studio.show(edits.remove_figure(studio.document, "panel", "aiko"))
    assert studio.names()[-1] == "gesture_finished"
    dragged = len(studio.signals("joint_dragged"))
    studio.move(start + QPoint(60, 0))
    studio.release(start + QPoint(60, 0))
    assert len(studio.signals("joint_dragged")) == dragged
    assert studio.layer.selected_figure is None


def test_beside_figures_the_mouse_goes_through(studio: Studio) -> None:
    empty = studio.pixel(Point(88, 78))
    assert studio.view.itemAt(empty) is studio.paper
    studio.drag(empty, empty + QPoint(40, 40))
    assert studio.log == [] and studio.paper.presses == 1
    assert studio.view.itemAt(studio.pixel(studio.joint("nose"))) is studio.layer
