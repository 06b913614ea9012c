"""A panel on a page, and a hand that drags as a real one does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from core.document import Character, Document, Page, Panel, Reference
from core.geometry import Polygon, Rect

PANEL_RECT = Rect(20.0, 30.0, 100.0, 50.0)


class Hand:
    """Mouse events to one widget; every move is an event of its own."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    def press(self, at: QPoint, button=Qt.MouseButton.LeftButton, modifiers=None) -> None:
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
        QTest.mousePress(self._widget, button, _or_none(modifiers), at)

    def move(self, at: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button)

    def hover(self, at: QPoint) -> None:
        self.move(at, Qt.MouseButton.NoButton)

    def release(self, at: QPoint, button=Qt.MouseButton.LeftButton) -> None:
        QTest.mouseRelease(self._widget, button, Qt.KeyboardModifier.NoModifier, at)

    def drag(
        self, points: Sequence[QPoint], button=Qt.MouseButton.LeftButton, modifiers=None
    ) -> None:
        self.press(points[0], button, modifiers)
        for point in points[1:]:
            self.move(point, button)
        self.release(points[-1], button)

    def _send(self, kind: QEvent.Type, at: QPoint, button, buttons) -> None:
        place = QPointF(at)
        event = QMouseEvent(
            kind, place, self._widget.mapToGlobal(place), button, buttons,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(self._widget, event)


def _or_none(modifiers):
    return Qt.KeyboardModifier.NoModifier if modifiers is None else modifiers


class Stage:
    """A shown view of the page; `at` gives the view's pixel for mm of the panel."""

    def __init__(self, view: QGraphicsView) -> None:
        self.view = view
        self.scene = view.scene()
        self.hand = Hand(view.viewport())

    def at(self, x_mm: float, y_mm: float) -> QPoint:
        return self.view.mapFromScene(QPointF(PANEL_RECT.x + x_mm, PANEL_RECT.y + y_mm))


@pytest.fixture
def stage(qtbot) -> Stage:
    view = QGraphicsView()
    view.setScene(QGraphicsScene(view))
    view.scene().setSceneRect(QRectF(0, 0, 140, 110))
    view.setMouseTracking(True)
    qtbot.addWidget(view)
    view.resize(720, 560)
    view.scale(4.0, 4.0)
    view.show()
    qtbot.waitExposed(view)
    view.setFocus()
    return Stage(view)


@pytest.fixture
def panel() -> Panel:
    return Panel("panel-1", Polygon.from_rect(PANEL_RECT))


@pytest.fixture
def document(panel: Panel) -> Document:
    cast = (
        Character("aiko", "Aiko", colour=1, references=(
            Reference("a1", "0" * 64), Reference("a2", "1" * 64, role="outfit"),
        )),
        Character("ren", "Ren", colour=5, references=(Reference("r1", "2" * 64),)),
    )  # fmt: skip
    return Document(pages=(Page("page-1", (panel,)),), characters=cast)


@pytest.fixture
def hand_on() -> Callable[[QWidget], Hand]:
    return Hand
