"""Where a picture lies in the mask canvas, and how it is drawn there."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from core.geometry import Raster
from widgets.common import theme
from widgets.painting import image_from_array, image_from_raster
from widgets.region_editor.mask_overlay import draw_part
from widgets.region_editor.token_cells import TokenCells

SMALLEST_ZOOM, LARGEST_ZOOM = 0.02, 32.0
FIT_MARGIN_PX = 12.0
CHECK_PX = 8
DIMMED = 0.62  # how much of the ground lies over cells that do not count


class CanvasView:
    """Zoom and place: `zoom` is px of the screen for one px of the picture."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.origin = QPointF(0.0, 0.0)  # of the picture's top left corner, in the widget
        self.fits = True  # follow the size of the widget

    def fit(self, picture: QSizeF, widget: QSizeF) -> None:
        """All of the picture, centred; small pictures grow."""
        room_x = max(widget.width() - 2 * FIT_MARGIN_PX, 1.0)
        room_y = max(widget.height() - 2 * FIT_MARGIN_PX, 1.0)
        self.zoom = _limited(min(room_x / picture.width(), room_y / picture.height()))
        size = picture * self.zoom
        self.origin = QPointF(
            (widget.width() - size.width()) / 2, (widget.height() - size.height()) / 2
        )
        self.fits = True

    def zoom_to(self, zoom: float, fixed: QPointF) -> None:
        """Another zoom, under which `fixed` (px of the widget) keeps its place."""
        zoom = _limited(zoom)
        self.origin = fixed - (fixed - self.origin) * (zoom / self.zoom)
        self.zoom = zoom
        self.fits = False

    def pan(self, by: QPointF) -> None:
        self.origin = self.origin + by  # not in place: points are handed out
        self.fits = False

    def to_picture(self, at: QPointF) -> QPointF:
        return (at - self.origin) / self.zoom

    def to_widget(self, area: QRectF) -> QRectF:
        return QRectF(self.origin + area.topLeft() * self.zoom, area.size() * self.zoom)


class CanvasPicture:
    """A picture that is drawn at any zoom: far away from copies of half, a quarter ... the size,
    because Qt's smooth scaling looks at four pixels only."""

    def __init__(self, raster: Raster) -> None:
        self._levels = [image_from_raster(raster)]
        self._has_alpha = raster.channels == 4

    @property
    def size(self) -> QSizeF:
        return QSizeF(self._levels[0].size())

    def draw(self, painter: QPainter, target: QRectF, exposed: QRectF, scale: float) -> None:
        """`scale` is px of the device for one px of the picture."""
        if self._has_alpha:
            painter.fillRect(target.intersected(exposed), checks(target.topLeft()))
        wanted = max(0, math.floor(math.log2(1.0 / max(scale, 1e-3))))
        draw_part(painter, self._level(wanted), target, exposed)

    def _level(self, wanted: int) -> QImage:
        while len(self._levels) <= wanted and min(self._levels[-1].size().toTuple()) > 1:
            last = self._levels[-1]
            self._levels.append(
                last.scaled(
                    max(1, last.width() // 2),
                    max(1, last.height() // 2),
                    Qt.AspectRatioMode.IgnoreAspectRatio,
                    Qt.TransformationMode.SmoothTransformation,
                )
            )
        return self._levels[min(wanted, len(self._levels) - 1)]


def checks(origin: QPointF) -> QBrush:
    """The checkerboard that shines through where a picture has alpha."""
    palette = theme.current()
    light, dark = palette.colour("raised"), palette.colour("page_ground")
    tile = np.empty((2 * CHECK_PX, 2 * CHECK_PX, 3), np.uint8)
    tile[:] = light.red(), light.green(), light.blue()
    shade = dark.red(), dark.green(), dark.blue()
    tile[:CHECK_PX, CHECK_PX:] = shade
    tile[CHECK_PX:, :CHECK_PX] = shade
    brush = QBrush(image_from_array(tile))
    transform = brush.transform()
    brush.setTransform(transform.translate(origin.x(), origin.y()))
    return brush


def draw_cells(painter: QPainter, cells: TokenCells, view: CanvasView, colour: QColor) -> None:
    """What the model sees: cells that count have a line in `colour`, the others are dimmed."""
    square = cells.square
    place = view.to_widget(QRectF(square.left, square.top, square.side_x, square.side_y))
    shares = [index / cells.count for index in range(cells.count + 1)]
    x = [round(place.left() + place.width() * share) for share in shares]
    y = [round(place.top() + place.height() * share) for share in shares]
    dim = theme.faded(QColor(theme.DARK.ground), DIMMED)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(colour)
    for row, line in enumerate(cells.subject.tolist()):
        for column, is_subject in enumerate(line):
            width, height = x[column + 1] - x[column], y[row + 1] - y[row]
            if is_subject:
                painter.drawRect(x[column], y[row], width - 1, height - 1)
            else:
                painter.fillRect(x[column], y[row], width, height, dim)
    painter.restore()


def _limited(zoom: float) -> float:
    return min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
