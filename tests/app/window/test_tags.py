"""Tags in the real window: read after it is shown, completed, warned about and swapped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.page_view import Tool
from widgets.prompt import tag_help
from widgets.prompt.popup import TagPopup

Key = Qt.Key


def popup(artist: Artist) -> TagPopup:
    return TagPopup.of(artist.window)


def choose(artist: Artist, tag: str) -> None:
    """From the menu of the panel's prompt, by the tag."""
    button = artist.window.inspector.panel_section.prompt.change
    assert button is not None and button.isVisible()
    menu = button.menu()
    menu.aboutToShow.emit()
    (action,) = (a for m in menu.findChildren(type(menu)) for a in m.actions() if a.text() == tag)
    action.trigger()


def test_an_artist_writes_a_prompt(artist: Artist) -> None:
    """Completion, a warning, its click, a swap, and undo step by step."""
    artist.until(lambda: tag_help().index is not None)
    panel_id = artist.panel(0).id
    artist.click(artist.middle(panel_id))
    row = artist.window.inspector.panel_section.prompt
    row.edit.setFocus()
    row.edit.selectAll()
    QTest.keyClicks(row.edit, "stan")
    assert popup(artist).isVisible()
    QTest.keyClick(row.edit, Key.Key_Escape)
    assert not popup(artist).isVisible()
    assert artist.session.state.panel_id == panel_id, "Esc reached the page"
    QTest.keyClicks(row.edit, "di")
    QTest.keyClick(row.edit, Key.Key_Tab)
    assert row.edit.toPlainText() == "standing, " and row.edit.hasFocus()
    QTest.keyClicks(row.edit, "sitting, classroom")
    artist.until(lambda: row.notes.clash is not None)
    artist.view.setFocus()
    steps = artist.steps
    assert artist.document.panel(panel_id).prompt == "standing, sitting, classroom"

    QTest.mouseClick(row.notes.buttons[0], Qt.MouseButton.LeftButton)
    assert artist.document.panel(panel_id).prompt == "sitting, classroom"
    choose(artist, "beach")
    assert artist.document.panel(panel_id).prompt == "sitting, beach"
    assert artist.steps == steps + 2
    artist.session.controller.undo()
    assert artist.document.panel(panel_id).prompt == row.edit.toPlainText() == "sitting, classroom"
    artist.session.controller.undo()
    assert artist.document.panel(panel_id).prompt == "standing, sitting, classroom"
    assert row.notes.clash is not None


def test_the_region_bar_completes_before_it_draws(artist: Artist) -> None:
    artist.until(lambda: tag_help().index is not None)
    artist.session.state.select_panels((artist.panel(0).id,))
    artist.session.state.set_tool(Tool.REGION)
    tags = artist.window.region_bar.tags
    drawn: list[object] = []
    artist.window.region_bar.draw_requested.connect(drawn.append)
    tags.setFocus()
    QTest.keyClicks(tags, "red sca")
    assert popup(artist).isVisible()
    QTest.keyClick(tags, Key.Key_Return)
    assert tags.text() == "red scarf, " and drawn == []


def test_words_are_those_of_the_projects_model(
    window_on: Callable[..., Artist], studio: Studio, tmp_path: Path
) -> None:
    """Only a model with a small vocabulary has unknown words; another model, other words."""
    folder = studio.add_model(tmp_path / "shipped", "small-words") / "tokenizer"
    folder.mkdir(exist_ok=True)
    vocabulary = {"park</w>": 0, "hat</w>": 1}
    (folder / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}))
    artist = window_on(studio.small())
    artist.until(lambda: tag_help().index is not None)
    assert tag_help().words is None or tag_help().is_known("park")
    artist.session.inspector._edit_settings("g", "model_id", "small-words")
    assert tag_help().is_known("park") and not tag_help().is_known("castle")
    assert tag_help().model_title


def test_a_damaged_list_of_tags_is_said_and_the_window_works(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    studio.workplace.taxonomy_folder = studio.folder / "nothing"
    artist = window_on(studio.small())
    artist.until(lambda: "list of tags is damaged" in artist.sentence())
    artist.click(artist.middle(artist.panel(0).id))
    row = artist.window.inspector.panel_section.prompt
    row.edit.setFocus()
    row.edit.selectAll()
    QTest.keyClicks(row.edit, "smile")
    assert row.edit.toPlainText() == "smile"
    assert row.change is not None and not row.change.isVisible()


def test_a_closed_window_leaves_nothing_known(artist: Artist) -> None:
    artist.until(lambda: tag_help().index is not None)
    artist.session.close()
    assert tag_help().index is None and tag_help().taxonomy is None
