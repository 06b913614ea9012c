"""The frame that dialogs share."""

from __future__ import annotations

from PySide6.QtWidgets import QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.common import role_label, set_role
from widgets.common.theme import SPACE_L, SPACE_M

EDGE_PX = 20


def dialog_column(dialog: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(EDGE_PX, EDGE_PX, EDGE_PX, SPACE_L + 4)
    column.setSpacing(SPACE_L)
    return column


def form_layout() -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(SPACE_L + 4)
    form.setVerticalSpacing(SPACE_M + 2)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return form


def dialog_button(
    text: str, tooltip: str, parent: QWidget, *, primary: bool = False
) -> QPushButton:
    """The primary button is the one that Enter presses."""
    button = QPushButton(text, parent)
    button.setToolTip(tooltip)
    button.setAccessibleName(text)
    button.setAutoDefault(False)
    button.setDefault(primary)
    if primary:
        set_role(button, "primary")
    return button


def note(text: str, parent: QWidget) -> QLabel:
    """A quiet remark beneath a field."""
    label = role_label(text, "quiet", parent)
    label.setWordWrap(True)
    return label
