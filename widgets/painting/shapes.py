"""Antialiased masks and lines of panels.

Painted in bands: Qt's raster engine draws nothing beyond 32,767 px, and a band bounds memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from core.geometry import Polygon
from widgets.painting.images import array_from_image
from widgets.painting.placement import PixelRect

Pixels = NDArray[np.uint8]

BAND_PX = 2048
MITER_LIMIT = 4.0  # of the line's width: corners down to 14 degrees stay pointed
OVERLAP_PX = 2.0  # how far the border's line runs on beneath the edge of the panel's mask


def bands(area: PixelRect) -> Iterator[PixelRect]:
    """`area` cut into strips of at most `BAND_PX` rows."""
    for top in range(area.top, area.bottom, BAND_PX):
        yield PixelRect(area.left, top, area.right, min(top + BAND_PX, area.bottom))


def panel_mask(polygon: Polygon, border_px: float, area: PixelRect) -> Pixels:
    """(H, W) uint8 coverage of `area` by the polygon and the line centred on it; px of the page."""
    path = _path(polygon)

    def paint(painter: QPainter) -> None:
        painter.setPen(_pen(border_px, QColor("white")))
        painter.setBrush(QColor("white"))
        painter.drawPath(path)

    return _paint(paint, area, QImage.Format.Format_Grayscale8, 1)


def border_line(polygon: Polygon, border_px: float, colour: str, area: PixelRect) -> Pixels:
    """(H, W, 4) uint8 RGBA: the line around a panel, to be cut by `panel_mask`.

    Outwards it is `OVERLAP_PX` too wide. Were both the line and the mask to end on the same soft
    pixels, those would be softened twice and the art would shine through as a fringe.
    """
    path = _path(polygon)
    ink = QColor(colour)

    def paint(painter: QPainter) -> None:
        painter.strokePath(path, _pen(border_px + 2 * OVERLAP_PX, ink))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationOut)
        painter.fillPath(path, QColor("black"))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.strokePath(path, _pen(border_px, ink))

    return _paint(paint, area, QImage.Format.Format_ARGB32_Premultiplied, 4)


def _paint(
    paint: Callable[[QPainter], None], area: PixelRect, image_format: QImage.Format, channels: int
) -> Pixels:
    strips: list[Pixels] = []
    for band in bands(area):
        image = QImage(band.width, band.height, image_format)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-band.left, -band.top)
        paint(painter)
        painter.end()
        strips.append(array_from_image(image, channels))
    return np.concatenate(strips)


def _path(polygon: Polygon) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon([QPointF(p.x, p.y) for p in polygon.points])
    path.closeSubpath()
    return path


def _pen(width_px: float, colour: QColor) -> QPen:
    if width_px <= 0:  # in Qt a width of 0 means one pixel
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(colour, width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setMiterLimit(MITER_LIMIT)
    return pen
