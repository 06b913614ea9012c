from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.pose import KEYPOINT_COLOURS, Keypoint
from widgets.library_view.skeleton_canvas import SkeletonCanvas

from .conftest import RED, Hand, Heard, picture

NOSE, RIGHT_WRIST, LEFT_KNEE = 0, 4, 12
SIGNALS = ("joint_moved", "joint_visibility_toggled", "gesture_finished", "gesture_cancelled")


class Studio:
    """A canvas whose intentions are carried out, as the application does."""

    def __init__(self, canvas: SkeletonCanvas, pose) -> None:
        self.canvas, self.pose = canvas, pose
        self.hand = Hand(canvas)
        self.heard = Heard(canvas, *SIGNALS)
        canvas.joint_moved.connect(self.on_moved)
        canvas.joint_visibility_toggled.connect(self.on_toggled)
        canvas.set_pose(pose)

    def change(self, keypoint: int, **fields: float) -> None:
        body = list(self.pose.body)
        body[keypoint] = replace(body[keypoint], **fields)
        self.pose = replace(self.pose, body=tuple(body))
        self.canvas.set_pose(self.pose)

    def on_moved(self, _gesture_id: str, keypoint: int, at: QPointF) -> None:
        self.change(keypoint, x=at.x(), y=at.y())

    def on_toggled(self, _gesture_id: str, keypoint: int, visible: bool) -> None:
        self.change(keypoint, confidence=1.0 if visible else 0.0)

    def at(self, keypoint: int) -> QPointF:
        return self.canvas.joint_position(keypoint)

    def pixel(self, at: QPointF) -> tuple[int, int, int]:
        return self.canvas.grab().toImage().pixelColor(at.toPoint()).getRgb()[:3]


@pytest.fixture
def studio(qtbot, cast) -> Studio:
    canvas = SkeletonCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(324, 474)  # 5 px for a px of the picture, and a margin of 12
    canvas.set_picture(picture(RED))
    canvas.show()
    return Studio(canvas, cast.characters[0].references[0].pose)


def test_joints_lie_on_the_picture_in_openpose_colours(studio):
    knee = studio.pose.body[LEFT_KNEE]
    assert studio.at(LEFT_KNEE) == QPointF(12 + 5 * knee.x, 12 + 5 * knee.y)
    assert studio.pixel(studio.at(LEFT_KNEE)) == KEYPOINT_COLOURS[LEFT_KNEE]
    # The hidden wrist is hollow: the picture shows through.
    assert studio.pixel(studio.at(RIGHT_WRIST)) != KEYPOINT_COLOURS[RIGHT_WRIST]


def test_a_drag_moves_one_joint_in_one_gesture(studio):
    before = studio.pose
    start = studio.at(LEFT_KNEE) + QPointF(3, 2)  # beside its centre
    studio.hand.drag(start, start + QPointF(50, 25), steps=5)
    moves = studio.heard.of("joint_moved")
    gesture_ids = {gesture_id for gesture_id, _, _ in moves}
    assert len(moves) == 5 and len(gesture_ids) == 1
    assert studio.heard.of("gesture_finished") == [(gesture_ids.pop(),)]
    knee, now = before.body[LEFT_KNEE], studio.pose.body[LEFT_KNEE]
    assert (now.x, now.y) == pytest.approx((knee.x + 10, knee.y + 5))
    others = [i for i in range(18) if i != LEFT_KNEE]
    assert [before.body[i] for i in others] == [studio.pose.body[i] for i in others]
    assert studio.canvas.chosen_joint == LEFT_KNEE


def test_a_click_changes_nothing(studio):
    QTest.mouseClick(studio.canvas, Qt.MouseButton.LeftButton, pos=studio.at(NOSE).toPoint())
    assert studio.heard.said == []
    assert studio.canvas.chosen_joint == NOSE


def test_escape_cancels_the_drag(studio):
    start = studio.at(LEFT_KNEE)
    studio.hand.press(start)
    studio.hand.move(start + QPointF(20, 0))
    QTest.keyClick(studio.canvas, Qt.Key.Key_Escape)
    studio.hand.move(start + QPointF(60, 0))
    studio.hand.release(start + QPointF(60, 0))
    ((gesture_id, _, _),) = studio.heard.of("joint_moved")
    assert studio.heard.of("gesture_cancelled") == [(gesture_id,)]
    assert studio.heard.of("gesture_finished") == []


def test_a_joint_stays_within_reach(studio):
    start = studio.at(LEFT_KNEE)
    studio.hand.drag(start, start + QPointF(100_000, -100_000))
    knee = studio.pose.body[LEFT_KNEE]
    assert (knee.x, knee.y) == (90.0, -45.0)  # half a picture beyond its edges


