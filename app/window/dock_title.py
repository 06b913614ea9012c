"""The head of a dock: its name, its tools, and the buttons that free and close it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QSizePolicy, QWidget

from widgets.common import ElidedLabel, IconButton
from widgets.common.roles import set_role
from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S

HEIGHT_PX = 32
BUTTON_ICON_PX = 14


class DockTitle(QWidget):
    """Stands for Qt's own title bar; what is not a button moves the dock, as there.

    tools: a row of buttons that belong to what the dock shows, None = none.
    """

    def __init__(self, dock: QDockWidget, tools: QWidget | None = None) -> None:
        super().__init__(dock)
        self._dock = dock
        self._name = ElidedLabel(dock.windowTitle(), self)
        set_role(self._name, "dock")
        self._name.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._free = self._button("mdi6.dock-window", "")
        self._free.clicked.connect(self._on_free_clicked)
        close = self._button("mdi6.close", self.tr("Close; the View menu brings it back"))
        close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, 0, SPACE_M - 2, 0)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._name)
        if tools is None:
            layout.addStretch(1)
        else:
            layout.addWidget(tools, 1)
            layout.addSpacing(SPACE_M)
        layout.addWidget(self._free)
        layout.addWidget(close)
        dock.topLevelChanged.connect(self._show_floating)
        self._show_floating(dock.isFloating())

    def _button(self, icon_name: str, tooltip: str) -> IconButton:
        button = IconButton(icon_name, tooltip, self)
        button.setIconSize(QSize(BUTTON_ICON_PX, BUTTON_ICON_PX))
        return button

    def _on_free_clicked(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _show_floating(self, floating: bool) -> None:
        self._free.set_tooltip(
            self.tr("Put back into the window") if floating else self.tr("Make a window of its own")
        )

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), HEIGHT_PX)
