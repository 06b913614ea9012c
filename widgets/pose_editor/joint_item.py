"""One joint: a dot that has the same size at any zoom."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from widgets.common.theme import current
from widgets.pose_editor.skeleton_paint import (
    JOINT_PX,
    outline_colour,
    paint_hidden_joint,
    paint_joint,
)

RING_PX = 7.5  # radius of the ring around a joint that is hovered or selected


class JointItem(QGraphicsItem):
    """The dot of one keypoint, in pixels around its place. It only shows: the layer has the mouse.

    Hidden keypoints are hollow and faint.
    """

    def __init__(self, keypoint: int, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._keypoint = keypoint
        self._shown = True
        self._hovered = False
        self._selected = False
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def keypoint(self) -> int:
        return self._keypoint

    @property
    def is_hollow(self) -> bool:
        return not self._shown

    def set_state(self, *, shown: bool, hovered: bool, selected: bool) -> None:
        state = (shown, hovered, selected)
        if state != (self._shown, self._hovered, self._selected):
            self._shown, self._hovered, self._selected = state
            self.setZValue(hovered + 0.5 * selected - (not shown))
            self.update()

    def boundingRect(self) -> QRectF:
        reach = RING_PX + 2.0
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def shape(self) -> QPainterPath:
        """Nothing of it takes the mouse: the layer does."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hovered or self._selected:
            inner = current().colour("accent") if self._selected else QColor("white")
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width_px in ((outline_colour(), 4.0), (inner, 2.0)):
                painter.setPen(QPen(colour, width_px))
                painter.drawEllipse(QPointF(0, 0), RING_PX, RING_PX)
        if self._shown:
            paint_joint(painter, self._keypoint, JOINT_PX)
        else:
            paint_hidden_joint(painter, self._keypoint, JOINT_PX)