def test_right_click_hides_and_shows(studio):
    for visible in (False, True):
        at = studio.at(LEFT_KNEE)
        studio.hand.press(at, Qt.MouseButton.RightButton)
        studio.hand.release(at, Qt.MouseButton.RightButton)
        toggled = studio.heard.of("joint_visibility_toggled")[-1]
        assert toggled[1:] == (LEFT_KNEE, visible)
        assert studio.pose.body[LEFT_KNEE].visible is visible
    assert len(studio.heard.of("gesture_finished")) == 2


def test_dragging_a_hidden_joint_shows_it(studio):
    start = studio.at(RIGHT_WRIST)
    studio.hand.drag(start, start + QPointF(10, 0))
    assert studio.pose.body[RIGHT_WRIST].visible
    assert len(studio.heard.of("joint_visibility_toggled")) == 1
    assert len({said[1] for said in studio.heard.said}) == 1  # one gesture


def test_joints_that_were_never_found_are_offered_where_they_belong(studio):
    lost = [Keypoint(0.0, 0.0, 0.0) if i in (11, 12, 13) else k
            for i, k in enumerate(studio.pose.body)]  # fmt: skip
    studio.pose = replace(studio.pose, body=tuple(lost))
    studio.canvas.set_pose(studio.pose)
    places = [studio.at(i) for i in (11, 12, 13)]
    assert len({(p.x(), p.y()) for p in places}) == 3
    assert places[0].y() < places[1].y() < places[2].y()
    studio.hand.press(places[1], Qt.MouseButton.RightButton)
    knee = studio.pose.body[12]
    assert knee.visible and studio.at(12) == places[1]


def test_a_visible_joint_goes_before_a_hidden_one(studio):
    elbow = studio.pose.body[3]
    studio.change(RIGHT_WRIST, x=elbow.x + 0.2, y=elbow.y)
    assert studio.canvas.joint_at(studio.at(RIGHT_WRIST)) == 3


def test_hovering_names_the_joint(studio):
    beside = studio.at(NOSE) + QPointF(30, 0)
    before = studio.pixel(beside)
    studio.hand.move(studio.at(NOSE), Qt.MouseButton.NoButton)
    assert studio.canvas.cursor().shape() == Qt.CursorShape.SizeAllCursor
    assert studio.pixel(beside) != before
    studio.hand.move(QPointF(5, 5), Qt.MouseButton.NoButton)
    assert studio.pixel(beside) == before


def test_the_keyboard_moves_and_hides(studio):
    canvas = studio.canvas
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    assert canvas.chosen_joint == 1
    neck = studio.pose.body[1]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    now = studio.pose.body[1]
    assert (now.x, now.y) == pytest.approx((neck.x + 1, neck.y - 10))
    QTest.keyClick(canvas, Qt.Key.Key_H)
    assert not studio.pose.body[1].visible
    finished = [gesture_id for (gesture_id,) in studio.heard.of("gesture_finished")]
    assert len(set(finished)) == 3  # an undo step for each key


def wheel(canvas: SkeletonCanvas, at: QPointF, steps: int) -> None:
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_zoom_at_the_pointer_pan_and_fit(studio):
    nose, knee = studio.at(NOSE), studio.at(LEFT_KNEE)
    wheel(studio.canvas, nose, 3)
    assert (studio.at(NOSE) - nose).manhattanLength() < 1e-6
    assert studio.at(LEFT_KNEE).y() - nose.y() == pytest.approx(1.2**3 * (knee.y() - nose.y()))
    studio.hand.press(QPointF(40, 40), Qt.MouseButton.MiddleButton)
    studio.hand.move(QPointF(60, 30), Qt.MouseButton.MiddleButton)
    studio.hand.release(QPointF(60, 30), Qt.MouseButton.MiddleButton)
    assert (studio.at(NOSE) - nose - QPointF(20, -10)).manhattanLength() < 1e-6
    QTest.keyPress(studio.canvas, Qt.Key.Key_Space)
    studio.hand.drag(studio.at(NOSE), studio.at(NOSE) + QPointF(5, 5))
    QTest.keyRelease(studio.canvas, Qt.Key.Key_Space)
    assert studio.heard.said == []
    QTest.keyClick(studio.canvas, Qt.Key.Key_0)
    assert studio.at(NOSE) == nose


def test_without_a_skeleton_there_is_nothing_to_grab(studio):
    at = studio.at(NOSE)
    studio.canvas.set_pose(None)
    assert studio.canvas.joint_at(at) is None
    studio.hand.drag(at, at + QPointF(20, 20))
    QTest.keyClick(studio.canvas, Qt.Key.Key_PageDown)
    QTest.keyClick(studio.canvas, Qt.Key.Key_H)
    assert studio.heard.said == []
