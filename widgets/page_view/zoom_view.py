"""A graphics view that is moved as paper is: wheel and pinch zoom at the cursor, the hand pans."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGestureEvent,
    QGraphicsScene,
    QGraphicsView,
    QPinchGesture,
    QWidget,
)

PX_PER_MM = 96.0 / 25.4  # zoom 1.0
MIN_ZOOM, MAX_ZOOM = 0.05, 16.0
ZOOM_STEP = 1.25
WHEEL_STEP = 1.2  # a notch of the wheel, which is 120 units
FIT_MARGIN_PX = 24
KEEP_PX = 80  # so much of the content always stays in sight


class ZoomView(QGraphicsView):
    """Shows a scene in millimetres. `content_mm` is what can be fitted and cannot be lost."""

    zoom_changed = Signal(float)

    def __init__(self, scene: QGraphicsScene, parent: QWidget | None = None) -> None:
        super().__init__(scene, parent)
        self._content = QRectF()
        self._fitted: QRectF | None = None  # kept fitted while the window changes its size
        self._zoom = 1.0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        self.viewport().setMouseTracking(True)
        # The scene's ground covers all, style sheet or not: panning only paints what comes in.
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().grabGesture(Qt.GestureType.PinchGesture)
        self._apply(QPointF(0, 0), QPointF(0, 0))

    @property
    def zoom(self) -> float:
        """1.0 shows 96 px for each inch of the page."""
        return self._zoom

    @property
    def px_per_mm(self) -> float:
        """Logical px of the screen."""
        return self._zoom * PX_PER_MM

    def set_content(self, content_mm: QRectF) -> None:
        """What the view is about; its place on the screen stays."""
        if content_mm != self._content:
            self._content = content_mm
            self._place_scene_rect()

    def set_zoom(self, factor: float, anchor: QPoint | QPointF | None = None) -> None:
        """Keep what is at `anchor` (px of the viewport, None = the middle) where it is."""
        factor = min(max(factor, MIN_ZOOM), MAX_ZOOM)
        if math.isclose(factor, self._zoom, rel_tol=1e-9):
            return
        at = QPointF(self.viewport().rect().center()) if anchor is None else QPointF(anchor)
        point_mm = self.to_mm(at)
        self._fitted = None
        self._zoom = factor
        self._apply(point_mm, at)
        self.zoom_changed.emit(self._zoom)

    def zoom_in(self) -> None:
        self.set_zoom(self._zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self._zoom / ZOOM_STEP)

    def fit(self, area_mm: QRectF) -> None:
        """Show an area of the page as large as it goes, centred; keeps it so on resizing."""
        if area_mm.isEmpty():
            return
        size = self.viewport().size()
        room_x = max(size.width() - 2 * FIT_MARGIN_PX, 16)
        room_y = max(size.height() - 2 * FIT_MARGIN_PX, 16)
        scale = min(room_x / area_mm.width(), room_y / area_mm.height())
        before = self._zoom
        self._zoom = min(max(scale / PX_PER_MM, MIN_ZOOM), MAX_ZOOM)
        self._apply(area_mm.center(), QPointF(size.width() / 2, size.height() / 2))
        self._fitted = area_mm
        self.view_moved(settled=True)
        if not math.isclose(before, self._zoom, rel_tol=1e-9):
            self.zoom_changed.emit(self._zoom)

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Move the paper as the hand does: positive goes right and down."""
        self._fitted = None
        self._scroll_to(
            self.horizontalScrollBar().value() - dx_px, self.verticalScrollBar().value() - dy_px
        )

    def reveal(self, area_mm: QRectF) -> None:
        """Move the paper as little as shows the area."""
        seen = (
            self.viewport()
            .rect()
            .adjusted(FIT_MARGIN_PX, FIT_MARGIN_PX, -FIT_MARGIN_PX, -FIT_MARGIN_PX)
        )
        area = self.viewportTransform().mapRect(area_mm)
        dx = _into(area.left(), area.right(), seen.left(), seen.right())
        dy = _into(area.top(), area.bottom(), seen.top(), seen.bottom())
        if dx or dy:
            self.pan_by(dx, dy)

    def to_mm(self, at_px: QPoint | QPointF) -> QPointF:
        """From px of the viewport to the page, to fractions of a pixel."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(QPointF(at_px))

    def to_px(self, point_mm: QPointF) -> QPointF:
        return self.viewportTransform().map(point_mm)

    def seen_mm(self) -> QRectF:
        """The part of the page that is in the window."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.mapRect(QRectF(self.viewport().rect()))

    def view_moved(self, *, settled: bool) -> None:
        """Called whenever another part or another size of the page is seen.

        `settled`: a jump that is over, not one step of a hand that still moves.
        """

    def _apply(self, point_mm: QPointF, at_px: QPointF) -> None:
        """Show `point_mm` at `at_px`, at the zoom that is set."""
        self._place_scene_rect()
        self.setTransform(QTransform.fromScale(self.px_per_mm, self.px_per_mm))
        self._scroll_to(
            point_mm.x() * self.px_per_mm - at_px.x(), point_mm.y() * self.px_per_mm - at_px.y()
        )
        self.view_moved(settled=False)

    def _scroll_to(self, x_px: float, y_px: float) -> None:
        # Whole pixels: the origin of the page lies on one, and so do the pictures of its panels.
        self.horizontalScrollBar().setValue(round(x_px))
        self.verticalScrollBar().setValue(round(y_px))

    def _place_scene_rect(self) -> None:
        size = self.viewport().size()
        x = max(size.width() - KEEP_PX, size.width() / 2, 1.0) / self.px_per_mm
        y = max(size.height() - KEEP_PX, size.height() / 2, 1.0) / self.px_per_mm
        self.setSceneRect(self._content.adjusted(-x, -y, x, y))

    def _wheel_zoom(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120.0
        self.set_zoom(self._zoom * WHEEL_STEP**notches, event.position())

    def _pinch(self, event: QGestureEvent) -> bool:
        gesture = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(gesture, QPinchGesture):
            return False
        centre = self.viewport().mapFromGlobal(gesture.centerPoint().toPoint())
        moved = gesture.centerPoint() - gesture.lastCenterPoint()
        if gesture.state() == Qt.GestureState.GestureUpdated:
            self.pan_by(moved.x(), moved.y())
        self.set_zoom(self._zoom * gesture.scaleFactor(), centre)
        return True

    # Qt's own names from here on.

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms; two fingers on a touchpad pan, and zoom with Ctrl."""
        zooms = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
        if is_touchpad and not zooms and not event.pixelDelta().isNull():
            self.pan_by(event.pixelDelta().x(), event.pixelDelta().y())
        else:
            self._wheel_zoom(event)
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self._zoom * (1.0 + event.value()), event.position())
                return True
        elif isinstance(event, QGestureEvent) and self._pinch(event):
            return True
        return super().viewportEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.view_moved(settled=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        middle = QPointF(event.oldSize().width() / 2, event.oldSize().height() / 2)
        point_mm = self.to_mm(middle)
        super().resizeEvent(event)
        if self._fitted is not None:
            self.fit(self._fitted)
        else:
            size = event.size()
            self._apply(point_mm, QPointF(size.width() / 2, size.height() / 2))
            self.view_moved(settled=True)


def _into(low: float, high: float, seen_low: float, seen_high: float) -> float:
    """How far a span has to move to be seen; its beginning, where it is longer than what is."""
    if low < seen_low or high - low > seen_high - seen_low:
        return seen_low - low
    return min(0.0, seen_high - high)
