"""What stands in a panel that was not drawn yet: light paper, its figures as faint skeletons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from core.document import CHARACTER_COLOURS, Document, Figure, Panel
from core.geometry import Point
from core.pose import LIMBS
from widgets.painting.images import array_from_image
from widgets.painting.placement import PixelRect, Placement

PAPER = "#F6F4F0"  # a little darker than the page, so that an undrawn panel is seen as one
OPACITY = 0.45
LIMB_MM = 1.4
HEAD_MM = 3.0


def figure_colours(document: Document, panel: Panel) -> tuple[str, ...]:
    """The character's colour for each figure of the panel, grey for an unknown character."""
    colours = {
        c.id: CHARACTER_COLOURS[c.colour % len(CHARACTER_COLOURS)] for c in document.characters
    }
    return tuple(colours.get(f.character_id, CHARACTER_COLOURS[-1]) for f in panel.figures)


def draw_placeholder(
    colours: tuple[str, ...], panel: Panel, placement: Placement, area: PixelRect
) -> NDArray[np.uint8]:
    """(H, W, 4) uint8 RGBA, opaque, of the pixels `area` of the page."""
    # Drawn full and then laid on faintly as a whole: faint limbs would be darker where they meet.
    figures = QImage(area.width, area.height, QImage.Format.Format_ARGB32_Premultiplied)
    figures.fill(0)
    painter = QPainter(figures)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(-area.left, -area.top)
    for figure, colour in zip(panel.figures, colours, strict=True):
        _draw_figure(painter, figure, panel, placement, QColor(colour))
    painter.end()
    paper = QImage(figures.size(), figures.format())
    paper.fill(QColor(PAPER))
    painter = QPainter(paper)
    painter.setOpacity(OPACITY)
    painter.drawImage(0, 0, figures)
    painter.end()
    return array_from_image(paper, 4)


def _draw_figure(
    painter: QPainter, figure: Figure, panel: Panel, placement: Placement, colour: QColor
) -> None:
    corner = Point(panel.polygon.bounds.x, panel.polygon.bounds.y)
    at = [_qt(placement.point(corner + k.point)) if k.visible else None for k in figure.pose.body]
    pen = QPen(colour, LIMB_MM * placement.px_per_mm)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    for start, end in LIMBS:
        a, b = at[start], at[end]
        if a is not None and b is not None:
            painter.drawLine(a, b)
    nose = at[0]
    if nose is not None:
        radius = HEAD_MM * placement.px_per_mm
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(nose, radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)


def _qt(point: Point) -> QPointF:
    return QPointF(point.x, point.y)
