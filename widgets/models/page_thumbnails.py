"""Small pictures of pages, painted one in each turn of the event loop."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from core.document import Document, Page, PageFormat
from core.errors import KomaError
from widgets.painting import LoadRaster, PagePainter, Placement
from widgets.painting.placement import MM_PER_INCH

WIDEST = 1.8  # a page is shown at most this many times wider than the strip is high
SETTLE_MS = 200  # a page that changes under the hand is painted again when the hand rests so long
PAINTER_CACHE_BYTES = 4 * 2**20


@dataclass(frozen=True, slots=True)
class _Look:
    """All that a thumbnail depends on. Pages are compared by identity."""

    page: Page
    page_format: PageFormat
    colours: tuple[tuple[str, int], ...]
    size_px: int

    def same_as(self, other: _Look) -> bool:
        rest = (self.page_format, self.colours, self.size_px)
        return self.page is other.page and rest == (
            other.page_format,
            other.colours,
            other.size_px,
        )


class PageThumbnails(QObject):
    """Thumbnails by page id. Those asked for last are painted first: they are what is on screen.

    A page that changed keeps its old picture until the new one is there.
    """

    painted = Signal(str)

    def __init__(self, load: LoadRaster, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._load = load
        self._painter = PagePainter(load, cache_bytes=PAINTER_CACHE_BYTES)
        self._document: Document | None = None
        self._colours: tuple[tuple[str, int], ...] = ()
        self._height_px = 56
        self._ratio = 1.0
        self._images: dict[str, tuple[_Look, QImage]] = {}
        self._wanted: OrderedDict[str, Page] = OrderedDict()
        self._changed: OrderedDict[str, Page] = OrderedDict()
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._paint_next)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._paint_changed)

    def set_load(self, load: LoadRaster) -> None:
        """Pictures come from elsewhere now: forget all thumbnails."""
        if load == self._load:
            return
        self._load = load
        self._painter = PagePainter(load, cache_bytes=PAINTER_CACHE_BYTES)
        self._images.clear()
        self._forget_wishes()

    def set_document(self, document: Document | None) -> None:
        """Forgets the pages that went; the others are compared when they are next asked for."""
        self._document = document
        if document is None:
            self._images.clear()
            self._forget_wishes()
            return
        self._colours = tuple((c.id, c.colour) for c in document.characters)
        present = {page.id for page in document.pages}
        for page_id in self._images.keys() - present:
            del self._images[page_id]

    def set_height(self, height_px: int, device_pixel_ratio: float) -> None:
        """Height of a thumbnail in px of the screen before scaling by `device_pixel_ratio`."""
        self._height_px, self._ratio = max(8, height_px), device_pixel_ratio

    def size(self, page_format: PageFormat) -> QSize:
        """Of the thumbnail of a page, in px before scaling by the device pixel ratio."""
        placement = self._placement(page_format, 1.0)
        if placement is None:
            return QSize(round(self._height_px * 0.7), self._height_px)
        return QSize(placement.width, placement.height)

    def image(self, page: Page) -> QImage | None:
        """The picture there is, maybe an old one; None where there is none yet.

        Asks for it to be painted: `painted` tells when it was.
        """
        if self._document is None:
            return None
        held = self._images.get(page.id)
        if held is None:
            self._wanted[page.id] = page
            self._wanted.move_to_end(page.id)
            if not self._turn.isActive():
                self._turn.start(0)
            return None
        if not held[0].same_as(self._look(page)) and self._changed.get(page.id) is not page:
            self._changed[page.id] = page
            self._settle.start()
        return held[1]

    def follow(self, page: Page) -> None:
        """A page has changed: if it has a thumbnail, paint it again when the hand rests."""
        if page.id in self._images:
            self.image(page)

    def _paint_changed(self) -> None:
        for page_id, page in self._changed.items():
            self._wanted[page_id] = page
        self._changed.clear()
        if self._wanted and not self._turn.isActive():
            self._turn.start(0)

    def _paint_next(self) -> None:
        if self._document is None or not self._wanted:
            return
        page_id, _ = self._wanted.popitem(last=True)
        page = next((p for p in self._document.pages if p.id == page_id), None)
        if page is not None:
            self._images[page_id] = (self._look(page), self._painted(self._document, page))
            self.painted.emit(page_id)
        if self._wanted and not self._turn.isActive():
            self._turn.start(0)

    def _painted(self, document: Document, page: Page) -> QImage:
        placement = self._placement(document.page_format, self._ratio)
        if placement is None:
            size = self.size(document.page_format) * self._ratio
            return _paper(size.width(), size.height(), self._ratio)
        image = _paper(placement.width, placement.height, 1.0)
        painter = QPainter(image)
        self._painter.paint(painter, document, page, placement)
        painter.end()
        image.setDevicePixelRatio(self._ratio)
        return image

    def _placement(self, page_format: PageFormat, ratio: float) -> Placement | None:
        px_per_mm = min(
            self._height_px / page_format.trim_height_mm,
            self._height_px * WIDEST / page_format.trim_width_mm,
        )
        try:
            return Placement.of_page(page_format, px_per_mm * ratio * MM_PER_INCH, "trim")
        except KomaError:  # a page so long and thin that nothing of it would be seen
            return None

    def _look(self, page: Page) -> _Look:
        page_format = self._document.page_format if self._document else PageFormat()
        return _Look(page, page_format, self._colours, round(self._height_px * self._ratio))

    def _forget_wishes(self) -> None:
        self._wanted.clear()
        self._changed.clear()
        self._turn.stop()
        self._settle.stop()


def _paper(width: int, height: int, ratio: float) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    image.setDevicePixelRatio(ratio)
    return image
