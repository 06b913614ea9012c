"""A page of six panels in a view, and a hand: real mouse events, several for each drag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.document import Document, Drawing, Page, Panel
from core.document.edits import move_gutter
from core.errors import BadInput
from core.geometry import Polygon, Raster, Rect
from widgets.page_view import PageView

# Digests of pictures of one colour.
RED, GREEN, BLUE = "a" * 64, "b" * 64, "c" * 64

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier


def panel(name: str, x: float, y: float, width: float, height: float, **fields: object) -> Panel:
    return Panel(name, Polygon.from_rect(Rect(x, y, width, height)), **fields)


@pytest.fixture
def document() -> Document:
    """Three tiers of two panels on a B5 page: a right, b left, and so on, the gutter at 89.5 mm.

    `a` is drawn red, `f` blue.
    """
    drawings = {"a": Drawing(RED, "request"), "f": Drawing(BLUE, "request")}
    panels = tuple(
        panel(
            name,
            91.0 if column == 0 else 16.0,
            16.0 + tier * 76.0,
            75.0 if column == 0 else 72.0,
            70.0,
            drawing=drawings.get(name),
        )
        for name, tier, column in (
            ("a", 0, 0), ("b", 0, 1), ("c", 1, 0), ("d", 1, 1), ("e", 2, 0), ("f", 2, 1),
        )
    )  # fmt: skip
    return Document(pages=(Page("page", panels), Page("other")))


def load(digest: str) -> Raster:
    colours = {RED: (255, 0, 0), BLUE: (0, 0, 255), GREEN: (0, 255, 0)}
    if digest not in colours:
        raise BadInput("A picture of this project is missing.")
    colour = colours[digest]
    return Raster.from_array(np.full((64, 64, 3), colour, np.uint8))


@pytest.fixture
def view(qtbot: QtBot, document: Document) -> Iterator[PageView]:
    page_view = PageView(load)
    qtbot.addWidget(page_view)
    page_view.resize(600, 800)
    page_view.show_page(document, "page")
    page_view.show()
    qtbot.waitExposed(page_view)
    page_view.finish_painting()
    yield page_view
    page_view.page_scene.pictures.stop()


class Hand:
    """Points are millimetres on the page."""

    def __init__(self, view: PageView) -> None:
        self.view = view

    def px(self, x: float, y: float) -> QPoint:
        return self.view.to_px(QPointF(x, y)).toPoint()

    def move(self, x: float, y: float) -> None:
        QTest.mouseMove(self.view.viewport(), self.px(x, y))

    def press(self, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.mousePress(self.view.viewport(), LEFT, keys, self.px(x, y))

    def release(self, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.mouseRelease(self.view.viewport(), LEFT, keys, self.px(x, y))

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.mouseClick(self.view.viewport(), LEFT, keys, self.px(x, y))

    def double_click(self, x: float, y: float) -> None:
        QTest.mouseDClick(self.view.viewport(), LEFT, NO_KEY, self.px(x, y))

    def drag(self, *points: tuple[float, float], release: bool = True) -> None:
        """Press at the first point, move over the others, three events for each piece."""
        self.press(*points[0])
        for (x0, y0), (x1, y1) in pairwise(points):
            for share in (1 / 3, 2 / 3, 1.0):
                self.move(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        if release:
            self.release(*points[-1])

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEY) -> None:
        QTest.keyClick(self.view, key, keys)


@pytest.fixture
def hand(view: PageView) -> Hand:
    return Hand(view)


class Spy:
    """What a signal said, as tuples."""

    def __init__(self, signal) -> None:
        self.said: list[tuple[object, ...]] = []
        signal.connect(lambda *values: self.said.append(values))

    def __len__(self) -> int:
        return len(self.said)


@pytest.fixture
def spy() -> Callable[..., Spy]:
    return Spy


@pytest.fixture
def edited(view: PageView) -> list[Document]:
    """The documents that a controller makes of dragged gutters, the newest last; Esc undoes."""
    history = [view.page_scene.document]

    def drag(gesture_id: str, panel_id: str, edge: int, distance_mm: float) -> None:
        history.append(move_gutter(history[-1], panel_id, edge, distance_mm))
        view.show_page(history[-1], "page")

    def cancel(gesture_id: str) -> None:
        history.append(history[0])
        view.show_page(history[0], "page")

    view.gutter_dragged.connect(drag)
    view.gesture_cancelled.connect(cancel)
    return history
