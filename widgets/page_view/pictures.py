"""The pictures that a page shows: painted from pixels between events, never while one paints."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import is_
from typing import Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage, QPainter

from core.document import Document, Panel
from core.geometry import Point, Polygon
from widgets.painting import LoadRaster, PagePainter, Placement
from widgets.painting.placeholder import figure_colours

SETTLE_MS = 120  # the hand rests so long before the pictures get sharp
SLICE_S = 0.008  # how long pictures are painted before events have their turn again
MAX_PICTURE_PX = 6_000_000  # of a panel; nearer than that it is shown enlarged
MAX_AHEAD_PX = 12_000_000  # of all panels out of sight
STALE_GREY = 0.15


@dataclass(frozen=True, slots=True)
class Look:
    """All that changes a panel's picture. Equal looks need no new picture.

    `source` counts from where pictures were read: another project may use the same names.
    """

    panel: Panel
    colours: tuple[str, ...]
    px_per_mm: float
    is_grey: bool
    source: int


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A panel's picture. `left` and `top` are px from the page's origin at the look's scale."""

    image: QImage
    left: int
    top: int
    look: Look

    @property
    def polygon(self) -> Polygon:
        return self.look.panel.polygon

    @property
    def px_per_mm(self) -> float:
        return self.look.px_per_mm


class Pictured(Protocol):
    """What the queue knows of a panel on the page."""

    @property
    def shown_panel(self) -> Panel: ...
    @property
    def picture(self) -> ShownPicture | None: ...
    @property
    def is_grey(self) -> bool: ...
    @property
    def hides_figures(self) -> bool: ...
    def set_picture(self, picture: ShownPicture | None) -> None: ...


def look_of(
    document: Document,
    panel: Panel,
    px_per_mm: float,
    *,
    grey: bool,
    hides_figures: bool,
    source: int = 0,
) -> Look:
    """What a panel looks like, less all that its picture does not show."""
    bare = panel.drawing is not None or hides_figures
    seen = replace(
        Panel(panel.id, panel.polygon),
        border=panel.border,
        figures=() if bare else panel.figures,
        region_edits=panel.region_edits,
        drawing=panel.drawing,
    )
    bounds = panel.polygon.bounds
    most = (MAX_PICTURE_PX / max(bounds.area, 1e-6)) ** 0.5
    return Look(seen, figure_colours(document, seen), min(px_per_mm, most), grey, source)


class PictureQueue(QObject):
    """Paints the pictures of panels in small slices, those in sight first."""

    def __init__(self, load: LoadRaster, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._painter = PagePainter(load)
        self._source = 0
        self._document: Document | None = None
        self._items: list[Pictured] = []
        self._visible: set[str] = set()
        self._right: dict[str, tuple[object, ...]] = {}  # by panel id: what its picture shows
        self._px_per_mm = 1.0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLE_MS)
        self._rest.timeout.connect(self._begin)
        self._slice = QTimer(self)
        self._slice.setSingleShot(True)
        self._slice.setInterval(0)
        self._slice.timeout.connect(self._paint_slice)

    def set_load(self, load: LoadRaster) -> None:
        """Read pictures from elsewhere; all are painted anew at the next request."""
        self._source += 1
        self._painter = PagePainter(load)

    def set_items(self, document: Document | None, items: Iterable[Pictured]) -> None:
        """The panels of the page, in the order in which they are painted; begins at once."""
        self._document = document
        self._items = list(items)
        for panel_id in self._right.keys() - {item.shown_panel.id for item in self._items}:
            del self._right[panel_id]
        self.request()

    def set_view(self, px_per_mm: float, visible: Iterable[str], *, settled: bool) -> None:
        """What is seen, and at how many device px a millimetre.

        Not `settled`: a hand is moving the page, and nothing is painted until it rests.
        """
        self._px_per_mm = px_per_mm
        self._visible = set(visible)
        (self._rest if settled else self._slice).stop()
        (self._slice if settled else self._rest).start()

    def request(self) -> None:
        """Some panel has changed. Paints soon, but not while the page is being moved."""
        if not self._rest.isActive() and not self._slice.isActive():
            self._slice.start()

    def finish(self) -> None:
        """Paint all that is waiting, now: before the page is grabbed as a picture, say."""
        self.stop()
        while self._paint_next():
            pass

    def stop(self) -> None:
        """Forget what is waiting until the next request."""
        self._rest.stop()
        self._slice.stop()

    @property
    def is_waiting(self) -> bool:
        return self._rest.isActive() or self._slice.isActive()

    def _begin(self) -> None:
        self._slice.start()

    def _paint_slice(self) -> None:
        end = time.perf_counter() + SLICE_S
        while self._paint_next():
            if time.perf_counter() >= end:
                self._slice.start()
                return

    def _paint_next(self) -> bool:
        """Paint the first picture that is not as it should be; False where all are."""
        document = self._document
        if document is None:
            return False
        in_sight = [i for i in self._items if i.shown_panel.id in self._visible]
        for item in in_sight or self._items[:1]:
            if self._paint(document, item):
                return True
        ahead = 0.0
        for item in self._items:
            if item.shown_panel.id in self._visible:
                continue
            ahead += item.shown_panel.polygon.bounds.area * self._px_per_mm**2
            if item.picture is not None and ahead > MAX_AHEAD_PX:
                continue
            if self._paint(document, item):
                return True
        return False

    def _paint(self, document: Document, item: Pictured) -> bool:
        """False where the picture is as it should be: by identity first, asked at every move."""
        about = (
            *(item.shown_panel, document.characters, item.picture),
            *(self._px_per_mm, item.is_grey, item.hides_figures, self._source),
        )
        known = self._right.get(item.shown_panel.id, ())
        if known[:3] and all(map(is_, known[:3], about[:3])) and known[3:] == about[3:]:
            return False
        look = look_of(
            document,
            item.shown_panel,
            self._px_per_mm,
            grey=item.is_grey,
            hides_figures=item.hides_figures,
            source=self._source,
        )
        if item.picture is not None and item.picture.look == look:
            self._right[item.shown_panel.id] = about
            return False
        item.set_picture(self._painted(document, look))
        return True

    def _painted(self, document: Document, look: Look) -> ShownPicture:
        placement = _placement(look)
        found = self._painter.panel_picture(document, look.panel, placement)
        if found is None:  # an outline without area: nothing to see, and nothing to ask for again
            return ShownPicture(QImage(), 0, 0, look)
        image = _greyed(found.image) if look.is_grey else found.image
        origin = placement.point(Point(0.0, 0.0))
        return ShownPicture(image, found.left - round(origin.x), found.top - round(origin.y), look)


def _placement(look: Look) -> Placement:
    """A canvas around the panel whose pixels lie on those of a page at the same scale."""
    bounds, scale = look.panel.polygon.bounds, look.px_per_mm
    reach = 2.0 + (look.panel.border.width_mm if look.panel.border else 0.0) * 4
    left, top = int((bounds.x - reach) * scale) - 2, int((bounds.y - reach) * scale) - 2
    right = int((bounds.right + reach) * scale) + 2
    bottom = int((bounds.bottom + reach) * scale) + 2
    return Placement(scale, Point(left / scale, top / scale), right - left, bottom - top)


def _greyed(image: QImage) -> QImage:
    """A copy, part of its colour gone."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    faded = image.copy()
    painter = QPainter(faded)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceAtop)
    painter.setOpacity(STALE_GREY)
    painter.drawImage(0, 0, grey)
    painter.end()
    return faded
