"""Fields that keep their hands still while the dock around them is scrolled."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QWidget

_TEXT_INDENT_PX = 6


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.Wheel or not isinstance(watched, QWidget):
            return False
        if watched.hasFocus():
            return False
        event.ignore()  # the scroll area around it takes the event
        return True


def guard_wheel(field: QWidget) -> None:
    """Let the wheel change this combo box, spin box or slider only while it has the focus."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))


def tidy_spin_box(spin_box: QAbstractSpinBox) -> None:
    """Guard the wheel and indent the text as in other fields, which style sheets cannot do here."""
    guard_wheel(spin_box)
    line = spin_box.findChild(QLineEdit)
    if line is not None:
        line.setTextMargins(_TEXT_INDENT_PX, 0, 0, 0)
