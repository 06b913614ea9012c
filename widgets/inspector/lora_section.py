"""The inspector's section for LoRA files."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.document import Document, Lora
from core.document.checks import MAX_LORAS
from widgets.common import ElidedLabel, IconButton, Section, role_label
from widgets.common.theme import SPACE_M, SPACE_S
from widgets.inspector.keyed_rows import KeyedRows
from widgets.inspector.number_rows import LORA, NumberRow
from widgets.inspector.row_parts import ActionButton


class LoraRow(QWidget):
    """One file: its name, how strong it is, and the button that takes it away."""

    scale_edited = Signal(str, float)
    remove_requested = Signal()
    edit_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = ElidedLabel("", self, Qt.TextElideMode.ElideMiddle)
        self.remove_button = IconButton("mdi6.close", self.tr("Remove this file"), self)
        self.remove_button.clicked.connect(self.remove_requested)
        self.scale = NumberRow(
            self.tr("Strength"), self.tr("How strongly this file works"), LORA, self, default=1.0
        )
        self.scale.edited.connect(self._on_edited)
        self.scale.edit_finished.connect(self.edit_finished)
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self.name, 1)
        head.addWidget(self.remove_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addLayout(head)
        layout.addWidget(self.scale)

    def fill(self, lora: Lora) -> None:
        # A project may come from another system: its paths are split at both kinds of slashes.
        self.name.setText(PurePath(lora.path.replace("\\", "/")).name or lora.path)
        self.scale.fill([lora.scale])

    def _on_edited(self, gesture_id: str, value: object) -> None:
        self.scale_edited.emit(gesture_id, value)


class LoraSection(Section):
    """Files are told apart by their place in the list: the same one may stand there twice."""

    lora_add_requested = Signal()
    lora_removed = Signal(int)
    lora_scale_edited = Signal(str, int, float)
    gesture_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("LoRA files"), parent)
        self._empty = role_label(
            self.tr("Small files that teach the model a style or a thing."), "quiet", self
        )
        self._empty.setWordWrap(True)
        rows = QVBoxLayout()
        rows.setSpacing(SPACE_M)
        self.rows = KeyedRows(rows, self._make_row)
        self.add_button = ActionButton("mdi6.plus", self.tr("Add a file…"), self)
        self.add_button.clicked.connect(self._on_add)
        self.body_layout.addWidget(self._empty)
        self.body_layout.addLayout(rows)
        self.body_layout.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)

    def fill(self, document: Document) -> None:
        loras = document.settings.loras
        rows = self.rows.show_keys([str(index) for index in range(len(loras))])
        for row, lora in zip(rows.values(), loras, strict=True):
            row.fill(lora)
        self._empty.setVisible(not loras)
        full = len(loras) >= MAX_LORAS
        self.add_button.setEnabled(not full)
        self.add_button.setToolTip(
            self.tr("There is room for {count} files").format(count=MAX_LORAS)
            if full
            else self.tr("Use a LoRA file (.safetensors) in every panel")
        )
        self.add_button.setAccessibleName(self.tr("Add a LoRA file"))

    def _make_row(self, key: str) -> LoraRow:
        row = LoraRow(self)
        row.scale_edited.connect(partial(self._on_scale_edited, int(key)))
        row.edit_finished.connect(self.gesture_finished)
        row.remove_requested.connect(partial(self._on_remove, int(key)))
        return row

    def _on_add(self) -> None:
        self.lora_add_requested.emit()

    def _on_remove(self, index: int) -> None:
        self.lora_removed.emit(index)

    def _on_scale_edited(self, index: int, gesture_id: str, value: float) -> None:
        self.lora_scale_edited.emit(gesture_id, index, value)
