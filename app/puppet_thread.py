"""The puppets of a panel as the artist moves its figures, warped in a thread of their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from threading import Event

import numpy as np
from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from app.raster_shelf import RasterShelf
from app.worker_thread import STOP_MS, Newest, WorkerThread
from core.document import Document, Figure, Framing, Panel
from core.errors import KomaError
from core.geometry import Rect
from core.render_plan import PuppetShelf
from core.render_plan.puppets import PuppetPlace
from core.storage import Project
from widgets.painting.images import image_from_array, premultiplied_from_array

FIGURES_KEPT = 12  # figures that stand still while another is moved are not warped again
RASTER_BYTES = 128 * 2**20


@dataclass(frozen=True)
class _Wish:
    project: Project
    panel_id: str
    size_px: int
    px_per_mm: float | None


class PuppetWorker(QObject):
    """Lives in the puppets' thread."""

    warped = Signal(str, object, QRectF)

    def __init__(self, place: Newest[_Wish], stop: Event) -> None:
        super().__init__()
        self._place, self._stop = place, stop
        self._shelf = PuppetShelf()
        self._rasters = RasterShelf(RASTER_BYTES)
        self._figures: OrderedDict[Hashable, QImage | None] = OrderedDict()

    @Slot()
    def work(self) -> None:
        wish = self._place.take()
        if wish is None or self._stop.is_set():
            return
        document = wish.project.document
        try:
            panel = document.panel(wish.panel_id)
            framing = preview_framing(panel.polygon.bounds, wish.size_px)
        except KomaError:  # the panel is gone, or has no area any more
            self.warped.emit(wish.panel_id, None, QRectF())
            return
        area = framing.picture_area
        rect = QRectF(area.x, area.y, area.width, area.height)
        picture = self._picture(wish.project, panel, framing)
        if picture is not None and wish.px_per_mm is not None:
            width, height = (round(side * wish.px_per_mm) for side in (area.width, area.height))
            picture = stretched(picture, max(1, width), max(1, height))
        self.warped.emit(panel.id, picture, rect)

    def _picture(self, project: Project, panel: Panel, framing: Framing) -> QImage | None:
        """All figures, back to front; None where there is nothing to see."""
        figures = [
            image
            for figure in panel.figures
            if (image := self._figure(project, figure, framing)) is not None
        ]
        if len(figures) < 2:
            return figures[0] if figures else None
        canvas = figures[0].copy()
        painter = QPainter(canvas)
        for image in figures[1:]:
            painter.drawImage(0, 0, image)
        painter.end()
        return canvas

    def _figure(self, project: Project, figure: Figure, framing: Framing) -> QImage | None:
        place = _place_of(project.document, figure, framing)
        size = (framing.width, framing.height)
        key = (place.references, place.pose, size)
        if key not in self._figures:
            self._figures[key] = self._warped(project, place, size)
            while len(self._figures) > FIGURES_KEPT:
                self._figures.popitem(last=False)
        self._figures.move_to_end(key)
        return self._figures[key]

    def _warped(self, project: Project, place: PuppetPlace, size: tuple[int, int]) -> QImage | None:
        """None for a figure without a usable reference: rendering says what is wrong with it."""
        try:
            drawn = self._shelf.figure(place, partial(self._rasters.get, project.assets), *size)
        except KomaError:
            return None
        if drawn is None:
            return None
        image = image_from_array(drawn)
        image.convertTo(QImage.Format.Format_ARGB32_Premultiplied)
        return image


class PuppetThread(QObject):
    """Warps the figures of one panel to their poses; made and used in the window's thread.

    `puppet_ready` tells the panel's id, a premultiplied picture with transparency (None where
    nothing can be shown) and the place that it covers, in mm of the page. Of poses that come faster
    than they can be warped the newest is shown.
    """

    puppet_ready = Signal(str, object, QRectF)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._place: Newest[_Wish] = Newest()
        self._stop = Event()
        self._panel_id: str | None = None
        self._worker = worker = PuppetWorker(self._place, self._stop)
        self._thread = WorkerThread(worker, "puppets")
        queued = Qt.ConnectionType.QueuedConnection
        # Qt alone wakes the worker, from the event loop: were a signal of ours emitted, this thread
        # would have to wait until the worker gives Python's lock back.
        self._wake = QTimer(self, singleShot=True, interval=0)
        self._wake.timeout.connect(worker.work, queued)
        worker.warped.connect(self._on_warped, queued)

    def start(self) -> None:
        if not self._stop.is_set() and not self._thread.isRunning():
            self._thread.begin()

    def stop(self, timeout_ms: int = STOP_MS) -> bool:
        """As `WorkerThread.stop`."""
        self._stop.set()
        return self._thread.stop(timeout_ms)

    def show(
        self, project: Project, panel_id: str, size_px: int, px_per_mm: float | None = None
    ) -> None:
        """Warp the panel's figures as they are in this snapshot.

        size_px: the longer side of the picture that is warped. px_per_mm: the scale at which it is
        seen on the screen, to which it is brought in this thread; None leaves it as it is.
        """
        self._panel_id = panel_id
        if self._place.put(_Wish(project, panel_id, size_px, px_per_mm)):
            self._wake.start()

    def hide(self) -> None:
        """Nothing is shown any more; what is under way is not told."""
        self._panel_id = None
        self._place.take()

    @Slot(str, object, QRectF)
    def _on_warped(self, panel_id: str, image: QImage | None, rect_mm: QRectF) -> None:
        if panel_id == self._panel_id and not self._stop.is_set():
            self.puppet_ready.emit(panel_id, image, rect_mm)


def stretched(picture: QImage, width: int, height: int) -> QImage:
    """A premultiplied picture at another size. Other threads run meanwhile."""
    if (picture.width(), picture.height()) == (width, height):
        return picture
    import cv2

    rows = np.frombuffer(picture.constBits(), np.uint8)
    pixels = rows.reshape(picture.height(), picture.width(), 4)  # four bytes need no padding
    return premultiplied_from_array(np.asarray(cv2.resize(pixels, (width, height)), np.uint8))


def preview_framing(bounds: Rect, size_px: int) -> Framing:
    """A picture of these bounds (page mm), its longer side `size_px`.

    Raises BadInput for bounds without area.
    """
    longest = max(bounds.width, bounds.height)
    scale = size_px / longest if longest > 0 else 0.0
    return Framing(
        bounds, max(1, round(bounds.width * scale)), max(1, round(bounds.height * scale))
    )


def _place_of(document: Document, figure: Figure, framing: Framing) -> PuppetPlace:
    name = document.character(figure.character_id).name
    return PuppetPlace(name, document.figure_references(figure), framing.pose_to_px(figure.pose))
