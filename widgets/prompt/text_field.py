"""One way to read and change the two kinds of fields."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, SignalInstance
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from widgets.common.tag_edit import utf16_units


class TextField:
    """A line or a text edit; positions are those of Python strings, not Qt's."""

    def __init__(self, widget: QLineEdit | QPlainTextEdit) -> None:
        self.widget = widget

    @property
    def text(self) -> str:
        widget = self.widget
        return widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()

    @property
    def cursor(self) -> int:
        widget = self.widget
        units = (
            widget.cursorPosition()
            if isinstance(widget, QLineEdit)
            else widget.textCursor().position()
        )
        return _letters(self.text, units)

    @property
    def text_changed(self) -> SignalInstance:
        return self.widget.textChanged

    @property
    def surface(self) -> QWidget:
        """What is painted on and clicked."""
        widget = self.widget
        return widget if isinstance(widget, QLineEdit) else widget.viewport()

    def cursor_rect(self) -> QRect:
        """In the surface's px."""
        rect = self.widget.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
        return rect.toRect() if isinstance(rect, QRectF) else QRect(rect)

    def replace(self, start: int, end: int, text: str) -> None:
        """As if it had been typed: one step of the field's own undo; the cursor is behind it."""
        whole = self.text
        first, last = utf16_units(whole[:start]), utf16_units(whole[:end])
        widget = self.widget
        if isinstance(widget, QLineEdit):
            widget.setSelection(first, last - first)
            widget.insert(text)
            return
        cursor = widget.textCursor()
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)
        widget.setTextCursor(cursor)


def _letters(text: str, units: int) -> int:
    """How many letters of the text Qt counts `units` places for."""
    if text.isascii():
        return units
    count = 0
    for letter in text:
        if units <= 0:
            break
        units -= 2 if letter > "\uffff" else 1
        count += 1
    return count
