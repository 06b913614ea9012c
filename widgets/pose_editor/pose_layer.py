"""The skeletons of one panel, upon the page: shown, grabbed, dragged; never changed in here."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPainter, QPainterPath
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
from widgets.common.theme import theme_signals
from widgets.pose_editor.cursors import cursor_for
from widgets.pose_editor.drags import MoveBy, PlaceJoint, RotateBy, ScaleBy, ShowJoint, Step
from widgets.pose_editor.figure_item import FigureItem
from widgets.pose_editor.figure_keys import FigureKeys
from widgets.pose_editor.hand import Hand
from widgets.pose_editor.picking import Grab, HandleGrab, JointGrab
from widgets.pose_editor.puppet_item import PuppetItem
from widgets.pose_editor.skeletons import Skeletons
from widgets.pose_editor.titles import grab_title

Z_ABOVE_PANELS = 1000.0
_OUTSIDE_PX = 80.0  # room around the figures for halos and handles


class PoseLayer(QGraphicsObject):
    """All figures of one panel as skeletons that can be grabbed; in page mm.

    Put into the page's scene with `addItem`. The layer reports what the hand wants and shows what
    it is told by `show_panel`. Signals of one press to release, or of arrow keys held down, share
    a gesture id. Distances, factors and angles are since the signal before; points are in mm from
    the top left of the panel's bounds; angles are clockwise.

    Where nothing of a figure lies, the mouse goes through to what is beneath.
    """

    figure_selected = Signal(str)
    joint_dragged = Signal(str, str, str, int, QPointF)
    figure_moved = Signal(str, str, str, float, float)
    figure_scaled = Signal(str, str, str, float, QPointF)
    figure_rotated = Signal(str, str, str, float, QPointF)
    joint_visibility_toggled = Signal(str, str, str, int, bool)
    gesture_finished = Signal(str)
    gesture_cancelled = Signal(str)
    figure_menu_requested = Signal(str, QPoint)
    held_changed = Signal(bool)  # the hand has begun to move something, or let go of it

    _scale_changed = Signal()

    def __init__(self, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._panel: Panel | None = None
        self._skeletons = Skeletons(self)
        self._puppet_item = PuppetItem(self)
        self._puppet: tuple[str, QImage | None, QRectF] = ("", None, QRectF())
        self._bounds = QRectF()
        self._hand = Hand(self._skeletons, self._emit_steps, self._emit_end, self.held_changed.emit)
        self._keys = FigureKeys(
            self._skeletons, self._emit_steps, self._emit_end, lambda i: self._select(i, None)
        )
        self.setZValue(Z_ABOVE_PANELS)
        self.setAcceptHoverEvents(True)
        self.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsFocusable)
        self.setVisible(False)
        self._scale_changed.connect(self._on_scale_changed, Qt.ConnectionType.QueuedConnection)
        theme_signals().changed.connect(self._on_theme_changed)

    def show_panel(self, document: Document | None, panel: Panel | None) -> None:
        """Show the figures of a panel; None hides the layer. Costs nothing where nothing changed.

        Items stay for figures that stay, so that a drag goes on while the document changes.
        """
        if document is None or panel is None:
            self._hide()
            return
        before, cast_before = self._panel, self._document and self._document.characters
        self._document, self._panel = document, panel
        outline_kept = before is not None and before.polygon is panel.polygon
        if (
            before is not None
            and outline_kept
            and before.id == panel.id
            and before.figures is panel.figures
            and cast_before is document.characters
        ):
            return
        if before is None or before.id != panel.id:
            self._finish_all()
            self._skeletons.forget()
        self._skeletons.show_figures(document, panel)
        held = self._hand.figure_id
        if held is not None and self._skeletons.item(held) is None:
            self._hand.end()
        self._update_bounds()
        if not outline_kept or before is None or before.id != panel.id:
            self._show_puppet()
        self._appear()

    def set_puppet(self, panel_id: str, image: QImage | None, rect_mm: QRectF) -> None:
        """The puppet's picture and where it lies on the page (mm); shown over its own panel only.

        None takes it away.
        """
        self._puppet = (panel_id, image, QRectF(rect_mm))
        self._show_puppet()

    @property
    def selected_figure(self) -> str | None:
        """The id of the figure with the halo, if the panel has it."""
        return self._skeletons.selected_id

    def set_selected_figure(self, figure_id: str | None) -> None:
        """Nothing is emitted. An id that the panel does not have yet is kept in mind."""
        if figure_id != self._skeletons.wanted_id:
            self._skeletons.select(figure_id)

    @property
    def selected_joint(self) -> int | None:
        """The keypoint that arrow keys nudge; None = the whole figure."""
        return self._skeletons.selected_joint

    @property
    def is_held(self) -> bool:
        """Whether the hand is down on a figure, moving or not."""
        return self._hand.figure_id is not None

    @property
    def hovered(self) -> Grab | None:
        """What a press would grab."""
        return self._skeletons.hovered

    @property
    def figure_items(self) -> tuple[FigureItem, ...]:
        """Back to front."""
        return self._skeletons.items

    @property
    def moving_items(self) -> tuple[QGraphicsItem, ...]:
        """What the hand changes: the figure that it holds with its box, and the puppet."""
        held = self._skeletons.item(self._hand.figure_id or "")
        return (self._puppet_item, self._skeletons.box, *((held,) if held else ()))

    # --- what is shown

    def _hide(self) -> None:
        self._finish_all()
        self._document = self._panel = None
        self._skeletons.forget()
        self._skeletons.clear()
        self._show_puppet()
        self.setVisible(False)

    def _appear(self) -> None:
        if self.isVisible():
            return
        self.setVisible(True)
        self._take_focus()

    def _take_focus(self) -> None:
        """Keys go to the figures, unless something of the page is being typed into."""
        scene = self.scene()
        if scene and not scene.focusItem():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_puppet(self) -> None:
        panel_id, image, rect = self._puppet
        panel = self._panel
        polygon = panel.polygon if panel is not None and panel.id == panel_id else None
        self._puppet_item.show_puppet(image, rect, polygon)

    def _update_bounds(self) -> None:
        if self._panel is None:
            return
        b = self._panel.polygon.bounds
        margin = _OUTSIDE_PX / self._px_per_mm()
        bounds = QRectF(b.x, b.y, b.width, b.height).united(self._skeletons.extent)
        bounds.adjust(-margin, -margin, margin, margin)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds

    def _px_per_mm(self) -> float:
        scene = self.scene()
        views = scene.views() if scene else []
        return views[0].transform().map(QPointF(1, 0)).x() if views else 1.0

    def _on_scale_changed(self) -> None:
        px_per_mm = self._px_per_mm()
        if px_per_mm != self._skeletons.px_per_mm:  # else a print at a scale of its own
            self._skeletons.set_px_per_mm(px_per_mm)
            self._update_bounds()

    def _on_theme_changed(self) -> None:
        self._skeletons.update()

    # --- picking

    def _pick(self, pos: QPointF) -> Grab | None:
        return self._skeletons.pick(pos, self._px_per_mm())

    def _hover(self, pos: QPointF) -> None:
        grab = self._pick(pos)
        if grab == self._skeletons.hovered:
            return
        self._skeletons.hover(grab)
        if grab is None:
            self.unsetCursor()
        else:
            self.setCursor(cursor_for(grab, pressed=self._hand.figure_id is not None))
        self.setToolTip(grab_title(grab))

    def _select(self, figure_id: str, joint: int | None) -> None:
        is_new = figure_id != self._skeletons.selected_id
        self._skeletons.select(figure_id, joint)
        if is_new:
            self.figure_selected.emit(figure_id)

    # --- intentions

    def _emit_steps(self, gesture_id: str, figure_id: str, steps: tuple[Step, ...]) -> None:
        for step in steps:
            if self._panel is None:  # hidden by who heard the step before
                return
            ids = (gesture_id, self._panel.id, figure_id)
            match step:
                case PlaceJoint(keypoint, to):
                    self.joint_dragged.emit(*ids, keypoint, QPointF(to.x, to.y))
                case ShowJoint(keypoint, visible):
                    self.joint_visibility_toggled.emit(*ids, keypoint, visible)
                case MoveBy(dx_mm, dy_mm):
                    self.figure_moved.emit(*ids, dx_mm, dy_mm)
                case ScaleBy(factor, fixed):
                    self.figure_scaled.emit(*ids, factor, QPointF(fixed.x, fixed.y))
                case RotateBy(angle_deg, fixed):
                    self.figure_rotated.emit(*ids, angle_deg, QPointF(fixed.x, fixed.y))

    def _emit_end(self, gesture_id: str, cancelled: bool) -> None:
        (self.gesture_cancelled if cancelled else self.gesture_finished).emit(gesture_id)

    def _finish_all(self) -> None:
        self._hand.end()
        self._keys.end()

    def _uses_key(self, event: QKeyEvent) -> bool:
        """While something is held, Esc alone, which lets go of it."""
        if self._hand.figure_id is not None:
            return event.key() == Qt.Key.Key_Escape
        return self._keys.uses(event)

    # --- Qt

    def boundingRect(self) -> QRectF:
        return self._bounds

    def contains(self, point: QPointF | QPoint | QPainterPath.Element) -> bool:
        return self._pick(_position(point)) is not None

    def collidesWithPath(
        self,
        path: QPainterPath,
        mode: Qt.ItemSelectionMode = Qt.ItemSelectionMode.IntersectsItemShape,
    ) -> bool:
        """Qt asks with the pixel under the cursor: only what can be grabbed takes the mouse."""
        return self._pick(path.boundingRect().center()) is not None

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draws nothing, but learns here that the view was zoomed; acts after the painting."""
        if self._px_per_mm() != self._skeletons.px_per_mm:
            self._scale_changed.emit()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._take_focus()
        self._hover(event.pos())

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._hover(event.pos())

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        self._skeletons.hover(None)
        self.unsetCursor()

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        grab = self._pick(event.pos())
        if grab is None:
            event.ignore()
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._finish_all()
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self._hand.press(grab, event.pos(), event.screenPos(), whole_limb=ctrl)
        if not isinstance(grab, HandleGrab):  # only now: who hears of it asks whether it is held
            self._select(grab.figure_id, grab.keypoint if isinstance(grab, JointGrab) else None)
        self._skeletons.hover(grab)
        self.setCursor(cursor_for(grab, pressed=True))
        event.accept()

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        snap = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._hand.move(event.pos(), event.screenPos(), snap=snap)

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        self._hand.end()
        self._skeletons.hover(None)
        self._hover(event.pos())

    def contextMenuEvent(self, event: QGraphicsSceneContextMenuEvent) -> None:
        grab = self._pick(event.pos())
        if grab is None or self._hand.figure_id is not None:
            event.ignore()
            return
        if grab.figure_id != self.selected_figure:
            self._select(grab.figure_id, None)
        self.figure_menu_requested.emit(grab.figure_id, event.screenPos())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._uses_key(event):
            event.ignore()
            return
        event.accept()
        if self._hand.figure_id is not None:
            self._hand.end(cancelled=True)
        else:
            self._keys.press(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._keys.end()

    def sceneEvent(self, event: QEvent) -> bool:
        """Keys of ours come before shortcuts of the window; a lost mouse ends the drag."""
        if isinstance(event, QKeyEvent) and self._uses_key(event):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:  # Qt would spend Tab on the focus
                self.keyPressEvent(event)
                return True
        elif event.type() == QEvent.Type.UngrabMouse:
            self._hand.end()
        return super().sceneEvent(event)


def _position(point: QPointF | QPoint | QPainterPath.Element) -> QPointF:
    if isinstance(point, QPainterPath.Element):
        return QPointF(point.x, point.y)
    return QPointF(point)
