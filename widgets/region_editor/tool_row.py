"""What the tool rows of the region bar and of the mask canvas share."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QWidget

from widgets.common.theme import SPACE_S


def tool_row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE_S)
    return row


def divider(parent: QWidget) -> QFrame:
    """A thin upright line with room around it, between groups of controls."""
    line = QFrame(parent)
    line.setFixedSize(1 + 2 * SPACE_S, 20)
    line.setContentsMargins(SPACE_S, 0, SPACE_S, 0)
    inner = QFrame(line)
    inner.setProperty("role", "hairline")
    inner.setGeometry(SPACE_S, 0, 1, 20)
    return line


def explain(button: QAbstractButton, enabled: bool, tooltip: str, reason: str) -> None:
    """Enable a control or not; where not, its tooltip also says why."""
    button.setEnabled(enabled)
    button.setToolTip(tooltip if enabled or not reason else f"{tooltip}\n{reason}")
