"""What a view shows while it has nothing: one line, and the one action that fills it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from widgets.common.palette import SPACE_L, SPACE_M
from widgets.common.roles import role_label, set_role


class EmptyState(QWidget):
    """A quiet line in the middle, with a button beneath it where `action_text` is given."""

    action_triggered = Signal()

    def __init__(self, text: str, action_text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = role_label(text, "quiet", self)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setWordWrap(True)
        self._button = QPushButton(self)
        set_role(self._button, "flat")
        self._button.clicked.connect(self.action_triggered)
        self.set_action_text(action_text)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_L, SPACE_L, SPACE_L)
        layout.setSpacing(SPACE_M)
        layout.addStretch(1)
        layout.addWidget(self._label)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def set_text(self, text: str) -> None:
        self._label.setText(text)

    def set_action_text(self, action_text: str) -> None:
        self._button.setText(action_text)
        self._button.setToolTip(action_text)
        self._button.setAccessibleName(action_text)
        self._button.setVisible(bool(action_text))
