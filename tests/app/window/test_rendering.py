"""Drawing in the real window: cancelled half-way, out of memory, closed in the middle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPolygonF
from PySide6.QtTest import QTest

from app.file_dialogs import SaveAnswer
from core.engine.fake import FakeScript
from core.engine.requests import OutOfMemory
from core.storage import get_image, load_project
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.dialogs import DetailsDialog, ExportChoice
from widgets.page_view import PanelState
from widgets.page_view.panel_chrome import Link, PanelChrome

STEP_S = 0.03


def begin_slowly(window_on: Callable[..., Artist], studio: Studio) -> Artist:
    """The page is being drawn, a few steps of its first panel are done."""
    studio.script = FakeScript(step_delay_s=STEP_S)
    artist = window_on(studio.small())
    artist.press_key(
        Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    artist.until(lambda: any(row.state == "drawing" and row.step for row in rows(artist)))
    return artist


def rows(artist: Artist):
    return artist.session.renders.rows


def link(artist: Artist, panel_id: str, wanted: Link) -> QPoint:
    """Where a link of a failed panel is in the view."""
    view = artist.view
    item = next(i for i in view.page_scene.panel_items if i.shown_panel.id == panel_id)
    corners = QPolygonF([QPointF(p.x, p.y) for p in item.shown_panel.polygon.points])
    outline = view.viewportTransform().map(corners)
    status = artist.session.renders.statuses[panel_id]
    links = dict(PanelChrome(outline, status, view.font()).links())
    return links[wanted].center().toPoint()


def test_a_render_is_stopped_half_way_and_taken_up_again(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    artist = begin_slowly(window_on, studio)
    before = artist.document
    assert artist.window.dock("queue").isVisible()
    artist.press_key(Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    artist.until(artist.is_idle)
    assert artist.document == before and artist.steps == 0
    assert {row.state for row in rows(artist)} == {"cancelled"}
    assert artist.state_of("panel-1") is PanelState.MISSING
    assert artist.sentence() == ""
    artist.do("render_page")
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-2") is PanelState.FRESH)
    assert artist.state_of("panel-1") is PanelState.FRESH


def test_edits_go_on_while_it_draws(window_on: Callable[..., Artist], studio: Studio) -> None:
    artist = begin_slowly(window_on, studio)
    artist.session.state.select_panels(("panel-2",))
    artist.do("panel_remove")
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FRESH)
    artist.do("undo")
    assert artist.state_of("panel-2") is not PanelState.DRAWING
    assert artist.document.panel("panel-1").drawing is not None, "undo keeps what was drawn"


@pytest.mark.parametrize("wanted", [Link.RETRY, Link.SMALLER])
def test_out_of_memory_is_told_in_the_panel_with_ways_on(
    window_on: Callable[..., Artist], studio: Studio, wanted: Link
) -> None:
    sentence = "There is not enough memory for this panel. Make it smaller."
    studio.script = FakeScript(failures={0: OutOfMemory(sentence, details="16 GiB wanted")})
    artist = window_on(studio.small())
    artist.do("render_page")
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-2") is PanelState.FRESH)
    status = artist.session.renders.statuses["panel-1"]
    assert status.state is PanelState.FAILED and status.message == sentence
    assert artist.document.panel("panel-1").drawing is None

    artist.click(link(artist, "panel-1", wanted))
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FRESH)
    drawing = artist.document.panel("panel-1").drawing
    width = get_image(artist.session.controller.assets, drawing.image).width
    assert width == (192 if wanted is Link.SMALLER else 256)


def test_details_can_be_read_and_copied(window_on: Callable[..., Artist], studio: Studio) -> None:
    studio.script = FakeScript(failures={0: OutOfMemory("Too large.", details="16 GiB wanted")})
    artist = window_on(studio.small())
    artist.do("render_page")
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FAILED)
    artist.view.fit_panel("panel-1")
    artist.click(link(artist, "panel-1", Link.DETAILS))
    dialog = artist.window.findChild(DetailsDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.accept()


@pytest.mark.parametrize("answer", [SaveAnswer.SAVE, SaveAnswer.DISCARD])
def test_the_window_is_closed_while_it_draws(
    window_on: Callable[..., Artist], studio: Studio, answer: SaveAnswer
) -> None:
    artist = begin_slowly(window_on, studio)
    path = artist.session.controller.path
    before = load_project(path).document
    artist.session.state.select_panels(("panel-2",))
    artist.session.pages.next_seed(("panel-2",))
    artist.session.autosave.save_now()
    artist.until(lambda: bool(list(studio.workplace.autosave_folder.glob("*.koma"))))
    artist.answers.save_changes = answer
    artist.window.close()
    artist.until(lambda: studio.engines[-1].closed)
    assert artist.answers.asked == ["save changes"]
    assert list(studio.workplace.autosave_folder.iterdir()) == [], "nothing to recover, no lock"
    saved = load_project(path).document
    if answer is SaveAnswer.SAVE:
        assert saved.panel("panel-2").seed == before.panel("panel-2").seed + 1
    else:
        assert saved == before


def test_cancel_keeps_the_window_and_the_render(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    artist = begin_slowly(window_on, studio)
    artist.session.pages.next_seed(("panel-2",))
    artist.answers.save_changes = SaveAnswer.CANCEL
    artist.window.close()
    assert artist.window.isVisible()
    artist.until(lambda: artist.is_idle() and artist.document.panel("panel-1").drawing is not None)


def test_the_window_waits_for_an_export_that_the_artist_does_not_stop(
    artist: Artist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    import app.window.export_controller as module

    go, whole = threading.Event(), module.write_pages

    def slowly(*arguments: object) -> None:
        assert go.wait(20)
        whole(*arguments)

    monkeypatch.setattr(module, "write_pages", slowly)
    for _ in range(2):
        artist.do("page_duplicate")
    artist.answers.save_changes = SaveAnswer.DISCARD
    artist.do("export")
    dialog = artist.session.exports.dialog
    assert not dialog.isModal(), "the artist can go on meanwhile"
    dialog.export_requested.emit(ExportChoice(tmp_path / "out", ("png",), 30, None, "trim"))
    artist.window.close()
    assert artist.window.isVisible() and "still being written" in artist.sentence()
    artist.session.pages.next_seed(("panel-1",))  # the export has its own snapshot
    go.set()
    artist.until(lambda: not artist.session.exports.busy)
    assert len(list((tmp_path / "out").glob("*.png"))) == 3
    QTest.qWait(0)
    artist.window.close()
    artist.until(lambda: not artist.window.isVisible())


def test_ending_the_session_stops_an_export_after_its_page(artist: Artist, tmp_path: Path) -> None:
    for _ in range(5):
        artist.do("page_duplicate")
    artist.do("export")
    artist.session.exports.dialog.export_requested.emit(
        ExportChoice(tmp_path / "out", ("png",), 72, None, "trim")
    )
    artist.until(lambda: any((tmp_path / "out").glob("*.png")))
    artist.session.close()
    written = list((tmp_path / "out").iterdir())
    assert 1 <= len(written) < 6 and all(path.suffix == ".png" for path in written)
