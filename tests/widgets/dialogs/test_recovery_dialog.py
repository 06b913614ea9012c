"""The dialog with what a Koma that did not end properly left behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from widgets.dialogs import RecoveryDialog, RecoveryRow

ROWS = (
    RecoveryRow("new", "chapter.koma", datetime(2026, 11, 21, 8, 3, tzinfo=UTC), "/home/aiko/Koma"),
    RecoveryRow("old", "", datetime(2026, 11, 20, 22, 41, tzinfo=UTC), ""),
)


@pytest.fixture
def dialog(qtbot) -> RecoveryDialog:
    dialog = RecoveryDialog()
    qtbot.addWidget(dialog)
    dialog.set_rows(ROWS)
    dialog.open()
    return dialog


def press(dialog: RecoveryDialog, row_id: str, button: str) -> None:
    QTest.mouseClick(dialog.button(row_id, button), Qt.MouseButton.LeftButton)


def test_a_row_says_what_when_and_where(dialog: RecoveryDialog) -> None:
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "chapter.koma" in texts and "Untitled" in texts
    assert any("2026" in text and "/home/aiko/Koma" in text for text in texts)
    assert any("never saved" in text for text in texts)


def test_enter_recovers_the_newest(dialog: RecoveryDialog, qtbot) -> None:
    with qtbot.waitSignal(dialog.recover_requested) as asked:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert asked.args == ["new"] and dialog.isVisible()


def test_discard_takes_two_clicks(dialog: RecoveryDialog, qtbot) -> None:
    with qtbot.assertNotEmitted(dialog.discard_requested):
        press(dialog, "old", "discard")
    with qtbot.waitSignal(dialog.discard_requested) as asked:
        press(dialog, "old", "discard")
    assert asked.args == ["old"]
    dialog.set_rows(ROWS[:1])
    assert [row.id for row in dialog.rows] == ["new"] and dialog.isVisible()
    dialog.set_rows(())
    assert not dialog.isVisible()


def test_later_puts_off_row_by_row(dialog: RecoveryDialog, qtbot) -> None:
    with qtbot.assertNotEmitted(dialog.discard_requested):
        press(dialog, "new", "later")
        assert [row.id for row in dialog.rows] == ["old"] and dialog.isVisible()
        dialog.set_rows(ROWS)
        assert [row.id for row in dialog.rows] == ["old"], "what was put off does not come back"
        press(dialog, "old", "later")
    assert not dialog.isVisible()


def test_a_problem_stays_at_its_row(dialog: RecoveryDialog) -> None:
    dialog.show_problem("old", "This copy is damaged.")
    dialog.show_problem("gone", "Nobody sees this.")
    assert (dialog.problem("old"), dialog.problem("new")) == ("This copy is damaged.", "")


def test_every_button_tells_which_copy_it_is_for(dialog: RecoveryDialog) -> None:
    names = {b.accessibleName() for b in dialog.findChildren(QPushButton)}
    assert {"Recover: chapter.koma", "Discard: Untitled", "Later: chapter.koma"} <= names
    assert all(b.toolTip() for b in dialog.findChildren(QPushButton))
