"""While a figure is held, what does not move is painted once, and looks as it always does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from core.document import Character, Document, Figure, Page, Panel
from core.document.edits import move_joint
from core.geometry import Point, Polygon, Raster, Rect
from core.pose import COCO_18
from tests.widgets.pose_editor.pose_studio import standing
from widgets.page_view import PageView, PanelState, PanelStatus, Tool
from widgets.page_view.panel_item import PanelItem
from widgets.painting.images import array_from_image
from widgets.pose_editor import PoseLayer

WRIST = COCO_18.index("left_wrist")


def no_picture(digest: str) -> Raster:
    raise AssertionError(digest)


class Room:
    """Two panels; two figures in the one that is entered, and a puppet over them."""

    def __init__(self, qtbot: QtBot) -> None:
        figures = (Figure("aiko", "c", standing(5, 8)), Figure("ren", "d", standing(40, 8)))
        slanted = Polygon((Point(20, 30), Point(110, 34), Point(110, 110), Point(20, 110)))
        panels = (
            Panel("panel", slanted, figures=figures),
            Panel("other", Polygon.from_rect(Rect(20, 115, 90, 40))),
        )
        cast = (Character("c", "Aiko"), Character("d", "Ren", colour=1))
        self.document = Document(pages=(Page("page", panels),), characters=cast)
        self.view = PageView(no_picture)
        qtbot.addWidget(self.view)
        self.view.resize(900, 700)
        self.layer = PoseLayer()
        self.view.scene().addItem(self.layer)
        self.view.set_tool(Tool.POSE)
        self.show(self.document)
        self.view.set_entered_panel("panel")
        self.view.set_selection(("panel",))
        self.layer.set_selected_figure("aiko")
        puppet = QImage(60, 60, QImage.Format.Format_ARGB32_Premultiplied)
        puppet.fill(QColor(200, 60, 60, 120))
        self.layer.set_puppet("panel", puppet, QRectF(20, 30, 90, 80))
        self.view.show()
        qtbot.waitExposed(self.view)
        self.view.fit_page()
        self.view.finish_painting()

    def show(self, document: Document) -> None:
        self.document = document
        self.view.show_page(document, "page")
        self.layer.show_panel(document, document.panel("panel"))

    def move_wrist(self, to: Point) -> None:
        self.show(move_joint(self.document, "panel", "aiko", WRIST, to))

    def hold(self) -> None:
        items = {item.figure.id: item for item in self.layer.figure_items}
        puppet = next(i for i in self.layer.childItems() if type(i).__name__ == "PuppetItem")
        box = next(i for i in self.layer.childItems() if type(i).__name__ == "FigureBox")
        self.view.hold_still(self.layer, (items["aiko"], puppet, box))

    def seen(self) -> np.ndarray:
        return array_from_image(self.view.viewport().grab().toImage(), 3).astype(int)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The panels that were painted, in order; asked for before Qt has seen an item."""
    panels: list[str] = []
    paint = PanelItem.paint

    def counted(this: PanelItem, *args: object) -> None:
        panels.append(this.shown_panel.id)
        paint(this, *args)

    monkeypatch.setattr(PanelItem, "paint", counted)
    return panels


@pytest.fixture
def room(qtbot: QtBot) -> Iterator[Room]:
    yield Room(qtbot)


def same(held: np.ndarray, free: np.ndarray) -> bool:
    """All but a few pixels of soft edges, which a picture laid upon another rounds differently."""
    return bool((abs(held - free).max(axis=-1) > 8).mean() < 1e-4)


def test_nothing_looks_different_while_it_is_held(room: Room) -> None:
    before = room.seen()
    room.hold()
    assert same(room.seen(), before)
    room.move_wrist(Point(20.0, 30.0))
    held = room.seen()
    room.view.release_still()
    assert same(held, room.seen())
    assert not same(held, before)


def test_a_panel_that_changes_meanwhile_is_shown(room: Room) -> None:
    room.hold()
    before = room.seen()
    room.view.set_status("other", PanelStatus(PanelState.DRAWING, 2, 8))
    held = room.seen()
    assert not same(held, before)
    room.view.release_still()
    assert same(held, room.seen())


def test_another_zoom_is_followed(room: Room, qtbot: QtBot) -> None:
    room.hold()
    room.seen()
    room.view.set_zoom(room.view.zoom * 1.3)
    room.seen()  # the layer learns the scale when it is painted
    qtbot.wait(20)
    room.view.finish_painting()
    held = room.seen()
    room.view.release_still()
    assert same(held, room.seen())


def test_a_moving_hand_paints_no_panel(painted: list[str], qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.hold()
    room.seen()
    assert "panel" in painted
    painted.clear()
    for step in range(5):
        room.move_wrist(Point(20.0 + step, 30.0))
        qtbot.wait(20)
    assert painted == []
    room.view.release_still()
    room.seen()
    assert "panel" in painted


def test_what_the_hand_may_come_to_is_painted_ahead(painted: list[str], qtbot: QtBot) -> None:
    room = Room(qtbot)
    room.hold()
    room.move_wrist(Point(20.0, 30.0))
    qtbot.waitUntil(lambda: "other" in painted)  # far from the hand
    qtbot.waitUntil(lambda: not room.view.is_painting_ahead)
    painted.clear()
    room.move_wrist(Point(20.0, 100.0))  # over the other panel
    held = room.seen()
    assert painted == []
    room.view.release_still()
    assert same(held, room.seen())


def test_joints_in_the_hand_look_as_at_rest(room: Room) -> None:
    """Their places are rounded to whole pixels, so that only the soft edges may differ."""
    item = room.layer.figure_items[1]  # without a halo, which the hand takes away
    free = room.seen()
    item.set_held(True)
    held = room.seen()
    changed = abs(held - free).max(axis=-1) > 8
    assert 0 < changed.sum() < 18 * 60
    assert abs(held.mean() - free.mean()) < 0.05


def test_the_hand_holds_the_page_still_only_while_it_moves_something(
    room: Room, qtbot: QtBot
) -> None:
    held: list[bool] = []
    room.layer.held_changed.connect(held.append)
    wrist = room.layer.figure_items[0].figure.pose.body[WRIST]
    port = room.view.viewport()
    start = room.view.mapFromScene(QPointF(20 + wrist.x, 30 + wrist.y))
    qtbot.mouseMove(port, start)
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    assert held == []
    qtbot.mouseMove(port, start + QPointF(12, 0).toPoint())
    assert held == [True]
    assert room.layer.figure_items[0] in room.layer.moving_items
    assert room.layer.figure_items[1] not in room.layer.moving_items
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=start + QPointF(12, 0).toPoint())
    assert held == [True, False]
