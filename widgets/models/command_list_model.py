"""The actions of the window as a list that is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from widgets.common.mnemonics import without_mnemonic
from widgets.models.fuzzy import fuzzy_match

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_DISABLED_COST = 1000.0
_GROUP_COST = 2.0  # a match in the menu's name says less than one in the action's own


@dataclass(frozen=True)
class Command:
    """An action that answers the query. `places` are the letters of its title that matched."""

    action: QAction
    title: str
    group: str
    places: tuple[int, ...] = ()

    @property
    def shortcut(self) -> str:
        return self.action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


class CommandListModel(QAbstractListModel):
    """Actions that answer the query, the best first; without one, those last used come first."""

    COMMAND_ROLE = Qt.ItemDataRole.UserRole + 1

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Command, ...] = ()
        self._shown: tuple[Command, ...] = ()
        self._last_used: list[str] = []
        self._query = ""

    @property
    def shown(self) -> tuple[Command, ...]:
        return self._shown

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """Invisible actions, separators, submenus and actions without a text are left out."""
        self._all = tuple(
            Command(action, plain_text(action), group_of(action))
            for action in actions
            if action.isVisible() and not action.isSeparator() and not _opens_menu(action)
            if plain_text(action)
        )
        self.set_query(self._query)

    def set_query(self, query: str) -> None:
        self._query = query.strip()
        found = [answer for command in self._all if (answer := self._answer(command))]
        found.sort(key=lambda answer: answer[0], reverse=True)
        self.beginResetModel()
        self._shown = tuple(command for _, command in found)
        self.endResetModel()

    def remember(self, command: Command) -> None:
        """It was used: show it first the next time."""
        key = f"{command.group}/{command.title}"
        if key in self._last_used:
            self._last_used.remove(key)
        self._last_used.append(key)

    def _answer(self, command: Command) -> tuple[float, Command] | None:
        cost = 0.0 if command.action.isEnabled() else _DISABLED_COST
        if not self._query:
            key = f"{command.group}/{command.title}"
            used = self._last_used.index(key) + 1 if key in self._last_used else 0
            return used - cost, command
        match = fuzzy_match(self._query, command.title)
        if match is not None:
            return match.score - cost, Command(
                command.action, command.title, command.group, match.places
            )
        match = fuzzy_match(self._query, f"{command.group} {command.title}")
        if match is None:
            return None
        own = tuple(p - len(command.group) - 1 for p in match.places if p > len(command.group))
        score = match.score - _GROUP_COST - cost
        return score, Command(command.action, command.title, command.group, own)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and not self._shown[index.row()].action.isEnabled():
            flags &= ~Qt.ItemFlag.ItemIsEnabled
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        command = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == self.COMMAND_ROLE:
            return command
        if role == Qt.ItemDataRole.ToolTipRole:
            return command.action.toolTip()
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join(filter(None, (command.group, command.title, command.shortcut)))
        return None


def plain_text(action: QAction) -> str:
    """The text of an action without the mark of its mnemonic and without an ellipsis."""
    text = without_mnemonic(action.text())
    return text.removesuffix("...").removesuffix("…").strip()


def group_of(action: QAction) -> str:
    """The name of the first menu that has the action, "" where none has."""
    for owner in action.associatedObjects():
        if isinstance(owner, QMenu) and owner.title():
            return plain_text(owner.menuAction())
    return ""


def _opens_menu(action: QAction) -> bool:
    return isinstance(action.menu(), QMenu)  # None for others, whatever the annotation says
