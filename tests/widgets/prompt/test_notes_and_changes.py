"""Warnings on exclusive tags, unknown words, and the menu that swaps one thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.tags import WordList
from tests.widgets.prompt.conftest import Desk
from widgets.common import TagEdit
from widgets.prompt import ChangeButton, TagHelp, TagNotes


class Row(QWidget):
    """A prompt with all its helpers; what it told."""

    def __init__(self) -> None:
        super().__init__()
        self.edit = TagEdit(self)
        self.notes = TagNotes(self.edit, self)
        self.change = ChangeButton(self.edit, self)
        self.told: list[tuple[str, str]] = []
        self.finished: list[str] = []
        self.edit.text_edited.connect(lambda gesture, text: self.told.append((gesture, text)))
        self.edit.edit_finished.connect(self.finished.append)
        layout = QVBoxLayout(self)
        for widget in (self.change, self.edit, self.notes):
            layout.addWidget(widget)


@pytest.fixture
def row(qtbot: QtBot, known: TagHelp) -> Iterator[Row]:
    row = Row()
    qtbot.addWidget(row)
    row.show()
    qtbot.waitExposed(row)
    yield row


def press(button: QToolButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_two_exclusive_tags_are_named_and_one_click_removes_one(row: Row) -> None:
    assert not row.notes.isVisible()
    row.edit.set_text_quietly("hat, standing, (sitting:1.2)")
    assert row.notes.isVisible()
    assert [button.text() for button in row.notes.buttons] == ["standing", "sitting"]
    press(row.notes.buttons[1])
    assert row.edit.toPlainText() == "hat, standing"
    assert not row.notes.isVisible()
    ((gesture, text),) = row.told
    assert text == "hat, standing" and row.finished == [gesture]
    row.edit.undo()
    assert row.edit.toPlainText() == "hat, standing, (sitting:1.2)"


def test_the_warning_waits_until_typing_pauses(row: Row, qtbot: QtBot) -> None:
    row.edit.setFocus()
    QTest.keyClicks(row.edit, "standing, sitting")
    assert row.notes.clash is None
    qtbot.waitUntil(lambda: row.notes.clash is not None)


def test_what_was_typed_since_the_warning_is_kept(row: Row) -> None:
    row.edit.set_text_quietly("standing, sitting")
    row.edit.setFocus()
    QTest.keyClicks(row.edit, "hat, ")
    press(row.notes.buttons[0])
    assert row.edit.toPlainText() == "hat, sitting"


def test_a_prompt_of_what_is_left_out_contradicts_nothing(qtbot: QtBot, known: TagHelp) -> None:
    edit = TagEdit()
    qtbot.addWidget(edit)
    notes = TagNotes(edit, edit, excludes=False)
    edit.set_text_quietly("standing, sitting")
    assert notes.clash is None


def test_words_that_the_model_does_not_know_are_named(row: Row, known: TagHelp) -> None:
    row.edit.set_text_quietly("red hat, castle, 2 hats, 城")
    assert not row.notes.isVisible()
    known.set_model("Toon", WordList(frozenset({"red", "hat"})))
    assert row.notes.unknown.isVisible()
    assert row.notes.unknown.text() == "Toon does not know: castle, 2 hats, 城"
    known.set_model("Large", None)
    assert not row.notes.isVisible()


def test_the_tag_that_is_being_typed_is_not_called_unknown(
    row: Row, known: TagHelp, qtbot: QtBot
) -> None:
    known.set_model("Toon", WordList(frozenset({"hat"})))
    row.edit.setFocus()
    QTest.keyClicks(row.edit, "hat, cas")
    row.notes.look()
    assert not row.notes.isVisible()
    row.edit.clearFocus()
    assert row.notes.isVisible()


def actions(button: ChangeButton) -> dict[str, QAction]:
    """By their paths, as after a click on the button."""
    menu = button.menu()
    menu.aboutToShow.emit()
    found: dict[str, QAction] = {}

    def collect(menu: QMenu, path: str) -> None:
        for action in menu.actions():
            inner = action.menu()
            if inner is not None:
                collect(inner, f"{path}{action.text()}/")
            else:
                found[path + action.text()] = action

    collect(menu, "")
    return found


def test_a_choice_swaps_one_thing_in_one_edit(row: Row) -> None:
    row.edit.set_text_quietly("1girl, crying, classroom")
    row.edit.setFocus()
    QTest.keyClicks(row.edit, "solo, ")  # not told yet
    found = actions(row.change)
    assert found["Expression/Mood/crying"].isChecked()
    assert not found["Expression/Mood/smile"].isChecked()
    found["Expression/Mood/smile"].trigger()
    assert row.edit.toPlainText() == "solo, 1girl, smile, classroom"
    assert [text for _, text in row.told] == [
        "solo, 1girl, crying, classroom",
        "solo, 1girl, smile, classroom",
    ]
    assert row.told[0][0] != row.told[1][0] and len(row.finished) == 2
    row.edit.undo()
    assert row.edit.toPlainText() == "solo, 1girl, crying, classroom"


def test_every_menu_has_a_title_and_fits_on_a_small_screen(row: Row) -> None:
    found = actions(row.change)
    assert {path.split("/")[0] for path in found} == {"Expression", "Gesture", "View", "Scene"}
    for menu in row.change.menu().findChildren(QMenu):
        assert menu.title()[0].isupper(), menu.title()
        assert menu.sizeHint().height() < 760, menu.title()


def test_nothing_is_swapped_in_several_prompts_at_once(row: Row, known: TagHelp) -> None:
    row.change.set_mixed(True)
    assert not row.change.isEnabled() and "Select one" in row.change.toolTip()
    row.change.set_mixed(False)
    assert row.change.isEnabled()
    known.set_taxonomy(None)
    assert not row.change.isVisible()


def test_the_field_of_one_line_warns_with_a_mark(desk: Desk) -> None:
    assert not desk.warning.action.isVisible()
    desk.line.setText("standing, hat, sitting")
    assert desk.warning.action.isVisible()
    tip = desk.warning.action.toolTip()
    assert "standing" in tip and "sitting" in tip
    (mark,) = (b for b in desk.line.findChildren(QToolButton) if b.isVisible())
    QTest.mouseClick(mark, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert desk.line.text() == "hat, sitting"
    assert not desk.warning.action.isVisible()
