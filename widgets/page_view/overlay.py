"""What tells the hand where it is: outlines of panels, gutters, the knife's line, drop targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.geometry import Point, Polygon
from widgets.common.theme import current, faded
from widgets.page_view.gutters import Gutter
from widgets.page_view.panel_item import polygon_path

HANDLE_PX = 9.0
DIM = 0.42  # how much of the ground lies over the panels that are not entered


@dataclass(frozen=True)
class KnifeLine:
    """The cut as it would be: `parts` () where the line does not cut a panel in two."""

    start: QPointF
    end: QPointF
    parts: tuple[Polygon, ...] = ()
    panel: Polygon | None = None


class VeilItem(QGraphicsItem):
    """Dims all of the page but the panel that is entered. Lies below the layers of that panel."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._shape: tuple[QRectF, QPainterPath] | None = None

    def show_hole(self, paper_mm: QRectF, hole: QPainterPath) -> None:
        if self._shape == (paper_mm, hole):
            return  # painting all of the page anew is what costs most under a moving hand
        self._shape = (paper_mm, hole)
        self.prepareGeometryChange()
        path = QPainterPath()
        path.addRect(paper_mm)
        self._path = path.subtracted(hole)

    # Qt's own names from here on.

    def boundingRect(self) -> QRectF:
        return self._path.boundingRect()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        painter.fillPath(self._path, faded(current().colour("page_ground"), DIM))


class OverlayItem(QGraphicsItem):
    """Lies above everything and takes no events. Lines have one width on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._area = QRectF()
        self._selected: tuple[QPainterPath, ...] = ()
        self._hovered: QPainterPath | None = None
        self._glowing: QPainterPath | None = None
        self._gutter: Gutter | None = None
        self._is_grabbed = False
        self._knife: KnifeLine | None = None
        self._band: QRectF | None = None

    def set_area(self, area_mm: QRectF) -> None:
        """The part of the scene that the overlay may paint on."""
        if area_mm != self._area:
            self.prepareGeometryChange()
            self._area = area_mm

    def set_selected(self, outlines: Sequence[QPainterPath]) -> None:
        if tuple(outlines) != self._selected:
            self._selected = tuple(outlines)
            self.update()

    def set_hovered(self, outline: QPainterPath | None) -> None:
        if outline is not self._hovered:
            self._hovered = outline
            self.update()

    def set_glowing(self, outline: QPainterPath | None) -> None:
        """The panel that would take what is dragged over it."""
        if outline is not self._glowing:
            self._glowing = outline
            self.update()

    @property
    def is_glowing(self) -> bool:
        return self._glowing is not None

    def set_gutter(self, gutter: Gutter | None, *, grabbed: bool = False) -> None:
        if gutter is not self._gutter or grabbed != self._is_grabbed:
            self._gutter, self._is_grabbed = gutter, grabbed
            self.update()

    @property
    def gutter(self) -> Gutter | None:
        return self._gutter

    def set_knife(self, line: KnifeLine | None) -> None:
        if line is not self._knife:
            self._knife = line
            self.update()

    @property
    def knife(self) -> KnifeLine | None:
        return self._knife

    def set_band(self, band_mm: QRectF | None) -> None:
        """A rubber band."""
        self._band = band_mm
        self.update()

    def _paint_glow(self, painter: QPainter, accent: QColor) -> None:
        if self._glowing is None:
            return
        painter.fillPath(self._glowing, faded(accent, 0.14))
        for width, opacity in ((10, 0.18), (6, 0.3), (2, 1.0)):
            painter.strokePath(self._glowing, _pen(painter, faded(accent, opacity), width))

    def _paint_gutter(self, painter: QPainter, accent: QColor) -> None:
        gutter = self._gutter
        if gutter is None:
            return
        painter.setPen(_pen(painter, faded(accent, 1.0 if self._is_grabbed else 0.75), 3))
        for a, b in gutter.lines:
            painter.drawLine(QLineF(_qt(a), _qt(b)))
        at = painter.worldTransform().map(_qt(gutter.handle))
        painter.save()
        painter.resetTransform()
        handle = QRectF(0, 0, HANDLE_PX, HANDLE_PX)
        handle.moveCenter(at)
        painter.setPen(QPen(current().colour("on_accent"), 1))
        painter.setBrush(accent)
        painter.drawEllipse(handle)
        painter.restore()

    def _paint_knife(self, painter: QPainter, accent: QColor) -> None:
        knife = self._knife
        if knife is None:
            return
        if knife.panel is not None and knife.parts:
            gap = polygon_path(knife.panel)
            for part in knife.parts:
                gap = gap.subtracted(polygon_path(part))
            painter.fillPath(gap, QColor(Qt.GlobalColor.white))
            painter.fillPath(gap, faded(accent, 0.2))
            for part in knife.parts:
                painter.strokePath(polygon_path(part), _pen(painter, accent, 1.5))
        works = bool(knife.parts)
        pen = _pen(painter, accent if works else current().colour("quiet_text"), 1.5)
        if not works:
            pen.setDashPattern((4.0, 4.0))
        painter.setPen(pen)
        painter.drawLine(QLineF(knife.start, knife.end))

    # Qt's own names from here on.

    def boundingRect(self) -> QRectF:
        return self._area

    def shape(self) -> QPainterPath:
        return QPainterPath()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        accent = current().colour("accent")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._hovered is not None:
            painter.strokePath(self._hovered, _pen(painter, faded(accent, 0.5), 2))
        for outline in self._selected:
            painter.strokePath(outline, _pen(painter, accent, 3))
        self._paint_glow(painter, accent)
        self._paint_gutter(painter, accent)
        self._paint_knife(painter, accent)
        if self._band is not None:
            painter.fillRect(self._band, faded(accent, 0.12))
            painter.setPen(_pen(painter, accent, 1))
            painter.drawRect(self._band)


def _pen(painter: QPainter, colour: QColor, width_px: float) -> QPen:
    """A pen as wide as `width_px` logical px at any zoom; Qt counts a cosmetic pen's own px."""
    pen = QPen(colour, width_px * painter.device().devicePixelRatioF())
    pen.setCosmetic(True)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    return pen


def _qt(point: Point) -> QPointF:
    return QPointF(point.x, point.y)
