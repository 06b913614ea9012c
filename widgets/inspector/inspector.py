"""The dock that shows what is selected, field by field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from core.document import Document, Panel
from widgets.common import EmptyState
from widgets.inspector.drawing_section import DrawingSection
from widgets.inspector.fields import flush
from widgets.inspector.figures_section import FiguresSection
from widgets.inspector.lora_section import LoraSection
from widgets.inspector.panel_section import PanelSection
from widgets.inspector.project_section import ProjectSection
from widgets.inspector.regions_section import RegionsSection
from widgets.inspector.selection import ModelChoice, Selection
from widgets.library_view.thumbnails import Thumbnails

WIDTH_PX = 280


class Inspector(QScrollArea):
    """Built once, refilled at every change: what has the keyboard keeps it, cursor and all.

    Signals that change the document carry the id of their gesture first; `gesture_finished` follows
    the last of them. Fields are named as in `Panel`, `RegionEdit` and `RenderSettings`; None as
    the value of `steps` or `guidance_scale` of a panel means "as the project". References are shown
    by the given thumbnails, which know where pictures come from.
    """

    panel_edited = Signal(str, object, str, object)  # gesture, panel ids, field, value
    settings_edited = Signal(str, str, object)  # gesture, field, value
    title_edited = Signal(str, str)
    figure_scale_edited = Signal(str, str, str, float)  # gesture, panel, figure, scale
    figure_references_edited = Signal(str, str, str, object)  # () = all of the character's
    figure_reordered = Signal(str, str, str, int)  # gesture, panel, figure, place from the back
    figure_removed = Signal(str, str)
    figure_selected = Signal(str, str)
    region_edited = Signal(str, str, str, str, object)  # gesture, panel, region edit, field, value
    region_reordered = Signal(str, str, str, int)  # gesture, panel, region edit, place from below
    region_removed = Signal(str, str)
    region_mask_removed = Signal(str, str)
    region_mask_requested = Signal(str, str)  # panel, figure
    redraw_region_requested = Signal(str, str)
    reference_scale_edited = Signal(str, str, str, float)  # gesture, character, reference, scale
    reading_direction_chosen = Signal(str)
    page_format_chosen = Signal(str)
    lora_add_requested = Signal()
    lora_removed = Signal(int)
    lora_scale_edited = Signal(str, int, float)
    seed_lock_changed = Signal(object, bool)  # panel ids
    gesture_finished = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, *, thumbnails: Thumbnails | None = None
    ) -> None:
        super().__init__(parent)
        self._selection = Selection()
        self._fills = 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(WIDTH_PX)
        self.setAccessibleName(self.tr("Inspector"))
        self.panel_section = PanelSection(self)
        self.figures_section = FiguresSection(thumbnails or Thumbnails(self), self)
        self.regions_section = RegionsSection(self)
        self.project_section = ProjectSection(self)
        self.drawing_section = DrawingSection(self)
        self.lora_section = LoraSection(self)
        self._empty = EmptyState(self.tr("No project is open."), parent=self)
        self._place()
        self._pass_signals_on()
        self.show_document(None, Selection(), ())

    def _place(self) -> None:
        content = QWidget(self)
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._empty, 1)
        for section in self._sections:
            layout.addWidget(section)
        layout.addStretch(1)
        self.setWidget(content)

    @property
    def _sections(self) -> tuple[QWidget, ...]:
        return (
            self.panel_section,
            self.figures_section,
            self.regions_section,
            self.project_section,
            self.drawing_section,
            self.lora_section,
        )

    @property
    def selection(self) -> Selection:
        """What was selected when it was last told."""
        return self._selection

    @property
    def locked_seeds(self) -> frozenset[str]:
        """Ids of the panels whose seed the artist wants to keep."""
        return self.panel_section.locked_seeds

    def show_document(
        self, document: Document | None, selection: Selection, models: tuple[ModelChoice, ...]
    ) -> None:
        """Show what is selected; ids that are not in the document count for nothing.

        What was typed and not yet told belongs to what was selected until now, and is told first.
        """
        self._fills += 1
        fill = self._fills
        if selection != self._selection:
            flush(self)
            if fill != self._fills:
                return  # the edit that this told has shown a newer document meanwhile
            self._selection = selection
        if document is None:
            self._show_sections()
        elif panels := _panels(document, selection.panel_ids):
            self._show_panels(document, panels, selection)
        else:
            self.project_section.fill(document)
            self.drawing_section.fill(document, models)
            self.lora_section.fill(document)
            self._show_sections(self.project_section, self.drawing_section, self.lora_section)

    def _show_panels(
        self, document: Document, panels: Sequence[Panel], selection: Selection
    ) -> None:
        self.panel_section.fill(document, panels)
        if len(panels) > 1:
            self._show_sections(self.panel_section)
            return
        (panel,) = panels
        self.figures_section.fill(document, panel, selection.figure_id)
        self.regions_section.fill(document, panel, selection.region_edit_id)
        self._show_sections(self.panel_section, self.figures_section, self.regions_section)

    def _show_sections(self, *shown: QWidget) -> None:
        self._empty.setVisible(not shown)
        for section in self._sections:
            section.setVisible(section in shown)

    def _pass_signals_on(self) -> None:
        panel, figures, regions = self.panel_section, self.figures_section, self.regions_section
        project, drawing, loras = self.project_section, self.drawing_section, self.lora_section
        panel.panel_edited.connect(self.panel_edited)
        panel.seed_lock_changed.connect(self.seed_lock_changed)
        figures.figure_scale_edited.connect(self.figure_scale_edited)
        figures.figure_references_edited.connect(self.figure_references_edited)
        figures.figure_reordered.connect(self.figure_reordered)
        figures.figure_removed.connect(self.figure_removed)
        figures.figure_selected.connect(self.figure_selected)
        figures.reference_scale_edited.connect(self.reference_scale_edited)
        figures.region_mask_requested.connect(self.region_mask_requested)
        regions.region_edited.connect(self.region_edited)
        regions.region_reordered.connect(self.region_reordered)
        regions.region_removed.connect(self.region_removed)
        regions.region_mask_removed.connect(self.region_mask_removed)
        regions.redraw_region_requested.connect(self.redraw_region_requested)
        project.title_edited.connect(self.title_edited)
        project.reading_direction_chosen.connect(self.reading_direction_chosen)
        project.page_format_chosen.connect(self.page_format_chosen)
        drawing.settings_edited.connect(self.settings_edited)
        loras.lora_add_requested.connect(self.lora_add_requested)
        loras.lora_removed.connect(self.lora_removed)
        loras.lora_scale_edited.connect(self.lora_scale_edited)
        for section in (panel, figures, regions, project, drawing, loras):
            section.gesture_finished.connect(self.gesture_finished)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, 600)


def _panels(document: Document, panel_ids: Sequence[str]) -> Sequence[Panel]:
    """Those of the panels that are there, in the order of the ids."""
    if not panel_ids:
        return ()
    wanted = set(panel_ids)
    found = {panel.id: panel for panel in document.panels() if panel.id in wanted}
    return [found[panel_id] for panel_id in panel_ids if panel_id in found]
