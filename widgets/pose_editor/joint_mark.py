"""One joint: a dot that has the same size at any zoom."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from widgets.common.theme import current
from widgets.pose_editor.skeleton_paint import (
    JOINT_PX,
    outline_colour,
    paint_hidden_joint,
    paint_joint,
)

RING_PX = 7.5  # radius of the ring around a joint that is hovered or selected
PICTURE_PX = 20  # of the side: room for the ring


@dataclass(frozen=True)
class JointMark:
    """How the dot of one keypoint looks. Hidden keypoints are hollow and faint.

    Not an item of the scene: Qt would ask 18 more of them for every figure in every frame.
    """

    keypoint: int
    shown: bool = True
    hovered: bool = False
    selected: bool = False

    @property
    def is_hollow(self) -> bool:
        return not self.shown

    @property
    def height(self) -> float:
        """What lies above what: hidden ones below, the one under the cursor on top."""
        return self.hovered + 0.5 * self.selected - (not self.shown)

    def paint(self, painter: QPainter, at: QPointF, pixel: float) -> None:
        """Around `at`; `pixel` is the size of one in the painter's units."""
        if self.hovered or self.selected:
            inner = current().colour("accent") if self.selected else QColor("white")
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for colour, width_px in ((outline_colour(), 4.0), (inner, 2.0)):
                painter.setPen(QPen(colour, width_px * pixel))
                painter.drawEllipse(at, RING_PX * pixel, RING_PX * pixel)
        self._paint_dot(painter, at, pixel)

    def picture(self, ratio: float) -> QPixmap:
        """The same as a square with the mark in its middle; `ratio` is that of the screen."""
        picture = QPixmap(QSize(PICTURE_PX, PICTURE_PX) * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QPointF(PICTURE_PX / 2, PICTURE_PX / 2), 1.0)
        painter.end()
        return picture

    def _paint_dot(self, painter: QPainter, at: QPointF, pixel: float) -> None:
        paint = paint_joint if self.shown else paint_hidden_joint
        paint(painter, self.keypoint, at, JOINT_PX, pixel)
