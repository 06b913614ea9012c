"""The warning on exclusive tags in a field of one line: a mark at its end."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from core.tags import clashes, without
from widgets.common.icons import icon
from widgets.prompt.tag_help import tag_help


class LineWarning(QObject):
    """A click on the mark removes the tag that was written first: the later word counts."""

    def __init__(self, field: QLineEdit) -> None:
        super().__init__(field)
        self._field = field
        self.action = field.addAction(
            icon("mdi6.alert-outline", tone="warning"), QLineEdit.ActionPosition.TrailingPosition
        )
        self.action.triggered.connect(self._on_triggered)
        field.textChanged.connect(self._look)
        tag_help().changed.connect(self._look)
        self._look()

    def _look(self, _: str = "") -> None:
        taxonomy = tag_help().taxonomy
        found = clashes(self._field.text(), taxonomy) if taxonomy is not None else []
        self.action.setVisible(bool(found))
        if found:
            first, second = found[0].first.text, found[0].second.text
            text = self.tr(
                "“{first}” and “{second}” exclude each other. A click removes “{first}”."
            )
            self.action.setToolTip(text.format(first=first, second=second))

    def _on_triggered(self) -> None:
        taxonomy = tag_help().taxonomy
        text = self._field.text()
        found = clashes(text, taxonomy) if taxonomy is not None else []
        if found:
            self._field.selectAll()
            self._field.insert(without(text, found[0].first))
