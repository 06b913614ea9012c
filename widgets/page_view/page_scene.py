"""The page as a scene in millimetres: what is on it, and what is at a point of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QKeyEvent, QPainterPath
from PySide6.QtWidgets import QGraphicsScene

from core.document import Document, Page, Panel, reading_order
from core.document.outlines import offset_edges
from core.errors import BadInput
from core.geometry import Point, Polygon
from widgets.page_view.ground import GuidesItem, PaperItem, ground_colour, qt_rect
from widgets.page_view.overlay import OverlayItem, VeilItem
from widgets.page_view.panel_item import PanelItem, polygon_path
from widgets.page_view.pictures import PictureQueue
from widgets.page_view.state import PanelStatus
from widgets.painting import LoadRaster

# Panels lie between 0 and 1, in the order of the page. Layers over them are to lie above Z_VEIL
# and below Z_OVERLAY.
Z_PAPER = -1.0
Z_GUIDES = 2.0
Z_VEIL = 3.0
Z_OVERLAY = 10_000.0
OVERLAY_REACH_MM = 500.0


class PageScene(QGraphicsScene):
    """One page of a document, its origin at the top left of the trim.

    The scene is told what to show and changes nothing. `pictures` paints what the panels show.
    """

    def __init__(self, load: LoadRaster, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.pictures = PictureQueue(load, self)
        self._document: Document | None = None
        self._page: Page | None = None
        self._items: dict[str, PanelItem] = {}
        self._statuses: dict[str, PanelStatus] = {}
        self._badges: dict[str, str] = {}
        self._selected: tuple[str, ...] = ()
        self._entered: str | None = None
        self._paper = PaperItem()
        self._guides = GuidesItem()
        self._veil = VeilItem()
        self.overlay = OverlayItem()
        self._guides_visible = True
        self._on_panel_changed: Callable[[QRectF], None] | None = None
        layers = (
            (self._paper, Z_PAPER),
            (self._guides, Z_GUIDES),
            (self._veil, Z_VEIL),
            (self.overlay, Z_OVERLAY),
        )
        for item, z in layers:
            item.setZValue(z)
            self.addItem(item)
        self._veil.hide()
        self.show_page(None, None)
        self.on_theme_changed()

    @property
    def document(self) -> Document | None:
        return self._document

    @property
    def page(self) -> Page | None:
        return self._page

    @property
    def selected(self) -> tuple[str, ...]:
        return self._selected

    @property
    def entered(self) -> str | None:
        return self._entered

    @property
    def guides_visible(self) -> bool:
        return self._guides_visible

    @property
    def panel_items(self) -> tuple[PanelItem, ...]:
        """Back to front."""
        return tuple(self._items.values())

    @property
    def paper_mm(self) -> QRectF:
        """What is shown of the page: with the bleed where the guides are; empty without a page."""
        if self._document is None or self._page is None:
            return QRectF()
        page_format = self._document.page_format
        return qt_rect(page_format.bleed_area if self._guides_visible else page_format.trim)

    def show_page(self, document: Document | None, page_id: str | None) -> bool:
        """Take over what has changed, by identity. Panels that are gone leave the selection.

        Returns whether panels came, went or have another outline.
        """
        page = _page(document, page_id)
        self._document = document if page is not None else None
        reshaped = False
        if page is not self._page or page is None:
            self._page = page
            reshaped = self._take_panels(page)
        if document is not None:
            self._guides.set_format(document.page_format)
        self._place_paper()
        self.pictures.set_items(self._document, self._items.values())
        return reshaped

    def set_statuses(self, statuses: Mapping[str, PanelStatus]) -> None:
        """All there are; a panel without one says itself how it is."""
        self._statuses = dict(statuses)
        for panel_id, item in self._items.items():
            item.set_status(self._statuses.get(panel_id))
        self.pictures.request()

    def set_status(self, panel_id: str, status: PanelStatus) -> None:
        self._statuses[panel_id] = status
        if panel_id in self._items:
            self._items[panel_id].set_status(status)
            self.pictures.request()

    def set_badges(self, badges: Mapping[str, str]) -> None:
        """What is off in panels, by their ids; the others have no badge."""
        self._badges = dict(badges)
        for panel_id, item in self._items.items():
            item.set_badge(self._badges.get(panel_id, ""))

    def set_selected(self, panel_ids: tuple[str, ...]) -> None:
        """Unknown ids are left out."""
        self._selected = tuple(i for i in dict.fromkeys(panel_ids) if i in self._items)
        self.overlay.set_selected([_around(self._items[i].shown_panel) for i in self._selected])

    def set_entered(self, panel_id: str | None) -> None:
        """Dim the others, and leave the figures of an undrawn panel to the layer above it."""
        self._entered = panel_id if panel_id in self._items else None
        for item in self._items.values():
            item.set_hides_figures(item.shown_panel.id == self._entered)
        self._place_veil()
        self.pictures.request()

    def watch_panels(self, on_changed: Callable[[QRectF], None] | None) -> None:
        """Tell where a panel looks different from before, in mm; one listener, None = nobody."""
        self._on_panel_changed = on_changed

    def panel_changed(self, area_mm: QRectF) -> None:
        """Called by the panels."""
        if self._on_panel_changed is not None:
            self._on_panel_changed(area_mm)

    def set_guides_visible(self, visible: bool) -> None:
        self._guides_visible = visible
        self._place_paper()

    def panel(self, panel_id: str) -> Panel | None:
        item = self._items.get(panel_id)
        return None if item is None else item.shown_panel

    def outline(self, panel_id: str | None) -> QPainterPath | None:
        item = self._items.get(panel_id or "")
        return None if item is None else item.outline

    def item_at(self, point_mm: QPointF) -> PanelItem | None:
        """The topmost panel at a point of the page."""
        point = Point(point_mm.x(), point_mm.y())
        hits = (i for i in reversed(self.panel_items) if i.shown_panel.polygon.contains(point))
        return next(hits, None)

    def panels_in(self, rect_mm: QRectF) -> tuple[str, ...]:
        """The panels that a rectangle touches, in reading order."""
        touched = {i for i, item in self._items.items() if item.outline.intersects(rect_mm)}
        return tuple(i for i in self.reading_order() if i in touched)

    def reading_order(self) -> tuple[str, ...]:
        if self._document is None or self._page is None:
            return ()
        ordered = reading_order(self._page, self._document.reading_direction)
        return tuple(panel.id for panel in ordered)

    def number_of(self, panel_id: str) -> int:
        """A panel's place in the reading order, counted from 1; 0 = not on this page."""
        order = self.reading_order()
        return order.index(panel_id) + 1 if panel_id in order else 0

    def offer_key(self, event: QKeyEvent) -> bool:
        """Give a key to the layer that has the focus; whether it took it."""
        if not self.focusItem():
            return False
        event.ignore()
        self.keyPressEvent(event)
        return event.isAccepted()

    def on_theme_changed(self) -> None:
        """Take over the colours that are in force."""
        self.setBackgroundBrush(ground_colour())
        self.update()

    def _take_panels(self, page: Page | None) -> bool:
        """Whether panels came, went or have another outline."""
        old = self._items
        before = [(panel_id, item.shown_panel.polygon) for panel_id, item in old.items()]
        self._items = {}
        for index, panel in enumerate(() if page is None else page.panels):
            item = old.pop(panel.id, None)
            if item is None:
                item = PanelItem(panel, self.panel_changed)
                self.addItem(item)
            item.set_panel(panel)
            item.set_status(self._statuses.get(panel.id))
            item.set_badge(self._badges.get(panel.id, ""))
            item.setZValue(index / 1000)
            self._items[panel.id] = item
        for item in old.values():
            self.removeItem(item)
        panels = () if page is None else page.panels
        if before == [(panel.id, panel.polygon) for panel in panels]:
            return False  # a figure or a prompt is another one: nothing about the page is
        self.overlay.set_hovered(None)
        self.overlay.set_glowing(None)
        self.set_selected(self._selected)
        if self._entered is not None:
            self.set_entered(self._entered)
        return True

    def _place_paper(self) -> None:
        paper = self.paper_mm
        has_page = not paper.isEmpty()
        self._paper.set_paper(paper)
        self._paper.setVisible(has_page)
        self._guides.setVisible(has_page and self._guides_visible)
        reach = OVERLAY_REACH_MM
        self.overlay.set_area(paper.adjusted(-reach, -reach, reach, reach))
        for item in self._items.values():
            item.set_clip(None if self._guides_visible else paper)
        self._place_veil()

    def _place_veil(self) -> None:
        entered = self._items.get(self._entered or "")
        self._veil.setVisible(entered is not None)
        if entered is not None:
            self._veil.show_hole(self.paper_mm, _around(entered.shown_panel))


def _around(panel: Panel) -> QPainterPath:
    """The panel with its border, so that an outline lies beside the border and not upon it."""
    return _path_around(panel.polygon, 0.0 if panel.border is None else panel.border.width_mm / 2)


@lru_cache(maxsize=128)
def _path_around(polygon: Polygon, reach: float) -> QPainterPath:
    """Nobody changes the path."""
    try:
        outer = offset_edges(polygon, [reach] * len(polygon.points))
    except BadInput:  # an outline with a notch narrower than its border
        outer = polygon
    return polygon_path(outer)


def _page(document: Document | None, page_id: str | None) -> Page | None:
    if document is None or page_id is None:
        return None
    try:
        return document.page(page_id)
    except BadInput:  # the page was just removed
        return None
