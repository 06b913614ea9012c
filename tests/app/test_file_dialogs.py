from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget

from app.file_dialogs import SaveAnswer, SaveQuestion, WindowFileDialogs

# The offscreen platform says so of every dialog with a fixed size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def dialogs(qtbot, qapp) -> WindowFileDialogs:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialogs = WindowFileDialogs(window)
    dialogs.window = window  # kept until the test ends
    return dialogs


def when_asked(act) -> None:
    """Call `act` with the dialog that comes next."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        act(dialog)

    QTimer.singleShot(0, look)


@pytest.mark.parametrize(
    ("button", "answer"),
    [
        ("Save", SaveAnswer.SAVE),
        ("Do not save", SaveAnswer.DISCARD),
        ("Cancel", SaveAnswer.CANCEL),
        (None, SaveAnswer.CANCEL),
    ],
)
def test_save_changes(dialogs, button, answer) -> None:
    seen: list[str] = []

    def act(box: SaveQuestion) -> None:
        seen.append(box.findChild(QLabel).text())
        if button is None:
            QTest.keyClick(box, Qt.Key.Key_Escape)
        else:
            next(b for b in box.findChildren(QPushButton) if b.text() == button).click()

    when_asked(act)
    assert dialogs.ask_save_changes("book.koma") is answer
    assert seen == ["Save the changes to “book.koma”?"]


def test_enter_saves(dialogs) -> None:
    when_asked(lambda box: QTest.keyClick(box, Qt.Key.Key_Return))
    assert dialogs.ask_save_changes("book.koma") is SaveAnswer.SAVE


def test_save_as_adds_the_ending(dialogs, tmp_path) -> None:

    def act(dialog: QFileDialog) -> None:
        assert Path(dialog.selectedFiles()[0]).name == "Untitled.koma"
        dialog.selectFile(str(tmp_path / "mine"))
        dialog.accept()

    when_asked(act)
    assert dialogs.ask_save_as(tmp_path / "Untitled.koma") == tmp_path / "mine.koma"
    when_asked(lambda dialog: dialog.reject())
    assert dialogs.ask_save_as(tmp_path / "Untitled.koma") is None


def test_open(dialogs, tmp_path) -> None:
    book = tmp_path / "book.koma"
    book.write_bytes(b"")

    def act(dialog: QFileDialog) -> None:
        dialog.selectFile(str(book))
        dialog.accept()

    when_asked(act)
    assert dialogs.ask_open(tmp_path) == book
    when_asked(lambda dialog: dialog.reject())
    assert dialogs.ask_open(tmp_path) is None


def test_the_file_menu_does_not_wait_for_torch() -> None:
    code = """
import sys
import app.autosave, app.crash, app.document_controller, app.file_actions, app.notifications
heavy = {"torch", "diffusers", "transformers"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
