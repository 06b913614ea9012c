"""Rows that are refilled, not rebuilt: each stays the same widget while its key is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

R = TypeVar("R", bound=QWidget)


class KeyedRows(Generic[R]):
    """Keeps the widgets of a layout in step with a list of keys."""

    def __init__(self, layout: QVBoxLayout, make: Callable[[str], R]) -> None:
        self._layout = layout
        self._make = make
        self._rows: dict[str, R] = {}

    @property
    def rows(self) -> dict[str, R]:
        """By key, in the order shown."""
        return self._rows

    def show_keys(self, keys: Sequence[str]) -> dict[str, R]:
        """Make what is new, drop what went, put the rest in order; the rows by key."""
        if list(keys) == list(self._rows):
            return self._rows
        for key in self._rows.keys() - set(keys):
            self._drop(self._rows[key])
        old, self._rows = self._rows, {}
        for place, key in enumerate(keys):
            row = old.get(key) or self._make(key)
            self._rows[key] = row
            if self._layout.indexOf(row) != place:
                self._layout.removeWidget(row)
                self._layout.insertWidget(place, row)
        return self._rows

    def _drop(self, row: R) -> None:
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
