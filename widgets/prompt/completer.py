"""Completes the tag at the cursor of one field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from core.tags import Candidate, folded_text, span_at
from core.tags.spans import SEPARATORS
from widgets.prompt.popup import TagPopup
from widgets.prompt.tag_help import tag_help
from widgets.prompt.text_field import TextField

_Key = Qt.Key
_MOVES = {_Key.Key_Up: -1, _Key.Key_Down: 1}
_ACCEPTING = (_Key.Key_Tab, _Key.Key_Return, _Key.Key_Enter)
_TAKEN = (*_MOVES, *_ACCEPTING, _Key.Key_Escape)
_ERASING = (_Key.Key_Backspace, _Key.Key_Delete)
_ENDING = (QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.MouseButtonPress)
_MOVED = (QEvent.Type.Move, QEvent.Type.Resize)


class TagCompleter(QObject):
    """Opens the list while the artist types, and is out of the way of everything else.

    Text that is being composed by an input method is left alone: the list is closed until a word
    is handed over. Keys are taken only while the list is open.
    """

    def __init__(self, field: QLineEdit | QPlainTextEdit) -> None:
        super().__init__(field)
        self._field = TextField(field)
        self._popup: TagPopup | None = None
        self._watched: list[QWidget] = []
        self._is_typed = self._is_composing = False
        field.installEventFilter(self)
        if self._field.surface is not field:
            self._field.surface.installEventFilter(self)
        self._field.text_changed.connect(self._on_text_changed)

    @property
    def is_open(self) -> bool:
        return self._popup is not None

    def close(self) -> None:
        popup, self._popup = self._popup, None
        if popup is not None:
            popup.close_quietly()
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched = []

    def _on_text_changed(self, _: str = "") -> None:
        typed, self._is_typed = self._is_typed, False
        if not typed or self._is_composing or not self._field.widget.hasFocus():
            self.close()
            return
        candidates = self._candidates()
        if candidates:
            self._open(candidates)
        else:
            self.close()

    def _candidates(self) -> list[Candidate]:
        text, cursor = self._field.text, self._field.cursor
        span, known = span_at(text, cursor), tag_help()
        query = text[span.start : cursor]
        is_within = cursor <= span.end or (span.is_bare and query.startswith(span.text))
        if known.index is None or cursor < span.start or not is_within:
            return []
        found = known.index.find(query)
        if [c.text for c in found] == [folded_text(query)]:  # it is written out already
            return []
        return sorted(found, key=lambda candidate: not known.is_known(candidate.text))

    def _open(self, candidates: list[Candidate]) -> None:
        window = self._field.widget.window()
        popup = TagPopup.of(window)
        if self._popup is None:
            self._watch(window)
        self._popup = popup
        popup.take = self._accept
        popup.open_at(self._area_in(window), candidates)

    def _watch(self, window: QWidget) -> None:
        """Whatever the field lies in: where that moves, the list would stay behind."""
        parent = self._field.widget.parentWidget()
        while parent is not None and parent is not window:
            parent.installEventFilter(self)
            self._watched.append(parent)
            parent = parent.parentWidget()

    def _area_in(self, window: QWidget) -> QRect:
        """The line of the tag that is typed, from its first letter, in the window's px."""
        text, cursor = self._field.text, self._field.cursor
        typed = text[span_at(text, cursor).start : cursor]
        rect = self._field.cursor_rect()
        width = self._field.widget.fontMetrics().horizontalAdvance(typed)
        left = max(0, rect.left() - width)
        corner = self._field.surface.mapTo(window, QPoint(left, rect.top()))
        return QRect(corner, rect.size())

    def _accept(self, candidate: Candidate) -> None:
        """Write the tag out, with a comma where more can follow."""
        self.close()
        text = self._field.text
        span = span_at(text, self._field.cursor)
        end, written = span.end, candidate.text
        rest = text[span.outer_end :].lstrip(" ")
        if span.is_bare and not rest:
            end, written = len(text), f"{written}, "
        elif span.is_bare and rest[0] not in SEPARATORS:
            written = f"{written}, "
        self._field.replace(span.start, end, written)

    def _on_key(self, event: QKeyEvent) -> bool:
        """Whether the list took the key."""
        key = _Key(event.key())
        plain = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier,
        )  # fmt: skip
        if self._popup is not None and plain and key in _TAKEN:
            self._on_taken_key(key, self._popup)
            return True
        self._is_typed = key in _ERASING or _writes(event)
        if not self._is_typed and key not in (_Key.Key_Shift, _Key.Key_unknown):
            self.close()
        return False

    def _on_taken_key(self, key: Qt.Key, popup: TagPopup) -> None:
        if key in _MOVES:
            popup.move_choice(_MOVES[key])
            return
        candidate = popup.current_candidate
        if key in _ACCEPTING and candidate is not None:
            self._accept(candidate)
        else:
            self.close()

    def _on_composed(self, event: QInputMethodEvent) -> None:
        self._is_composing = bool(event.preeditString())
        self._is_typed = bool(event.commitString())
        if self._is_composing:
            self.close()

    def _on_surroundings(self, kind: QEvent.Type) -> None:
        """The list goes where the field goes, and closes where the field cannot be seen."""
        popup = self._popup
        if popup is None or kind not in (*_ENDING, *_MOVED):
            return
        if kind in _ENDING or self._field.surface.visibleRegion().isEmpty():
            self.close()
        else:
            popup.move_to(self._area_in(self._field.widget.window()))

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is not self._field.widget:
            self._on_surroundings(kind)
            return False
        if isinstance(event, QKeyEvent):
            if kind == QEvent.Type.KeyPress:
                return self._on_key(event)
            if kind == QEvent.Type.ShortcutOverride and self.is_open and event.key() in _TAKEN:
                event.accept()  # else the key would be a shortcut of the window
                return True
        elif isinstance(event, QInputMethodEvent):
            self._on_composed(event)
        else:
            self._on_surroundings(kind)
        return False


def _writes(event: QKeyEvent) -> bool:
    """Whether a letter comes of it. AltGr is Ctrl and Alt on some systems."""
    keys = event.modifiers()
    control = bool(keys & Qt.KeyboardModifier.ControlModifier)
    if control and not keys & Qt.KeyboardModifier.AltModifier:
        return False
    return bool(event.text()) and event.text().isprintable()
