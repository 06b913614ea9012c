"""The inspector's section for the figures of one panel."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.document import Document, Panel
from widgets.common import Section, new_gesture_id, role_label
from widgets.common.theme import SPACE_S
from widgets.inspector.figure_row import FigureRow
from widgets.inspector.keyed_rows import KeyedRows
from widgets.library_view.thumbnails import Thumbnails


class FiguresSection(Section):
    """Rows from the front to the back, as the artist sees the figures."""

    figure_scale_edited = Signal(str, str, str, float)
    figure_references_edited = Signal(str, str, str, object)
    figure_reordered = Signal(str, str, str, int)
    figure_removed = Signal(str, str)
    figure_selected = Signal(str, str)
    reference_scale_edited = Signal(str, str, str, float)
    region_mask_requested = Signal(str, str)
    gesture_finished = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Figures"), parent)
        self._thumbnails = thumbnails
        self._panel: Panel | None = None
        self._empty = role_label(
            self.tr("No figures yet. Drag a character onto the panel."), "quiet", self
        )
        self._empty.setWordWrap(True)
        layout = QVBoxLayout()
        layout.setSpacing(SPACE_S)
        self.rows = KeyedRows(layout, self._make_row)
        self.body_layout.addWidget(self._empty)
        self.body_layout.addLayout(layout)

    def fill(self, document: Document, panel: Panel, figure_id: str | None) -> None:
        """Show the figures of a panel, with the selected one lifted."""
        self._panel = panel
        characters = {character.id: character for character in document.characters}
        count = len(panel.figures)
        rows = self.rows.show_keys([figure.id for figure in reversed(panel.figures)])
        for index, figure in enumerate(panel.figures):
            row = rows[figure.id]
            row.fill(figure, characters.get(figure.character_id), index, count)
            row.set_selected(figure.id == figure_id)
        self._empty.setVisible(count == 0)

    def _make_row(self, figure_id: str) -> FigureRow:
        row = FigureRow(self._thumbnails, self)
        row.scale_edited.connect(partial(self._on_scale_edited, figure_id))
        row.references_edited.connect(partial(self._on_references_edited, figure_id))
        row.reference_scale_edited.connect(partial(self._on_reference_scale_edited, figure_id))
        row.edit_finished.connect(self.gesture_finished)
        row.raise_requested.connect(partial(self._move, figure_id, 1))
        row.lower_requested.connect(partial(self._move, figure_id, -1))
        row.remove_requested.connect(partial(self._on_remove, figure_id))
        row.picked.connect(partial(self._on_picked, figure_id))
        row.region_requested.connect(partial(self._on_region_requested, figure_id))
        return row

    @property
    def _panel_id(self) -> str:
        return self._panel.id if self._panel is not None else ""

    def _on_remove(self, figure_id: str) -> None:
        self.figure_removed.emit(self._panel_id, figure_id)

    def _on_picked(self, figure_id: str) -> None:
        self.figure_selected.emit(self._panel_id, figure_id)

    def _on_region_requested(self, figure_id: str) -> None:
        self.region_mask_requested.emit(self._panel_id, figure_id)

    def _move(self, figure_id: str, step: int) -> None:
        if self._panel is None:
            return
        ids = [figure.id for figure in self._panel.figures]
        gesture_id = new_gesture_id()
        self.figure_reordered.emit(
            gesture_id, self._panel_id, figure_id, ids.index(figure_id) + step
        )
        self.gesture_finished.emit(gesture_id)

    def _on_scale_edited(self, figure_id: str, gesture_id: str, value: float) -> None:
        self.figure_scale_edited.emit(gesture_id, self._panel_id, figure_id, value)

    def _on_references_edited(
        self, figure_id: str, gesture_id: str, reference_ids: tuple[str, ...]
    ) -> None:
        self.figure_references_edited.emit(gesture_id, self._panel_id, figure_id, reference_ids)

    def _on_reference_scale_edited(
        self, figure_id: str, gesture_id: str, reference_id: str, value: float
    ) -> None:
        if self._panel is None:
            return
        character_id = self._panel.figure(figure_id).character_id
        self.reference_scale_edited.emit(gesture_id, character_id, reference_id, value)
