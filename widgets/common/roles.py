"""The hooks by which the style sheet tells one label, button or frame from another."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QFrame, QLabel, QWidget

Role = Literal[
    "title", "quiet", "dock", "light", "warning", "danger", "primary", "flat", "segment-first",
    "segment-last", "card", "surface", "completion", "chip", "",
]  # fmt: skip


def set_role(widget: QWidget, role: Role) -> None:
    """Give a label, button or frame its part in the style sheet; may be changed at any time."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def role_label(text: str, role: Role, parent: QWidget | None = None) -> QLabel:
    label = QLabel(text, parent)
    set_role(label, role)
    return label


def hairline(parent: QWidget | None = None) -> QFrame:
    """A horizontal line, one pixel high."""
    line = QFrame(parent)
    line.setFixedHeight(1)
    line.setProperty("role", "hairline")
    return line
