"""The field of a prompt."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from widgets.common.gestures import new_gesture_id

TYPING_PAUSE_MS = 400
SHOWN_LINES = 4


def utf16_units(text: str) -> int:
    """How many places Qt counts for a text: two for each letter beyond 16 bits."""
    return len(text) + sum(letter > "\uffff" for letter in text)


def same_letters(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class TagEdit(QPlainTextEdit):
    """Tags or sentences, in as many lines as it takes.

    `text_edited(gesture_id, text)` comes once typing pauses, with one id from the first key until
    the field is left; then comes `edit_finished(gesture_id)`. `text_settled` comes whenever there
    is another text to look at, typed or shown, and not with every key, and when the field is left.
    """

    text_edited = Signal(str, str)
    edit_finished = Signal(str)
    text_settled = Signal()

    def __init__(self, parent: QWidget | None = None, lines: int = SHOWN_LINES) -> None:
        super().__init__(parent)
        self._lines = lines
        self._gesture_id = ""
        self._known_text = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._on_text_changed)

    def set_text_quietly(self, text: str) -> None:
        """Show a text without telling of an edit; an open gesture ends.

        The text that was last told or shown changes nothing, so that the answer to an edit does
        not take away what was typed since. Call `flush` before showing the text of another thing.
        """
        if text == self._known_text:
            return
        self._pause.stop()
        self._known_text = text
        if text != self.toPlainText():
            blocked = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(blocked)
        self._end_gesture()
        self.text_settled.emit()

    def replace_text(self, text: str) -> None:
        """Put in what was chosen elsewhere than on the keyboard: told at once, one step to undo."""
        self.flush()
        before = self.toPlainText()
        start = same_letters(before, text)
        same = same_letters(before[start:][::-1], text[start:][::-1])
        cursor = QTextCursor(self.document())
        cursor.setPosition(utf16_units(before[:start]))
        cursor.setPosition(
            utf16_units(before[: len(before) - same]), QTextCursor.MoveMode.KeepAnchor
        )
        cursor.insertText(text[start : len(text) - same])
        self.flush()

    def flush(self) -> None:
        """Tell what was typed at once, and end the gesture."""
        if self._pause.isActive():
            self._pause.stop()
            self._tell()
        self._end_gesture()

    def _end_gesture(self) -> None:
        gesture_id, self._gesture_id = self._gesture_id, ""
        if gesture_id:
            self.edit_finished.emit(gesture_id)

    def _on_text_changed(self) -> None:
        if self.toPlainText() != self._known_text or self._pause.isActive():
            self._pause.start()

    def _tell(self) -> None:
        text = self.toPlainText()
        if text == self._known_text:
            return
        self._gesture_id = self._gesture_id or new_gesture_id()
        self._known_text = text
        self.text_edited.emit(self._gesture_id, text)
        self.text_settled.emit()

    def focusOutEvent(self, e: QFocusEvent) -> None:
        super().focusOutEvent(e)
        self.flush()
        self.text_settled.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        self.flush()
        super().hideEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(200, self._height_px())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self._height_px())

    def _height_px(self) -> int:
        frame = 2 * self.frameWidth() + 2 * round(self.document().documentMargin())
        return self.fontMetrics().lineSpacing() * self._lines + frame + 4
