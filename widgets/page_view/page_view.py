"""The page under the hand. Shows a page of the document and says what the artist wants."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QToolTip, QWidget

from core.document import Document, Page
from widgets.common.theme import LIGHT, current, theme_signals
from widgets.page_view.drops import PageDrops, takes
from widgets.page_view.keys import PageKeys
from widgets.page_view.knife import KnifeTool
from widgets.page_view.page_scene import PageScene
from widgets.page_view.panel_chrome import Link
from widgets.page_view.state import PanelStatus, Tool
from widgets.page_view.still import Still
from widgets.page_view.tools import HandTool, LayerTool, PageTool, RegionTool, SelectTool
from widgets.page_view.zoom_view import ZoomView
from widgets.painting import LoadRaster

AHEAD_MS = 3  # between two tiles of what lies around a moving hand


class PageView(ZoomView):
    """One page, its panels and what can be done with them.

    Told what to show; changes nothing itself. Points in signals are mm: `_mm` on the page, panel
    mm from the top left of the panel's bounds. The steps of a gesture carry one `gesture_id`.
    """

    selection_changed = Signal(object)  # tuple of panel ids
    panel_entered = Signal(str)
    panel_left = Signal()
    gutter_dragged = Signal(str, str, int, float)  # gesture, panel, edge, mm outwards of this step
    gesture_finished = Signal(str)
    gesture_cancelled = Signal(str)
    split_requested = Signal(str, QPointF, QPointF)  # panel, start and end of the cut
    delete_requested = Signal(object)  # tuple of panel ids
    character_dropped = Signal(str, str, QPointF)  # character, panel, panel mm
    pose_dropped = Signal(str, str, QPointF)  # preset, panel, panel mm
    images_dropped = Signal(object)  # tuple of paths
    retry_requested = Signal(str)
    smaller_requested = Signal(str)
    check_requested = Signal(str)
    details_requested = Signal(str)
    context_menu_requested = Signal(str, QPoint)  # panel or "", where on the screen
    hint_changed = Signal(str)  # what the hand would do here, for the status bar

    def __init__(self, load: LoadRaster, parent: QWidget | None = None) -> None:
        self.page_scene = PageScene(load)
        self.gutter_page: Page | None = None  # the page that the shown gutter belongs to
        super().__init__(self.page_scene, parent)
        self.page_scene.setParent(self)
        self._tools: dict[Tool, PageTool] = {
            Tool.SELECT: SelectTool(self),
            Tool.POSE: LayerTool(self),
            Tool.REGION: RegionTool(self),
            Tool.KNIFE: KnifeTool(self),
            Tool.HAND: HandTool(self),
        }
        self._tool = Tool.SELECT
        self._keys = PageKeys(self)
        self._drops = PageDrops(self)
        self._space_is_down = False
        self._pan_from: QPointF | None = None
        self._pressed_link: tuple[str, Link] | None = None
        self._tool_has_button = False
        self._tool_button = Qt.MouseButton.NoButton
        self._hint = ""
        self._still: Still | None = None
        self._ahead = QTimer(self, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._paint_ahead)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Page"))
        theme_signals().changed.connect(self.page_scene.on_theme_changed)

    @property
    def tool(self) -> Tool:
        return self._tool

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the selected panels, in the order of selecting."""
        return self.page_scene.selected

    def set_load(self, load: LoadRaster) -> None:
        """Where pictures are read from, for another project."""
        self.page_scene.pictures.set_load(load)
        self.page_scene.pictures.request()

    def show_page(self, document: Document | None, page_id: str | None) -> None:
        """Show a page; cheap where little has changed. Another page is fitted to the window.

        Panels that are gone leave the selection, without a signal.
        """
        before = self.page_scene.page
        reshaped = self.page_scene.show_page(document, page_id)
        page = self.page_scene.page
        is_other = (page and page.id) != (before and before.id)
        if is_other:
            self._tools[self._tool].cancel()
        self.set_content(self.page_scene.paper_mm)
        if is_other:
            self.fit_page()
        if before is not None and page is not None and not (is_other or reshaped):
            return
        self._describe()
        # While a gutter is dragged, pictures of outlines that last one step are not worth painting.
        self.view_moved(settled=not (self._tool is Tool.SELECT and self._tool_has_button))

    def set_statuses(self, statuses: Mapping[str, PanelStatus]) -> None:
        """The status of every panel, by its id; without one, a panel says itself how it is."""
        self.page_scene.set_statuses(statuses)

    def set_status(self, panel_id: str, status: PanelStatus) -> None:
        self.page_scene.set_status(panel_id, status)

    def set_badges(self, badges: Mapping[str, str]) -> None:
        """Panels whose figures drift, by id, and the sentence for each; the others have none."""
        self.page_scene.set_badges(badges)

    def set_tool(self, tool: Tool) -> None:
        """Take another tool; what the hand was doing is broken off."""
        if tool is self._tool:
            return
        self._tools[self._tool].cancel()
        self._tools[self._tool].leave()
        self._tool = tool
        self._tool_has_button = False
        self.show_hint("")
        self._show_tool_cursor()

    def set_selection(self, panel_ids: tuple[str, ...]) -> None:
        """Without a signal; unknown ids are left out."""
        self.page_scene.set_selected(panel_ids)
        self._describe()

    def set_entered_panel(self, panel_id: str | None) -> None:
        """Dim all but this panel; None = none is entered."""
        self.page_scene.set_entered(panel_id)

    def set_guides_visible(self, visible: bool) -> None:
        """With guides the bleed is seen, without them the page as it will be cut."""
        self.page_scene.set_guides_visible(visible)
        self.set_content(self.page_scene.paper_mm)

    def fit_page(self) -> None:
        self.fit(self.page_scene.paper_mm)

    def fit_panel(self, panel_id: str) -> None:
        """Does nothing for a panel that is not on this page."""
        self.fit(self.panel_rect_mm(panel_id))

    def panel_rect_mm(self, panel_id: str) -> QRectF:
        """The bounds of a panel on the page; empty for one that is not on it."""
        outline = self.page_scene.outline(panel_id)
        return QRectF() if outline is None else outline.boundingRect()

    def hold_still(self, layer: QGraphicsItem, moving: Collection[QGraphicsItem]) -> None:
        """Until `release_still`, only these children of `layer` move: all else is painted once.

        For the time that a hand holds something on the layer. Panels that change meanwhile are
        shown all the same.
        """
        self._still = Still(self, layer, moving)
        self.page_scene.watch_panels(self._still.spoil)
        self._ahead.start()

    def release_still(self) -> None:
        if self._still is not None:
            self._still = None
            self._ahead.stop()
            self.page_scene.watch_panels(None)
            self.viewport().update()

    @property
    def is_painting_ahead(self) -> bool:
        """Whether parts of the page that a hand may come to are still to be painted."""
        return self._ahead.isActive()

    def _paint_ahead(self) -> None:
        if self._still is None or not self._still.paint_ahead():
            self._ahead.stop()

    @property
    def is_held_still(self) -> bool:
        """Whether a hand moves something on a layer, and nothing of the page itself."""
        return self._still is not None

    def finish_painting(self) -> None:
        """Paint at once what waits for its turn, before the view is grabbed as a picture."""
        self.page_scene.pictures.finish()

    def choose(self, panel_ids: tuple[str, ...]) -> None:
        """Select as the hand does: with a signal, where it changes something."""
        before = self.selection
        self.set_selection(panel_ids)
        if self.selection != before:
            self.selection_changed.emit(self.selection)

    def cancel_gesture(self) -> bool:
        """Break off what the hand is doing; False where it does nothing."""
        self._tool_has_button = False
        return self._tools[self._tool].cancel()

    def show_cursor(self, shape: Qt.CursorShape) -> None:
        if self.viewport().cursor().shape() != shape:
            self.viewport().setCursor(shape)

    def show_hint(self, text: str) -> None:
        if text != self._hint:
            self._hint = text
            self.hint_changed.emit(text)

    def set_space_down(self, down: bool) -> None:
        """While the space bar is down, any tool is the hand."""
        self._space_is_down = down
        self._show_tool_cursor()

    def change_modifiers(self, modifiers: Qt.KeyboardModifier) -> None:
        """Shift, Ctrl or Alt went down or up."""
        self._tools[self._tool].modifiers_changed(modifiers)

    def forward_press(self, event: QMouseEvent) -> None:
        """To the layers of the scene; the event is accepted if one of them wants it."""
        QGraphicsView.mousePressEvent(self, event)

    def forward_move(self, event: QMouseEvent) -> None:
        QGraphicsView.mouseMoveEvent(self, event)

    def forward_release(self, event: QMouseEvent) -> None:
        QGraphicsView.mouseReleaseEvent(self, event)

    def forward_double_click(self, event: QMouseEvent) -> None:
        QGraphicsView.mouseDoubleClickEvent(self, event)

    def _describe(self) -> None:
        numbers = [str(self.page_scene.number_of(i)) for i in self.selection]
        self.setAccessibleDescription(
            self.tr("Selected: panel {numbers}").format(numbers=", ".join(numbers))
            if numbers
            else self.tr("No panel is selected")
        )

    def _show_tool_cursor(self) -> None:
        if self._pan_from is not None:
            self.show_cursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space_is_down:
            self.show_cursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.show_cursor(self._tools[self._tool].cursor)

    def _is_pan(self, event: QMouseEvent) -> bool:
        if event.button() == Qt.MouseButton.MiddleButton:
            return True
        is_hand = self._tool is Tool.HAND or self._space_is_down
        return is_hand and event.button() == Qt.MouseButton.LeftButton

    def _link_at(self, at_mm: QPointF) -> tuple[str, Link] | None:
        item = self.page_scene.item_at(at_mm)
        if item is None or self._tool is Tool.KNIFE:
            return None
        link = item.link_at(at_mm, self.viewportTransform(), self.font())
        return None if link is None else (item.shown_panel.id, link)

    def _follow_link(self, panel_id: str, link: Link) -> None:
        signals = {
            Link.RETRY: self.retry_requested,
            Link.SMALLER: self.smaller_requested,
            Link.DETAILS: self.details_requested,
            Link.CHECK: self.check_requested,
        }
        signals[link].emit(panel_id)

    def _hover(self, at: QPointF, event: QMouseEvent) -> None:
        if self._tool is Tool.HAND or self._space_is_down:
            self._show_tool_cursor()
        elif self._link_at(at) is not None:
            self.page_scene.overlay.set_gutter(None)
            self.show_cursor(Qt.CursorShape.PointingHandCursor)
        else:
            if self.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor:
                self._show_tool_cursor()
            self._tools[self._tool].hover(at, event)

    # Qt's own names from here on.

    def view_moved(self, *, settled: bool) -> None:
        """Tell the pictures what is seen now."""
        seen = self.seen_mm()
        visible = [
            item.shown_panel.id
            for item in self.page_scene.panel_items
            if item.boundingRect().intersects(seen)
        ]
        if self.page_scene.page is None or not visible:
            self.viewport().update()  # the hint in the middle does not move with the page
        scale = self.px_per_mm * self.devicePixelRatioF()
        self.page_scene.pictures.set_view(scale, visible, settled=settled)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self.to_mm(event.position())
        if self._is_pan(event):
            self._pan_from = event.position()
            self._show_tool_cursor()
        elif event.button() in self._tools[self._tool].buttons and not self._tool_has_button:
            is_left = event.button() == Qt.MouseButton.LeftButton
            self._pressed_link = self._link_at(at) if is_left else None
            if self._pressed_link is None:
                self._tool_has_button = True
                self._tool_button = event.button()
                self._tools[self._tool].press(at, event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self.to_mm(event.position())
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self.pan_by(moved.x(), moved.y())
        elif self._tool_has_button:
            self._tools[self._tool].move(at, event)
        elif not event.buttons():
            self._hover(at, event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = self.to_mm(event.position())
        if self._pan_from is not None:
            self._pan_from = None
            self._show_tool_cursor()
        elif self._pressed_link is not None:
            if self._link_at(at) == self._pressed_link:
                self._follow_link(*self._pressed_link)
            self._pressed_link = None
        elif self._tool_has_button and event.button() == self._tool_button:
            self._tool_has_button = False
            self._tools[self._tool].release(at, event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        at = self.to_mm(event.position())
        if event.button() != Qt.MouseButton.LeftButton or self._is_pan(event):
            self.mousePressEvent(event)
        elif self._link_at(at) is None:
            self._tool_has_button = True
            self._tool_button = Qt.MouseButton.LeftButton
            self._tools[self._tool].double_click(at, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._tool in (Tool.POSE, Tool.REGION):
            super().contextMenuEvent(event)
            if event.isAccepted():
                return
        item = self.page_scene.item_at(self.to_mm(event.pos()))
        if item is not None and item.shown_panel.id not in self.selection:
            self.choose((item.shown_panel.id,))
        panel_id = "" if item is None else item.shown_panel.id
        self.context_menu_requested.emit(panel_id, event.globalPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.page_scene.offer_key(event) and not self._keys.press(event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.set_space_down(False)  # its release will go to someone else
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # Esc breaks off a gesture before it does anything else in the window.
            if event.key() == Qt.Key.Key_Escape and self._tool_has_button:
                event.accept()
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self.view_moved(settled=True)
        return super().event(event)

    def _tells_panels(self, event: QEvent) -> bool:
        """Whether a tooltip is wanted and panels answer; in the modes of layers these do."""
        return event.type() == QEvent.Type.ToolTip and self._tool not in (Tool.POSE, Tool.REGION)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._tools[self._tool].leave()
            self.show_hint("")
        elif self._tells_panels(event) and isinstance(event, QHelpEvent):
            item = self.page_scene.item_at(self.to_mm(event.pos()))
            text = "" if item is None else item.toolTip()
            QToolTip.showText(event.globalPos(), text, self.viewport())
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still is None:
            super().paintEvent(event)
            return
        painter = QPainter(self.viewport())
        self._still.paint(painter, event.region())
        painter.end()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if takes(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.drag_over(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        page = self.page_scene.page
        if page is not None and page.panels:
            return
        painter.save()
        painter.resetTransform()
        if page is None:
            painter.setPen(current().colour("quiet_text"))
            text = self.tr("No page yet. Add one in the page strip below.")
        else:
            painter.setPen(LIGHT.colour("quiet_text"))  # on white paper in every theme
            text = self.tr("Choose a layout for this page")
        area = QRectF(self.viewport().rect())
        if page is not None:
            area = self.viewportTransform().mapRect(self.page_scene.paper_mm)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()
