"""A part of a dock that folds away."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.common.icons import icon
from widgets.common.motion import appear
from widgets.common.palette import SPACE_L, SPACE_M, SPACE_S, theme_signals


class Section(QWidget):
    """A title that opens and closes what is in `body_layout`."""

    expanded_changed = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._header = QToolButton(self)
        self._header.setProperty("role", "section")
        self._header.setCheckable(True)
        self._header.setChecked(True)
        self._header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._header.setIconSize(QSize(16, 16))
        self._header.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._header.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._header.toggled.connect(self._on_toggled)
        self._body = QWidget(self)
        self.body_layout = QVBoxLayout(self._body)
        self.body_layout.setContentsMargins(SPACE_L, SPACE_S, SPACE_L, SPACE_L)
        self.body_layout.setSpacing(SPACE_M)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(self._body)
        self._title = ""
        self.set_title(title)
        self._show_arrow()
        theme_signals().changed.connect(self.update)

    @property
    def title(self) -> str:
        return self._title

    @property
    def is_expanded(self) -> bool:
        return self._header.isChecked()

    def set_title(self, title: str) -> None:
        self._title = title
        self._header.setText(title)
        self._header.setAccessibleName(title)

    def set_expanded(self, expanded: bool) -> None:
        self._header.setChecked(expanded)

    def _on_toggled(self, expanded: bool) -> None:
        self._body.setVisible(expanded)
        if expanded:
            appear(self._body)
        self._show_arrow()
        self.expanded_changed.emit(expanded)

    def _show_arrow(self) -> None:
        expanded = self.is_expanded
        self._header.setIcon(
            icon(
                "mdi6.chevron-down" if expanded else "mdi6.chevron-right",
                tone="quiet_text",
            )
        )
        self._header.setToolTip(
            (self.tr("Fold {title}") if expanded else self.tr("Unfold {title}")).format(
                title=self._title
            )
        )
