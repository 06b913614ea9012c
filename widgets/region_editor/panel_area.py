"""A panel as the region layer sees it: an area in millimetres with a mask stretched over it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

from core.geometry import Polygon
from widgets.region_editor.mask_strokes import Box, Pixels

MASK_SIDE_PX = 512  # the longer side of the mask, however large the panel is
SMALLEST_MM = 1e-3  # a panel without area can be shown, not painted


class PanelArea:
    """Millimetres count from the top left corner of the panel's bounds."""

    def __init__(self, polygon: Polygon) -> None:
        bounds = polygon.bounds
        self.polygon = polygon
        self.origin = QPointF(bounds.x, bounds.y)  # on the page
        self.rect = QRectF(
            0.0, 0.0, max(bounds.width, SMALLEST_MM), max(bounds.height, SMALLEST_MM)
        )
        self.outline = QPainterPath()
        self.outline.addPolygon([QPointF(p.x - bounds.x, p.y - bounds.y) for p in polygon.points])
        self.outline.closeSubpath()
        factor = MASK_SIDE_PX / max(self.rect.width(), self.rect.height())
        self.mask_width = max(1, round(self.rect.width() * factor))
        self.mask_height = max(1, round(self.rect.height() * factor))
        self._px_per_mm_x = self.mask_width / self.rect.width()
        self._px_per_mm_y = self.mask_height / self.rect.height()

    def blank_mask(self) -> Pixels:
        return np.zeros((self.mask_height, self.mask_width), np.uint8)

    def to_px(self, at: QPointF) -> tuple[float, float]:
        """A point of the mask, x and y."""
        return at.x() * self._px_per_mm_x, at.y() * self._px_per_mm_y

    def length_px(self, length_mm: float) -> float:
        """The scales along x and y differ by less than one px over the whole mask."""
        return length_mm * (self._px_per_mm_x + self._px_per_mm_y) / 2

    def box_mm(self, box: Box) -> QRectF:
        """What px of the mask show, with the px around them that they are blended with."""
        return QRectF(
            (box.left - 1) / self._px_per_mm_x,
            (box.top - 1) / self._px_per_mm_y,
            (box.right - box.left + 2) / self._px_per_mm_x,
            (box.bottom - box.top + 2) / self._px_per_mm_y,
        )

    def nearest_inside(self, at: QPointF) -> QPointF:
        """The point of the bounds nearest to `at`."""
        return QPointF(
            min(max(at.x(), 0.0), self.rect.right()), min(max(at.y(), 0.0), self.rect.bottom())
        )


def around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)
