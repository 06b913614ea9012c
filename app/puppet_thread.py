"""The puppets of a panel as the artist moves its figures, warped in a thread of their own."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import partial
from threading import Event

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from app.raster_shelf import RasterShelf
from app.worker_thread import STOP_MS, Newest, WorkerThread
from core.document import Document, Figure, Framing, Panel
from core.errors import KomaError
from core.geometry import Rect
from core.render_plan import PuppetShelf
from core.render_plan.puppets import PuppetPlace
from core.storage import Project
from widgets.painting.images import premultiplied_from_array

FIGURES_KEPT = 12  # figures that stand still while another is moved are not warped again
RASTER_BYTES = 128 * 2**20

_Pixels = NDArray[np.uint8]  # (H, W, 4) RGBA, premultiplied


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
        self._alone = False
        self._shelf = PuppetShelf()
        self._rasters = RasterShelf(RASTER_BYTES)
        self._figures: OrderedDict[Hashable, _Pixels | None] = OrderedDict()

    @Slot()
    def work(self) -> None:
        wish = self._place.take()
        if wish is None or self._stop.is_set():
            return
        self._work_alone()
        document = wish.project.document
        try:
            panel = document.panel(wish.panel_id)
            framing = preview_framing(panel.polygon.bounds, wish.size_px)
        except KomaError:  # the panel is gone, or has no area any more
            self.warped.emit(wish.panel_id, None, QRectF())
            return
        area = framing.picture_area
        rect = QRectF(area.x, area.y, area.width, area.height)
        pixels = self._picture(wish.project, panel, framing)
        if pixels is None:
            self.warped.emit(panel.id, None, rect)
            return
        if wish.px_per_mm is not None:
            width, height = (round(side * wish.px_per_mm) for side in (area.width, area.height))
            pixels = stretched(pixels, max(1, width), max(1, height))
        self.warped.emit(panel.id, as_image(pixels), rect)

    def _work_alone(self) -> None:
        """OpenCV's helpers would run at the priority of whichever thread used them first."""
        if not self._alone:
            import cv2

            cv2.setNumThreads(1)
            self._alone = True

    def _picture(self, project: Project, panel: Panel, framing: Framing) -> _Pixels | None:
        """All figures, back to front; None where there is nothing to see."""
        from core.puppet.painting import over

        canvas: _Pixels | None = None
        for figure in panel.figures:
            drawn = self._figure(project, figure, framing)
            if drawn is not None:
                canvas = drawn if canvas is None else over(canvas, drawn)
        return canvas

    def _figure(self, project: Project, figure: Figure, framing: Framing) -> _Pixels | None:
        place = _place_of(project.document, figure, framing)
        size = (framing.width, framing.height)
        # A key's hash goes through all keypoints: the fewer look-ups the better.
        key = (place.references, place.pose, size)
        missing = np.empty(0, np.uint8)
        drawn = self._figures.pop(key, missing)
        if drawn is missing:
            drawn = self._warped(project, place, size)
        self._figures[key] = drawn
        while len(self._figures) > FIGURES_KEPT:
            self._figures.popitem(last=False)
        return drawn

    def _warped(
        self, project: Project, place: PuppetPlace, size: tuple[int, int]
    ) -> _Pixels | None:
        """None for a figure without a usable reference: rendering says what is wrong with it."""
        load = partial(self._rasters.get, project.assets)
        try:
            return self._shelf.figure(place, load, *size, premultiplied=True)
        except KomaError:
            return None


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


# In what follows other threads run meanwhile, and none of Qt's has to help: a thread pool that
# shares two cores with the window would keep its painting waiting.


def stretched(pixels: _Pixels, width: int, height: int) -> _Pixels:
    """A premultiplied picture at another size."""
    if pixels.shape[:2] == (height, width):
        return pixels
    import cv2

    return np.asarray(cv2.resize(pixels, (width, height)), np.uint8)


def as_image(pixels: _Pixels) -> QImage:
    """What Qt paints fastest, from premultiplied RGBA."""
    import cv2

    return premultiplied_from_array(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), np.uint8))


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
