"""The layer upon the real page: the view hands it the mouse and the keys in pose mode."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Character, Document, Figure, Page, Panel
from core.geometry import Polygon, Raster, Rect
from core.pose import COCO_18
from tests.widgets.pose_editor.pose_studio import standing
from widgets.page_view import PageView, Tool
from widgets.pose_editor import PoseLayer

WRIST = COCO_18.index("left_wrist")


def no_picture(digest: str) -> Raster:
    raise AssertionError(digest)


class Room:
    def __init__(self, qtbot: QtBot) -> None:
        panel = Panel(
            "panel",
            Polygon.from_rect(Rect(20, 30, 90, 80)),
            figures=(Figure("aiko", "c", standing(5, 8)),),
        )
        self.document = Document(
            pages=(Page("page", (panel,)),), characters=(Character("c", "Aiko"),)
        )
        self.view = PageView(no_picture)
        qtbot.addWidget(self.view)
        self.view.resize(900, 700)
        self.layer = PoseLayer()
        self.view.scene().addItem(self.layer)
        self.view.show_page(self.document, "page")
        self.view.set_tool(Tool.POSE)
        self.view.set_entered_panel("panel")
        self.layer.show_panel(self.document, panel)
        self.view.show()
        qtbot.waitExposed(self.view)
        self.view.fit_page()
        self.view.setFocus()
        keypoint = panel.figures[0].pose.body[WRIST]
        self.wrist = self.view.mapFromScene(QPointF(20 + keypoint.x, 30 + keypoint.y))


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    yield Room(qtbot)


def test_a_joint_is_dragged_upon_the_page(room: Room, qtbot: QtBot) -> None:
    dragged: list[tuple[object, ...]] = []
    room.layer.joint_dragged.connect(lambda *args: dragged.append(args))
    viewport = room.view.viewport()
    QTest.mouseMove(viewport, QPoint(5, 5))
    QTest.mouseMove(viewport, room.wrist)
    assert viewport.cursor().shape() == Qt.CursorShape.OpenHandCursor
    with qtbot.waitSignal(room.layer.gesture_finished):
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=room.wrist)
        for step in (4, 8, 12):
            QTest.mouseMove(viewport, room.wrist + QPointF(step, 0).toPoint())
        QTest.mouseRelease(
            viewport, Qt.MouseButton.LeftButton, pos=room.wrist + QPointF(12, 0).toPoint()
        )
    assert {args[3] for args in dragged} == {WRIST} and len({args[0] for args in dragged}) == 1


def test_keys_reach_the_figures_before_the_page(room: Room) -> None:
    moved: list[tuple[object, ...]] = []
    toggled: list[tuple[object, ...]] = []
    room.layer.figure_moved.connect(lambda *args: moved.append(args))
    room.layer.joint_visibility_toggled.connect(lambda *args: toggled.append(args))
    QTest.keyClick(room.view, Qt.Key.Key_Tab)
    assert room.layer.selected_figure == "aiko"
    QTest.keyClick(room.view, Qt.Key.Key_Right)
    assert [args[3:] for args in moved] == [(1.0, 0.0)]
    viewport = room.view.viewport()
    QTest.mouseMove(viewport, QPoint(5, 5))  # wherever the pointer was left before
    QTest.mouseMove(viewport, room.wrist)
    QTest.keyClick(room.view, Qt.Key.Key_H)
    assert [args[3:] for args in toggled] == [(WRIST, False)]


def test_escape_cancels_before_it_leaves_the_panel(room: Room) -> None:
    cancelled: list[str] = []
    left: list[bool] = []
    room.layer.gesture_cancelled.connect(cancelled.append)
    room.view.panel_left.connect(lambda: left.append(True))
    viewport = room.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=room.wrist)
    for step in (4, 8):
        QTest.mouseMove(viewport, room.wrist + QPointF(step, 0).toPoint())
    QTest.keyClick(room.view, Qt.Key.Key_Escape)
    assert len(cancelled) == 1 and left == []
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=room.wrist)
    QTest.keyClick(room.view, Qt.Key.Key_Escape)
    assert left == [True]
