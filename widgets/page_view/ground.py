"""The paper with its soft shadow, and the lines that the printer knows: trim and live area."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.document import PageFormat
from core.geometry import Rect
from widgets.common.theme import LIGHT, current, faded, mixed
from widgets.painting import image_from_array

SHADOW_PX = 18
SHADOW_DROP_PX = 4
SHADOW_OPACITY = 0.38
BLEED_VEIL = 0.1  # how much ink lies over what will be cut off: paper a little darker
BLEED_HATCH = 0.1  # and how much more on its thin slanting lines
HATCH_PX = 7
DASH = (4.0, 4.0)


class PaperItem(QGraphicsItem):
    """White paper on the page ground. Its shadow has one width on the screen at any zoom."""

    def __init__(self) -> None:
        super().__init__()
        self._paper_mm = QRectF()

    def set_paper(self, paper_mm: QRectF) -> None:
        if paper_mm != self._paper_mm:
            self.prepareGeometryChange()
            self._paper_mm = paper_mm

    # Qt's own names from here on.

    def boundingRect(self) -> QRectF:
        # The shadow in mm at the smallest zoom a view goes to; more costs nothing.
        reach = 120.0
        return self._paper_mm.adjusted(-reach, -reach, reach, reach)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self._paper_mm.isEmpty():
            return
        # On whole pixels, or the nine patches would show where they meet.
        paper = QRectF(painter.worldTransform().mapRect(self._paper_mm).toRect())
        painter.save()
        painter.resetTransform()
        _paint_shadow(painter, paper.translated(0, SHADOW_DROP_PX))
        painter.restore()
        painter.fillRect(self._paper_mm, Qt.GlobalColor.white)


class GuidesItem(QGraphicsItem):
    """Trim, live area, and a veil over what will be cut off. Lies above the panels."""

    def __init__(self) -> None:
        super().__init__()
        self._format = PageFormat()

    def set_format(self, page_format: PageFormat) -> None:
        if page_format != self._format:
            self.prepareGeometryChange()
            self._format = page_format

    def _paint_bleed(self, painter: QPainter, trim: QRectF) -> None:
        """The same in every theme: it lies on paper."""
        ink = LIGHT.colour("text")
        hatch = QBrush(_hatch(ink.rgb()))
        # The pattern has one width on the screen, at any zoom.
        hatch.setTransform(painter.worldTransform().inverted()[0])
        for side in _sides(qt_rect(self._format.bleed_area), trim):
            painter.fillRect(side, faded(ink, BLEED_VEIL))
            painter.fillRect(side, hatch)

    # Qt's own names from here on.

    def boundingRect(self) -> QRectF:
        return qt_rect(self._format.bleed_area).adjusted(-1, -1, 1, 1)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        trim, live = qt_rect(self._format.trim), qt_rect(self._format.live_area)
        if self._format.bleed_mm > 0:
            self._paint_bleed(painter, trim)
        pen = QPen(
            mixed(LIGHT.colour("surface"), LIGHT.colour("quiet_text"), 0.6),
            painter.device().devicePixelRatioF(),
        )
        pen.setCosmetic(True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawRect(trim)
        if not live.isEmpty():
            pen.setDashPattern(DASH)
            painter.setPen(pen)
            # Borders often lie on the live area: darkening leaves their black whole.
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Darken)
            painter.drawRect(live)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def _sides(outer: QRectF, inner: QRectF) -> tuple[QRectF, ...]:
    """What of a rectangle is outside another one within it. Rectangles fill faster than paths."""
    return (
        QRectF(outer.topLeft(), QPointF(outer.right(), inner.top())),
        QRectF(QPointF(outer.left(), inner.bottom()), outer.bottomRight()),
        QRectF(QPointF(outer.left(), inner.top()), inner.bottomLeft()),
        QRectF(inner.topRight(), QPointF(outer.right(), inner.bottom())),
    )


def qt_rect(rect: Rect) -> QRectF:
    return QRectF(rect.x, rect.y, rect.width, rect.height)


def _paint_shadow(painter: QPainter, paper: QRectF) -> None:
    """Nine patches around `paper` (px); the middle is left out, it lies under the paper."""
    corner = _shadow_corner()
    s = float(SHADOW_PX)
    size = corner.width()  # a corner patch reaches as far inside the paper as outside
    inside = size - s
    left, top = paper.left() - s, paper.top() - s
    right, bottom = paper.right() + s, paper.bottom() + s
    if paper.width() < 2 * inside or paper.height() < 2 * inside:
        return
    corners = (
        (left, top, corner),
        (right - size, top, corner.flipped(Qt.Orientation.Horizontal)),
        (left, bottom - size, corner.flipped(Qt.Orientation.Vertical)),
        (
            right - size,
            bottom - size,
            corner.flipped(Qt.Orientation.Horizontal | Qt.Orientation.Vertical),
        ),
    )
    for x, y, image in corners:
        painter.drawImage(QRectF(x, y, size, size), image)
    width, height = right - left - 2 * size, bottom - top - 2 * size
    # The last column and row of a corner patch go on along the sides.
    across, down = QRectF(size - 1, 0, 1, size), QRectF(0, size - 1, size, 1)
    painter.drawImage(QRectF(left + size, top, width, size), corners[0][2], across)
    painter.drawImage(QRectF(left, top + size, size, height), corners[0][2], down)
    painter.drawImage(QRectF(left + size, bottom - size, width, size), corners[2][2], across)
    painter.drawImage(QRectF(right - size, top + size, size, height), corners[1][2], down)


@cache
def _hatch(ink: int) -> QImage:
    """A tile of one slanting line that goes on in the tiles around it."""
    tile = QImage(HATCH_PX, HATCH_PX, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setPen(faded(QColor.fromRgb(ink), BLEED_HATCH))
    for i in range(HATCH_PX):
        painter.drawPoint(i, HATCH_PX - 1 - i)
    painter.end()
    return tile


@cache
def _shadow_corner() -> QImage:
    """The top left corner of a blurred rectangle: black, its alpha the product of two ramps."""
    size = 2 * SHADOW_PX
    # A smooth step, the sum of a box blur of a box blur: near to a Gaussian, without its tail.
    t = (np.arange(size) + 0.5) / size
    ramp = t * t * (3 - 2 * t)
    alpha = np.outer(ramp, ramp) * SHADOW_OPACITY * 255
    pixels = np.zeros((size, size, 4), np.uint8)
    pixels[..., 3] = np.round(alpha).astype(np.uint8)
    return image_from_array(pixels).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def ground_colour() -> QColor:
    return current().colour("page_ground")
