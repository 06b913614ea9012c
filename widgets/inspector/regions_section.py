"""The inspector's section for what is drawn on its own in a panel, and for figures' areas."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.document import Character, Document, Panel, RegionMask
from widgets.common import Section, new_gesture_id, role_label
from widgets.common.theme import SPACE_S, character_colour
from widgets.inspector.keyed_rows import KeyedRows
from widgets.inspector.region_row import AreaRow, RegionRow
from widgets.inspector.row_parts import role_text


class RegionsSection(Section):
    """Region edits from the topmost layer down, then the areas that limit figures."""

    region_edited = Signal(str, str, str, str, object)
    region_reordered = Signal(str, str, str, int)
    region_removed = Signal(str, str)
    region_mask_removed = Signal(str, str)
    redraw_region_requested = Signal(str, str)
    gesture_finished = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Regions"), parent)
        self._panel: Panel | None = None
        self._empty = role_label(
            self.tr("No regions yet. With the region tool, paint what to draw again."),
            "quiet",
            self,
        )
        self._empty.setWordWrap(True)
        layout, area_layout = QVBoxLayout(), QVBoxLayout()
        for rows_layout in (layout, area_layout):
            rows_layout.setSpacing(SPACE_S)
        self.rows = KeyedRows(layout, self._make_row)
        self.areas = KeyedRows(area_layout, self._make_area)
        self._areas_title = role_label(self.tr("Limited to an area"), "quiet", self)
        self.body_layout.addWidget(self._empty)
        self.body_layout.addLayout(layout)
        self.body_layout.addWidget(self._areas_title)
        self.body_layout.addLayout(area_layout)

    def fill(self, document: Document, panel: Panel, region_edit_id: str | None) -> None:
        """Show the regions of a panel, with the selected one lifted."""
        self._panel = panel
        count = len(panel.region_edits)
        rows = self.rows.show_keys([e.id for e in reversed(panel.region_edits)])
        for index, region_edit in enumerate(panel.region_edits):
            row = rows[region_edit.id]
            row.fill(document, region_edit, index, count)
            row.set_selected(region_edit.id == region_edit_id)
        self._empty.setVisible(count == 0)
        self._fill_areas(document, panel)

    def _fill_areas(self, document: Document, panel: Panel) -> None:
        characters = {character.id: character for character in document.characters}
        owners = {f.id: characters.get(f.character_id) for f in panel.figures}
        rows = self.areas.show_keys([mask.id for mask in panel.region_masks])
        for mask in panel.region_masks:
            owner = owners.get(mask.figure_id)
            row = rows[mask.id]
            row.dot.set_colour(character_colour(owner.colour if owner else -1))
            row.label.setText(self._area_text(mask, owner))
        self._areas_title.setVisible(bool(panel.region_masks))

    def _area_text(self, mask: RegionMask, owner: Character | None) -> str:
        if owner is None:
            return self.tr("Unknown")
        for reference in owner.references:
            if reference.id == mask.reference_id:
                role = role_text(reference.role)
                return self.tr("{name}, {role}").format(name=owner.name, role=role)
        return owner.name

    def _make_row(self, region_edit_id: str) -> RegionRow:
        row = RegionRow(self)
        row.edited.connect(partial(self._on_edited, region_edit_id))
        row.edit_finished.connect(self.gesture_finished)
        row.raise_requested.connect(partial(self._move, region_edit_id, 1))
        row.lower_requested.connect(partial(self._move, region_edit_id, -1))
        row.remove_requested.connect(partial(self._on_remove, region_edit_id))
        row.redraw_requested.connect(partial(self._on_redraw, region_edit_id))
        return row

    def _make_area(self, mask_id: str) -> AreaRow:
        row = AreaRow(self)
        row.remove_requested.connect(partial(self._on_remove_area, mask_id))
        return row

    @property
    def _panel_id(self) -> str:
        return self._panel.id if self._panel is not None else ""

    def _on_edited(self, region_edit_id: str, gesture_id: str, field: str, value: object) -> None:
        self.region_edited.emit(gesture_id, self._panel_id, region_edit_id, field, value)

    def _move(self, region_edit_id: str, step: int) -> None:
        if self._panel is None:
            return
        place = [e.id for e in self._panel.region_edits].index(region_edit_id) + step
        gesture_id = new_gesture_id()
        self.region_reordered.emit(gesture_id, self._panel_id, region_edit_id, place)
        self.gesture_finished.emit(gesture_id)

    def _on_remove(self, region_edit_id: str) -> None:
        self.region_removed.emit(self._panel_id, region_edit_id)

    def _on_redraw(self, region_edit_id: str) -> None:
        self.redraw_region_requested.emit(self._panel_id, region_edit_id)

    def _on_remove_area(self, mask_id: str) -> None:
        self.region_mask_removed.emit(self._panel_id, mask_id)
