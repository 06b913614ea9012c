"""Dark, light, or as the system is."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from app.settings import Theme
from widgets.common.theme import DARK, LIGHT, apply_theme


class ThemeKeeper(QObject):
    """Puts the chosen palette in force and follows the system where that was chosen."""

    def __init__(self, application: QApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._theme: Theme = "system"
        application.styleHints().colorSchemeChanged.connect(self._on_scheme_changed)

    def use(self, theme: Theme) -> None:
        self._theme = theme
        light = theme == "light" or (theme == "system" and self._system_is_light())
        apply_theme(self._application, LIGHT if light else DARK)

    def stop(self) -> None:
        self._application.styleHints().colorSchemeChanged.disconnect(self._on_scheme_changed)

    def _system_is_light(self) -> bool:
        """Dark where the system does not say: a bright window beside a page dazzles."""
        return self._application.styleHints().colorScheme() == Qt.ColorScheme.Light

    def _on_scheme_changed(self) -> None:
        if self._theme == "system":
            self.use("system")
