"""The puppet: the characters' own pixels, warped to the figures' poses."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.geometry import Polygon


class PuppetItem(QGraphicsItem):
    """One picture over a panel, in page mm, cut along the panel's polygon."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-1.0)
        self._image: QImage | None = None
        self._rect = QRectF()
        self._outline = QPainterPath()

    def show_puppet(self, image: QImage | None, rect_mm: QRectF, polygon: Polygon | None) -> None:
        """None, be it for the picture or the polygon, hides it."""
        self.prepareGeometryChange()
        self._image = image if image is not None and not image.isNull() else None
        self._outline = QPainterPath()
        if polygon is not None:
            self._outline.addPolygon([QPointF(p.x, p.y) for p in polygon.points])
            self._outline.closeSubpath()
        self._rect = QRectF(rect_mm)
        self.setVisible(self._image is not None and polygon is not None)
        self.update()

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
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipPath(self._outline, Qt.ClipOperation.IntersectClip)
        painter.drawImage(self._rect, self._image)
