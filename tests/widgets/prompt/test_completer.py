"""Completion with real keys, clicks and input method events."""

from __future__ import annotations

import time
from functools import partial
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from core.tags import WordList
from tests.widgets.prompt.conftest import Desk
from widgets.common.theme import DARK, LIGHT, contrast, set_current
from widgets.prompt import TagHelp
from widgets.prompt.cluster_colours import cluster_colour
from widgets.prompt.popup import TagPopup

Key = Qt.Key


def popup(desk: Desk) -> TagPopup:
    return TagPopup.of(desk)


def offered(desk: Desk) -> list[str]:
    return [c.text for c in popup(desk).candidates] if popup(desk).isVisible() else []


def compose(field: QLineEdit | QPlainTextEdit, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(field, event)


def test_the_list_opens_after_two_letters_and_not_before(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "l")
    assert offered(desk) == []
    QTest.keyClicks(desk.edit, "o")
    assert "long hair" in offered(desk)
    assert desk.edit.hasFocus() and popup(desk).currentIndex().row() == 0
    QTest.keyClicks(desk.edit, "qq")
    assert offered(desk) == []


@pytest.mark.parametrize("key", [Key.Key_Tab, Key.Key_Return, Key.Key_Enter])
def test_a_key_takes_the_chosen_tag_and_a_comma(desk: Desk, key: Qt.Key) -> None:
    QTest.keyClicks(desk.edit, "hat, long h")
    QTest.keyClick(desk.edit, key)
    assert desk.edit.toPlainText() == "hat, long hair, "
    assert desk.edit.hasFocus() and offered(desk) == []
    QTest.keyClicks(desk.edit, "smil")
    QTest.keyClick(desk.edit, key)
    assert desk.edit.toPlainText() == "hat, long hair, smile, "


def test_arrows_choose_and_go_round(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "from ")
    texts = offered(desk)
    QTest.keyClick(desk.edit, Key.Key_Down)
    assert popup(desk).current_candidate.text == texts[1]
    QTest.keyClick(desk.edit, Key.Key_Up)
    QTest.keyClick(desk.edit, Key.Key_Up)
    assert popup(desk).current_candidate.text == texts[-1]
    QTest.keyClick(desk.edit, Key.Key_Tab)
    assert desk.edit.toPlainText() == f"{texts[-1]}, "


def test_escape_closes_the_list_and_leaves_the_text(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "smi")
    QTest.keyClick(desk.edit, Key.Key_Escape)
    assert desk.edit.toPlainText() == "smi" and offered(desk) == []
    QTest.keyClick(desk.edit, Key.Key_Return)  # a line end as ever
    assert desk.edit.toPlainText() == "smi\n"


def test_keys_are_the_fields_own_while_the_list_is_closed(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "zzqq")
    QTest.keyClick(desk.edit, Key.Key_Tab)
    assert desk.line.hasFocus()


def test_only_the_tag_at_the_cursor_is_completed(desk: Desk) -> None:
    desk.edit.setPlainText("hat, lon, bow")
    cursor = desk.edit.textCursor()
    cursor.setPosition(len("hat, lon"))
    desk.edit.setTextCursor(cursor)
    QTest.keyClicks(desk.edit, "g")
    assert offered(desk)[0].startswith("long")
    QTest.keyClick(desk.edit, Key.Key_Return)
    text = desk.edit.toPlainText()
    assert text.startswith("hat, long ") and text.endswith(", bow") and text.count(",") == 2
    cursor.setPosition(2)
    desk.edit.setTextCursor(cursor)
    QTest.keyClick(desk.edit, Key.Key_Left)
    assert offered(desk) == []


@pytest.mark.parametrize(
    ("before", "at", "after"),
    [
        ("(long h:1.2), hat", 7, "(long hair:1.2), hat"),
        ("((long h", 8, "((long hair"),
        ("🐈🐈, long h, 🐈", 10, "🐈🐈, long hair, 🐈"),
    ],
)
def test_weights_and_what_stands_around_stay(desk: Desk, before: str, at: int, after: str) -> None:
    """Letters beyond 16 bits too, for which Qt counts two places."""
    desk.edit.setPlainText(before[: at - 1] + before[at:])
    cursor = desk.edit.textCursor()
    cursor.setPosition(at - 1 + sum(letter > "\uffff" for letter in before[: at - 1]))
    desk.edit.setTextCursor(cursor)
    QTest.keyClicks(desk.edit, before[at - 1])
    assert offered(desk)[0] == "long hair"
    QTest.keyClick(desk.edit, Key.Key_Tab)
    assert desk.edit.toPlainText() == after


def test_a_number_within_a_weight_is_no_tag(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "(smile:1.2")
    assert offered(desk) == []


def test_a_click_takes_a_tag_and_the_keyboard_stays_in_the_field(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "from")
    second = popup(desk).visualRect(popup(desk).model().index(1, 0)).center()
    text = offered(desk)[1]
    QTest.mouseClick(popup(desk).viewport(), Qt.MouseButton.LeftButton, pos=second)
    assert desk.edit.toPlainText() == f"{text}, "
    assert desk.edit.hasFocus() and offered(desk) == []


def test_composing_is_never_disturbed(desk: Desk) -> None:
    """While the input method holds letters the list is closed, and keys are not taken."""
    compose(desk.edit, "えが")
    assert offered(desk) == []
    compose(desk.edit, "笑")
    assert offered(desk) == []
    compose(desk.edit, "", "笑顔")
    assert offered(desk)[0] == "smile" and desk.edit.toPlainText() == "笑顔"
    compose(desk.edit, "の")
    assert offered(desk) == [] and desk.edit.toPlainText() == "笑顔"
    compose(desk.edit, "")
    QTest.keyClick(desk.edit, Key.Key_Backspace)
    assert "smile" in offered(desk)
    QTest.keyClick(desk.edit, Key.Key_Tab)
    assert desk.edit.toPlainText() == f"{'smile'}, "


def test_a_word_handed_over_while_the_next_is_composed_opens_nothing(desk: Desk) -> None:
    compose(desk.edit, "の", "笑顔")
    assert desk.edit.toPlainText() == "笑顔" and offered(desk) == []


def test_keys_of_the_open_list_are_no_shortcuts_of_the_window(desk: Desk) -> None:
    heard: list[str] = []
    for name in ("Esc", "Return", "Down"):
        QShortcut(QKeySequence(name), desk).activated.connect(partial(heard.append, name))
    QTest.keyClicks(desk.edit, "smi")
    QTest.keyClick(desk.edit, Key.Key_Down)
    QTest.keyClick(desk.edit, Key.Key_Return)
    QTest.keyClicks(desk.edit, "smi")
    QTest.keyClick(desk.edit, Key.Key_Escape)
    assert heard == [] and offered(desk) == []
    QTest.keyClick(desk.edit, Key.Key_Escape)
    assert heard == ["Esc"]


def test_what_is_shown_or_pasted_opens_nothing(desk: Desk) -> None:
    desk.edit.set_text_quietly("long")
    desk.edit.setPlainText("smi")
    QApplication.clipboard().setText("long")
    QTest.keyClick(desk.edit, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "long" in desk.edit.toPlainText() and offered(desk) == []


def test_leaving_the_field_or_clicking_in_it_closes_the_list(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "smi")
    QTest.mouseClick(desk.edit.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert offered(desk) == []
    QTest.keyClick(desk.edit, Key.Key_End)
    QTest.keyClicks(desk.edit, "l")
    assert offered(desk)
    desk.line.setFocus()
    assert offered(desk) == []


def test_the_field_of_one_line_completes_too(desk: Desk) -> None:
    drawn: list[str] = []
    desk.line.returnPressed.connect(lambda: drawn.append(desk.line.text()))
    desk.line.setFocus()
    QTest.keyClicks(desk.line, "long h")
    QTest.keyClick(desk.line, Key.Key_Return)
    assert desk.line.text() == "long hair, " and drawn == []
    QTest.keyClick(desk.line, Key.Key_Return)
    assert drawn == ["long hair, "]


def test_one_completion_is_one_step_of_the_fields_own_undo(desk: Desk) -> None:
    QTest.keyClicks(desk.edit, "smi")
    QTest.keyClick(desk.edit, Key.Key_Tab)
    desk.edit.undo()
    assert desk.edit.toPlainText() == "smi"


def test_what_the_model_knows_comes_first(desk: Desk, known: TagHelp) -> None:
    QTest.keyClicks(desk.edit, "ha")
    assert offered(desk)[0] != "hat"
    known.set_model("Toon", WordList(frozenset({"hat"})))
    QTest.keyClick(desk.edit, Key.Key_Backspace)
    QTest.keyClicks(desk.edit, "a")
    assert offered(desk)[0] == "hat"
    index = popup(desk).model().index(1, 0)
    assert "Toon does not know" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert not popup(desk).grab().isNull()


def test_without_a_taxonomy_fields_are_fields(desk: Desk, known: TagHelp) -> None:
    known.set_taxonomy(None)
    QTest.keyClicks(desk.edit, "smile")
    assert desk.edit.toPlainText() == "smile" and offered(desk) == []


def test_the_list_stays_within_the_window(desk: Desk) -> None:
    desk.resize(240, 150)
    QTest.keyClicks(desk.edit, "hat, bow, ha")
    assert desk.rect().contains(popup(desk).geometry())


def test_a_key_costs_little(desk: Desk) -> None:
    """The best of some keys: what a key must take, search and list included."""
    took = []
    for _ in range(10):
        for letter in "ha":
            start = time.perf_counter()
            QTest.keyClicks(desk.edit, letter)
            took.append(time.perf_counter() - start)
        desk.edit.clear()
    assert min(took[1::2]) < 0.02


@pytest.mark.parametrize("palette", [DARK, LIGHT], ids=["dark", "light"])
def test_clusters_are_told_apart_on_both_grounds(desk: Desk, palette) -> None:
    set_current(palette)
    try:
        colours = [cluster_colour(cluster) for cluster in range(6)]
        ground = palette.colour("raised" if palette.is_dark else "surface")
        assert all(contrast(colour, ground) >= 4.5 for colour in colours)
        hues = sorted(colour.hue() for colour in colours)
        assert min(b - a for a, b in pairwise(hues)) >= 10
    finally:
        set_current(DARK)
