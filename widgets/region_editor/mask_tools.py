"""The tools of a mask canvas in one row."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from widgets.common import IconButton, NumberField
from widgets.region_editor.mask_canvas import MaskCanvas
from widgets.region_editor.tool_row import divider, explain, tool_row

TOKEN_GRID = 16  # cells a side of the vision encoder
LARGEST_BRUSH_PX = 300.0
FIELD_WIDTH_PX = 170


class MaskTools(QWidget):
    """Brush size, erase, undo and redo, whole-mask commands and views, for one `MaskCanvas`."""

    def __init__(self, canvas: MaskCanvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.brush_size = NumberField(1.0, LARGEST_BRUSH_PX, 1.0, 0, self)
        self.brush_size.set_suffix(self.tr(" px"))
        self.brush_size.setFixedWidth(FIELD_WIDTH_PX)
        self.brush_size.setToolTip(self.tr("Size of the brush  [  ]"))
        self.brush_size.set_accessible_name(self.tr("Size of the brush"))
        self.brush_size.set_value(canvas.brush_px)
        self.erase = self._button("mdi6.eraser", self.tr("Erase instead of paint  X"), True)
        self.undo = self._button("mdi6.undo", self.tr("Take back the last stroke"))
        self.redo = self._button("mdi6.redo", self.tr("Bring back the stroke"))
        self.fill = self._button("mdi6.select-all", self.tr("All of the picture is the character"))
        self.clear = self._button("mdi6.select-remove", self.tr("Remove the mask"))
        self.invert = self._button(
            "mdi6.select-inverse", self.tr("Swap the character and the background")
        )
        self.fit = self._button("mdi6.fit-to-page-outline", self.tr("Show all of the picture  0"))
        self.grid = self._button(
            "mdi6.grid", self.tr("Show which parts of the picture the model looks at"), True
        )
        row = tool_row()
        self.setLayout(row)
        for widget in (
            self.brush_size, self.erase, divider(self), self.undo, self.redo, divider(self),
            self.fill, self.clear, self.invert, divider(self), self.grid, self.fit,
        ):  # fmt: skip
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        self._connect()
        self._on_history_changed(False, False)

    def _button(self, icon_name: str, tooltip: str, checkable: bool = False) -> IconButton:
        button = IconButton(icon_name, tooltip, self)
        button.setCheckable(checkable)
        return button

    def _connect(self) -> None:
        canvas = self._canvas
        self.brush_size.value_edited.connect(self._on_brush_edited)
        self.erase.toggled.connect(canvas.set_erasing)
        self.grid.toggled.connect(self._on_grid_toggled)
        for button, slot in (
            (self.undo, canvas.undo),
            (self.redo, canvas.redo),
            (self.fill, canvas.fill),
            (self.clear, canvas.clear),
            (self.invert, canvas.invert),
            (self.fit, canvas.fit),
        ):
            button.clicked.connect(slot)
        canvas.brush_changed.connect(self.brush_size.set_value)
        canvas.erasing_changed.connect(self.erase.setChecked)
        canvas.history_changed.connect(self._on_history_changed)

    def _on_brush_edited(self, _gesture_id: str, diameter_px: float) -> None:
        self._canvas.set_brush_px(diameter_px)

    def _on_grid_toggled(self, shown: bool) -> None:
        self._canvas.set_token_grid(TOKEN_GRID if shown else None)

    def _on_history_changed(self, can_undo: bool, can_redo: bool) -> None:
        explain(
            self.undo, can_undo, self.tr("Take back the last stroke"), self.tr("No stroke yet.")
        )
        explain(
            self.redo,
            can_redo,
            self.tr("Bring back the stroke"),
            self.tr("Nothing was taken back."),
        )
