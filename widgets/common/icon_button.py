"""A button that is only an icon."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from widgets.common.icons import icon
from widgets.common.palette import ICON_PX, theme_signals


class IconButton(QToolButton):
    """A flat square button; its tooltip is also what a screen reader says."""

    def __init__(self, icon_name: str, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = ""
        self.setAutoRaise(True)
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("role", "icon")
        self.set_icon_name(icon_name)
        self.set_tooltip(tooltip)
        theme_signals().changed.connect(self.update)

    def set_icon_name(self, icon_name: str) -> None:
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self.setIcon(icon(icon_name))

    def set_tooltip(self, tooltip: str) -> None:
        self.setToolTip(tooltip)
        self.setAccessibleName(tooltip)
