"""Pose presets as a Qt model: one row a preset, found by name, dragged onto a panel."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from core.pose import Pose
from widgets.common.mime import POSE_MIME, mime_of

Index = QModelIndex | QPersistentModelIndex


class PoseRole(IntEnum):
    """What a row tells beside its title (DisplayRole)."""

    NAME = Qt.ItemDataRole.UserRole + 1  # str: what signals and drags carry
    POSE = NAME + 1  # Pose, in any unit


class PosePresetModel(QAbstractListModel):
    """Rows in the order given. A row is (name, title, pose)."""

    def __init__(self) -> None:
        super().__init__()
        self._presets: tuple[tuple[str, str, Pose], ...] = ()

    def set_presets(self, presets: Sequence[tuple[str, str, Pose]]) -> None:
        """Nothing happens for the same presets, so that a selection stays."""
        presets = tuple(presets)
        if presets == self._presets:
            return
        self.beginResetModel()
        self._presets = presets
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._presets)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        name, title, pose = self._presets[index.row()]
        texts = {
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        }
        if role in texts:
            return title
        return {PoseRole.NAME: name, PoseRole.POSE: pose}.get(role)  # type: ignore[call-overload]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemNeverHasChildren

    def mimeTypes(self) -> list[str]:
        return [POSE_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The name of the first preset; one drag carries one pose."""
        return mime_of(POSE_MIME, str(indexes[0].data(PoseRole.NAME)))

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction
