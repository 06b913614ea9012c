"""Region mode: a part of a panel is marked, given another character or tags, and drawn again."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QColor

from app.analysis_thread import AnalysisThread
from app.commands import undo_text
from app.document_controller import Change, DocumentController
from app.error_texts import error_text
from app.render_controller import RenderController
from app.window.state import WindowState
from core.document import Document, Framing, Panel, RegionEdit, RegionMask, random_id
from core.document.edits import add_region_edit, add_region_mask
from core.errors import KomaError
from core.geometry import Point, Raster, Rect
from core.segmentation import PromptPoint
from core.storage import get_image, put_mask
from widgets.common import theme
from widgets.page_view import PageView, Tool
from widgets.region_editor import RegionBar, RegionDraft, RegionLayer

MASK_PX = 512  # the longer side of a mask over a panel's bounds


class RegionController(QObject):
    """Connects the region layer and its bar with the segmenter, the document and the renders.

    Strokes have an undo of their own until the region is part of the document.
    """

    history_changed = Signal()

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        renders: RenderController,
        analysis: AnalysisThread,
        view: PageView,
        bar: RegionBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._state, self._renders = controller, state, renders
        self._analysis, self._bar = analysis, bar
        self._colour = theme.character_colour(0)
        self._figure: tuple[str, str] | None = None  # panel, figure: a mask for it is marked
        self._token = ""
        self._count = 0
        self.history = (False, False)  # whether a stroke can be undone, and redone
        self.layer = RegionLayer()
        view.scene().addItem(self.layer)
        controller.document_changed.connect(self._on_document_changed)
        state.tool_changed.connect(self._show)
        state.selection_changed.connect(self._show)
        analysis.found.connect(self._on_found)
        analysis.failed.connect(self._on_failed)
        self._connect_layer()
        self._connect_bar()

    def _connect_layer(self) -> None:
        layer, bar = self.layer, self._bar
        layer.point_clicked.connect(self._on_point)
        layer.box_drawn.connect(self._on_box)
        layer.mask_painted.connect(self._update_ready)
        layer.cancelled.connect(self.leave)
        layer.brush_changed.connect(bar.set_brush_mm)
        layer.erasing_changed.connect(bar.set_erasing)

    def _connect_bar(self) -> None:
        layer, bar = self.layer, self._bar
        bar.mode_changed.connect(layer.set_mode)
        bar.brush_changed.connect(layer.set_brush_mm)
        bar.erasing_changed.connect(layer.set_erasing)
        bar.undo_requested.connect(layer.undo)
        bar.redo_requested.connect(layer.redo)
        layer.history_changed.connect(self._on_history)
        bar.clear_requested.connect(self._clear)
        bar.invert_requested.connect(layer.invert)
        bar.draw_requested.connect(self._finish)
        bar.cancelled.connect(self.leave)
        bar.character_changed.connect(self._on_character)
        bar.set_brush_mm(layer.brush_mm)

    @property
    def active(self) -> bool:
        return self._state.tool is Tool.REGION and self._state.panel_id is not None

    def mark_for_figure(self, panel_id: str, figure_id: str) -> None:
        """Begin to mark where a figure may paint."""
        self._state.select_figure(panel_id, figure_id)
        self._figure = (panel_id, figure_id)
        self._state.set_tool(Tool.REGION)
        self._show()

    def _on_history(self, can_undo: bool, can_redo: bool) -> None:
        self.history = (can_undo, can_redo)
        self._bar.set_history(can_undo, can_redo)
        self.history_changed.emit()

    def leave(self) -> None:
        self._figure = None
        self._state.set_tool(Tool.SELECT)

    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open" or not self._figure_is_there(change.document):
            self._figure = None
        self._bar.set_characters(change.document)
        self._show()

    def _figure_is_there(self, document: Document) -> bool:
        """Undo may have taken away the figure that a mask is being marked for."""
        panels = {panel.id: panel for panel in document.panels()}
        if self._figure is None or self._figure[0] not in panels:
            return False
        return any(f.id == self._figure[1] for f in panels[self._figure[0]].figures)

    def _show(self) -> None:
        panel = self._panel() if self.active else None
        if panel is None:
            self._stop_looking()
            self.layer.show_panel(None, None, self._load)
            self._bar.setVisible(False)
            if self._state.tool is not Tool.REGION:
                self._figure = None
            return
        if self.layer.panel_id != panel.id:
            self._stop_looking()  # the answer would be of another panel
        self.layer.show_panel(self._controller.document, panel, self._load)
        self._bar.setVisible(True)
        self._bar.set_for_figure(self._figure_name(panel))
        self._update_ready()

    def _panel(self) -> Panel | None:
        panel_id = self._state.panel_id
        return None if panel_id is None else self._controller.document.panel(panel_id)

    def _figure_name(self, panel: Panel) -> str:
        if self._figure is None or self._figure[0] != panel.id:
            return ""
        character_id = panel.figure(self._figure[1]).character_id
        return self._controller.document.character(character_id).name

    def _load(self, digest: str) -> Raster:
        return get_image(self._controller.assets, digest)

    def _update_ready(self, *_: object) -> None:
        panel = self._panel()
        mask = self.layer.mask()
        reason = ""
        masked = mask is not None and bool((mask.array > 127).any())
        self._bar.set_masked(masked)
        if panel is None:
            reason = self.tr("Select a panel first.")
        elif not masked:
            reason = self.tr("Mark a region first: click it, draw a box, or paint.")
        elif panel.drawing is None and self._figure is None:
            reason = self.tr("Draw the panel first: a region is a part of its picture.")
        self._bar.set_ready(not reason, reason)

    def _on_character(self, character_id: str | None) -> None:
        characters = {c.id: c for c in self._controller.document.characters}
        chosen = characters.get(character_id or "")
        self._colour = theme.character_colour(0 if chosen is None else chosen.colour)
        self.layer.set_colour(QColor(self._colour))

    def _clear(self) -> None:
        self._stop_looking()
        self.layer.clear()
        self.layer.forget_points()
        self._update_ready()

    def _on_point(self, panel_id: str, at: QPointF, positive: bool) -> None:
        """All clicks so far together say what is meant."""
        picture = self._picture()
        if picture is None:
            return
        image, framing = picture
        points = tuple(
            PromptPoint(*_px(framing, p.x_mm, p.y_mm), p.positive) for p in self.layer.points
        )
        self._look()
        self._analysis.segment_points(self._token, image, points)

    def _on_box(self, panel_id: str, box: QRectF) -> None:
        """With a picture what stands in the box, else the box itself."""
        panel = self._panel()
        if panel is None:
            return
        if panel.drawing is None:
            self._take(self._box_mask(panel, box))
            return
        picture = self._picture()
        if picture is None:
            return
        image, framing = picture
        first = framing.point_to_px(Point(box.left(), box.top()))
        last = framing.point_to_px(Point(box.right(), box.bottom()))
        self._look()
        self._analysis.segment_box(
            self._token, image, Rect(first.x, first.y, last.x - first.x, last.y - first.y)
        )

    def _picture(self) -> tuple[Raster, Framing] | None:
        """The panel's picture and how it lies over the panel; None where there is none."""
        panel = self._panel()
        if panel is None or panel.drawing is None:
            self._controller.edit_refused.emit(
                self.tr("This panel is not drawn yet. Paint the region with the brush, or draw a "
                        "box.")
            )  # fmt: skip
            return None
        try:
            image = self._load(panel.drawing.image)
        except KomaError as error:
            self._controller.edit_refused.emit(error_text(error))
            return None
        return image, Framing(panel.polygon.bounds, image.width, image.height)

    def _look(self) -> None:
        """A newer question makes the one under way pointless."""
        self._stop_looking()
        self._count += 1
        self._token = f"region-{self._count}"
        self.layer.set_busy(True)

    def _stop_looking(self) -> None:
        if self._token:
            self._analysis.cancel(self._token)
            self._token = ""
        self.layer.set_busy(False)

    def _on_found(self, token: str, found: object) -> None:
        if token != self._token or not isinstance(found, Raster):
            return
        self._stop_looking()
        panel = self._panel()
        if panel is not None:
            self._take(_over_bounds(found, panel))

    def _on_failed(self, token: str, sentence: str) -> None:
        if token == self._token:
            self._stop_looking()
            self._controller.edit_refused.emit(sentence)

    def _take(self, mask: Raster) -> None:
        self.layer.set_mask(mask, QColor(self._colour))
        self._update_ready()

    def _box_mask(self, panel: Panel, box: QRectF) -> Raster:
        bounds = panel.polygon.bounds
        scale = MASK_PX / max(bounds.width, bounds.height)
        mask = np.zeros((round(bounds.height * scale), round(bounds.width * scale)), np.uint8)
        rows = slice(round(max(0.0, box.top()) * scale), round(box.bottom() * scale))
        columns = slice(round(max(0.0, box.left()) * scale), round(box.right() * scale))
        mask[rows, columns] = 255
        return Raster.from_array(mask)

    def _finish(self, draft: RegionDraft) -> None:
        panel, mask = self._panel(), self.layer.mask()
        if panel is None or mask is None:
            return
        try:
            digest = put_mask(self._controller.assets, mask)
        except KomaError as error:
            self._controller.edit_refused.emit(error_text(error))
            return
        if self._figure is not None and self._figure[0] == panel.id:
            self._put_mask(panel, self._figure[1], digest)
        else:
            self._put_edit(panel, draft, digest)

    def _put_mask(self, panel: Panel, figure_id: str, digest: str) -> None:
        added = RegionMask(random_id("mask"), digest, figure_id)
        if self._controller.edit(
            undo_text("add_region_mask"),
            lambda document: add_region_mask(document, panel.id, added),
        ):
            self.leave()

    def _put_edit(self, panel: Panel, draft: RegionDraft, digest: str) -> None:
        added = RegionEdit(
            random_id("edit"),
            digest,
            name=draft.name,
            character_id=draft.character_id,
            reference_ids=draft.reference_ids,
            prompt=draft.prompt,
            seed=panel.seed,
            feather_px=draft.feather_px,
            strength=draft.strength,
        )
        if self._controller.edit(
            undo_text("add_region_edit"),
            lambda document: add_region_edit(document, panel.id, added),
        ):
            self.leave()
            self._state.select_region_edit(panel.id, added.id)
            self._renders.render_panels((panel.id,), self._state.quality)


def _px(framing: Framing, x_mm: float, y_mm: float) -> tuple[float, float]:
    point = framing.point_to_px(Point(x_mm, y_mm))
    return point.x, point.y


def _over_bounds(mask: Raster, panel: Panel) -> Raster:
    """A mask over the panel's picture as one over the panel's bounds."""
    import cv2

    bounds = panel.polygon.bounds
    crop = Framing(bounds, mask.width, mask.height).crop
    scale = MASK_PX / max(bounds.width, bounds.height)
    width, height = max(1, round(bounds.width * scale)), max(1, round(bounds.height * scale))
    columns = crop.x + (np.arange(width) + 0.5) * crop.width / width - 0.5
    rows = crop.y + (np.arange(height) + 0.5) * crop.height / height - 0.5
    at_x, at_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    pixels = cv2.remap(
        np.ascontiguousarray(mask.array), at_x, at_y, cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return Raster.from_array(np.where(pixels > 127, np.uint8(255), np.uint8(0)))
