"""The tables of keys, and the details of a failure."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget

from widgets.common.theme import LIGHT, apply_theme
from widgets.dialogs import DetailsDialog, ShortcutsDialog

SENTENCE = "There was not enough memory. Draw it smaller."


@pytest.fixture
def shortcuts(qtbot, window) -> ShortcutsDialog:
    dialog = ShortcutsDialog(window)
    dialog.set_actions(window.groups)
    dialog.add_rows("On the page", [("Move the page", "Space and drag")])
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_all_commands_with_keys_are_listed_by_group(shortcuts):
    rows = shortcuts.shown_rows()
    assert ("File", "Open", "Ctrl+O") in rows
    assert ("Page", "Fit page", "0") in rows
    assert ("On the page", "Move the page", "Space and drag") in rows
    assert not any(command == "Add page" for _, command, _ in rows)
    assert [group for group, _, _ in rows] == [
        *["File"] * 3, "Page", "Render", "Render", "On the page",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "commands"),
    [
        ("render", ["Render page", "Render stale panels"]),
        ("ctrl+shift", ["Render stale panels"]),
        ("page ctrl", ["Export pages", "Render page"]),
        ("DRAG", ["Move the page"]),
    ],
)
def test_keys_are_searched_by_command_and_by_key(shortcuts, query, commands):
    QTest.keyClicks(shortcuts.findChild(QLineEdit), query)
    assert [command for _, command, _ in shortcuts.shown_rows()] == commands


def test_no_result_is_said(shortcuts):
    QTest.keyClicks(shortcuts.findChild(QLineEdit), "zzz")
    assert shortcuts.shown_rows() == ()
    assert not shortcuts.findChild(QTreeWidget).isVisible()
    shortcuts.findChild(QLineEdit).clear()
    assert shortcuts.findChild(QTreeWidget).isVisible()


def test_the_table_follows_the_theme(shortcuts, dark):
    apply_theme(dark, LIGHT)
    item = shortcuts.findChild(QTreeWidget).topLevelItem(0)
    assert item.foreground(0).color() == QColor(LIGHT.quiet_text)


def test_new_actions_replace_the_old_ones(shortcuts, window):
    shortcuts.set_actions({"File": window.groups["File"]})
    assert {group for group, _, _ in shortcuts.shown_rows()} == {"File"}


def test_details_are_copied_whole(qtbot, dark):
    dialog = DetailsDialog("Panel 3 could not be drawn", SENTENCE, "Traceback\n  line 3")
    qtbot.addWidget(dialog)
    dialog.show()
    text = dialog.findChild(QPlainTextEdit)
    assert text.isVisible()
    assert text.isReadOnly()
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Copy")
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == (
        f"Panel 3 could not be drawn\n{SENTENCE}\n\nTraceback\n  line 3\n"
    )
    assert copy.text() == "Copied"


def test_without_details_there_is_only_the_sentence(qtbot, dark):
    dialog = DetailsDialog("Panel 3 could not be drawn", SENTENCE, " \n")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.findChild(QPlainTextEdit).isVisible()
    assert SENTENCE in [label.text() for label in dialog.findChildren(QLabel)]


def test_enter_closes_the_details(qtbot, dark):
    dialog = DetailsDialog("Title", SENTENCE, "details")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
