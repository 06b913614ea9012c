"""The palette finds every command, runs one, and keeps in mind which was used."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLineEdit, QListView, QMenu

from widgets.common.style_sheet import tokens
from widgets.common.theme import DARK, LIGHT, contrast, mixed
from widgets.dialogs import CommandPalette
from widgets.dialogs.command_delegate import CHOSEN_OPACITY
from widgets.models.command_list_model import CommandListModel, group_of, plain_text


@pytest.fixture
def palette(qtbot, window) -> CommandPalette:
    palette = CommandPalette(window)
    palette.set_actions(window.all_actions)
    palette.open_over(window)
    qtbot.waitExposed(palette)
    return palette


def test_every_action_is_found(palette, window):
    assert [c.title for c in palette.shown_commands] == [
        "New", "Open", "Export pages", "Add page", "Delete page", "Fit page", "Render page",
        "Render stale panels",
    ]  # fmt: skip


def test_typing_and_enter_run_the_best_answer(palette, window):
    search = palette.findChild(QLineEdit)
    QTest.keyClicks(search, "exp")
    assert palette.shown_commands[0].title == "Export pages"
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert window.triggered == ["Export pages…"]
    assert not palette.isVisible()


def test_the_palette_is_closed_before_the_action_runs(palette, window):
    seen: list[bool] = []
    window.action("Fit page").triggered.connect(lambda: seen.append(palette.isVisible()))
    QTest.keyClicks(palette.findChild(QLineEdit), "fit")
    QTest.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Return)
    assert seen == [False]


def test_the_arrow_keys_choose_while_typing(palette, window):
    search = palette.findChild(QLineEdit)
    QTest.keyClicks(search, "render")
    QTest.keyClick(search, Qt.Key.Key_Down)
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert window.triggered == ["Render stale panels"]


def test_a_click_runs_the_command_under_it(palette, window):
    view = palette.findChild(QListView)
    rect = view.visualRect(view.model().index(3, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert window.triggered == ["Add page"]


def test_escape_runs_nothing(palette, window):
    QTest.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.triggered == []


def test_a_menu_name_finds_its_commands_too(palette):
    QTest.keyClicks(palette.findChild(QLineEdit), "file new")
    assert [c.title for c in palette.shown_commands] == ["New"]


def test_disabled_commands_come_last_and_do_not_run(palette, window):
    window.action("Render page").setEnabled(False)
    palette.set_actions(window.all_actions)
    QTest.keyClicks(palette.findChild(QLineEdit), "render page")
    assert [c.title for c in palette.shown_commands] == ["Render page"]
    QTest.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Return)
    assert palette.isVisible()
    assert window.triggered == []
    palette.findChild(QLineEdit).clear()
    assert palette.shown_commands[-1].title == "Render page"


def test_what_was_used_last_comes_first_the_next_time(palette, window):
    for query in ("fit", "delete"):
        palette.open_over(window)
        QTest.keyClicks(palette.findChild(QLineEdit), query)
        QTest.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Return)
    palette.open_over(window)
    palette.set_actions(window.all_actions)
    assert [c.title for c in palette.shown_commands[:3]] == ["Delete page", "Fit page", "New"]


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ink", ["text", "quiet_text", "accent"])
def test_the_chosen_command_is_readable(colours, ink):
    floating = tokens(colours)["floating"]
    chosen = mixed(floating, colours.colour("text"), CHOSEN_OPACITY)
    assert contrast(colours.colour(ink), chosen) >= 4.5


def test_nothing_found_is_said(palette):
    search = palette.findChild(QLineEdit)
    QTest.keyClicks(search, "zzz")
    assert palette.shown_commands == ()
    assert not palette.findChild(QListView).isVisible()
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert palette.isVisible()


def test_what_is_no_command_is_left_out(qtbot):
    menu = QMenu("Edit")
    qtbot.addWidget(menu)
    undo = menu.addAction("&Undo")
    hidden = menu.addAction("Secret")
    hidden.setVisible(False)
    menu.addSeparator()
    more = menu.addMenu("More")
    more.addAction("Deep")
    model = CommandListModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning, model)
    model.set_actions([*menu.actions(), QAction("", menu)])
    assert [c.action for c in model.shown] == [undo]
    assert model.shown[0].group == "Edit"


def test_action_texts_are_read_as_they_are_shown(qtbot):
    menu = QMenu("&Cut && paste")
    qtbot.addWidget(menu)
    action = menu.addAction("Save &as…")
    assert plain_text(action) == "Save as"
    assert group_of(action) == "Cut & paste"
