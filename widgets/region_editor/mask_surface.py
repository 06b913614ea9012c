"""A mask that is painted and shown: what the page's region layer and the mask canvas share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QPainter, QTransform

from core.geometry import Raster, Rect
from widgets.painting.placement import PixelRect
from widgets.painting.resampling import resample_mask
from widgets.region_editor.mask_outline import outline
from widgets.region_editor.mask_overlay import MarchingOutline, MaskOverlay
from widgets.region_editor.mask_strokes import NOWHERE, Box, MaskPainting, Pixels


class MaskSurface(QObject):
    """Keeps the mask, its veil and its outline in step.

    Strokes are cheap: only their box is coloured again, and the outline, which costs more, rests
    until the stroke ends (it would lag behind the hand).
    """

    edited = Signal(object)  # Raster: a step of the artist's is complete
    changed = Signal(object)  # Box, px of the mask: repaint this much
    outline_changed = Signal()  # repaint the outline
    history_changed = Signal(bool, bool)  # whether there is something to undo, to redo

    def __init__(self, parent: QObject, width: int, height: int, colour: QColor) -> None:
        super().__init__(parent)
        self._colour = QColor(colour)
        self.painting = MaskPainting(np.zeros((height, width), np.uint8))
        self.overlay = MaskOverlay(self.painting.mask, self._colour)
        self.outline = MarchingOutline(self)
        self.outline.advanced.connect(self.outline_changed)
        self._sent: Raster | None = None
        self._stroke_end: tuple[float, float] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        height, width = self.painting.mask.shape
        return width, height

    @property
    def colour(self) -> QColor:
        return QColor(self._colour)

    def set_colour(self, colour: QColor) -> None:
        if colour != self._colour:
            self._colour = QColor(colour)
            self.overlay.recolour(self.painting.mask, self._colour)
            self.changed.emit(self._everything())

    def restart(self, mask: Pixels) -> None:
        """Another mask, of any size, and no history."""
        self._sent = self._stroke_end = None
        self.painting = MaskPainting(mask)
        self.overlay = MaskOverlay(self.painting.mask, self._colour)
        self.settle(self._everything())

    def accept(self, mask: Raster, note: object = None) -> None:
        """A mask of any size from elsewhere, as a step; the one just reported changes nothing."""
        if mask is self._sent:
            return
        self.painting.end()
        self._sent = mask
        self.settle(self.painting.replace(self.fitted(mask), note))

    def press(
        self, at: tuple[float, float], radius_px: float, erase: bool, straight: bool = False
    ) -> None:
        """Put the brush down; `straight` draws a line from where the last stroke ended."""
        start = self._stroke_end if straight and self._stroke_end is not None else at
        self.outline_changed.emit()  # it rests now
        self.show(self.painting.begin(start, radius_px, erase))
        self.drag(at, radius_px)

    def drag(self, at: tuple[float, float], radius_px: float) -> None:
        if self.painting.is_stroking:
            self._stroke_end = at
            self.show(self.painting.stroke_to(at, radius_px))

    def release(self) -> None:
        """Lift the brush, if it is down."""
        if self.painting.is_stroking:
            changed = self.painting.end()
            self.settle(NOWHERE)
            if changed:
                self._report()

    def cancel(self) -> bool:
        """Take back the running stroke. False = there was none."""
        if not self.painting.is_stroking:
            return False
        self._stroke_end = None
        self.settle(self.painting.cancel())
        return True

    def clear(self) -> None:
        self._step(self.painting.clear)

    def fill(self) -> None:
        self._step(self.painting.fill)

    def invert(self) -> None:
        self._step(self.painting.invert)

    def undo(self) -> None:
        self._step(self.painting.undo)

    def redo(self) -> None:
        self._step(self.painting.redo)

    def _step(self, change: Callable[[], Box]) -> None:
        self.cancel()
        box = change()
        self.settle(box)
        if not box.is_empty:
            self._report()

    def _report(self) -> None:
        self._sent = self.raster()
        self.edited.emit(self._sent)

    def show(self, box: Box) -> None:
        """Show what a running stroke changed."""
        if not box.is_empty:
            self.overlay.refresh(self.painting.mask, box)
            self.changed.emit(box)

    def settle(self, box: Box) -> None:
        """Show what a whole step of the history changed, and trace the outline again."""
        self.show(box)
        self.outline_changed.emit()  # where it was
        self.outline.set_loops(outline(self.painting.mask))
        self.outline_changed.emit()  # where it is
        self.history_changed.emit(self.painting.can_undo, self.painting.can_redo)

    def fitted(self, mask: Raster) -> Pixels:
        """The first channel of a mask of any size, stretched over this one; soft between pixels."""
        pixels = mask.array if mask.channels == 1 else mask.array[..., 0]
        width, height = self.size
        if pixels.shape == (height, width):
            return pixels
        return resample_mask(pixels, Rect(0, 0, width, height), PixelRect(0, 0, width, height))

    def raster(self) -> Raster:
        return Raster.from_array(self.painting.mask)

    def paint(self, painter: QPainter, target: QRectF, exposed: QRectF) -> None:
        """Stretched over `target`. The outline is not shown while a stroke runs."""
        self.overlay.draw(painter, target, exposed)
        if not self.painting.is_stroking:
            painter.save()
            painter.setTransform(self._onto(target), True)
            self.outline.paint(painter)
            painter.restore()

    def outline_area(self, target: QRectF) -> QRectF:
        """Where the outline lies when the mask is stretched over `target`."""
        return self._onto(target).mapRect(self.outline.bounds)

    def _onto(self, target: QRectF) -> QTransform:
        width, height = self.size
        transform = QTransform.fromTranslate(target.left(), target.top())
        return transform.scale(target.width() / width, target.height() / height)

    def _everything(self) -> Box:
        return Box(0, 0, *self.size)
