"""The questions about files that only the artist can answer."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.common import role_label, set_role
from widgets.common.theme import SPACE_M

SUFFIX = ".koma"
MIN_WIDTH_PX = 380


class SaveAnswer(enum.Enum):
    SAVE = enum.auto()
    DISCARD = enum.auto()
    CANCEL = enum.auto()


class FileDialogs(Protocol):
    """What `FileActions` asks; tests answer without a window."""

    def ask_open(self, folder: Path) -> Path | None:
        """A project to open; None = never mind."""
        ...

    def ask_save_as(self, suggested: Path) -> Path | None:
        """Where to save; the artist has agreed to overwrite what is there. None = never mind."""
        ...

    def ask_save_changes(self, name: str) -> SaveAnswer:
        """What to do with the changes of a project that is about to be left."""
        ...


class SaveQuestion(QDialog):
    """“Save the changes?” Esc and the window's cross are Cancel, Enter is Save."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.answer = SaveAnswer.CANCEL
        self.setWindowTitle(self.tr("Save changes?"))
        text = self.tr("Save the changes to “{name}”?").format(name=name)
        title = role_label(text, "title", self)
        title.setWordWrap(True)
        save = self._button(self.tr("Save"), SaveAnswer.SAVE)
        set_role(save, "primary")
        save.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE_M)
        buttons.addWidget(self._button(self.tr("Do not save"), SaveAnswer.DISCARD))
        buttons.addStretch(1)
        buttons.addWidget(self._button(self.tr("Cancel"), SaveAnswer.CANCEL))
        buttons.addWidget(save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACE_M] * 4)
        layout.setSpacing(SPACE_M)
        layout.addWidget(title)
        layout.addWidget(role_label(self.tr("If you do not save, they are lost."), "quiet", self))
        layout.addSpacing(SPACE_M)
        layout.addLayout(buttons)
        self.setMinimumWidth(MIN_WIDTH_PX)
        save.setFocus()

    def _button(self, text: str, answer: SaveAnswer) -> QPushButton:
        button = QPushButton(text, self)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: self._answer(answer))
        return button

    def _answer(self, answer: SaveAnswer) -> None:
        self.answer = answer
        self.accept()


class WindowFileDialogs:
    """The system's own dialogs, in front of a window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def ask_open(self, folder: Path) -> Path | None:
        path, _ = QFileDialog.getOpenFileName(
            self._window,
            QCoreApplication.translate("FileDialogs", "Open project"),
            str(folder),
            _filter(),
        )
        return Path(path) if path else None

    def ask_save_as(self, suggested: Path) -> Path | None:
        dialog = QFileDialog(
            self._window,
            QCoreApplication.translate("FileDialogs", "Save project as"),
            str(suggested.parent),
            _filter(),
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX[1:])  # so that the overwriting question names the real file
        dialog.selectFile(suggested.name)
        accepted = dialog.exec() == QFileDialog.DialogCode.Accepted
        chosen = dialog.selectedFiles()
        dialog.deleteLater()
        return Path(chosen[0]) if accepted and chosen else None

    def ask_save_changes(self, name: str) -> SaveAnswer:
        question = SaveQuestion(name, self._window)
        question.exec()
        question.deleteLater()
        return question.answer


def _filter() -> str:
    return QCoreApplication.translate("FileDialogs", "Koma projects") + f" (*{SUFFIX})"
