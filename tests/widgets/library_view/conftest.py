"""A cast of three, its pictures in a dictionary instead of a project file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from core.document import Character, Document, Reference
from core.errors import BadInput
from core.geometry import Raster
from core.pose import STANDING

WIDTH, HEIGHT = 60, 90
RED, BLUE = (220, 30, 40), (30, 60, 220)
RED_IMAGE, BLUE_IMAGE, MASK, GONE = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)


class Pictures:
    """Rasters by digest; remembers what was asked for."""

    def __init__(self) -> None:
        self.rasters: dict[str, Raster] = {}
        self.asked: list[str] = []

    def load(self, digest: str) -> Raster:
        self.asked.append(digest)
        if digest not in self.rasters:
            raise BadInput("A picture of this project is missing.")
        return self.rasters[digest]


def picture(colour: tuple[int, int, int]) -> Raster:
    """A subject of one colour on green ground, inside the box of `subject_mask`."""
    pixels = np.full((HEIGHT, WIDTH, 3), (0, 200, 0), np.uint8)
    pixels[20:80, 15:45] = colour
    return Raster.from_array(pixels)


def subject_mask() -> Raster:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[20:80, 15:45] = 255
    return Raster.from_array(mask)


@pytest.fixture
def pictures() -> Pictures:
    made = Pictures()
    made.rasters = {RED_IMAGE: picture(RED), BLUE_IMAGE: picture(BLUE), MASK: subject_mask()}
    return made


@pytest.fixture
def cast() -> Document:
    pose = STANDING.mapped(40.0, 80.0, 10.0, 5.0)
    body = list(pose.body)
    body[4] = replace(body[4], confidence=0.0)
    aiko = Character(
        "aiko",
        "Aiko",
        ("brown_hair", "glasses"),
        0,
        (
            Reference("aiko-1", RED_IMAGE, MASK, replace(pose, body=tuple(body))),
            Reference("aiko-2", BLUE_IMAGE, None, None, "outfit", 0.5),
        ),
    )
    ren = Character("ren", "Ren", ("hoodie",), 1, (Reference("ren-1", BLUE_IMAGE, MASK, pose),))
    mio = Character("mio", "Mio", ("twintails", "hoodie"), 2)
    return Document(characters=(aiko, ren, mio))


class Hand:
    """A mouse whose every event is a real QMouseEvent, sent to the widget under it."""

    def __init__(self, widget: QWidget) -> None:
        self.widget = widget

    def send(
        self,
        kind: QEvent.Type,
        at: QPointF | QPoint,
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
    ) -> None:
        local = QPointF(at)
        event = QMouseEvent(
            kind,
            local,
            self.widget.mapToGlobal(local),
            button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.widget, event)

    def press(self, at: QPointF | QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton):
        self.send(QEvent.Type.MouseButtonPress, at, button, button)

    def move(self, at: QPointF | QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton):
        self.send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, button)

    def release(self, at: QPointF | QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton):
        self.send(QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def drag(self, start: QPointF | QPoint, end: QPointF | QPoint, steps: int = 5) -> None:
        start, end = QPointF(start), QPointF(end)
        self.press(start)
        for step in range(1, steps + 1):
            self.move(start + (end - start) * (step / steps))
        self.release(end)


class Heard:
    """What signals said, in order: (name, *arguments)."""

    def __init__(self, sender: object, *names: str) -> None:
        self.said: list[tuple] = []
        for name in names:
            getattr(sender, name).connect(
                lambda *arguments, name=name: self.said.append((name, *arguments))
            )

    def of(self, name: str) -> list[tuple]:
        return [said[1:] for said in self.said if said[0] == name]


DRAG_ACTIONS = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction


def hold(widget: QWidget, at: QPointF, mime: QMimeData) -> bool:
    """Whether the widget would take what is held over it."""
    rest = (DRAG_ACTIONS, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(at.toPoint(), *rest)
    QApplication.sendEvent(widget, enter)
    if not enter.isAccepted():
        return False
    move = QDragMoveEvent(at.toPoint(), *rest)
    QApplication.sendEvent(widget, move)
    return move.isAccepted()


def drop(widget: QWidget, at: QPointF, mime: QMimeData) -> None:
    """Hold it over the widget and let go; it goes nowhere where the widget does not take it."""
    if hold(widget, at, mime):
        rest = (DRAG_ACTIONS, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, QDropEvent(at, *rest))


class Drags:
    """Plays the window system, which is missing offscreen: takes what is dragged to a widget."""

    def __init__(self) -> None:
        self.target: tuple[QWidget, QPointF] | None = None
        self.started: list[QDrag] = []

    def exec(self, drag: QDrag, *_actions: object) -> Qt.DropAction:
        self.started.append(drag)
        assert self.target is not None
        drop(*self.target, drag.mimeData())
        return Qt.DropAction.MoveAction


@pytest.fixture
def drags(monkeypatch) -> Drags:
    made = Drags()

    def play(drag: QDrag, *actions: object) -> Qt.DropAction:
        return made.exec(drag, *actions)

    monkeypatch.setattr(QDrag, "exec", play)
    return made
