"""The frame around the selected figure, with the handles that scale and rotate it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.geometry import Point
from widgets.common.theme import current, faded
from widgets.pose_editor.frame import CORNERS, PADDING_PX, STEM_PX, Frame, Handle
from widgets.pose_editor.skeleton_paint import outline_colour

HANDLE_PX = 9.0
_ROOM_PX = PADDING_PX + STEM_PX + HANDLE_PX


class FigureBox(QGraphicsItem):
    """Square handles at the corners, a round one on a stem above; 9 px at any zoom."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(2.0)
        self.setVisible(False)
        self._frame: Frame | None = None
        self._hovered: Handle | None = None
        self._room_mm = 0.0

    @property
    def frame(self) -> Frame | None:
        return self._frame

    def show_frame(self, frame: Frame | None) -> None:
        """None hides the box."""
        if frame == self._frame:
            return
        self.prepareGeometryChange()
        self._frame = frame
        self.setVisible(frame is not None)
        self.update()

    def set_hovered(self, handle: Handle | None) -> None:
        if handle is not self._hovered:
            self._hovered = handle
            self.update()

    def set_px_per_mm(self, px_per_mm: float) -> None:
        """The view's scale: how much room the handles need around the figure."""
        self.prepareGeometryChange()
        self._room_mm = _ROOM_PX / px_per_mm

    def boundingRect(self) -> QRectF:
        if self._frame is None:
            return QRectF()
        b = self._frame.bounds
        if self._frame.angle_deg:  # whatever the angle
            radius = (b.width + b.height) / 2 + 2 * self._room_mm
            centre = QPointF(self._frame.centre.x, self._frame.centre.y)
            return QRectF(centre - QPointF(radius, radius), centre + QPointF(radius, radius))
        m = self._room_mm
        return QRectF(b.x, b.y, b.width, b.height).adjusted(-m, -m, m, m)

    def shape(self) -> QPainterPath:
        """Nothing of it takes the mouse: the layer does."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        frame = self._frame
        if frame is None:
            return
        px_per_mm = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(frame.centre.x, frame.centre.y)
        painter.rotate(frame.angle_deg)
        painter.scale(1 / px_per_mm, 1 / px_per_mm)  # from here on pixels about the centre
        level = Frame(frame.bounds)

        def at(point: Point) -> QPointF:
            return QPointF(point.x - frame.centre.x, point.y - frame.centre.y) * px_per_mm

        self._paint_lines(painter, level, px_per_mm, at(level.handle_at(Handle.ROTATE, px_per_mm)))
        for handle in CORNERS if frame.can_scale else ():
            self._paint_handle(painter, handle, at(level.handle_at(handle, px_per_mm)))
        self._paint_handle(painter, Handle.ROTATE, at(level.handle_at(Handle.ROTATE, px_per_mm)))

    def _paint_lines(
        self, painter: QPainter, frame: Frame, px_per_mm: float, knob: QPointF
    ) -> None:
        padded = frame.padded(px_per_mm)
        width, height = padded.width * px_per_mm, padded.height * px_per_mm
        rect = QRectF(-width / 2, -height / 2, width, height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width_px in (
            (faded(outline_colour(), 0.45), 3.0),
            (faded(current().colour("accent"), 0.9), 1.0),
        ):
            painter.setPen(QPen(colour, width_px))
            painter.drawRect(rect)
            painter.drawLine(QPointF(0, rect.top()), knob)

    def _paint_handle(self, painter: QPainter, handle: Handle, at: QPointF) -> None:
        lit = handle is self._hovered
        side = HANDLE_PX + (3.0 if lit else 0.0)
        rect = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
        accent = current().colour("accent")
        painter.setPen(QPen(outline_colour(), 3.0))
        painter.setBrush(accent if lit else QColor("white"))
        draw = painter.drawRect if handle.is_corner else painter.drawEllipse
        draw(rect)
        painter.setPen(QPen(accent, 1.5))
        draw(rect)
