"""A folder: typed, or chosen from the disk."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from widgets.common.theme import SPACE_M

ChooseFolder = Callable[[QWidget, str, str], str]  # parent, title, start -> folder or ""


def choose_folder(parent: QWidget, title: str, start: str) -> str:
    """Ask for a folder with the system's own dialog; "" where none was chosen."""
    return QFileDialog.getExistingDirectory(parent, title, start)


class FolderField(QWidget):
    """A line with the folder's path and a button that opens the system's dialog."""

    folder_changed = Signal(str)

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        choose: ChooseFolder = choose_folder,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._choose = choose
        self._line = QLineEdit(self)
        self._line.setAccessibleName(title)
        self._line.setToolTip(title)
        self._line.textChanged.connect(self._on_text_changed)
        self._button = QPushButton(self.tr("Choose…"), self)
        self._button.setAutoDefault(False)
        self._button.setToolTip(title)
        self._button.setAccessibleName(title)
        self._button.clicked.connect(self._on_button_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._button)
        self.setFocusProxy(self._line)

    def folder(self) -> str:
        return self._line.text().strip()

    def set_folder(self, folder: str) -> None:
        self._line.setText(folder)

    def set_placeholder(self, text: str) -> None:
        self._line.setPlaceholderText(text)

    def _on_text_changed(self) -> None:
        self.folder_changed.emit(self.folder())

    def _on_button_clicked(self) -> None:
        folder = self._choose(self, self._title, self.folder())
        if folder:
            self._line.setText(folder)
