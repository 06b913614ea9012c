"""The skeleton of a reference over its picture, its joints under the hand."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.geometry import Raster
from core.pose import Pose, hidden_places
from widgets.common import new_gesture_id
from widgets.common.theme import RADIUS_FIELD, SPACE_M, SPACE_S, current, faded, theme_signals
from widgets.pose_editor.skeleton_paint import (
    JOINT_PX,
    SkeletonLines,
    paint_hidden_joint,
    paint_joint,
)
from widgets.pose_editor.titles import joint_title
from widgets.region_editor.canvas_view import CanvasPicture, CanvasView

REACH_PX = 8.0  # a hit area of 16 px
HIDDEN_PENALTY_PX = 3.0  # a hidden joint gives way to a visible one that is about as near
RING_PX = 7.5
DIMMED = 0.72  # how much of the picture is seen under its skeleton
WHEEL_STEP = 120.0
ZOOM_A_STEP = 1.2
BEYOND = 0.5  # how far outside the picture a joint may lie, in sizes of the picture

_STEPS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_FAR_STEP_PX = 10.0


class SkeletonCanvas(QWidget):
    """Joints are dragged; a right click or H hides and shows one; hidden ones are hollow.

    Page up and page down choose a joint, the arrows move it by a pixel of the picture, with Shift
    by ten. The wheel zooms, the middle button or Space pans, 0 fits. Positions are px of the
    picture. Nothing moves here but by `set_pose`.
    """

    joint_moved = Signal(str, int, QPointF)  # gesture id, keypoint, px of the picture
    joint_visibility_toggled = Signal(str, int, bool)  # gesture id, keypoint, visible
    gesture_finished = Signal(str)
    gesture_cancelled = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = CanvasView()
        self._raster: Raster | None = None
        self._picture: CanvasPicture | None = None
        self._pose: Pose | None = None
        self._lines: SkeletonLines | None = None
        self._places: tuple[QPointF, ...] = ()  # px of the picture, of hidden joints too
        self._hovered: int | None = None
        self._chosen: int | None = None
        self._dragged: int | None = None
        self._gesture_id = ""  # of the running drag, once it moved a joint
        self._grab_offset = QPointF(0, 0)  # from the pointer to the joint, px of the widget
        self._panned_from: QPointF | None = None
        self._space_held = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(200, 200)
        self.setAccessibleName(self.tr("Skeleton of the reference"))
        theme_signals().changed.connect(self.update)

    @property
    def chosen_joint(self) -> int | None:
        """The keypoint that the keyboard moves."""
        return self._chosen

    def set_picture(self, raster: Raster | None) -> None:
        """Another picture is fitted into the view; the same one changes nothing."""
        if raster is self._raster:
            return
        self._raster = raster
        self._picture = None if raster is None else CanvasPicture(raster)
        self._chosen = self._hovered = None
        self.fit()

    def set_pose(self, pose: Pose | None) -> None:
        """The skeleton in px of the picture; None shows none."""
        if pose is self._pose:
            return
        self._pose = pose
        self._lines = None if pose is None else SkeletonLines(pose)
        self._places = () if pose is None else _places(pose)
        if pose is None:
            self._chosen = self._hovered = None
        self.update()

    def fit(self) -> None:
        """Show the whole picture."""
        if self._picture is not None:
            self._view.fit(self._picture.size, QSizeF(self.size()))
        self.update()

    def joint_position(self, keypoint: int) -> QPointF:
        """Where a joint is shown, px of the widget. Raises IndexError where no skeleton is."""
        return self._to_widget(self._places[keypoint])

    def joint_at(self, position: QPointF) -> int | None:
        """The joint that a press at this position of the widget grabs."""
        best, best_distance = None, REACH_PX
        for keypoint, place in enumerate(self._places):
            offset = self._to_widget(place) - position
            distance = math.hypot(offset.x(), offset.y())
            if distance > REACH_PX:
                continue
            distance = min(distance + (0 if self._is_visible(keypoint) else HIDDEN_PENALTY_PX), 8.0)
            if distance <= best_distance:
                best, best_distance = keypoint, distance
        return best

    def _to_widget(self, place: QPointF) -> QPointF:
        return self._view.origin + place * self._view.zoom

    def _is_visible(self, keypoint: int) -> bool:
        return self._pose is not None and self._pose.body[keypoint].visible

    def _show(self, gesture_id: str, keypoint: int, place: QPointF) -> None:
        """Show a hidden joint; it may have had no place of its own."""
        self.joint_visibility_toggled.emit(gesture_id, keypoint, True)
        self.joint_moved.emit(gesture_id, keypoint, place)

    def _toggle(self, keypoint: int) -> None:
        gesture_id = new_gesture_id()
        if self._is_visible(keypoint):
            self.joint_visibility_toggled.emit(gesture_id, keypoint, False)
        else:
            self._show(gesture_id, keypoint, self._places[keypoint])
        self.gesture_finished.emit(gesture_id)

    def _move(self, gesture_id: str, keypoint: int, place: QPointF) -> None:
        if self._is_visible(keypoint):
            self.joint_moved.emit(gesture_id, keypoint, self._within_reach(place))
        else:
            self._show(gesture_id, keypoint, self._within_reach(place))

    def _within_reach(self, place: QPointF) -> QPointF:
        if self._raster is None:
            return place
        width, height = self._raster.width, self._raster.height
        return QPointF(
            min(max(place.x(), -BEYOND * width), (1 + BEYOND) * width),
            min(max(place.y(), -BEYOND * height), (1 + BEYOND) * height),
        )

    def _drag_to(self, position: QPointF) -> None:
        if self._dragged is None:
            return
        self._gesture_id = self._gesture_id or new_gesture_id()
        place = self._view.to_picture(position + self._grab_offset)
        self._move(self._gesture_id, self._dragged, place)

    def _end_drag(self, *, cancelled: bool = False) -> None:
        self._dragged = None
        gesture_id, self._gesture_id = self._gesture_id, ""
        if gesture_id:
            (self.gesture_cancelled if cancelled else self.gesture_finished).emit(gesture_id)
        self.update()

    def _hover(self, position: QPointF) -> None:
        hovered = self.joint_at(position)
        if hovered != self._hovered:
            self._hovered = hovered
            self._set_cursor()
            self.update()

    def _set_cursor(self) -> None:
        if self._panned_from is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._hovered is not None:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.unsetCursor()

    def _choose_next(self, step: int) -> None:
        count = len(self._places)
        if count:
            before = self._chosen if self._chosen is not None else (-1 if step > 0 else count)
            self._chosen = (before + step) % count
            self.update()

    def _press_key(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether the key means something here."""
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._choose_next(1 if key == Qt.Key.Key_PageDown else -1)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif self._chosen is None or not self._places:
            return False
        elif key == Qt.Key.Key_H:
            self._toggle(self._chosen)
        elif key in _STEPS:
            far = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            step = _STEPS[Qt.Key(key)] * (_FAR_STEP_PX if far else 1.0)
            gesture_id = new_gesture_id()
            self._move(gesture_id, self._chosen, self._places[self._chosen] + step)
            self.gesture_finished.emit(gesture_id)
        else:
            return False
        return True

    def _paint_picture(self, painter: QPainter, exposed: QRectF) -> None:
        if self._picture is None:
            return
        target = self._view.to_widget(QRectF(QPointF(0, 0), self._picture.size))
        scale = self._view.zoom * self.devicePixelRatioF()
        self._picture.draw(painter, target, exposed, scale)
        if self._pose is not None:  # so that the skeleton is seen first
            painter.fillRect(target, faded(QColor(Qt.GlobalColor.white), 1.0 - DIMMED))

    def _paint_joints(self, painter: QPainter) -> None:
        assert self._pose is not None
        marked = self._dragged if self._dragged is not None else self._hovered
        # Visible joints lie above hidden ones, as they are grabbed first.
        order = sorted(range(len(self._places)), key=self._is_visible)
        for keypoint in order:
            at = self.joint_position(keypoint)
            if keypoint in (marked, self._chosen):
                painter.save()
                painter.translate(at)
                self._paint_ring(painter, chosen=keypoint == self._chosen)
                painter.restore()
            paint = paint_joint if self._is_visible(keypoint) else paint_hidden_joint
            paint(painter, keypoint, at, JOINT_PX, 1.0)

    def _paint_ring(self, painter: QPainter, *, chosen: bool) -> None:
        palette = current()
        inner = palette.colour("accent") if chosen else QColor(Qt.GlobalColor.white)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(Qt.GlobalColor.black), 4.0), (inner, 2.0)):
            pen = painter.pen()
            pen.setColor(colour)
            pen.setWidthF(width)
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            painter.drawEllipse(QPointF(0, 0), RING_PX, RING_PX)

    def _paint_legend(self, painter: QPainter, keypoint: int) -> None:
        """The name of a joint beside it, inside the widget."""
        text = joint_title(keypoint)
        if not self._is_visible(keypoint):
            text = self.tr("{name}, hidden").format(name=text)
        palette = current()
        metrics = painter.fontMetrics()
        width = metrics.horizontalAdvance(text) + 2 * SPACE_M
        height = metrics.height() + 2 * SPACE_S
        at = self.joint_position(keypoint)
        left = at.x() + RING_PX + SPACE_S
        if left + width > self.width():
            left = at.x() - RING_PX - SPACE_S - width
        top = min(max(at.y() - height / 2, 0.0), self.height() - height)
        pill = QRectF(left, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(palette.colour("surface"), 0.92))
        painter.drawRoundedRect(pill, RADIUS_FIELD, RADIUS_FIELD)
        painter.setPen(palette.colour("text"))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), current().colour("page_ground"))
        self._paint_picture(painter, QRectF(event.rect()))
        if self._lines is not None:
            painter.save()
            painter.translate(self._view.origin)
            painter.scale(self._view.zoom, self._view.zoom)
            self._lines.paint(painter, 1.0 / self._view.zoom)
            painter.restore()
            self._paint_joints(painter)
            named = self._dragged if self._dragged is not None else self._hovered
            named = self._chosen if named is None and self.hasFocus() else named
            if named is not None:
                self._paint_legend(painter, named)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._space_held):
            self._panned_from = position
            self._set_cursor()
        elif is_left:
            self._dragged = self._chosen = self.joint_at(position)
            if self._dragged is not None:
                self._grab_offset = self.joint_position(self._dragged) - position
            self.update()
        elif event.button() == Qt.MouseButton.RightButton and self._dragged is None:
            keypoint = self.joint_at(position)
            if keypoint is not None:
                self._chosen = keypoint
                self._toggle(keypoint)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panned_from is not None:
            self._view.pan(event.position() - self._panned_from)
            self._panned_from = event.position()
            self.update()
        elif self._dragged is not None:
            self._drag_to(event.position())
        else:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panned_from is not None:
            self._panned_from = None
            self._set_cursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            self._end_drag()
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # the right button hides and shows

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / WHEEL_STEP
        self._view.zoom_to(self._view.zoom * ZOOM_A_STEP**steps, event.position())
        event.accept()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._dragged is not None:
            self._end_drag(cancelled=True)
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self._set_cursor()
        elif not self._press_key(key, event.modifiers()):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._set_cursor()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False
        self._end_drag()
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._view.fits:
            self.fit()

    def sizeHint(self) -> QSize:
        return QSize(480, 480)


def _places(pose: Pose) -> tuple[QPointF, ...]:
    offered = hidden_places(pose)
    points = (offered.get(i, k.point) for i, k in enumerate(pose.body))
    return tuple(QPointF(p.x, p.y) for p in points)
