"""A number, by slider or by typing."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from widgets.common.drag_slider import DragSlider
from widgets.common.gestures import new_gesture_id
from widgets.common.palette import SPACE_M
from widgets.common.wheel_guard import guard_wheel, tidy_spin_box

SPIN_WIDTH_PX = 72


class NumberField(QWidget):
    """A thin slider and a field; says what the artist does and never signals what it is told.

    `value_edited(gesture_id, value)` carries one id from press to release of the slider; typing,
    the arrow keys and the wheel make a gesture each. Esc while dragging brings the value back.
    """

    value_edited = Signal(str, float)
    edit_finished = Signal(str)

    def __init__(
        self,
        minimum: float,
        maximum: float,
        step: float,
        decimals: int = 2,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._minimum = minimum
        self._step = step
        self._gesture_id = ""
        self._value_before = minimum
        self._slider = DragSlider(self)
        self._slider.setRange(0, max(1, round((maximum - minimum) / step)))
        self._slider.setPageStep(max(1, self._slider.maximum() // 10))
        self._slider.setMinimumWidth(48)
        self._spin = QDoubleSpinBox(self)
        self._spin.setRange(minimum, maximum)
        self._spin.setSingleStep(step)
        self._spin.setDecimals(decimals)
        self._spin.setKeyboardTracking(False)  # half a number is no number
        self._spin.setFixedWidth(SPIN_WIDTH_PX)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._spin)
        self.setFocusProxy(self._spin)

        tidy_spin_box(self._spin)
        guard_wheel(self._slider)
        self._slider.sliderPressed.connect(self._on_pressed)
        self._slider.sliderReleased.connect(self._on_released)
        self._slider.drag_cancelled.connect(self._on_drag_cancelled)
        self._slider.valueChanged.connect(self._on_slid)
        self._spin.valueChanged.connect(self._on_typed)
        self.set_value(minimum)

    def value(self) -> float:
        return self._spin.value()

    def set_value(self, value: float) -> None:
        """Show a value without any signal; ignored while the artist drags the slider."""
        if not self._gesture_id:
            self._show(value)

    def set_suffix(self, suffix: str) -> None:
        """A unit behind the number, " mm" for instance."""
        self._spin.setSuffix(suffix)

    def set_accessible_name(self, name: str) -> None:
        """What a screen reader calls both the slider and the field."""
        self.setAccessibleName(name)
        self._slider.setAccessibleName(name)
        self._spin.setAccessibleName(name)

    def _show(self, value: float) -> None:
        blocked = self._slider.blockSignals(True), self._spin.blockSignals(True)
        self._spin.setValue(value)
        self._slider.setValue(round((self._spin.value() - self._minimum) / self._step))
        self._slider.blockSignals(blocked[0])
        self._spin.blockSignals(blocked[1])

    def _on_pressed(self) -> None:
        self._gesture_id = new_gesture_id()
        self._value_before = self.value()

    def _on_released(self) -> None:
        gesture_id, self._gesture_id = self._gesture_id, ""
        if gesture_id:
            self.edit_finished.emit(gesture_id)

    def _on_slid(self, position: int) -> None:
        self._edit(self._minimum + position * self._step)

    def _on_typed(self, value: float) -> None:
        self._edit(value)

    def _edit(self, value: float) -> None:
        self._show(value)
        gesture_id = self._gesture_id or new_gesture_id()
        self.value_edited.emit(gesture_id, self.value())
        if not self._gesture_id:
            self.edit_finished.emit(gesture_id)

    def _on_drag_cancelled(self) -> None:
        """End the drag where it began."""
        gesture_id, self._gesture_id = self._gesture_id, ""
        self._show(self._value_before)
        self.value_edited.emit(gesture_id, self.value())
        self.edit_finished.emit(gesture_id)
