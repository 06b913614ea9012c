"""Several folders, in the order in which they are searched."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from widgets.common import IconButton
from widgets.common.theme import SPACE_S
from widgets.dialogs.folder_field import ChooseFolder, choose_folder


class FolderList(QWidget):
    """A list of folders with buttons to add and to remove."""

    folders_changed = Signal()

    def __init__(
        self,
        title: str,
        parent: QWidget | None = None,
        choose: ChooseFolder = choose_folder,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._choose = choose
        self._list = QListWidget(self)
        self._list.setProperty("role", "field")
        self._list.setAccessibleName(title)
        self._list.setToolTip(title)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setFixedHeight(96)
        self._add = IconButton("mdi6.folder-plus-outline", self.tr("Add a folder"), self)
        self._remove = IconButton("mdi6.minus", self.tr("Remove the folder from this list"), self)
        self._add.clicked.connect(self._on_add_clicked)
        self._remove.clicked.connect(self._on_remove_clicked)
        self._list.currentRowChanged.connect(self._on_row_changed)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_remove_clicked)
        buttons = QVBoxLayout()
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._add)
        buttons.addWidget(self._remove)
        buttons.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._list, 1)
        layout.addLayout(buttons)
        self._on_row_changed(-1)

    def folders(self) -> tuple[str, ...]:
        return tuple(self._list.item(row).text() for row in range(self._list.count()))

    def set_folders(self, folders: tuple[str, ...]) -> None:
        self._list.clear()
        for folder in folders:
            self._append(folder)

    def _append(self, folder: str) -> None:
        self._list.addItem(folder)
        self._list.item(self._list.count() - 1).setToolTip(folder)

    def _on_row_changed(self, row: int) -> None:
        self._remove.setEnabled(row >= 0)

    def _on_add_clicked(self) -> None:
        folder = self._choose(self, self._title, "")
        if not folder:
            return
        if folder not in self.folders():
            self._append(folder)
            self.folders_changed.emit()
        self._list.setCurrentRow(self.folders().index(folder))

    def _on_remove_clicked(self) -> None:
        row = self._list.currentRow()
        if row >= 0:
            self._list.takeItem(row)
            self.folders_changed.emit()
