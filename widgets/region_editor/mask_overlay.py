"""A mask as the artist sees it: a veil of colour, and a line that marches around it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from widgets.common import theme
from widgets.region_editor.mask_outline import Loop
from widgets.region_editor.mask_strokes import Box, Pixels

OPACITY = 0.45
MARCH_MS = 200  # slow enough to cost little, quick enough to be seen
DASH = 4.0  # px of the screen, as long as the gap
LINE_PX = 1.5


class MaskOverlay:
    """The veil, at the mask's resolution. Only what changed is coloured again.

    The picture shares its memory with an array, so it never leaves this object.
    """

    def __init__(self, mask: Pixels, colour: QColor) -> None:
        self._colours = _veil_colours(colour)
        self._pixels = np.ascontiguousarray(self._colours[mask])
        height, width = mask.shape
        memory = self._pixels.view(np.uint8).reshape(-1).data
        self._image = QImage(
            memory, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied
        )

    def recolour(self, mask: Pixels, colour: QColor) -> None:
        self._colours = _veil_colours(colour)
        self._pixels[:] = self._colours[mask]

    def refresh(self, mask: Pixels, box: Box) -> None:
        """Show what `mask` holds inside `box` now."""
        if not box.is_empty:
            self._pixels[box.slices] = self._colours[mask[box.slices]]

    def draw(self, painter: QPainter, target: QRectF, exposed: QRectF) -> None:
        """Stretch the mask over `target`, painting no more than what `exposed` needs."""
        draw_part(painter, self._image, target, exposed)


def draw_part(painter: QPainter, image: QImage, target: QRectF, exposed: QRectF) -> None:
    """Stretch an image over `target`, but no more of it than `exposed` needs."""
    step_x, step_y = target.width() / image.width(), target.height() / image.height()
    visible = target.intersected(exposed)
    if visible.isEmpty():
        return
    # Two px more than needed: the edge of a part is interpolated otherwise than its middle.
    left = max(0, math.floor((visible.left() - target.left()) / step_x) - 2)
    top = max(0, math.floor((visible.top() - target.top()) / step_y) - 2)
    right = min(image.width(), math.ceil((visible.right() - target.left()) / step_x) + 2)
    bottom = min(image.height(), math.ceil((visible.bottom() - target.top()) / step_y) + 2)
    part = QRectF(left, top, right - left, bottom - top)
    place = QRectF(
        target.left() + left * step_x,
        target.top() + top * step_y,
        part.width() * step_x,
        part.height() * step_y,
    )
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, image, part)


def _veil_colours(colour: QColor) -> NDArray[np.uint32]:
    """Premultiplied ARGB for each value of a mask."""
    alpha = np.arange(256) * OPACITY
    channels = [np.rint(alpha)]
    channels += [np.rint(alpha * c / 255.0) for c in (colour.red(), colour.green(), colour.blue())]
    a, r, g, b = (c.astype(np.uint32) for c in channels)
    return (a << 24 | r << 16 | g << 8 | b).astype(np.uint32)


class MarchingOutline(QObject):
    """Dashes that run around a region, dark on light, so that they read on any picture.

    The timer lives on being seen: each paint keeps it going, and once a step was not painted
    (hidden, scrolled away, minimised, out of its scene) it stops by itself until the next paint.
    """

    advanced = Signal()  # repaint the outline

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._path = QPainterPath()
        self._phase = 0.0
        self._was_painted = False
        self._timer = QTimer(self)
        self._timer.setInterval(MARCH_MS)
        self._timer.timeout.connect(self._on_step)

    @property
    def is_empty(self) -> bool:
        return self._path.isEmpty()

    @property
    def is_marching(self) -> bool:
        return self._timer.isActive()

    @property
    def bounds(self) -> QRectF:
        """In px of the mask."""
        return self._path.boundingRect()

    def set_loops(self, loops: tuple[Loop, ...]) -> None:
        """Closed lines in px of the mask; () = nothing to show."""
        self._path = path_of(loops)
        if not loops:
            self.stop()

    def stop(self) -> None:
        self._timer.stop()

    def paint(self, painter: QPainter) -> None:
        """In px of the mask: the painter's transform puts it on the screen."""
        if self._path.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.strokePath(self._path, thin_pen(painter, QColor(theme.DARK.ground), LINE_PX))
        dashes = thin_pen(painter, QColor(theme.LIGHT.surface), LINE_PX)
        dashes.setDashPattern([DASH / LINE_PX, DASH / LINE_PX])
        dashes.setDashOffset(self._phase / LINE_PX)
        painter.strokePath(self._path, dashes)
        self._was_painted = True
        if not self._timer.isActive():
            self._timer.start()

    def _on_step(self) -> None:
        if not self._was_painted:
            self._timer.stop()
            return
        self._was_painted = False
        self._phase = (self._phase - 1.0) % (2 * DASH)
        self.advanced.emit()


def path_of(loops: tuple[Loop, ...]) -> QPainterPath:
    path = QPainterPath()
    for loop in loops:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in loop.tolist()]))
        path.closeSubpath()
    return path


def thin_pen(painter: QPainter, colour: QColor, width_px: float) -> QPen:
    """As wide at any zoom. Qt counts such a pen in pixels of the device, we in logical ones."""
    pen = QPen(colour, width_px * painter.device().devicePixelRatioF())
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen
