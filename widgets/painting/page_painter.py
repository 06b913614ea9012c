"""One way to paint a page, for the screen, for PNG and for PSD: print equals screen.

A page is always turned into the layers that an export writes, and every picture of it, merged page
or panel on the screen, is those layers composited by `widgets.painting.compositing`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from core.document import Document, Page, Panel, reading_order
from core.errors import KomaError
from core.export import Layer, LayeredPage, LayerGroup, Node
from widgets.painting.compositing import extent, flatten, merge
from widgets.painting.panel_layers import (
    LayerNames,
    LoadRaster,
    PanelLook,
    panel_group,
    white_paper,
)
from widgets.painting.placeholder import draw_placeholder, figure_colours
from widgets.painting.placement import Area, Placement

CACHE_BYTES = 256 * 2**20


def page_layers(
    document: Document,
    page: Page,
    load: LoadRaster,
    dpi: float,
    *,
    area: Area = "trim",
    names: LayerNames | None = None,
) -> LayeredPage:
    """The page as `core.export` writes it: paper, then a masked group for each panel.

    `area` is where the picture ends: at the cut, or with the bleed around it. Panels not drawn yet
    are empty white paper. Needs no QGuiApplication; may run in any thread. Raises BadInput where
    the picture would be empty or too large, and what `load` raises.
    """
    placement = Placement.of_page(document.page_format, dpi, area)
    look = PanelLook(load, names or LayerNames())
    numbers = _numbers(document, page)
    groups = (panel_group(p, numbers[p.id], placement, look) for p in page.panels)
    root: tuple[Node, ...] = (
        Layer(look.names.paper, white_paper(placement.canvas)),
        *(g for g in groups if g is not None),
    )
    merged = merge(root, placement.canvas)
    return LayeredPage(placement.width, placement.height, dpi, root, merged)


@dataclass(frozen=True, slots=True)
class PanelPicture:
    """A panel as it is seen, with alpha at its edges, and where it lies on the canvas (px)."""

    image: QImage
    left: int
    top: int


class PagePainter:
    """Paints pages on the screen, and keeps the panels it painted last (`cache_bytes` of them).

    A panel that has no drawing, or whose drawing cannot be read, shows its figures as skeletons.
    For one thread at a time.
    """

    def __init__(self, load: LoadRaster, *, cache_bytes: int = CACHE_BYTES) -> None:
        self._load = load
        self._cache_bytes = cache_bytes
        self._pictures: OrderedDict[_Key, PanelPicture | None] = OrderedDict()
        self._held_bytes = 0

    def paint(
        self, painter: QPainter, document: Document, page: Page, placement: Placement
    ) -> None:
        """Paint the part of the page that the canvas of `placement` shows, in its pixels.

        Keep the placement while a page is moved about and move the painter instead: a panel is
        painted anew for each placement. On a screen with a device pixel ratio r, make the placement
        in device pixels and scale the painter by 1 / r.
        """
        painter.fillRect(QRectF(0, 0, placement.width, placement.height), Qt.GlobalColor.white)
        for panel in page.panels:
            picture = self.panel_picture(document, panel, placement)
            if picture is not None:
                painter.drawImage(picture.left, picture.top, picture.image)

    def panel_picture(
        self, document: Document, panel: Panel, placement: Placement
    ) -> PanelPicture | None:
        """The panel alone; None where nothing of it is on the canvas."""
        colours = figure_colours(document, panel)
        key = _Key((panel, placement, colours))
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        look = PanelLook(self._load, undrawn=partial(draw_placeholder, colours))
        try:
            picture = _picture(panel_group(panel, 1, placement, look), placement)
        except KomaError:  # the view that owns the panel says why; not kept, the file may come back
            undrawn = replace(panel, drawing=None, region_edits=())
            return _picture(panel_group(undrawn, 1, placement, look), placement)
        self._keep(key, picture)
        return picture

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._held_bytes = 0

    def _keep(self, key: _Key, picture: PanelPicture | None) -> None:
        self._pictures[key] = picture
        self._held_bytes += _bytes_of(picture)
        while len(self._pictures) > 1 and self._held_bytes > self._cache_bytes:
            self._held_bytes -= _bytes_of(self._pictures.popitem(last=False)[1])


class _Key:
    """A value that is hashed once: panels are large, and asked for several times."""

    __slots__ = ("_hash", "_value")

    def __init__(self, value: object) -> None:
        self._value, self._hash = value, hash(value)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._hash == other._hash and self._value == other._value


def _bytes_of(picture: PanelPicture | None) -> int:
    return 0 if picture is None else picture.image.sizeInBytes()


def _picture(group: LayerGroup | None, placement: Placement) -> PanelPicture | None:
    if group is None:
        return None
    area = extent(group).intersected(placement.canvas)
    return PanelPicture(flatten([group], area), area.left, area.top)


def _numbers(document: Document, page: Page) -> dict[str, int]:
    ordered = reading_order(page, document.reading_direction)
    return {panel.id: number for number, panel in enumerate(ordered, start=1)}
