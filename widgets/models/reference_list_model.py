"""The references of one character as a Qt model."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QT_TRANSLATE_NOOP,
    QAbstractListModel,
    QCoreApplication,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
)

from core.document import Reference, ReferenceRole
from widgets.common.mime import mime_of

Index = QModelIndex | QPersistentModelIndex

REFERENCE_MIME = "application/x-koma-reference"  # UTF-8 id of a reference

_ROLES: dict[ReferenceRole, Any] = {  # str; PySide says that QT_TRANSLATE_NOOP gives an object
    "full": QT_TRANSLATE_NOOP("ReferenceRole", "Whole figure"),
    "face": QT_TRANSLATE_NOOP("ReferenceRole", "Face"),
    "hair": QT_TRANSLATE_NOOP("ReferenceRole", "Hair"),
    "outfit": QT_TRANSLATE_NOOP("ReferenceRole", "Outfit"),
    "accessory": QT_TRANSLATE_NOOP("ReferenceRole", "Accessory"),
    "other": QT_TRANSLATE_NOOP("ReferenceRole", "Other"),
}
REFERENCE_ROLES = tuple(_ROLES)


def role_title(role: ReferenceRole) -> str:
    """The translated name of a role."""
    return QCoreApplication.translate("ReferenceRole", _ROLES[role])


class ReferenceItemRole(IntEnum):
    """What a row tells beside the title of its role (DisplayRole)."""

    ID = Qt.ItemDataRole.UserRole + 1  # str
    REFERENCE = ID + 1  # Reference


class ReferenceListModel(QAbstractListModel):
    """Rows in the character's order. Told by `set_references`; `setData` changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._references: tuple[Reference, ...] = ()

    def set_references(self, references: tuple[Reference, ...]) -> None:
        """Show these. Rows are reset only where one came, went or moved."""
        if references is self._references:
            return
        before, after = [r.id for r in self._references], [r.id for r in references]
        if before != after:
            self.beginResetModel()
            self._references = references
            self.endResetModel()
            return
        self._references = references
        if references:
            self.dataChanged.emit(self.index(0), self.index(len(references) - 1))

    def row_of(self, reference_id: str) -> int | None:
        """None where there is no such reference."""
        ids = [r.id for r in self._references]
        return ids.index(reference_id) if reference_id in ids else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._references)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._references):
            return None
        reference = self._references[index.row()]
        values: dict[int, Any] = {
            Qt.ItemDataRole.DisplayRole: role_title(reference.role),
            Qt.ItemDataRole.AccessibleTextRole: role_title(reference.role),
            ReferenceItemRole.ID: reference.id,
            ReferenceItemRole.REFERENCE: reference,
        }
        return values.get(role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def mimeTypes(self) -> list[str]:
        return [REFERENCE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The id of the first reference."""
        return mime_of(REFERENCE_MIME, indexes[0].data(ReferenceItemRole.ID) if indexes else "")
