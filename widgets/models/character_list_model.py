"""The cast as a Qt model: one row a character, and a last row while a new one is being read."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from core.document import Character
from widgets.common.mime import CHARACTER_MIME, mime_of

Index = QModelIndex | QPersistentModelIndex


class CharacterRole(IntEnum):
    """What a row tells beside its name (DisplayRole, EditRole)."""

    ID = Qt.ItemDataRole.UserRole + 1  # str; "" for a character that is still being read
    CHARACTER = ID + 1  # Character; None for one that is still being read
    BUSY = ID + 2  # bool: a picture of this character is being read


class CharacterListModel(QAbstractListModel):
    """Rows in the order of the document. Told by `set_characters`; `setData` changes nothing.

    Rows that stay the same object are left alone, moved ones are moved: selection, current row and
    an open editor survive every edit of the document.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._characters: list[Character] = []
        self._new_name: str | None = None
        self._busy_id = ""

    def set_characters(self, characters: Sequence[Character]) -> None:
        """Show these characters, with as few changes of rows as that takes."""
        wanted = {c.id for c in characters}
        for row in reversed(range(len(self._characters))):
            if self._characters[row].id not in wanted:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._characters[row]
                self.endRemoveRows()
        for row, character in enumerate(characters):
            self._bring(row, character)
            if self._characters[row] is not character:
                self._characters[row] = character
                index = self.index(row)
                self.dataChanged.emit(index, index)

    def set_busy(self, name: str | None, character_id: str = "") -> None:
        """A picture is being read: of a new character `name`, or of the one with this id.

        None and no id: nothing is being read. A character that is not there counts as new.
        """
        new_name = None if self.row_of(character_id) is not None else name
        before, self._busy_id = self._busy_id, character_id if name is not None else ""
        for changed in {before, self._busy_id}:
            row = self.row_of(changed)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row), [CharacterRole.BUSY])
        self._set_new(new_name)

    @property
    def is_busy(self) -> bool:
        """Whether any row is busy."""
        return self._new_name is not None or self.row_of(self._busy_id) is not None

    def row_of(self, character_id: str) -> int | None:
        """None where there is no such character."""
        for row, character in enumerate(self._characters):
            if character.id == character_id:
                return row
        return None

    def _bring(self, row: int, character: Character) -> None:
        """Make `row` that of this character; rows above are right already."""
        at = self.row_of(character.id)
        if at is None:
            self.beginInsertRows(QModelIndex(), row, row)
            self._characters.insert(row, character)
            self.endInsertRows()
        elif at != row:
            self.beginMoveRows(QModelIndex(), at, at, QModelIndex(), row)
            self._characters.insert(row, self._characters.pop(at))
            self.endMoveRows()

    def _set_new(self, name: str | None) -> None:
        last = len(self._characters)
        if name is None and self._new_name is not None:
            self.beginRemoveRows(QModelIndex(), last, last)
            self._new_name = None
            self.endRemoveRows()
        elif name is not None and self._new_name is None:
            self.beginInsertRows(QModelIndex(), last, last)
            self._new_name = name
            self.endInsertRows()
        elif name != self._new_name:
            self._new_name = name
            self.dataChanged.emit(self.index(last), self.index(last))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        if parent.isValid():
            return 0
        return len(self._characters) + (self._new_name is not None)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if index.row() == len(self._characters):
            return self._data_of_new(role)
        character = self._characters[index.row()]
        values: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: character.name,
            Qt.ItemDataRole.EditRole: character.name,
            Qt.ItemDataRole.ToolTipRole: _tooltip(character),
            Qt.ItemDataRole.AccessibleTextRole: character.name,
            Qt.ItemDataRole.AccessibleDescriptionRole: ", ".join(character.tags),
            CharacterRole.ID: character.id,
            CharacterRole.CHARACTER: character,
            CharacterRole.BUSY: character.id == self._busy_id,
        }
        return values.get(role)

    def _data_of_new(self, role: int) -> Any:
        values: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: self._new_name,
            CharacterRole.ID: "",
            CharacterRole.BUSY: True,
        }
        return values.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if index.row() >= len(self._characters):
            return Qt.ItemFlag.ItemNeverHasChildren
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsEditable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return [CHARACTER_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The id of the first character."""
        return mime_of(CHARACTER_MIME, indexes[0].data(CharacterRole.ID) if indexes else "")


class CharacterFilter(QSortFilterProxyModel):
    """Those characters of whom every word of a search is in the name or in a tag."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()

    def set_text(self, text: str) -> None:
        """Words in any order; case and the underscores of tags do not count."""
        words = tuple(_folded(text).split())
        if words != self._words:
            self._words = words
            self.invalidate()  # the one call that is there in every Qt 6

    @property
    def is_searching(self) -> bool:
        return bool(self._words)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        index = self.sourceModel().index(source_row, 0, source_parent)
        character = index.data(CharacterRole.CHARACTER)
        if character is None:
            return True
        texts = [_folded(t) for t in (character.name, *character.tags)]
        return all(any(word in text for text in texts) for word in self._words)


def _tooltip(character: Character) -> str:
    return "\n".join(filter(None, (character.name, ", ".join(character.tags))))


def _folded(text: str) -> str:
    return text.replace("_", " ").casefold()
