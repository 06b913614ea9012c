"""The mask of a reference: the canvas to paint it on, and its tools."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.geometry import Raster
from widgets.common import role_label
from widgets.common.theme import SPACE_M
from widgets.region_editor import MaskCanvas, MaskTools


class MaskPage(QWidget):
    """A MaskCanvas with its tools above it.

    An empty mask is no mask: it is not reported, a line says so instead.
    """

    mask_painted = Signal(object)  # Raster of one channel, at the end of each stroke

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask: Raster | None = None  # what the canvas shows
        self._first_mask: Raster | None = None  # what it showed first of this picture
        self._history = (False, False)
        self.canvas = MaskCanvas(self)
        self.tools = MaskTools(self.canvas, self)
        self._empty = role_label(self.tr("Paint something: the mask is empty."), "warning", self)
        self._empty.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_M, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.tools)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(self._empty)
        self.canvas.mask_changed.connect(self._on_mask_changed)
        self.canvas.history_changed.connect(self._on_history_changed)

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to undo."""
        # Before the first mask the canvas has another one, that was never the document's.
        return self._history[0] and self._mask is not self._first_mask

    @property
    def can_redo(self) -> bool:
        """Whether a stroke was undone."""
        return self._history[1]

    def show_picture(self, picture: Raster, mask: Raster | None) -> None:
        """Another picture and its mask; what was painted on the one before cannot be undone."""
        self._mask = self._first_mask = mask
        self.canvas.set_picture(picture)
        self.canvas.set_mask(mask)
        self._after_change()

    def show_mask(self, mask: Raster | None) -> None:
        """The document's mask. The one that was just painted changes nothing."""
        if mask != self._mask:
            self._mask = mask
            self.canvas.set_mask(mask)
            self._after_change()

    def set_colour(self, colour: QColor) -> None:
        """The veil over the subject."""
        self.canvas.set_overlay_colour(colour)

    def _after_change(self) -> None:
        is_empty = self._mask is not None and not any(self._mask.data)
        self._empty.setVisible(is_empty)
        self.tools.undo.setEnabled(self.can_undo)

    def _on_history_changed(self, can_undo: bool, can_redo: bool) -> None:
        self._history = (can_undo, can_redo)
        self.tools.undo.setEnabled(self.can_undo)

    def _on_mask_changed(self, mask: Raster) -> None:
        if mask == self._mask:
            return
        self._mask = self._first_mask if mask == self._first_mask else mask
        self._after_change()
        if any(mask.data):
            self.mask_painted.emit(mask)
