"""What is shown and chosen in the window; nothing of it is part of the document."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from core.document import Document, Panel, Quality, reading_order
from widgets.inspector import Selection
from widgets.page_view import Tool


class WindowState(QObject):
    """The page in view, the selection, the tool and the quality of the next render.

    Ids that a new document does not have any more leave the selection: see `follow`.
    """

    page_changed = Signal(str)  # page id, "" = none
    selection_changed = Signal()
    tool_changed = Signal(object)  # Tool
    quality_changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._selection = Selection(None, (), None, None)
        self._tool = Tool.SELECT
        self._quality: Quality = "final"

    @property
    def selection(self) -> Selection:
        return self._selection

    @property
    def page_id(self) -> str | None:
        return self._selection.page_id

    @property
    def panel_ids(self) -> tuple[str, ...]:
        return self._selection.panel_ids

    @property
    def panel_id(self) -> str | None:
        """The panel, where exactly one is selected."""
        return self.panel_ids[0] if len(self.panel_ids) == 1 else None

    @property
    def figure_id(self) -> str | None:
        return self._selection.figure_id

    @property
    def tool(self) -> Tool:
        return self._tool

    @property
    def quality(self) -> Quality:
        return self._quality

    def set_page(self, page_id: str | None) -> None:
        if page_id != self.page_id:
            self._selection = Selection(page_id, (), None, None)
            self.page_changed.emit(page_id or "")
            self.selection_changed.emit()

    def select_panels(self, panel_ids: tuple[str, ...]) -> None:
        if panel_ids != self.panel_ids:
            self._select(Selection(self.page_id, panel_ids, None, None))

    def select_figure(self, panel_id: str, figure_id: str | None) -> None:
        self._select(Selection(self.page_id, (panel_id,), figure_id, None))

    def select_region_edit(self, panel_id: str, region_edit_id: str | None) -> None:
        self._select(Selection(self.page_id, (panel_id,), None, region_edit_id))

    def set_tool(self, tool: Tool) -> None:
        if tool is not self._tool:
            self._tool = tool
            self.tool_changed.emit(tool)

    def set_quality(self, quality: Quality) -> None:
        if quality != self._quality:
            self._quality = quality
            self.quality_changed.emit(quality)

    def follow(self, document: Document, before: Document) -> None:
        """Keep to what the document still has; a page that went gives way to its neighbour."""
        page = next((p for p in document.pages if p.id == self.page_id), None)
        if page is None:
            self.set_page(self._next_best(document, before))
            return
        panels = {panel.id: panel for panel in page.panels}
        kept = tuple(panel_id for panel_id in self.panel_ids if panel_id in panels)
        panel = panels[kept[0]] if len(kept) == 1 else None
        self._select(
            Selection(
                page.id,
                kept,
                _kept(self.figure_id, panel, "figures"),
                _kept(self._selection.region_edit_id, panel, "region_edits"),
            )
        )

    def _next_best(self, document: Document, before: Document) -> str | None:
        """The page that stands where the present one stood."""
        if not document.pages:
            return None
        ids = [page.id for page in before.pages]
        index = ids.index(self.page_id) if self.page_id in ids else 0
        return document.pages[min(index, len(document.pages) - 1)].id

    def _select(self, selection: Selection) -> None:
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit()


def _kept(object_id: str | None, panel: Panel | None, items: str) -> str | None:
    if object_id is None or panel is None:
        return None
    return object_id if any(item.id == object_id for item in getattr(panel, items)) else None


def neighbour(document: Document, page_id: str, panel_id: str | None, step: int) -> str | None:
    """The panel `step` places further in reading order; the first where none is given."""
    panels = reading_order(document.page(page_id), document.reading_direction)
    if not panels:
        return None
    ids = [panel.id for panel in panels]
    if panel_id not in ids:
        return ids[0]
    return ids[(ids.index(panel_id) + step) % len(ids)]
