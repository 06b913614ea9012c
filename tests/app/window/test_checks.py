"""Figures that drift: told on the page and in the list, and drawn again until one is near."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPolygonF
from PySide6.QtTest import QTest

from core.engine.fake import FakeScript
from tests.app.conftest import Studio
from tests.app.painted import BLUE, RED, PaintEngine
from tests.app.window.conftest import Artist
from widgets.page_view.badge import badge_rect

COLOURS = {1: BLUE, 2: RED, 11: BLUE, 12: RED, 13: BLUE, 14: RED}


@pytest.fixture
def painted(studio: Studio) -> Studio:
    """Panel 1 is drawn in a colour that is not its character's, panel 2 in hers."""

    def make_engine(folders: Sequence[Path]) -> PaintEngine:
        studio.engines.append(PaintEngine(COLOURS, script=studio.script))
        return studio.engines[-1]

    studio.workplace.make_engine = make_engine
    return studio


def drawn(window_on: Callable[..., Artist], studio: Studio) -> Artist:
    """Both panels are drawn and looked at."""
    artist = window_on(studio.small())
    artist.session.consistency._idle_ms = 20
    artist.session.best_of._seeds = lambda count, seed: tuple(range(11, 11 + count))
    artist.do("render_page")
    artist.until(artist.is_idle)
    artist.until(lambda: bool(artist.session.consistency.drifting))
    artist.until(lambda: not artist.session.consistency.is_busy)
    return artist


def badge_place(artist: Artist, panel_id: str) -> QPoint:
    item = next(i for i in artist.view.page_scene.panel_items if i.shown_panel.id == panel_id)
    corners = QPolygonF([QPointF(p.x, p.y) for p in item.shown_panel.polygon.points])
    return badge_rect(artist.view.viewportTransform().map(corners)).center().toPoint()


def badges(artist: Artist) -> dict[str, str]:
    return {i.shown_panel.id: i.toolTip() for i in artist.view.page_scene.panel_items}


def test_what_drifts_is_marked_listed_and_led_to(
    window_on: Callable[..., Artist], painted: Studio
) -> None:
    artist = drawn(window_on, painted)
    (row,) = artist.window.checks.rows
    assert row.panel_id == "panel-1"
    assert row.text.startswith("Page 1, panel 1: 葵's colours are off: ")
    assert "CIEDE2000" in row.details
    assert badges(artist) == {"panel-1": row.text.split(": ", 1)[1], "panel-2": ""}
    assert artist.steps == 0, "what is found out is no edit"

    artist.click(badge_place(artist, "panel-1"))
    assert artist.session.state.panel_ids == ("panel-1",)
    assert artist.window.dock("checks").isVisible()

    artist.do("figure_mirror")
    assert badges(artist)["panel-1"] == "Changed since it was drawn"
    artist.until(lambda: artist.window.checks.rows == ())
    artist.do("undo")
    artist.until(lambda: bool(artist.window.checks.rows))

    artist.session.state.select_panels(())
    artist.do("check_characters")
    listed = artist.window.checks._list
    listed.setFocus()
    QTest.keyClick(listed, Qt.Key.Key_Down)
    QTest.keyClick(listed, Qt.Key.Key_Return)
    assert artist.session.state.panel_ids == ("panel-1",)
    QTest.keyClick(listed, Qt.Key.Key_Delete)
    assert artist.window.checks.rows == () and badges(artist)["panel-1"] == ""


def test_the_best_is_kept_as_one_step(window_on: Callable[..., Artist], painted: Studio) -> None:
    artist = drawn(window_on, painted)
    before = artist.document
    artist.session.state.select_panels(("panel-1",))
    artist.do("best_of")
    artist.until(lambda: artist.is_idle() and artist.steps == 1)
    assert painted.engines[0].seeds[-4:] == [11, 12, 13, 14]
    assert artist.document.panel("panel-1").seed == 12
    artist.until(lambda: artist.window.checks.rows == ())
    row = artist.session.renders.rows[0]
    assert (row.title, row.state) == ("Page 1, panel 1: best of 4", "done")
    artist.do("undo")
    assert artist.document == before
    artist.until(lambda: bool(artist.window.checks.rows))
    artist.do("redo")
    assert artist.document.panel("panel-1").seed == 12

    said: list[str] = []
    artist.session.best_of.said.connect(said.append)
    artist.session.state.select_panels(("panel-2",))
    artist.do("best_of_2")
    assert artist.window.checks._again.text() == "Draw Again, Keep the Best of 2"
    assert artist.session.settings.best_of == 2
    artist.do("best_of")
    artist.until(lambda: bool(said))
    assert said == ["None of the new drawings is nearer to the references than this one."]
    assert artist.document.panel("panel-2").seed == 2 and artist.steps == 1


def test_stopped_half_way_the_best_so_far_is_kept(
    window_on: Callable[..., Artist], painted: Studio
) -> None:
    artist = drawn(window_on, painted)
    engine = painted.engines[0]
    engine._script = FakeScript(step_delay_s=0.01)
    said: list[str] = []
    artist.session.best_of.said.connect(said.append)
    artist.session.state.select_panels(("panel-1",))

    artist.do("best_of")
    artist.until(lambda: 12 in engine.seeds)
    artist.do("cancel_all")
    artist.until(lambda: artist.is_idle() and artist.steps == 1)
    assert artist.document.panel("panel-1").seed == 12
    assert 14 not in engine.seeds
    assert artist.session.renders.rows[0].state == "cancelled"

    artist.do("undo")
    engine.seeds.clear()
    artist.do("best_of")
    artist.until(lambda: 12 in engine.seeds)
    artist.do("figure_mirror")
    artist.until(lambda: bool(said))
    assert said == ["The panel was changed meanwhile, so its new drawings were not used."]
    assert artist.document.panel("panel-1").seed == 1
    artist.until(artist.is_idle)

    said.clear()
    engine.seeds.clear()
    artist.window.inspector.panel_section.seed.lock_button.click()
    artist.do("best_of")
    assert said[0].startswith("The seed of this panel is kept.")
    assert not any(row.is_active and "best of" in row.title for row in artist.session.renders.rows)
