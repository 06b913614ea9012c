"""The puppet: the characters' own pixels, warped to the figures' poses."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.geometry import Polygon

SAME_SIZE_PX = 1.0  # a picture that fits the screen so well is put upon it pixel by pixel


class PuppetItem(QGraphicsItem):
    """One picture over a panel, in page mm, cut along the panel's polygon."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1.0)
        self._image: QImage | None = None
        self._rect = QRectF()
        self._polygon: Polygon | None = None
        self._outline = QPainterPath()
        self._is_upright = False

    def show_puppet(self, image: QImage | None, rect_mm: QRectF, polygon: Polygon | None) -> None:
        """None, be it for the picture or the polygon, hides it."""
        if rect_mm != self._rect or polygon != self._polygon:
            self.prepareGeometryChange()
            self._rect = QRectF(rect_mm)
            self._take_outline(polygon)
        self._image = image if image is not None and not image.isNull() else None
        self.setVisible(self._image is not None and polygon is not None)
        self.update()

    def _take_outline(self, polygon: Polygon | None) -> None:
        self._polygon = polygon
        self._outline = QPainterPath()
        self._is_upright = False
        if polygon is not None:
            self._outline.addPolygon([QPointF(p.x, p.y) for p in polygon.points])
            self._outline.closeSubpath()
            self._is_upright = _is_upright(polygon)

    def boundingRect(self) -> QRectF:
        return self._rect.intersected(self._outline.boundingRect())

    def shape(self) -> QPainterPath:
        """Nothing of it takes the mouse: the layer does."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._image is None:
            return
        if self._is_upright:  # soft edges of a clip are slow, and an upright one has none
            painter.setClipRect(self.boundingRect(), Qt.ClipOperation.IntersectClip)
        else:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipPath(self._outline, Qt.ClipOperation.IntersectClip)
        place = painter.worldTransform().mapRect(self._rect)
        ratio = painter.device().devicePixelRatioF()
        if _fits(self._image, place, ratio):
            painter.setWorldTransform(QTransform())
            at = QPointF(round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio)
            image = QImage(self._image)  # shares the pixels
            image.setDevicePixelRatio(ratio)
            painter.drawImage(at, image)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._rect, self._image)


def _fits(image: QImage, place: QRectF, ratio: float) -> bool:
    """Whether the picture has the size at which it is seen, to less than a pixel."""
    wide = abs(image.width() - place.width() * ratio)
    high = abs(image.height() - place.height() * ratio)
    return max(wide, high) <= SAME_SIZE_PX


def _is_upright(polygon: Polygon) -> bool:
    """Whether it is a rectangle along the axes."""
    points = polygon.points
    if len(points) != 4:
        return False
    sides = itertools.pairwise((*points, points[0]))
    return all((a.x == b.x) != (a.y == b.y) for a, b in sides)
