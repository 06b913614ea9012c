"""Work that was not saved when Koma ended last time: take it up again, or throw it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from widgets.common import ElidedLabel, role_label, set_role
from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S
from widgets.dialogs.parts import dialog_button, dialog_column

WIDTH_PX, SHOWN_ROWS, ROW_PX = 620, 4, 60


@dataclass(frozen=True)
class RecoveryRow:
    """A safety copy. saved_at: when it was made, with a time zone; place: the folder of the
    project it belongs to, "" for one that was never saved.
    """

    id: str
    name: str
    saved_at: datetime
    place: str


class RecoveryDialog(QDialog):
    """One row a copy. Who opens it answers with `set_rows` what is left; without rows it closes.

    Later, and closing the dialog, leave copies where they are. Discard asks once more in place.
    """

    recover_requested = Signal(str)  # id
    discard_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Unsaved work"))
        self.setMinimumWidth(WIDTH_PX)
        self._put_off: set[str] = set()
        self._rows: tuple[RecoveryRow, ...] = ()
        self._cards: dict[str, _Card] = {}
        self._list = QVBoxLayout()
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(SPACE_M)
        content = QWidget(self)
        content_layout = QVBoxLayout(content)
        content_layout.setContentsMargins(0, 0, 0, 0)
        content_layout.addLayout(self._list)
        content_layout.addStretch(1)
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(content)
        self._scroll.setAccessibleName(self.tr("Safety copies"))
        words = role_label(
            self.tr("Koma did not end properly. It kept copies of what was not saved."), "", self
        )
        words.setWordWrap(True)
        self._later = dialog_button(
            self.tr("Decide later"), self.tr("Keep all copies and ask at the next start"), self
        )
        self._later.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._later)
        column = dialog_column(self)
        column.addWidget(role_label(self.tr("Unsaved work"), "title", self))
        column.addWidget(words)
        column.addWidget(self._scroll, 1)
        column.addLayout(row)

    @property
    def rows(self) -> tuple[RecoveryRow, ...]:
        """What is shown."""
        return tuple(row for row in self._rows if row.id not in self._put_off)

    def set_rows(self, rows: Sequence[RecoveryRow]) -> None:
        """Show these copies, but for those that were put off; with none left the dialog closes."""
        self._rows = tuple(rows)
        self._show()

    def show_problem(self, row_id: str, text: str) -> None:
        """Say at a copy why it could not be opened."""
        if row_id in self._cards:
            self._cards[row_id].show_problem(text)

    def problem(self, row_id: str) -> str:
        """What was said at a copy. Raises KeyError."""
        return self._cards[row_id].problem

    def button(self, row_id: str, action: str) -> QPushButton:
        """Of a row: "recover", "discard" or "later". Raises KeyError."""
        return self._cards[row_id].buttons[action]

    def _show(self) -> None:
        shown = {row.id: row for row in self.rows}
        for row_id in [i for i in self._cards if i not in shown]:
            card = self._cards.pop(row_id)
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        for row in shown.values():
            if row.id not in self._cards:
                self._add(row)
        if not shown:
            self.accept()
            return
        height = min(len(shown), SHOWN_ROWS) * (ROW_PX + SPACE_M)
        self._scroll.setMinimumHeight(height)
        self.adjustSize()

    def _add(self, row: RecoveryRow) -> None:
        card = _Card(row, self)
        card.buttons["recover"].clicked.connect(lambda: self.recover_requested.emit(row.id))
        card.discarded.connect(lambda: self.discard_requested.emit(row.id))
        card.buttons["later"].clicked.connect(lambda: self._put_off_row(row.id))
        if not self._cards:
            card.buttons["recover"].setDefault(True)
            card.buttons["recover"].setFocus()
        self._cards[row.id] = card
        self._list.addWidget(card)

    def _put_off_row(self, row_id: str) -> None:
        self._put_off.add(row_id)
        self._show()


class _Card(QFrame):
    discarded = Signal()

    def __init__(self, row: RecoveryRow, parent: RecoveryDialog) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._sure = False
        name = row.name or self.tr("Untitled")
        title = ElidedLabel(name, self)
        place = ElidedLabel(self._described(row), self, Qt.TextElideMode.ElideMiddle)
        set_role(place, "quiet")
        self._problem = role_label("", "danger", self)
        self._problem.setWordWrap(True)
        self._problem.hide()
        words = QVBoxLayout()
        words.setSpacing(SPACE_S)
        words.addWidget(title)
        words.addWidget(place)
        self.buttons = {
            "discard": self._button(self.tr("Discard"), self.tr("Throw this copy away"), name),
            "later": self._button(
                self.tr("Later"), self.tr("Keep this copy and ask at the next start"), name
            ),
            "recover": self._button(
                self.tr("Recover"), self.tr("Open this copy as unsaved changes"), name
            ),
        }
        set_role(self.buttons["recover"], "primary")
        self.buttons["discard"].clicked.connect(self._on_discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        column.setSpacing(SPACE_S)
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        column.addLayout(line)
        column.addWidget(self._problem)
        line.addLayout(words, 1)
        for button in self.buttons.values():
            line.addWidget(button)

    @property
    def problem(self) -> str:
        return self._problem.text()

    def show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.show()

    def _button(self, text: str, tooltip: str, name: str) -> QPushButton:
        button = dialog_button(text, tooltip, self)
        button.setAccessibleName(f"{text}: {name}")
        return button

    def _described(self, row: RecoveryRow) -> str:
        moment = QDateTime.fromSecsSinceEpoch(round(row.saved_at.timestamp()))
        time = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        return f"{time} · {row.place or self.tr('never saved')}"

    def _on_discard(self) -> None:
        """There is no way back: the second click does it."""
        if self._sure:
            self.discarded.emit()
            return
        self._sure = True
        self.buttons["discard"].setText(self.tr("Really discard?"))
        set_role(self.buttons["discard"], "danger")
