"""Characters, poses and files over the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from widgets.common.mime import CHARACTER_MIME, POSE_MIME, image_paths, mime_of, payload_of
from widgets.page_view import PageView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction


def files(*names: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl(n) if "://" in n else QUrl.fromLocalFile(n) for n in names])
    return mime


class Drag:
    """A drag over the view; the point is on the page."""

    def __init__(self, view: PageView, mime: QMimeData) -> None:
        self.view, self.mime = view, mime

    def send(self, event: QDragMoveEvent | QDropEvent) -> bool:
        event.ignore()
        QApplication.sendEvent(self.view.viewport(), event)
        return event.isAccepted()

    def enter(self, x: float, y: float) -> bool:
        at = self.view.to_px(QPointF(x, y)).toPoint()
        return self.send(QDragEnterEvent(at, COPY, self.mime, LEFT, NONE))

    def move(self, x: float, y: float) -> bool:
        at = self.view.to_px(QPointF(x, y)).toPoint()
        return self.send(QDragMoveEvent(at, COPY, self.mime, LEFT, NONE))

    def drop(self, x: float, y: float) -> bool:
        at = self.view.to_px(QPointF(x, y))
        return self.send(QDropEvent(at, COPY, self.mime, LEFT, NONE))


@pytest.mark.parametrize(
    ("kind", "signal"), [(CHARACTER_MIME, "character_dropped"), (POSE_MIME, "pose_dropped")]
)
def test_a_card_is_dropped_on_the_panel_that_glows(
    view: PageView, spy, kind: str, signal: str
) -> None:
    said = spy(getattr(view, signal))
    drag = Drag(view, mime_of(kind, "走る"))
    assert drag.enter(-10, 100)
    assert not drag.move(-10, 100), "there is no panel"
    assert not view.page_scene.overlay.is_glowing
    assert drag.move(40, 40)
    assert view.page_scene.overlay.is_glowing
    assert drag.drop(40, 40)
    assert not view.page_scene.overlay.is_glowing
    ((payload, panel_id, panel_mm),) = said.said
    assert (payload, panel_id) == ("走る", "b")
    assert (panel_mm - QPointF(24, 24)).manhattanLength() < 1e-6


def test_a_card_that_leaves_takes_its_glow_along(view: PageView, spy) -> None:
    said = spy(view.character_dropped)
    drag = Drag(view, mime_of(CHARACTER_MIME, "aiko"))
    drag.enter(40, 40)
    drag.move(40, 40)
    QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
    assert not view.page_scene.overlay.is_glowing
    assert not drag.drop(-10, 100)
    assert not said.said


def test_picture_files_may_be_dropped_anywhere(view: PageView, spy) -> None:
    said = spy(view.images_dropped)
    drag = Drag(view, files("/pictures/aiko.PNG", "/pictures/notes.txt", "https://x.org/a.png"))
    assert drag.enter(-10, 100)
    assert drag.move(-10, 100)
    assert not view.page_scene.overlay.is_glowing
    assert drag.drop(-10, 100)
    assert said.said == [((Path("/pictures/aiko.PNG"),),)]


def test_nothing_else_is_taken(view: PageView) -> None:
    text = QMimeData()
    text.setText("hello")
    assert not Drag(view, text).enter(40, 40)
    assert not Drag(view, files("/notes.txt")).enter(40, 40)


def test_payloads_are_not_trusted() -> None:
    assert payload_of(mime_of(POSE_MIME, "run"), POSE_MIME) == "run"
    assert payload_of(mime_of(POSE_MIME, "run"), CHARACTER_MIME) is None
    assert payload_of(mime_of(POSE_MIME, ""), POSE_MIME) is None
    broken = QMimeData()
    broken.setData(POSE_MIME, QByteArray(b"\xff\xfe\x80"))
    assert payload_of(broken, POSE_MIME) is None
    assert image_paths(broken) == ()
