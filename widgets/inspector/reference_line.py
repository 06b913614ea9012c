"""One reference of a figure: its picture, whether the figure uses it, and how strong it is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from core.document import Reference
from widgets.common import NumberField
from widgets.common.theme import SPACE_M, SPACE_S, theme_signals
from widgets.inspector.number_rows import LIKENESS, RESET_PX
from widgets.inspector.row_parts import role_text
from widgets.library_view.thumbnails import Thumbnails, paint_reference

PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX = 44, 56
UNUSED_OPACITY = 0.4


class ReferencePicture(QAbstractButton):
    """The reference on white paper, pale while the figure does not use it."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._reference: Reference | None = None
        self._used = True
        self.setFixedSize(PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the box beside it has the keyboard
        thumbnails.made.connect(self._on_made)
        theme_signals().changed.connect(self.update)

    def show_reference(self, reference: Reference, *, used: bool) -> None:
        if (reference, used) != (self._reference, self._used):
            self._reference, self._used = reference, used
            self.update()

    def _on_made(self) -> None:
        self.update()

    def paintEvent(self, e: QPaintEvent) -> None:
        if self._reference is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self._used else UNUSED_OPACITY)
        paint_reference(painter, QRectF(self.rect()), self._thumbnails, self._reference)
        painter.end()


class ReferenceLine(QWidget):
    """Whether the figure uses a reference, and how strong that reference is everywhere.

    A click on the picture is one on the box.
    """

    use_toggled = Signal(bool)
    scale_edited = Signal(str, float)
    edit_finished = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: float | None = None
        self.use_box = QCheckBox(self)
        self.use_box.clicked.connect(self.use_toggled)
        self.picture = ReferencePicture(thumbnails, self)
        self.picture.clicked.connect(self.use_box.click)
        self.scale = NumberField(
            LIKENESS.minimum, LIKENESS.maximum, LIKENESS.step, LIKENESS.decimals, self
        )
        self.scale.setToolTip(self.tr("Strength of this reference, in every panel that uses it"))
        self.scale.value_edited.connect(self._on_edited)
        self.scale.edit_finished.connect(self.edit_finished)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.use_box, 0, Qt.AlignmentFlag.AlignLeft)
        beside.addWidget(self.scale)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, RESET_PX + SPACE_S, 0)  # numbers in one column
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.picture)
        layout.addLayout(beside, 1)

    def fill(self, reference: Reference, number: int, *, used: bool, only_one: bool) -> None:
        """`only_one`: it is the last reference in use, and one has to stay."""
        text = self.tr("{number} {role}").format(number=number, role=role_text(reference.role))
        if text != self.use_box.text():
            self.use_box.setText(text)
            name = self.tr("Use reference {name}").format(name=text)
            self.use_box.setAccessibleName(name)
            self.picture.setAccessibleName(name)
            self.scale.set_accessible_name(self.tr("Strength of {name}").format(name=text))
        self.use_box.setChecked(used)
        tooltip = (
            self.tr("A figure needs at least one reference")
            if only_one
            else self.tr("Draw the figure after this reference")
        )
        for widget in (self.use_box, self.picture):
            widget.setEnabled(not only_one)
            widget.setToolTip(tooltip)
        self.picture.show_reference(reference, used=used)
        if reference.scale != self._shown:
            self._shown = reference.scale
            self.scale.set_value(reference.scale)

    def _on_edited(self, gesture_id: str, value: float) -> None:
        self._shown = round(value, LIKENESS.decimals)
        self.scale_edited.emit(gesture_id, self._shown)
