"""A slider as an artist expects it: it goes where it is clicked, and Esc takes a drag back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

_HANDLE_PX = 14


class DragSlider(QSlider):
    """A horizontal slider. `drag_cancelled` comes instead of `sliderReleased` after Esc."""

    drag_cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._cancelled = False

    def _position_at(self, x_px: float) -> int:
        span = max(1, self.width() - _HANDLE_PX)
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(x_px - _HANDLE_PX / 2), span
        )

    def _is_on_handle(self, event: QMouseEvent) -> bool:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        control = QStyle.ComplexControl.CC_Slider
        handle = QStyle.SubControl.SC_SliderHandle
        rect = self.style().subControlRect(control, option, handle, self)
        return rect.contains(event.position().toPoint())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._cancelled = False
        if event.button() == Qt.MouseButton.LeftButton and not self._is_on_handle(event):
            self.setSliderDown(True)
            self.setSliderPosition(self._position_at(event.position().x()))
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._cancelled:
            super().mouseMoveEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.isSliderDown():
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:  # ours, not the window's
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        if ev.key() == Qt.Key.Key_Escape and self.isSliderDown():
            self._cancelled = True
            self.drag_cancelled.emit()
            self.setSliderDown(False)
            return
        super().keyPressEvent(ev)
