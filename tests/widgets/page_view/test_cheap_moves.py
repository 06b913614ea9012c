"""What a moving hand may cost: a pose that changes in one panel paints nothing of the others."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from core.document import Character, Document, Figure
from core.document.edits import add_character, add_figure, move_figure
from core.pose import Keypoint, Pose
from widgets.page_view import PageView
from widgets.page_view.pictures import PictureQueue

POSE = Pose(tuple(Keypoint(20.0 + i, 20.0 + i, 1.0) for i in range(18)))


@pytest.fixture
def posed(view: PageView, document: Document) -> Document:
    """A figure in panel c, which is entered and selected."""
    document = add_character(document, Character("hero", "Hero"))
    document = add_figure(document, "c", Figure("figure", "hero", POSE))
    view.show_page(document, "page")
    view.set_selection(("c",))
    view.set_entered_panel("c")
    view.finish_painting()
    return document


def test_a_moved_figure_repaints_no_more_than_its_panel(
    qtbot: QtBot, view: PageView, posed: Document
) -> None:
    seen: list[QRectF] = []
    qtbot.waitUntil(lambda: not view.page_scene.pictures.is_waiting)
    qtbot.wait(50)  # what was under way
    view.scene().changed.connect(seen.extend)
    view.show_page(move_figure(posed, "c", "figure", 1.0, 1.0), "page")
    view.set_selection(("c",))
    view.set_entered_panel("c")
    with qtbot.waitSignal(view.scene().changed):
        view.page_scene.panel_items[0].update()  # a sign that all that changed was told
    panels = QRectF(view.panel_rect_mm("c")).united(view.panel_rect_mm("a"))
    assert seen
    assert all(panels.adjusted(-3, -3, 3, 3).contains(rect) for rect in seen)


def test_pictures_that_are_right_are_not_looked_into_again(
    qtbot: QtBot, view: PageView, posed: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    paint = PictureQueue._painted

    def painted(this, document, look):
        looked.append(look.panel.id)
        return paint(this, document, look)

    monkeypatch.setattr(PictureQueue, "_painted", painted)
    for _ in range(3):
        posed = move_figure(posed, "c", "figure", 1.0, 0.0)
        view.show_page(posed, "page")
        view.finish_painting()
    assert looked == []  # an entered panel leaves its figures to the layer above it
    view.show_page(replace(posed, characters=()), "page")
    view.set_entered_panel(None)
    view.finish_painting()
    assert looked == ["c"]
