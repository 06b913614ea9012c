"""What the hand does on the page: one object for each tool, fed by the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from widgets.page_view.gutter_drag import GutterDrag, gutter_under, resize_cursor

if TYPE_CHECKING:
    from widgets.page_view.page_view import PageView

translate = QCoreApplication.translate
Modifiers = Qt.KeyboardModifier
CLICK_PX = 3.0  # a hand that moves no further has clicked


class PageTool:
    """Points are millimetres on the page. The base does nothing, which some tools do well."""

    cursor = Qt.CursorShape.ArrowCursor
    buttons = Qt.MouseButton.LeftButton  # those that it takes

    def __init__(self, view: PageView) -> None:
        self.view = view

    def press(self, at: QPointF, event: QMouseEvent) -> None:
        """One of its buttons goes down."""

    def move(self, at: QPointF, event: QMouseEvent) -> None:
        """The mouse moves with the button down."""

    def release(self, at: QPointF, event: QMouseEvent) -> None:
        """The button comes up."""

    def double_click(self, at: QPointF, event: QMouseEvent) -> None:
        """The second press of a double click."""

    def hover(self, at: QPointF, event: QMouseEvent) -> None:
        """The mouse moves with no button down."""

    def modifiers_changed(self, modifiers: Modifiers) -> None:
        """Shift, Ctrl or Alt went down or up while the mouse rests."""

    def leave(self) -> None:
        """The mouse left the view, or another tool is taken."""
        self.view.page_scene.overlay.set_hovered(None)
        self.view.page_scene.overlay.set_gutter(None)

    def cancel(self) -> bool:
        """Break off what the hand is doing; False where it does nothing."""
        return False


class HandTool(PageTool):
    cursor = Qt.CursorShape.OpenHandCursor


class LayerTool(PageTool):
    """Leaves the mouse to the layers of the scene; a press they leave alone chooses a panel."""

    def press(self, at: QPointF, event: QMouseEvent) -> None:
        self.view.forward_press(event)
        if event.isAccepted():
            return
        event.accept()
        item = self.view.page_scene.item_at(at)
        if item is not None and item.shown_panel.id != self.view.page_scene.entered:
            self.view.choose((item.shown_panel.id,))
            self.view.panel_entered.emit(item.shown_panel.id)

    def move(self, at: QPointF, event: QMouseEvent) -> None:
        self.view.forward_move(event)

    def release(self, at: QPointF, event: QMouseEvent) -> None:
        self.view.forward_release(event)

    def double_click(self, at: QPointF, event: QMouseEvent) -> None:
        self.view.forward_double_click(event)

    def hover(self, at: QPointF, event: QMouseEvent) -> None:
        self.view.forward_move(event)
        item = self.view.page_scene.item_at(at)
        is_other = item is not None and item.shown_panel.id != self.view.page_scene.entered
        self.view.page_scene.overlay.set_hovered(item.outline if item and is_other else None)


class RegionTool(LayerTool):
    """The right button too is the layer's: it erases, and marks what does not belong."""

    buttons = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton

    def press(self, at: QPointF, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            super().press(at, event)
        else:
            self.view.forward_press(event)
            event.accept()


class SelectTool(PageTool):
    """Chooses panels, drags gutters, opens panels by a double click."""

    def __init__(self, view: PageView) -> None:
        super().__init__(view)
        self._gutter: GutterDrag | None = None
        self._band_from: QPointF | None = None
        self._before: tuple[str, ...] = ()

    def press(self, at: QPointF, event: QMouseEvent) -> None:
        gutter = gutter_under(self.view, at)
        scene = self.view.page_scene
        if gutter is not None:
            scene.overlay.set_hovered(None)
            self._gutter = GutterDrag(self.view, gutter, at)
            return
        item = scene.item_at(at)
        adds = event.modifiers() & (Modifiers.ShiftModifier | Modifiers.ControlModifier)
        self._before = scene.selected if adds else ()
        if item is None:
            self._band_from = at
            self.view.choose(self._before)
        elif adds and item.shown_panel.id in self._before:
            self.view.choose(tuple(i for i in self._before if i != item.shown_panel.id))
        else:
            self.view.choose((*self._before, item.shown_panel.id))

    def move(self, at: QPointF, event: QMouseEvent) -> None:
        if self._gutter is not None:
            free = bool(event.modifiers() & Modifiers.ControlModifier)
            self._gutter.move_to(at, snaps=not free)
        elif self._band_from is not None:
            band = QRectF(self._band_from, at).normalized()
            if max(band.width(), band.height()) * self.view.px_per_mm < CLICK_PX:
                return
            self.view.page_scene.overlay.set_band(band)
            touched = self.view.page_scene.panels_in(band)
            added = tuple(i for i in touched if i not in self._before)
            self.view.choose((*self._before, *added))

    def release(self, at: QPointF, event: QMouseEvent) -> None:
        if self._gutter is not None:
            self._gutter.finish()
        self._let_go()
        self.hover(at, event)

    def double_click(self, at: QPointF, event: QMouseEvent) -> None:
        if gutter_under(self.view, at) is not None:
            return
        item = self.view.page_scene.item_at(at)
        if item is not None:
            self.view.choose((item.shown_panel.id,))
            self.view.panel_entered.emit(item.shown_panel.id)

    def hover(self, at: QPointF, event: QMouseEvent) -> None:
        scene = self.view.page_scene
        gutter = gutter_under(self.view, at)
        scene.overlay.set_gutter(gutter)
        item = None if gutter is not None else scene.item_at(at)
        scene.overlay.set_hovered(None if item is None else item.outline)
        if gutter is not None:
            self.view.show_cursor(resize_cursor(gutter.normal))
            self.view.show_hint(translate("PageView", "Drag to move the gutter, Esc to leave it"))
        elif item is not None:
            self.view.show_cursor(self.cursor)
            self.view.show_hint(
                translate("PageView", "Panel {number}: click selects, double-click poses").format(
                    number=scene.number_of(item.shown_panel.id)
                )
            )
        else:
            self.view.show_cursor(self.cursor)
            self.view.show_hint("")

    def cancel(self) -> bool:
        was_busy = self._gutter is not None or self._band_from is not None
        if self._gutter is not None:
            self._gutter.cancel()
        elif self._band_from is not None:
            self.view.choose(self._before)
        self._let_go()
        return was_busy

    def _let_go(self) -> None:
        self._gutter = None
        self._band_from = None
        self.view.page_scene.overlay.set_band(None)
        self.view.page_scene.overlay.set_gutter(None)
