"""The region being marked on a panel of the page: clicked, boxed or painted."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsObject,
    QGraphicsSceneContextMenuEvent,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from core.document import Document, Panel
from core.geometry import Point, Polygon, Raster
from widgets.common import theme
from widgets.painting import LoadRaster
from widgets.region_editor.brush import ERASE, REDO, UNDO, Brush, asked_for
from widgets.region_editor.mask_strokes import Box
from widgets.region_editor.mask_surface import MaskSurface
from widgets.region_editor.panel_area import PanelArea, around
from widgets.region_editor.region_draft import RegionMode
from widgets.region_editor.region_marks import (
    Band,
    ClickPoint,
    OtherRegion,
    draw_others,
    draw_point,
    other_regions,
)

SMALLEST_BRUSH_MM, LARGEST_BRUSH_MM = 0.5, 60.0
FIRST_BRUSH_MM = 8.0
MARGIN_MM = 6.0  # around the panel, for what reaches over its edge
LAYER_Z = 1000.0

_CURSORS = {
    RegionMode.CLICK: Qt.CursorShape.CrossCursor,
    RegionMode.BOX: Qt.CursorShape.CrossCursor,
    RegionMode.BRUSH: Qt.CursorShape.BlankCursor,  # its ring is the cursor
}
_NO_AREA = Polygon((Point(0.0, 0.0),) * 3)


class RegionLayer(QGraphicsObject):
    """A mask over one panel, in page millimetres; add it to the page's scene.

    The mask is stretched over the panel's bounds. `mask_painted` reports it after each stroke and
    after clear, invert, undo and redo; handing the same raster back with `set_mask` is free.
    Strokes have an undo of their own until the region becomes part of the document.
    """

    point_clicked = Signal(str, QPointF, bool)  # panel id, mm of the panel, positive
    box_drawn = Signal(str, QRectF)  # panel id, mm of the panel
    mask_painted = Signal(str, object)  # panel id, Raster of 1 channel
    cancelled = Signal()
    brush_changed = Signal(float)  # mm; by a key
    erasing_changed = Signal(bool)  # by a key
    history_changed = Signal(bool, bool)  # whether there is something to undo, to redo

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._panel: Panel | None = None
        self._area = PanelArea(_NO_AREA)
        self._surface = MaskSurface(self, 1, 1, theme.character_colour(0))
        self._surface.edited.connect(self._on_edited)
        self._surface.changed.connect(self._on_changed)
        self._surface.outline_changed.connect(self._on_outline_changed)
        self._surface.history_changed.connect(self.history_changed)
        self._others: tuple[OtherRegion, ...] = ()
        self._points: tuple[ClickPoint, ...] = ()
        self._mode = RegionMode.CLICK
        self._brush = Brush(FIRST_BRUSH_MM, SMALLEST_BRUSH_MM, LARGEST_BRUSH_MM)
        self._busy = False
        self._button = Qt.MouseButton.NoButton  # that began the present gesture
        self._band = Band()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton)
        self.setAcceptHoverEvents(True)
        self.setZValue(LAYER_Z)
        self.setVisible(False)

    @property
    def panel_id(self) -> str | None:
        return None if self._panel is None else self._panel.id

    @property
    def points(self) -> tuple[ClickPoint, ...]:
        """The clicks that the region was, or is to be, found from."""
        return self._points

    @property
    def brush_mm(self) -> float:
        """The diameter."""
        return self._brush.diameter

    @property
    def is_working(self) -> bool:
        """A stroke or a box is under the hand."""
        return self._surface.painting.is_stroking or self._band.is_held

    def show_panel(
        self, document: Document | None, panel: Panel | None, load: LoadRaster | None = None
    ) -> None:
        """Mark a region of this panel; None hides the layer and forgets the region.

        With `load` the regions that the panel has already are outlined. The same panel with other
        contents keeps the mask and its history.
        """
        if panel is None or document is None:
            if self._panel is not None:
                self._leave()
            return
        if self._panel is panel:
            return
        if self.panel_id != panel.id:
            self._leave()
        self._panel = panel
        if self._area.polygon != panel.polygon:
            self._take_shape(panel.polygon)
        if load is not None:
            self._others = other_regions(document, panel, load, QColor(theme.LIGHT.surface))
        self._update_cursor()
        self.setVisible(True)
        self.setFocus()
        self.update()

    def set_brush_mm(self, diameter_mm: float) -> None:
        self._update_ring()
        self.prepareGeometryChange()
        self._brush.resize(diameter_mm)
        self._update_ring()

    def set_erasing(self, erasing: bool) -> None:
        self._brush.erases = erasing
        self._update_ring()

    def set_mode(self, mode: RegionMode) -> None:
        if mode is not self._mode:
            self._cancel_gesture()
            self._mode = mode
            self._update_cursor()
            self.update()

    def set_colour(self, colour: QColor) -> None:
        """The colour of the character that the region is drawn with."""
        self._surface.set_colour(colour)

    def set_mask(self, mask: Raster | None, colour: QColor) -> None:
        """The region as found or painted, of any size; None = start anew, without history."""
        self.set_colour(colour)
        if mask is None:
            self._forget_region()
        elif self._panel is not None:
            self._surface.accept(mask, self._points)
            self.set_busy(False)

    def mask(self) -> Raster | None:
        """The region, 1 channel; None where nothing is marked."""
        if self._panel is None or self._surface.painting.is_empty:
            return None
        return self._surface.raster()

    def set_busy(self, busy: bool) -> None:
        """A subject is being looked for: its point or box stays, hollow, until it is found."""
        self._busy = busy
        if not busy and not self._band.is_held:
            self._band.forget()
        self._update_cursor()
        self.update()

    def forget_points(self) -> None:
        """Take back the clicks that led to nothing."""
        self._points = self._answered_points
        self.update()

    def clear(self) -> None:
        self._cancel_gesture()
        self._surface.clear()

    def invert(self) -> None:
        self._cancel_gesture()
        self._surface.invert()

    def undo(self) -> None:
        """Take back the last stroke, or what was found last."""
        self._cancel_gesture()
        self._surface.undo()

    def redo(self) -> None:
        self._cancel_gesture()
        self._surface.redo()

    @property
    def _answered_points(self) -> tuple[ClickPoint, ...]:
        note = self._surface.painting.note
        return note if isinstance(note, tuple) else ()

    def _leave(self) -> None:
        self._forget_region()
        self.setVisible(False)
        self._panel = None
        self._others = ()
        self._brush.at = None
        self._busy = False

    def _forget_region(self) -> None:
        self._cancel_gesture()
        self._band.forget()
        self._points = ()
        self._surface.restart(self._area.blank_mask())
        self.update()

    def _take_shape(self, polygon: Polygon) -> None:
        """The region stays, stretched as a region of the document would be."""
        self._cancel_gesture()
        self.prepareGeometryChange()
        self._area = PanelArea(polygon)
        self.setPos(self._area.origin)
        if (self._area.mask_width, self._area.mask_height) != self._surface.size:
            old = None if self._surface.painting.is_empty else self._surface.raster()
            self._surface.restart(self._area.blank_mask())
            if old is not None:
                self._surface.restart(self._surface.fitted(old))

    def _press(self, at: QPointF, erase: bool, straight: bool) -> None:
        if self._mode is RegionMode.CLICK:
            self._click(at, positive=not erase)
        elif self._mode is RegionMode.BOX:
            self._band.begin(at)
        else:
            self._brush.erases_now = erase or self._brush.erases
            point, radius = self._area.to_px(at), self._radius_px
            self._surface.press(point, radius, self._brush.erases_now, straight)

    def _click(self, at: QPointF, positive: bool) -> None:
        if self._panel is not None and self._area.outline.contains(at):
            self._points = (*self._points, ClickPoint(at.x(), at.y(), positive))
            self.update(around(at, MARGIN_MM))
            self.point_clicked.emit(self._panel.id, at, positive)

    def _drag(self, at: QPointF) -> None:
        if self._band.is_held:
            changed = self._band.drag(self._area.nearest_inside(at))
            reach = MARGIN_MM / 2
            self.update(changed.adjusted(-reach, -reach, reach, reach))
        else:
            self._surface.drag(self._area.to_px(at), self._radius_px)

    def _release(self) -> None:
        if self._band.is_held:
            band = self._band.release()
            self.update()
            if band is not None and self._panel is not None:
                self._points = ()
                self.box_drawn.emit(self._panel.id, band)
        self._surface.release()

    def _cancel_gesture(self) -> bool:
        """Take back the stroke or box under the hand. False = there was none."""
        held = self._band.is_held
        if held:
            self._band.forget()
            self.update()
        return self._surface.cancel() or held

    @property
    def _radius_px(self) -> float:
        return self._area.length_px(self._brush.diameter / 2)

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
            self.set_brush_mm(self._brush.diameter)
            self.brush_changed.emit(self._brush.diameter)

    def _update_ring(self) -> None:
        if self._brush.at is not None and self._mode is RegionMode.BRUSH:
            self.update(self._brush.area(MARGIN_MM / 2))

    def _move_pointer(self, at: QPointF | None) -> None:
        self._update_ring()
        self._brush.at = at
        self._update_ring()

    def _update_cursor(self) -> None:
        self.setCursor(Qt.CursorShape.BusyCursor if self._busy else _CURSORS[self._mode])

    def _on_edited(self, mask: Raster) -> None:
        self._points = self._answered_points
        if self._panel is not None:
            self.update()
            self.mask_painted.emit(self._panel.id, mask)

    def _on_changed(self, box: Box) -> None:
        self.update(self._area.box_mm(box))

    def _on_outline_changed(self) -> None:
        area = self._surface.outline_area(self._area.rect)
        if not area.isEmpty():
            self.update(area.adjusted(-1.0, -1.0, 1.0, 1.0))

    def boundingRect(self) -> QRectF:
        reach = self._brush.diameter / 2 + MARGIN_MM
        return self._area.rect.adjusted(-reach, -reach, reach, reach)

    def shape(self) -> QPainterPath:
        path = QPainterPath()
        path.addRect(self._area.rect)
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        px = 1.0 / max(option.levelOfDetailFromTransform(painter.worldTransform()), 1e-6)
        painter.save()
        painter.setClipPath(self._area.outline, Qt.ClipOperation.IntersectClip)
        draw_others(painter, self._others)
        self._surface.paint(painter, self._area.rect, option.exposedRect)  # type: ignore[attr-defined]
        painter.restore()
        self._band.draw(painter, self._surface.colour)
        answered = self._answered_points
        for point in self._points:
            draw_point(painter, point, px, waiting=point not in answered)
        if self._mode is RegionMode.BRUSH:
            self._brush.draw(painter, px, self._surface.painting.is_stroking)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        event.accept()
        if self.is_working or self._panel is None:  # a second button during a stroke
            return
        modifiers = event.modifiers()
        erase = event.button() == Qt.MouseButton.RightButton
        erase = erase or bool(modifiers & Qt.KeyboardModifier.AltModifier)
        self._button = event.button()
        self.setFocus()
        self._move_pointer(event.pos())
        self._press(event.pos(), erase, bool(modifiers & Qt.KeyboardModifier.ShiftModifier))

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._move_pointer(event.pos())
        self._drag(event.pos())

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        if event.button() == self._button:
            self._release()

    def ungrabMouseEvent(self, event: QEvent) -> None:
        self._release()  # nothing is lost when something else takes the mouse

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._move_pointer(event.pos())

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._move_pointer(None)

    def contextMenuEvent(self, event: QGraphicsSceneContextMenuEvent) -> None:
        event.accept()  # the right button is spoken for

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = asked_for(event)
        if action is not None:
            self._act(action)
        elif event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif not self._cancel_gesture():
            self.cancelled.emit()
