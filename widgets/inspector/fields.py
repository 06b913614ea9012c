"""The plain fields of the inspector: labels, choices, names and prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.document.checks import MAX_NAME
from widgets.common import ElidedLabel, TagEdit, new_gesture_id, role_label, set_role
from widgets.common.theme import SPACE_M, SPACE_S
from widgets.common.wheel_guard import guard_wheel
from widgets.prompt import ChangeButton, TagCompleter, TagNotes

LABEL_WIDTH_PX = 72

# Of one picture; of every picture; of what none shall show.
PromptKind = Literal["picture", "style", "negative"]


def flush(root: QWidget) -> None:
    """Have every field below `root` say what was typed in it and not said yet."""
    for field in root.findChildren(TagEdit):
        field.flush()
    for field in root.findChildren(NameEdit):
        field.flush()
    for field in root.findChildren(QAbstractSpinBox):
        field.interpretText()


def field_label(text: str, tooltip: str, buddy: QWidget, parent: QWidget) -> QLabel:
    """A quiet label of the width that all labels of the inspector have."""
    label = role_label(text, "quiet", parent)
    label.setFixedWidth(LABEL_WIDTH_PX)
    label.setWordWrap(True)
    label.setToolTip(tooltip)
    label.setBuddy(buddy)
    return label


class ChoiceBox(QComboBox):
    """A combo box of keys and texts; `chosen(gesture_id, key)` comes from the artist alone."""

    chosen = Signal(str, str)

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[tuple[str, str], ...] = ()
        guard_wheel(self)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(64)
        self.setToolTip(tooltip)
        self.setAccessibleName(name)
        self.activated.connect(self._on_activated)

    def fill(self, choices: Sequence[tuple[str, str]], key: str) -> None:
        """Show (key, text) pairs and which is chosen; a key that is none of them shows nothing."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self.clear()
            for choice, text in choices:
                self.addItem(text, choice)
        row = self.findData(key)
        if row != self.currentIndex():
            self.setCurrentIndex(row)

    def _on_activated(self, row: int) -> None:
        self.chosen.emit(new_gesture_id(), str(self.itemData(row)))


class ChoiceRow(QWidget):
    """A label with a `ChoiceBox` beside it."""

    def __init__(self, label: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = ChoiceBox(label, tooltip, self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(field_label(label, tooltip, self.box, self))
        layout.addWidget(self.box, 1)


class NameEdit(QLineEdit):
    """One line that says its text once: at Enter, or when it is left. Esc brings the old text."""

    name_edited = Signal(str, str)

    def __init__(self, name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known_text = ""
        self.setMaxLength(MAX_NAME)
        self.setToolTip(tooltip)
        self.setAccessibleName(name)
        self.setMinimumWidth(48)
        self.returnPressed.connect(self.flush)

    def set_text_quietly(self, text: str) -> None:
        """Without a signal; the text that was last told or shown changes nothing."""
        if text != self._known_text:
            self._known_text = text
            self.setText(text)
            self.setCursorPosition(0)

    def flush(self) -> None:
        text = self.text().strip()
        if text != self._known_text:
            self._known_text = text
            self.name_edited.emit(new_gesture_id(), text)

    def focusOutEvent(self, arg__1: QFocusEvent) -> None:
        super().focusOutEvent(arg__1)
        self.flush()

    def keyPressEvent(self, arg__1: QKeyEvent) -> None:
        if arg__1.key() == Qt.Key.Key_Escape and self.text() != self._known_text:
            self.setText(self._known_text)
            return
        super().keyPressEvent(arg__1)


class PromptRow(QWidget):
    """A prompt with its label above, and beneath it what is to be said of its tags, and what the
    project adds to it.
    """

    edited = Signal(str, str)
    edit_finished = Signal(str)

    def __init__(
        self,
        label: str,
        tooltip: str,
        placeholder: str,
        lines: int,
        parent: QWidget | None = None,
        kind: PromptKind = "picture",
    ) -> None:
        super().__init__(parent)
        self._placeholder = placeholder
        self.edit = TagEdit(self, lines)
        self.edit.setToolTip(tooltip)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(placeholder)
        self.edit.text_edited.connect(self.edited)
        self.edit.edit_finished.connect(self.edit_finished)
        TagCompleter(self.edit)
        self.change = ChangeButton(self.edit, self) if kind == "picture" else None
        self.notes = TagNotes(self.edit, self, excludes=kind != "negative")
        self._added = ElidedLabel("", self)
        set_role(self._added, "quiet")
        self._added.hide()
        caption = role_label(label, "quiet", self)
        caption.setToolTip(tooltip)
        caption.setBuddy(self.edit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S)
        head = QHBoxLayout()
        head.setSpacing(0)
        head.addWidget(caption, 1)
        if self.change is not None:
            head.addWidget(self.change)
        layout.addLayout(head)
        layout.addWidget(self.edit)
        layout.addWidget(self.notes)
        layout.addWidget(self._added)

    def fill(self, texts: Sequence[str], added: str = "") -> None:
        """The texts of all that is selected; `added` is what the project adds to each."""
        mixed = len(set(texts)) > 1
        if self.change is not None:
            self.change.set_mixed(mixed)
        self.edit.set_text_quietly("" if mixed else texts[0])
        placeholder = self.tr("mixed") if mixed else self._placeholder
        if self.edit.placeholderText() != placeholder:
            self.edit.setPlaceholderText(placeholder)
        line = " ".join(added.split())
        self._added.setVisible(bool(line))
        if line:
            self._added.setText(self.tr("+ project: {text}").format(text=line))


class FocusWatch(QObject):
    """Tells when a widget gains or loses the keyboard, or gets another size."""

    changed = Signal()

    KINDS = (QEvent.Type.FocusIn, QEvent.Type.FocusOut, QEvent.Type.Resize)

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in self.KINDS:
            self.changed.emit()
        return False
