"""The cursor says what a press would do."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPainterPath, QPen, QPixmap

from widgets.pose_editor.frame import Handle
from widgets.pose_editor.picking import BodyGrab, Grab, HandleGrab, JointGrab

_SIDE = 24
_SLANTED = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
}


def cursor_for(grab: Grab, *, pressed: bool) -> QCursor:
    """A hand for joints, four arrows for bodies, the directions of a handle for handles."""
    match grab:
        case JointGrab():
            shape = Qt.CursorShape.ClosedHandCursor if pressed else Qt.CursorShape.OpenHandCursor
            return QCursor(shape)
        case BodyGrab():
            return QCursor(Qt.CursorShape.SizeAllCursor)
        case HandleGrab(_, handle):
            return QCursor(_SLANTED[handle]) if handle.is_corner else _turning()


def _turning() -> QCursor:
    """An arc with an arrowhead at either end, white with a dark outline."""
    pixmap = QPixmap(_SIDE, _SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    path = _arc_with_arrows(QPointF(_SIDE / 2, _SIDE / 2 + 3), 7.5)
    for colour, width in ((QColor(16, 16, 20), 4.0), (QColor("white"), 1.8)):
        pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        painter.strokePath(path, pen)
    painter.end()
    return QCursor(pixmap)


def _arc_with_arrows(centre: QPointF, radius: float) -> QPainterPath:
    start_deg, sweep_deg = 10.0, 160.0
    path = QPainterPath()
    circle = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    path.arcMoveTo(circle, start_deg)
    path.arcTo(circle, start_deg, sweep_deg)
    for angle_deg, turn in ((start_deg, 1.0), (start_deg + sweep_deg, -1.0)):
        a = math.radians(angle_deg)
        tip = centre + QPointF(radius * math.cos(a), -radius * math.sin(a))
        for side in (-1.0, 1.0):
            b = a + turn * math.pi / 2 + side * math.radians(38)
            path.moveTo(tip)
            path.lineTo(tip + QPointF(4.5 * math.cos(b), -4.5 * math.sin(b)))
    return path
