"""All keys at one glance, to be searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QFont, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from widgets.common import EmptyState, role_label
from widgets.common.theme import QUIET_PX, SPACE_M, current, theme_signals
from widgets.dialogs.parts import dialog_button, dialog_column
from widgets.models.command_list_model import plain_text

GROUP_PX = 36
ROW_PX = 26


class ShortcutsDialog(QDialog):
    """A table of commands and their keys, by group; what has no key is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.resize(460, 560)
        self._search = QLineEdit(self)
        self._search.setPlaceholderText(self.tr("Search"))
        self._search.setClearButtonEnabled(True)
        self._search.setAccessibleName(self.tr("Search keys"))
        self._search.setToolTip(self.tr("Search by command or by key"))
        self._search.textChanged.connect(self._on_search_changed)
        self._table = QTreeWidget(self)
        self._table.setColumnCount(2)
        self._table.setHeaderHidden(True)
        self._table.setRootIsDecorated(False)
        self._table.setIndentation(0)
        self._table.setSelectionMode(QTreeWidget.SelectionMode.NoSelection)
        self._table.setItemsExpandable(False)
        self._table.setExpandsOnDoubleClick(False)
        self._table.setAccessibleName(self.tr("Commands and their keys"))
        self._table.header().setStretchLastSection(False)
        self._table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._table.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._nothing = EmptyState(self.tr("No key and no command has these letters."))
        close = dialog_button(self.tr("Close"), self.tr("Close"), self, primary=True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addStretch(1)
        row.addWidget(close)
        column = dialog_column(self)
        column.addWidget(role_label(self.tr("Keys"), "title", self))
        column.addWidget(self._search)
        column.addWidget(self._table, 1)
        column.addWidget(self._nothing, 1)
        column.addLayout(row)
        self._nothing.hide()
        theme_signals().changed.connect(self._colour)

    def set_actions(self, groups: Mapping[str, Sequence[QAction]]) -> None:
        """The actions of each group, in the order of the mapping. Replaces all rows."""
        self._table.clear()
        for name, actions in groups.items():
            self.add_rows(
                name,
                [(plain_text(a), _keys_of(a)) for a in actions if not a.shortcut().isEmpty()],
            )

    def add_rows(self, name: str, rows: Sequence[tuple[str, str]]) -> None:
        """A group of what is no action: (what happens, which key or gesture)."""
        if not rows:
            return
        group = QTreeWidgetItem([name, ""])
        self._table.addTopLevelItem(group)
        group.setFirstColumnSpanned(True)
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        group.setFont(0, self._group_font())
        group.setTextAlignment(0, Qt.AlignmentFlag.AlignBottom)
        group.setSizeHint(0, QSize(0, GROUP_PX))
        for text, keys in rows:
            item = QTreeWidgetItem([text, keys])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setSizeHint(0, QSize(0, ROW_PX))
            group.addChild(item)
        group.setExpanded(True)
        self._colour()
        self._on_search_changed(self._search.text())

    def shown_rows(self) -> tuple[tuple[str, str, str], ...]:
        """(group, command, keys) of the rows that the search leaves."""
        return tuple(
            (group.text(0), item.text(0), item.text(1))
            for group in self._groups()
            for item in _children(group)
            if not item.isHidden()
        )

    def _groups(self) -> list[QTreeWidgetItem]:
        return _children(self._table.invisibleRootItem())

    def _group_font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(QUIET_PX)
        font.setWeight(QFont.Weight.DemiBold)
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        return font

    def _colour(self) -> None:
        quiet = current().colour("quiet_text")
        for group in self._groups():
            group.setForeground(0, quiet)
            for item in _children(group):
                item.setForeground(1, quiet)

    def _on_search_changed(self, text: str) -> None:
        wanted = text.casefold().split()
        for group in self._groups():
            children = _children(group)
            for item in children:
                words = f"{item.text(0)} {item.text(1)}".casefold()
                item.setHidden(not all(word in words for word in wanted))
            group.setHidden(all(item.isHidden() for item in children))
        found = bool(self.shown_rows())
        self._table.setVisible(found)
        self._nothing.setVisible(not found)


def _children(group: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    children = (group.child(n) for n in range(group.childCount()))
    return [child for child in children if child is not None]


def _keys_of(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return "   ".join(keys.toString(native) for keys in action.shortcuts())
