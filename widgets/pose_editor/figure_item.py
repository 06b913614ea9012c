"""One figure: its limbs, its halo and its joints."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.document import Figure
from core.pose import LIMBS
from widgets.common.theme import faded
from widgets.pose_editor.joint_mark import PICTURE_PX, RING_PX, JointMark
from widgets.pose_editor.picking import FigureShape
from widgets.pose_editor.skeleton_paint import (
    HALO_PX,
    HOVER_HALO_PX,
    SkeletonLines,
    outline_colour,
)

MARGIN_PX = max(HALO_PX[0][0] / 2, RING_PX) + 2.0
_PICTURE_MIDDLE = QPointF(PICTURE_PX / 2, PICTURE_PX / 2)


class FigureItem(QGraphicsItem):
    """A skeleton in mm from the top left of its panel's bounds. It only shows what it is told."""

    def __init__(self, figure: Figure, colour: QColor, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._colour = colour
        self._margin_mm = 0.0
        self._selected = False
        self._hovered = False
        self._held = False
        self._hovered_joint: int | None = None
        self._selected_joint: int | None = None
        self._joints: tuple[JointMark, ...] = ()
        self._lowest_first: list[JointMark] = []  # the same, as they are painted
        self._joints_look: tuple[object, ...] = ()
        self._pictures: tuple[tuple[int, QPixmap], ...] = ()  # of the joints, while it is held
        self._take(figure)

    @property
    def figure(self) -> Figure:
        return self._shape.figure

    @property
    def shape_of_figure(self) -> FigureShape:
        """The figure as the hand meets it."""
        return self._shape

    @property
    def joints(self) -> tuple[JointMark, ...]:
        return self._joints

    def show_figure(self, figure: Figure, colour: QColor) -> None:
        """Nothing happens for the same figure in the same colour."""
        if colour != self._colour:
            self._colour = colour
            self.update()
        if figure is not self._shape.figure:
            self.prepareGeometryChange()
            self._take(figure)

    def set_px_per_mm(self, px_per_mm: float) -> None:
        """The view's scale: how much room the halo needs around the limbs."""
        self.prepareGeometryChange()
        self._margin_mm = MARGIN_PX / px_per_mm

    def set_marks(
        self,
        *,
        selected: bool,
        hovered: bool,
        hovered_joint: int | None,
        selected_joint: int | None,
    ) -> None:
        """What is lit: the halo, the ring around the joint that a press would take or that is
        selected."""
        if (selected, hovered) != (self._selected, self._hovered):
            self._selected, self._hovered = selected, hovered
            self.setZValue(1.0 if selected else 0.0)
            self.update()
        self._hovered_joint, self._selected_joint = hovered_joint, selected_joint
        self._mark_joints()

    def set_held(self, held: bool) -> None:
        """While the hand moves it, it has no halo."""
        if held != self._held:
            self._held = held
            self.update()

    def _take(self, figure: Figure) -> None:
        self._shape = FigureShape(figure)
        self._lines = SkeletonLines(figure.pose)
        places = self._shape.places
        body = figure.pose.body
        self._faint = [
            QLineF(places[a].x, places[a].y, places[b].x, places[b].y)
            for a, b in LIMBS
            if not (body[a].visible and body[b].visible)
        ]
        xs, ys = [p.x for p in places], [p.y for p in places]
        self._extent = QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))
        hands = self._lines.hand_path.boundingRect()
        for part in (hands, _around(self._lines.face_dots)):
            if not part.isNull():
                self._extent = self._extent.united(part)
        self._mark_joints()
        self.update()

    def _mark_joints(self) -> None:
        shown = tuple(keypoint.visible for keypoint in self._shape.figure.pose.body)
        look = (shown, self._hovered_joint, self._selected_joint)
        if look == self._joints_look:
            return
        self._joints_look = look
        self._joints = tuple(
            JointMark(i, visible, i == self._hovered_joint, i == self._selected_joint)
            for i, visible in enumerate(shown)
        )
        self._lowest_first = sorted(self._joints, key=lambda joint: joint.height)
        self._pictures = ()
        self.update()

    def _paint_joints(self, painter: QPainter, seen: QTransform, ratio: float) -> None:
        """In the hand as ready pictures; their places are rounded to whole pixels then."""
        places = self._shape.places
        spots = [seen.map(QPointF(place.x, place.y)) for place in places]
        if not self._held:
            self._pictures = ()
            for joint in self._lowest_first:
                joint.paint(painter, spots[joint.keypoint], 1.0)
            return
        if not self._pictures:
            self._pictures = tuple(
                (joint.keypoint, joint.picture(ratio)) for joint in self._lowest_first
            )
        for keypoint, picture in self._pictures:
            painter.drawPixmap(spots[keypoint] - _PICTURE_MIDDLE, picture)

    def _paint_faint_limbs(self, painter: QPainter, pixel: float) -> None:
        """Where limbs would be if the hidden joints were shown."""
        if not self._faint:
            return
        painter.setPen(QPen(faded(outline_colour(), 0.35), 2.5 * pixel))
        painter.drawLines(self._faint)
        painter.setPen(QPen(QColor(255, 255, 255, 140), pixel, Qt.PenStyle.DotLine))
        painter.drawLines(self._faint)

    def boundingRect(self) -> QRectF:
        m = self._margin_mm
        return self._extent.adjusted(-m, -m, m, m)

    def shape(self) -> QPainterPath:
        """Nothing of it takes the mouse: the layer does."""
        return QPainterPath()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = painter.worldTransform()
        self._paint_faint_limbs(painter, 1 / option.levelOfDetailFromTransform(seen))
        painter.resetTransform()  # from here on pixels of the view
        lines = self._lines.mapped(seen)
        if self._held:  # no light around it: wide soft strokes are slow, and it is in the hand
            pass
        elif self._selected:
            lines.paint_halo(painter, self._colour, HALO_PX, 1.0)
        elif self._hovered:
            lines.paint_halo(painter, self._colour, HOVER_HALO_PX, 1.0)
        lines.paint(painter, 1.0)
        self._paint_joints(painter, seen, widget.devicePixelRatioF() if widget else 1.0)
        painter.setWorldTransform(seen)


def _around(points: list[QPointF]) -> QRectF:
    if not points:
        return QRectF()
    xs, ys = [p.x() for p in points], [p.y() for p in points]
    return QRectF(QPointF(min(xs), min(ys)), QPointF(max(xs), max(ys)))
