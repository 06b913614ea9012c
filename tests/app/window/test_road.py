"""The whole road in the real window: from an empty project with a picture file to exported pages,
back by undo to the start and forth by redo to the end.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF

from core.storage import load_project
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.dialogs import ExportChoice
from widgets.page_view import PanelState, Tool
from widgets.region_editor import RegionMode


def state_of(artist: Artist, panel_id: str) -> PanelState | None:
    status = artist.session.renders.statuses.get(panel_id)
    return None if status is None else status.state


def test_from_a_picture_to_exported_pages_and_back(
    window_on: Callable[..., Artist], studio: Studio, portrait: Callable[..., Path]
) -> None:
    artist = window_on(None)
    session = artist.session
    artist.do("new")
    assert artist.document.characters == () and len(artist.document.pages) == 1
    start = artist.document

    # A picture becomes a character with mask and skeleton.
    artist.answers.pictures = (portrait("葵.png"),)
    session.library.add()
    artist.until(lambda: len(artist.document.characters) == 1)
    (hero,) = artist.document.characters
    assert hero.name == "葵"
    assert hero.references[0].mask is not None and hero.references[0].pose is not None

    # It is put into a panel, and its arm is dragged in pose mode.
    first = artist.panel(0).id
    session.pages.drop_character(hero.id, first, QPointF(10, 10))
    artist.double_click(artist.middle(first))
    assert session.state.tool is Tool.POSE and session.state.panel_id == first
    before = artist.document.panel(first).figures[0].pose
    wrist = artist.joint(4)
    artist.drag(wrist, wrist.__class__(wrist.x() + 25, wrist.y() - 30))
    after = artist.document.panel(first).figures[0].pose
    assert after.body[4] != before.body[4] and after.body[0] == before.body[0]

    # It is drawn; the draft that follows the hand gives way to what was asked for.
    artist.do("render_page")
    artist.until(lambda: artist.is_idle() and state_of(artist, first) is PanelState.FRESH)
    drawing = artist.document.panel(first).drawing
    assert drawing is not None

    # A region of it is painted and drawn again.
    session.state.set_tool(Tool.REGION)
    session.regions.layer.set_mode(RegionMode.BRUSH)
    middle = artist.middle(first)
    artist.drag(middle, middle.__class__(middle.x() + 30, middle.y()))
    bar = artist.window.region_bar
    assert bar.isVisible()
    bar.draw_requested.emit(bar.draft)
    artist.until(
        lambda: (
            artist.is_idle()
            and bool(artist.document.panel(first).region_edits)
            and artist.document.panel(first).region_edits[0].drawing is not None
        )
    )
    assert artist.document.panel(first).drawing == drawing, "the panel below was not drawn again"
    end = artist.document

    # Saved, and read again as it is.
    artist.answers.save_as = studio.folder / "road.koma"
    artist.do("save")
    artist.until(lambda: not session.controller.modified)
    assert load_project(studio.folder / "road.koma").document == artist.document

    # Undo to the start, redo to the end; what was drawn stays with what exists in both.
    while artist.window.actions_table["undo"].isEnabled():
        artist.do("undo")
    assert artist.document.characters == ()
    assert [len(p.figures) for p in artist.document.panels()] == [
        len(p.figures) for p in start.panels()
    ]
    while artist.window.actions_table["redo"].isEnabled():
        artist.do("redo")
    assert artist.document == end
    export(artist, studio.folder / "pages")


def export(artist: Artist, out: Path) -> None:
    """The page leaves as files."""
    session = artist.session
    session.exports.open()
    dialog = session.exports.dialog
    assert dialog is not None
    dialog.export_requested.emit(ExportChoice(out, ("png", "psd"), 72, None, "trim"))
    artist.until(lambda: not session.exports.busy and len(list(out.glob("page-*"))) == 2)
    pixels = np.asarray(Image.open(out / "page-001.png"))
    assert pixels.shape[0] > pixels.shape[1] and len(np.unique(pixels.reshape(-1, 3), axis=0)) > 4
