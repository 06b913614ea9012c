"""What happened, in a sentence, and beneath it what a developer wants to know."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from widgets.common import role_label, set_role
from widgets.common.theme import BODY_PX, SPACE_L, SPACE_M


class DetailsDialog(QDialog):
    """Shows details that can be copied for a report."""

    def __init__(
        self, title: str, sentence: str, details: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(560, 360)
        self._report = f"{title}\n{sentence}\n\n{details}".strip() + "\n"
        heading = role_label(title, "title", self)
        words = role_label(sentence, "", self)
        words.setWordWrap(True)
        self._details = QPlainTextEdit(details, self)
        self._details.setReadOnly(True)
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setAccessibleName(self.tr("Details"))
        self._details.setToolTip(self.tr("What a developer wants to know"))
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPixelSize(BODY_PX - 1)
        self._details.setFont(fixed)
        self._details.setVisible(bool(details.strip()))

        self._copy = QPushButton(self.tr("Copy"), self)
        self._copy.setToolTip(self.tr("Copy all of this, to send it to someone"))
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._on_copy_clicked)
        close = QPushButton(self.tr("Close"), self)
        close.setToolTip(self.tr("Close"))
        close.setDefault(True)
        set_role(close, "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(close)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L + 4, SPACE_L + 4, SPACE_L + 4, SPACE_L)
        layout.setSpacing(SPACE_L)
        layout.addWidget(heading)
        layout.addWidget(words)
        layout.addWidget(self._details, 1)
        layout.addLayout(row)
        close.setFocus()
        if not details.strip():
            layout.addStretch(1)
            self.resize(420, 160)

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self._copy.setText(self.tr("Copied"))
