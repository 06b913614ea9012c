"""The keyboard does what the mouse does, in gestures of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.geometry import Point
from core.pose import COCO_18
from tests.widgets.pose_editor.pose_studio import Studio, hidden, standing

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("key", "modifiers", "by"),
    [
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, (-1, 0)),
        (Qt.Key.Key_Right, SHIFT, (5, 0)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, (0, -1)),
        (Qt.Key.Key_Down, SHIFT, (0, 5)),
    ],
)
def test_arrows_nudge_the_selected_figure(
    studio: Studio, key: Qt.Key, modifiers: Qt.KeyboardModifier, by: tuple[float, float]
) -> None:
    studio.layer.set_selected_figure("ren")
    neck = studio.joint("neck", "ren").point
    studio.key(key, modifiers)
    moved = studio.joint("neck", "ren").point - neck
    assert (moved.x, moved.y) == pytest.approx(by)
    assert studio.names() == ["figure_moved", "gesture_finished"]
    assert len(studio.gesture_ids()) == 1


def test_arrows_nudge_the_joint_that_was_clicked(studio: Studio) -> None:
    at = studio.pixel(studio.joint("left_knee"))
    studio.drag(at, at, moves=1)
    assert studio.layer.selected_joint == COCO_18.index("left_knee")
    knee, ankle = studio.joint("left_knee").point, studio.joint("left_ankle")
    studio.key(Qt.Key.Key_Down)
    studio.key(Qt.Key.Key_Down)
    assert studio.joint("left_knee").point.distance_to(knee + Point(0, 2)) < 1e-6
    assert studio.joint("left_ankle") == ankle
    assert len(studio.gesture_ids()) == 2


def test_a_key_held_down_is_one_gesture(studio: Studio) -> None:
    studio.layer.set_selected_figure("aiko")
    QTest.keyPress(studio.view, Qt.Key.Key_Right)
    for _ in range(4):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.KeyPress):
            repeated = QKeyEvent(
                kind, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, "", autorep=True
            )
            QApplication.sendEvent(studio.view, repeated)
    assert "gesture_finished" not in studio.names()
    QTest.keyRelease(studio.view, Qt.Key.Key_Right)
    assert studio.names() == ["figure_moved"] * 5 + ["gesture_finished"]
    assert len(studio.gesture_ids()) == 1


def test_arrows_are_left_alone_while_nothing_is_selected(studio: Studio) -> None:
    studio.view.setFocus()
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    studio.layer.keyPressEvent(event)
    assert not event.isAccepted() and studio.log == []


def test_h_hides_and_shows_the_joint_under_the_cursor(studio: Studio) -> None:
    studio.move(studio.pixel(studio.joint("right_wrist")))
    place = studio.joint("right_wrist").point
    studio.key(Qt.Key.Key_H)
    assert not studio.joint("right_wrist").visible
    item = studio.layer.figure_items[0]
    assert item.joints[COCO_18.index("right_wrist")].is_hollow
    studio.key(Qt.Key.Key_H)
    assert studio.joint("right_wrist").visible and studio.joint("right_wrist").point == place
    assert not item.joints[COCO_18.index("right_wrist")].is_hollow
    toggled = studio.signals("joint_visibility_toggled")
    assert [entry[4] for entry in toggled] == [False, True]
    assert len(studio.gesture_ids()) == 2 and len(studio.signals("gesture_finished")) == 2


def test_h_without_a_joint_does_nothing(studio: Studio) -> None:
    studio.move(studio.pixel(Point(88, 78)))
    studio.key(Qt.Key.Key_H)
    assert studio.log == []


def test_a_joint_without_a_place_is_shown_where_it_is_offered(
    make_studio: Callable[..., Studio],
) -> None:
    pose = standing(5, 8)
    body = list(hidden(pose, "left_wrist", "left_elbow").body)
    for name in ("left_wrist", "left_elbow"):
        body[COCO_18.index(name)] = type(body[0])(-300.0, -300.0, 0.0)
    studio = make_studio(aiko=type(pose)(tuple(body)))
    index = COCO_18.index("left_wrist")
    offered = studio.layer.figure_items[0].shape_of_figure.places[index]
    assert offered.distance_to(pose.body[index].point) < 4
    studio.move(studio.pixel(offered))
    studio.key(Qt.Key.Key_H)
    assert studio.joint("left_wrist").visible
    assert studio.joint("left_wrist").point.distance_to(offered) < 1e-6
    assert len(studio.gesture_ids()) == 1


def test_tab_cycles_figures(studio: Studio) -> None:
    for expected in ("aiko", "ren", "aiko"):
        studio.key(Qt.Key.Key_Tab)
        assert studio.layer.selected_figure == expected
    studio.key(Qt.Key.Key_Backtab, SHIFT)
    assert studio.layer.selected_figure == "ren"
    assert [e[0] for e in studio.signals("figure_selected")] == ["aiko", "ren", "aiko", "ren"]


def test_shortcuts_of_the_window_give_way(studio: Studio) -> None:
    """Tab may hide docks elsewhere; here it belongs to the figures. Esc only while dragging."""
    fired: list[str] = []
    for key in ("Tab", "Left", "Escape"):
        action = QAction(studio.view)
        action.setShortcut(key)
        action.triggered.connect(lambda _=False, key=key: fired.append(key))
        studio.view.addAction(action)
    studio.key(Qt.Key.Key_Tab)
    studio.key(Qt.Key.Key_Left)
    assert fired == [] and studio.layer.selected_figure == "aiko"
    studio.key(Qt.Key.Key_Escape)
    assert fired == ["Escape"]


def test_leaving_the_page_ends_a_nudge(studio: Studio) -> None:
    studio.layer.set_selected_figure("aiko")
    QTest.keyPress(studio.view, Qt.Key.Key_Right)
    studio.scene.setFocusItem(None)
    assert studio.names() == ["figure_moved", "gesture_finished"]
