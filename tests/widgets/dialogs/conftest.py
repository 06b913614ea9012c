from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow


class Window(QMainWindow):
    """A window with a few menus; `triggered` has the texts of the actions that ran."""

    def __init__(self) -> None:
        super().__init__()
        self.triggered: list[str] = []
        self.groups: dict[str, list[QAction]] = {}
        self._add("File", ("&New", "Ctrl+N"), ("&Open…", "Ctrl+O"), ("Export pages…", "Ctrl+E"))
        self._add("Page", ("Add page", ""), ("Delete page", ""), ("Fit page", "0"))
        self._add("Render", ("Render page", "Ctrl+R"), ("Render stale panels", "Ctrl+Shift+R"))
        self.resize(900, 600)

    @property
    def all_actions(self) -> list[QAction]:
        return [action for group in self.groups.values() for action in group]

    def action(self, text: str) -> QAction:
        return next(a for a in self.all_actions if a.text() == text)

    def _add(self, name: str, *entries: tuple[str, str]) -> None:
        menu = self.menuBar().addMenu(name)
        self.groups[name] = []
        for text, keys in entries:
            action = menu.addAction(text)
            action.setShortcut(keys)
            action.triggered.connect(lambda _=False, text=text: self.triggered.append(text))
            self.groups[name].append(action)


@pytest.fixture
def window(qtbot, dark) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
