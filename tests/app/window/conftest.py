"""A whole window on a fake engine, with a profile, answers and pictures of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.file_dialogs import SaveAnswer
from app.window.session import WindowSession
from tests.app.conftest import Studio
from widgets.page_view import PanelState

WAIT_MS = 10_000


@dataclass
class Answers:
    """What the artist answers to questions about files; asked for in vain, it is None."""

    open: Path | None = None
    save_as: Path | None = None
    save_changes: SaveAnswer = SaveAnswer.DISCARD
    pictures: tuple[Path, ...] = ()
    file: Path | None = None
    asked: list[str] = field(default_factory=list)

    def ask_open(self, folder: Path) -> Path | None:
        self.asked.append("open")
        return self.open

    def ask_save_as(self, suggested: Path) -> Path | None:
        self.asked.append("save as")
        return self.save_as

    def ask_save_changes(self, name: str) -> SaveAnswer:
        self.asked.append("save changes")
        return self.save_changes

    def open_file(self, title: str, files: str) -> Path | None:
        return self.file

    def open_files(self, title: str, files: str) -> tuple[Path, ...]:
        return self.pictures

    def save_file(self, title: str, files: str, suggested: str) -> Path | None:
        return self.save_as

    def folder(self, title: str) -> Path | None:
        return self.save_as


def drag_over(widget: QWidget, start: QPoint, end: QPoint, moves: int = 6) -> None:
    """Press, several moves, release: as a hand does, with real events."""
    left = Qt.MouseButton.LeftButton
    QTest.mouseMove(widget, start)
    QTest.mousePress(widget, left, pos=start)
    for move in range(1, moves + 1):
        share = move / moves
        x = round(start.x() + share * (end.x() - start.x()))
        y = round(start.y() + share * (end.y() - start.y()))
        QTest.mouseMove(widget, QPoint(x, y))
    QTest.mouseRelease(widget, left, pos=end)


def drop_on(widget: QWidget, at: QPoint, mime: QMimeData) -> bool:
    """Drag something over a widget and drop it there; whether it was taken."""
    copy, no_keys = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    for event in (
        QDragEnterEvent(at, copy, mime, left, no_keys),
        QDragMoveEvent(at, copy, mime, left, no_keys),
        dropped := QDropEvent(QPointF(at), copy, mime, left, no_keys),
    ):
        QApplication.sendEvent(widget, event)
    return dropped.isAccepted()


@dataclass
class Artist:
    """Drives a window as a hand does: real mouse events, menus by their actions."""

    session: WindowSession
    answers: Answers
    qtbot: QtBot

    @property
    def document(self):
        return self.session.controller.document

    @property
    def window(self):
        return self.session.window

    @property
    def view(self):
        return self.session.window.view

    def do(self, action_id: str) -> None:
        action = self.window.actions_table[action_id]
        assert action.isEnabled(), action_id
        action.trigger()

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def panel(self, number: int):
        """Counted from 0 in the order of the page's panels."""
        page = self.document.page(self.session.state.page_id)
        return page.panels[number]

    def at(self, x_mm: float, y_mm: float) -> QPoint:
        """Where a point of the page is in the view."""
        return self.view.mapFromScene(QPointF(x_mm, y_mm))

    def middle(self, panel_id: str) -> QPoint:
        return self.view.mapFromScene(self.view.panel_rect_mm(panel_id).center())

    def click(self, at: QPoint) -> None:
        QTest.mouseClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def double_click(self, at: QPoint) -> None:
        QTest.mouseDClick(self.view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    def drag(self, start: QPoint, end: QPoint, moves: int = 6) -> None:
        drag_over(self.view.viewport(), start, end, moves)

    def press_key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """A key for whatever has the keyboard."""
        target = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)

    @property
    def steps(self) -> int:
        """How many steps can be undone."""
        return self.session.controller.undo_stack.index()

    @property
    def undo_text(self) -> str:
        return self.session.controller.undo_stack.undoText()

    def state_of(self, panel_id: str) -> PanelState:
        return self.session.renders.statuses[panel_id].state

    def joint(self, number: int, figure: int = 0) -> QPoint:
        """Where a keypoint of the entered panel's figure is in the view."""
        panel = self.document.panel(self.session.state.panel_id)
        keypoint = panel.figures[figure].pose.body[number]
        bounds = panel.polygon.bounds
        return self.at(bounds.x + keypoint.x, bounds.y + keypoint.y)

    def is_idle(self) -> bool:
        return self.session.engine.is_idle and self.session.renders.active_count == 0

    def sentence(self) -> str:
        """What the notification says, "" for nothing."""
        current = self.session.notifications.current
        return "" if current is None else current.text


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window_on(
    studio: Studio, answers: Answers, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Artist]]:
    """Opens windows, each with the studio's fake engine, and closes them."""
    opened: list[WindowSession] = []
    monkeypatch.setattr("app.window.session.ENGINE_PAUSE_MS", 0)

    def open_window(project: Path | None) -> Artist:
        session = WindowSession(studio.workplace, file_dialogs=answers, paths=answers)
        opened.append(session)
        session.start(project)
        session.window.resize(1280, 800)
        session.window.activateWindow()
        qtbot.waitUntil(session.window.isActiveWindow, timeout=WAIT_MS)
        session.window.view.fit_page()
        return Artist(session, answers, qtbot)

    yield open_window
    for session in opened:
        session.close()
        session.deleteLater()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("")


@pytest.fixture
def artist(window_on: Callable[..., Artist], studio: Studio) -> Artist:
    """A window on the small project: a page with two panels of one figure each."""
    return window_on(studio.small())
