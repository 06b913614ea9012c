"""Numbers in the inspector: a label, a slider, a field, and whose value it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractSpinBox, QHBoxLayout, QWidget

from core.document.checks import MAX_STEPS
from widgets.common import IconButton, NumberField, new_gesture_id
from widgets.common.theme import SPACE_M, SPACE_S, current, theme_signals
from widgets.inspector.fields import FocusWatch, field_label

RESET_PX = 22
VEIL_MARGIN_PX = 5  # where the field itself begins its text


@dataclass(frozen=True, slots=True)
class NumberRange:
    """What a slider offers: within what a document may hold, and as far as is of use."""

    minimum: float
    maximum: float
    step: float
    decimals: int = 2


STEPS = NumberRange(1, MAX_STEPS, 1, 0)
GUIDANCE = NumberRange(0, 20, 0.5, 1)
CONDITION = NumberRange(0, 2, 0.05)
LIKENESS = NumberRange(0, 1.5, 0.05)
SHARE = NumberRange(0, 1, 0.05)
FEATHER_PX = NumberRange(0, 64, 1, 0)
SIZE_PX = NumberRange(64, 2_048, 64, 0)
LORA = NumberRange(-2, 2, 0.05)


class NumberRow(QWidget):
    """One number of one or several objects.

    `edited(gesture_id, value)` carries an int where the range has no decimals, else a float, and
    None for "as the project". A value beyond the slider's range is shown as it is until edited.
    """

    edited = Signal(str, object)
    edit_finished = Signal(str)

    def __init__(
        self,
        label: str,
        tooltip: str,
        numbers: NumberRange,
        parent: QWidget | None = None,
        *,
        default: float | None = None,
        inherits: bool = False,
    ) -> None:
        """`inherits`: the value may be None, the project's; else `default` is what reset gives.

        There is a reset for one of the two only; `set_default` gives another default later.
        """
        super().__init__(parent)
        self._numbers = numbers
        self._default = default
        self._inherits = inherits
        self._project: float | None = None
        self._shown: float | None = None
        self._is_inherited = False
        self._gesture_began = ("", False)  # id, and whether the value was the project's then
        self.field = NumberField(
            numbers.minimum, numbers.maximum, numbers.step, numbers.decimals, self
        )
        self.field.setToolTip(tooltip)
        self.field.set_accessible_name(label)
        self.field.value_edited.connect(self._on_edited)
        self.field.edit_finished.connect(self.edit_finished)
        self._veil = Veil(_spin_box(self.field))
        self.reset_button = IconButton("mdi6.restore", self._reset_text(), self)
        self.reset_button.setFixedSize(RESET_PX, RESET_PX)
        self.reset_button.clicked.connect(self._on_reset)
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.reset_button.setVisible(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(field_label(label, tooltip, self.field, self))
        layout.addSpacing(SPACE_M - SPACE_S)
        layout.addWidget(self.field, 1)
        if inherits or default is not None:
            layout.addWidget(self.reset_button)

    @property
    def state_text(self) -> str:
        """What lies over the number while it is not simply the value: "mixed" for instance."""
        return self._veil.text

    def set_default(self, default: float | None, hint: str) -> None:
        """What reset gives, None = nothing, and what its tooltip says of it; shown by `fill`."""
        self._default = default
        if default is not None:
            self.reset_button.set_tooltip(hint)

    def fill(self, values: Sequence[float | None], project: float | None = None) -> None:
        """The values of all that is selected (None = the project's) and the project's."""
        mixed = len(set(values)) > 1
        own = next((v for v in values if v is not None), None)
        shown = own if own is not None else project
        self._project = project
        self._is_inherited = not mixed and values[0] is None
        if shown is not None and shown != self._shown:
            self._shown = shown
            self.field.set_value(shown)
        self._veil.set_text(self._state(mixed, shown))
        possible = self._inherits or self._default is not None
        other = any(v is not None and v != self._default for v in values)
        self.reset_button.setVisible(possible and other)
        self.field.setAccessibleDescription(
            self.tr("as the project") if self._is_inherited else self._veil.text
        )

    def _state(self, mixed: bool, shown: float | None) -> str:
        if mixed:
            return self.tr("mixed")
        if shown is None:
            return ""
        beyond = not self._numbers.minimum <= shown <= self._numbers.maximum
        return f"{shown:.{self._numbers.decimals}f}" if self._is_inherited or beyond else ""

    def _reset_text(self) -> str:
        if self._inherits:
            return self.tr("As the project")
        return self.tr("Back to {value}").format(value=f"{self._default or 0:g}")

    def _on_edited(self, gesture_id: str, number: float) -> None:
        decimals = self._numbers.decimals
        value = round(number, decimals) if decimals else round(number)
        if gesture_id != self._gesture_began[0]:
            self._gesture_began = (gesture_id, self._is_inherited)
        self._shown = value
        # A drag that ends where it began, by hand or by Esc, leaves the project's value.
        back = self._gesture_began[1] and value == self._project
        self.edited.emit(gesture_id, None if back else value)

    def _on_reset(self) -> None:
        gesture_id = new_gesture_id()
        self.edited.emit(gesture_id, None if self._inherits else self._default)
        self.edit_finished.emit(gesture_id)


class Veil(QWidget):
    """Quiet text over the number of a field; gives way while the artist types."""

    def __init__(self, spin: QAbstractSpinBox) -> None:
        super().__init__(spin)
        self._spin = spin
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        FocusWatch(spin).changed.connect(self._fit)
        theme_signals().changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.update()
        self._fit()

    def _fit(self) -> None:
        self.setGeometry(self._spin.lineEdit().geometry())
        self.setVisible(bool(self._text) and not self._spin.hasFocus())
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), current().colour("raised"))
        painter.setPen(current().colour("quiet_text"))
        area = self.rect().adjusted(VEIL_MARGIN_PX, 0, 0, 0)
        text = painter.fontMetrics().elidedText(
            self._text, Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def _spin_box(field: NumberField) -> QAbstractSpinBox:
    spin = field.findChild(QAbstractSpinBox)
    assert isinstance(spin, QAbstractSpinBox)
    return spin
