"""Menus that are filled from data: layouts, recent files, reading directions, characters."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu


def fill_menu(
    menu: QMenu, entries: Iterable[tuple[str, str]], chosen: Callable[[str], object]
) -> None:
    """`entries` are (id, text); `chosen` is called with the id."""
    menu.clear()
    for entry_id, text in entries:
        action = menu.addAction(text.replace("&", "&&"))
        action.triggered.connect(lambda _=False, entry_id=entry_id: chosen(entry_id))


def fill_choices(
    menu: QMenu, entries: Iterable[tuple[str, str]], current: str, chosen: Callable[[str], object]
) -> None:
    """As `fill_menu`, with a mark at the present one."""
    listed = list(entries)
    fill_menu(menu, listed, chosen)
    group = QActionGroup(menu)
    for action, (entry_id, _) in zip(menu.actions(), listed, strict=True):
        action.setCheckable(True)
        action.setChecked(entry_id == current)
        group.addAction(action)
