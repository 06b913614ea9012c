"""Painting a mask on a picture: what of a reference is subject."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from core.geometry import Raster
from widgets.common import theme
from widgets.region_editor.brush import ERASE, REDO, UNDO, Brush, asked_for
from widgets.region_editor.canvas_view import CanvasPicture, CanvasView, draw_cells
from widgets.region_editor.mask_strokes import Box
from widgets.region_editor.mask_surface import MaskSurface
from widgets.region_editor.token_cells import TokenCells

SMALLEST_BRUSH_PX, LARGEST_BRUSH_PX = 1.0, 1000.0
FIRST_BRUSH_SHARE = 0.06  # of the picture's longer side
ZOOM_STEP = 1.25
WHEEL_NOTCH = 120.0
RING_MARGIN_PX = 6.0


class MaskCanvas(QWidget):
    """A picture with its mask as a veil. Left paints, right or Alt erases, the wheel zooms.

    `mask_changed` comes after each stroke and after clear, fill, invert, undo and redo; handing the
    same raster back with `set_mask` is free. A mask has the size of the picture.
    """

    mask_changed = Signal(object)  # Raster of 1 channel
    history_changed = Signal(bool, bool)  # whether there is something to undo, to redo
    brush_changed = Signal(float)  # diameter in px of the picture; by a key or another picture
    erasing_changed = Signal(bool)  # by a key
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._raster: Raster | None = None
        self._is_untouched = True  # neither mask nor stroke since the picture was set
        self._picture: CanvasPicture | None = None
        self._view = CanvasView()
        self._surface = MaskSurface(self, 1, 1, theme.character_colour(0))
        self._surface.edited.connect(self._on_edited)
        self._surface.changed.connect(self._on_changed)
        self._surface.outline_changed.connect(self._on_outline_changed)
        self._surface.history_changed.connect(self.history_changed)
        self._brush = Brush(40.0, SMALLEST_BRUSH_PX, LARGEST_BRUSH_PX)
        self._cells: TokenCells | None = None
        self._cell_count: int | None = None
        self._grip: QPointF | None = None  # where the picture is held to be moved
        self._space_held = False
        self._button = Qt.MouseButton.NoButton
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 160)
        self.setAccessibleName(self.tr("Mask of the picture"))
        self.setWhatsThis(
            self.tr(
                "Paint what is the character. Right button or Alt erases, [ and ] change the brush,"
                " the wheel zooms, Space moves the picture."
            )
        )
        theme.theme_signals().changed.connect(self.update)
        self._update_cursor()

    @property
    def overlay_colour(self) -> QColor:
        return self._surface.colour

    @property
    def brush_px(self) -> float:
        """Diameter in px of the picture."""
        return self._brush.diameter

    @property
    def zoom(self) -> float:
        """Px of the screen for one px of the picture."""
        return self._view.zoom

    @property
    def token_grid(self) -> int | None:
        return self._cell_count

    def set_overlay_colour(self, colour: QColor) -> None:
        self._surface.set_colour(colour)

    def set_picture(self, picture: Raster | None) -> None:
        """Another picture starts without mask and history; the same one changes nothing."""
        if picture is self._raster:
            return
        self._raster = picture
        self._is_untouched = True
        self._picture = None if picture is None else CanvasPicture(picture)
        self._cells = None
        size = (1, 1) if picture is None else (picture.height, picture.width)
        self._surface.restart(np.full(size, 255, np.uint8))
        if picture is not None:
            self.set_brush_px(max(picture.width, picture.height) * FIRST_BRUSH_SHARE)
            self.brush_changed.emit(self._brush.diameter)
        self._count_cells()
        self._update_cursor()
        self.fit()

    def set_mask(self, mask: Raster | None) -> None:
        """The mask of the picture, stretched over it; None = everything is subject.

        The first one after another picture is where the history begins, a later one a step of it.
        """
        if self._raster is None:
            return
        if mask is None:
            size = self._raster.height, self._raster.width
            mask = Raster.from_array(np.full(size, 255, np.uint8))
        if self._is_untouched:
            self._is_untouched = False
            self._surface.restart(self._surface.fitted(mask))
        else:
            self._surface.accept(mask)

    def mask_raster(self) -> Raster | None:
        """1 channel, the size of the picture; None where everything is subject."""
        if self._picture is None or bool((self._surface.painting.mask == 255).all()):
            return None
        return self._surface.raster()

    def set_brush_px(self, diameter_px: float) -> None:
        self._update_ring()
        self._brush.resize(diameter_px)
        self._update_ring()

    def set_erasing(self, erasing: bool) -> None:
        self._brush.erases = erasing
        self._update_ring()

    def set_token_grid(self, count: int | None) -> None:
        """Show which of `count` x `count` cells the model counts as subject; None hides them."""
        self._cell_count = count
        self._count_cells()
        self.update()

    def clear(self) -> None:
        """Nothing is subject."""
        self._surface.clear()

    def fill(self) -> None:
        """Everything is subject."""
        self._surface.fill()

    def invert(self) -> None:
        self._surface.invert()

    def undo(self) -> None:
        self._surface.undo()

    def redo(self) -> None:
        self._surface.redo()

    def fit(self) -> None:
        """All of the picture, centred, and so it stays when the canvas changes its size."""
        if self._picture is not None:
            self._view.fit(self._picture.size, QSizeF(self.size()))
            self.zoom_changed.emit(self._view.zoom)
        self.update()

    def set_zoom(self, zoom: float, fixed: QPointF | None = None) -> None:
        """Zoom at `fixed` (px of the canvas); None = its centre."""
        self._view.zoom_to(zoom, QRectF(self.rect()).center() if fixed is None else fixed)
        self.zoom_changed.emit(self._view.zoom)
        self.update()

    def zoom_in(self) -> None:
        self.set_zoom(self._view.zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        self.set_zoom(self._view.zoom / ZOOM_STEP)

    def _count_cells(self) -> None:
        self._cells = None
        if self._cell_count is not None and self._picture is not None:
            self._cells = TokenCells(self._surface.painting.mask, self._cell_count)

    def _act(self, action: str) -> None:
        if action == UNDO:
            self.undo()
        elif action == REDO:
            self.redo()
        elif action == ERASE:
            self.set_erasing(not self._brush.erases)
            self.erasing_changed.emit(self._brush.erases)
        else:
            self._update_ring()
            self._brush.step(action)
            self._update_ring()
            self.brush_changed.emit(self._brush.diameter)

    @property
    def _target(self) -> QRectF:
        """Where the picture lies."""
        size = QSizeF() if self._picture is None else self._picture.size
        return self._view.to_widget(QRectF(QPointF(0.0, 0.0), size))

    def _update_area(self, area: QRectF, margin_px: float) -> None:
        """Repaint an area of the picture and `margin_px` of the screen around it."""
        placed = self._view.to_widget(area)
        self.update(placed.adjusted(-margin_px, -margin_px, margin_px, margin_px).toAlignedRect())

    def _update_ring(self) -> None:
        if self._brush.at is not None:
            self._update_area(self._brush.area(0.0), RING_MARGIN_PX)

    def _move_pointer(self, at: QPointF | None) -> None:
        self._update_ring()
        self._brush.at = at
        self._update_ring()

    def _update_cursor(self) -> None:
        if self._grip is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._picture is None:
            self.setCursor(Qt.CursorShape.ArrowCursor)
        else:
            self.setCursor(Qt.CursorShape.BlankCursor)  # the ring is the cursor

    def _on_edited(self, mask: Raster) -> None:
        if self._picture is not None:
            self._is_untouched = False
            self.mask_changed.emit(mask)

    def _on_changed(self, box: Box) -> None:
        area = QRectF(box.left, box.top, box.right - box.left, box.bottom - box.top)
        self._update_area(area.adjusted(-1.0, -1.0, 1.0, 1.0), 1.0)
        if self._cells is not None:
            self._cells.update(self._surface.painting.mask, box)
            self.update()  # one cell may decide whether any cover counts for all

    def _on_outline_changed(self) -> None:
        area = self._surface.outline_area(self._target)
        if not area.isEmpty():
            self.update(area.adjusted(-2.0, -2.0, 2.0, 2.0).toAlignedRect())

    @property
    def _radius_px(self) -> float:
        return self._brush.diameter / 2

    def _hold_space(self, held: bool, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._space_held = held
            self._update_cursor()
            self._update_ring()

    def _pan_to(self, at: QPointF) -> None:
        if self._grip is not None:
            self._view.pan(at - self._grip)
            self._grip = at
            self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.set_zoom(self._view.zoom * (1.0 + event.value()), event.position())
                return True
        elif _is_our_key(event):
            event.accept()  # before a shortcut of the window takes the key
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        exposed = QRectF(event.rect())
        palette = theme.current()
        painter.fillRect(event.rect(), palette.colour("page_ground"))
        if self._picture is None:
            painter.setPen(palette.colour("quiet_text"))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("No picture yet"))
            return
        target = self._target
        scale = self._view.zoom * self.devicePixelRatioF()
        self._picture.draw(painter, target, exposed, scale)
        if self._cells is None:
            self._surface.paint(painter, target, exposed)
        else:
            draw_cells(painter, self._cells, self._view, self._surface.colour)
        if self._grip is None and not self._space_held:
            painter.translate(self._view.origin)
            painter.scale(self._view.zoom, self._view.zoom)
            stroking = self._surface.painting.is_stroking
            self._brush.draw(painter, 1.0 / self._view.zoom, stroking)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._picture is None or self._button != Qt.MouseButton.NoButton:
            return
        self._button = event.button()
        if self._space_held or event.button() == Qt.MouseButton.MiddleButton:
            self._grip = event.position()
            self._update_cursor()
        elif event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            modifiers = event.modifiers()
            erase = event.button() == Qt.MouseButton.RightButton
            erase = erase or bool(modifiers & Qt.KeyboardModifier.AltModifier)
            self._brush.erases_now = erase or self._brush.erases
            at = self._view.to_picture(event.position())
            self._move_pointer(at)
            straight = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            self._surface.press(at.toTuple(), self._radius_px, self._brush.erases_now, straight)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pan_to(event.position())
        at = self._view.to_picture(event.position())
        self._move_pointer(at)
        self._surface.drag(at.toTuple(), self._radius_px)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == self._button:
            self._button = Qt.MouseButton.NoButton
            self._grip = None
            self._update_cursor()
            self._surface.release()

    def leaveEvent(self, event: QEvent) -> None:
        self._move_pointer(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False
        self._update_cursor()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # the right button erases

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / WHEEL_NOTCH
        if notches and self._picture is not None:
            self.set_zoom(self._view.zoom * ZOOM_STEP**notches, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = asked_for(event)
        if action is not None:
            self._act(action)
        elif event.key() == Qt.Key.Key_Space:
            self._hold_space(True, event)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        elif event.key() != Qt.Key.Key_Escape or not self._surface.cancel():
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._hold_space(False, event)
        else:
            super().keyReleaseEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._view.fits:
            self.fit()


def _is_our_key(event: QEvent) -> bool:
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    return asked_for(event) is not None or event.key() == Qt.Key.Key_Space
