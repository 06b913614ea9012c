"""The skeletons of one panel and what is lit on them: kept in step with document and hand."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem

from core.document import Document, Panel
from core.geometry import Point
from widgets.common.theme import character_colour
from widgets.pose_editor.figure_box import FigureBox
from widgets.pose_editor.figure_item import FigureItem
from widgets.pose_editor.frame import Frame
from widgets.pose_editor.picking import Grab, HandleGrab, JointGrab, pick

_USUAL_PX_PER_MM = 96 / 25.4


class Skeletons:
    """One `FigureItem` a figure, and the box around the selected one."""

    def __init__(self, parent: QGraphicsItem) -> None:
        self._parent = parent
        self._items: dict[str, FigureItem] = {}
        self._box = FigureBox(parent)
        self._origin = Point(0.0, 0.0)
        self._held_frame: Frame | None = None
        self._held: Grab | None = None
        self._wanted_id: str | None = None
        self._selected_joint: int | None = None
        self._hovered: Grab | None = None
        self._px_per_mm = 0.0
        self.set_px_per_mm(_USUAL_PX_PER_MM)

    @property
    def items(self) -> tuple[FigureItem, ...]:
        """Back to front."""
        return tuple(self._items.values())

    @property
    def box(self) -> FigureBox:
        """The frame around the selected figure."""
        return self._box

    @property
    def px_per_mm(self) -> float:
        return self._px_per_mm

    @property
    def wanted_id(self) -> str | None:
        """The figure to be selected, whether the panel has it or not."""
        return self._wanted_id

    @property
    def selected_id(self) -> str | None:
        return self._wanted_id if self._wanted_id in self._items else None

    @property
    def selected_item(self) -> FigureItem | None:
        return self._items.get(self._wanted_id or "")

    @property
    def selected_joint(self) -> int | None:
        return self._selected_joint if self.selected_id is not None else None

    @property
    def hovered(self) -> Grab | None:
        return self._hovered

    @property
    def extent(self) -> QRectF:
        """Around all figures, in page mm."""
        extent = QRectF()
        for item in self._items.values():
            extent = extent.united(item.boundingRect().translated(item.pos()))
        return extent

    def item(self, figure_id: str) -> FigureItem | None:
        return self._items.get(figure_id)

    def panel_point(self, page_pos: QPointF) -> Point:
        """From page mm to mm from the top left of the panel's bounds."""
        return Point(page_pos.x() - self._origin.x, page_pos.y() - self._origin.y)

    def pick(self, page_pos: QPointF, px_per_mm: float) -> Grab | None:
        shapes = [item.shape_of_figure for item in self._items.values()]
        return pick(shapes, self.panel_point(page_pos), px_per_mm, self.selected_id)

    def show_figures(self, document: Document, panel: Panel) -> None:
        """Items of figures that stay are kept; their order follows the panel's."""
        wanted = {figure.id for figure in panel.figures}
        for figure_id in [i for i in self._items if i not in wanted]:
            self._drop(self._items.pop(figure_id))
        bounds = panel.polygon.bounds
        self._origin = Point(bounds.x, bounds.y)
        colours = {c.id: c.colour for c in document.characters}
        items: dict[str, FigureItem] = {}
        for figure in panel.figures:
            colour = character_colour(colours.get(figure.character_id, 0))
            item = self._items.get(figure.id)
            if item is None:
                item = FigureItem(figure, colour, self._parent)
                item.set_px_per_mm(self._px_per_mm)
            else:
                item.show_figure(figure, colour)
            items[figure.id] = item
        if list(items) != list(self._items):
            self._stack(list(items.values()))
        self._items = items
        for item in (*items.values(), self._box):
            item.setPos(self._origin.x, self._origin.y)
        if self._hovered is not None and self._hovered.figure_id not in items:
            self._hovered = None
        self._mark()

    def clear(self) -> None:
        for item in self._items.values():
            self._drop(item)
        self._items = {}
        self._mark()

    def forget(self) -> None:
        """Another panel: nothing is hovered, no joint selected."""
        self._hovered = None
        self._selected_joint = None

    def select(self, figure_id: str | None, joint: int | None = None) -> None:
        self._wanted_id, self._selected_joint = figure_id, joint
        self._mark()

    def hover(self, grab: Grab | None) -> None:
        self._hovered = grab
        self._mark()

    def hold_frame(self, frame: Frame | None) -> None:
        """A box to show instead of the figure's own, while a drag turns it; None = its own."""
        if frame != self._held_frame:
            self._held_frame = frame
            self._mark()

    def hold(self, grab: Grab | None) -> None:
        """What the hand moves; None = nothing. The box keeps out of the way of a joint."""
        self._held = grab
        for item in self._items.values():
            item.set_held(grab is not None and item.figure.id == grab.figure_id)
        self._mark()

    def joint_in_hand(self) -> JointGrab | None:
        """The joint under the cursor, else the selected one."""
        if isinstance(self._hovered, JointGrab):
            return self._hovered
        if self.selected_id is None or self._selected_joint is None:
            return None
        return JointGrab(self.selected_id, self._selected_joint)

    def neighbour_of_selected(self, step: int) -> str | None:
        """The id of the next figure, or of the one before; None where there is none."""
        ids = list(self._items)
        if not ids:
            return None
        if self.selected_id is None:
            return ids[0 if step > 0 else -1]
        return ids[(ids.index(self.selected_id) + step) % len(ids)]

    def set_px_per_mm(self, px_per_mm: float) -> None:
        self._px_per_mm = px_per_mm
        for item in (*self._items.values(), self._box):
            item.set_px_per_mm(px_per_mm)

    def update(self) -> None:
        """Paint all again, in the colours now in force."""
        self._box.update()
        for item in self._items.values():
            item.update()

    def _stack(self, items: list[FigureItem]) -> None:
        for below, above in reversed(list(itertools.pairwise(items))):  # from the top down
            below.stackBefore(above)

    def _drop(self, item: FigureItem) -> None:
        if scene := item.scene():
            scene.removeItem(item)
        else:
            item.setParentItem(None)  # type: ignore[arg-type]

    def _mark(self) -> None:
        selected, grab = self.selected_id, self._hovered
        for figure_id, item in self._items.items():
            lit = grab is not None and grab.figure_id == figure_id
            item.set_marks(
                selected=figure_id == selected,
                hovered=lit,
                hovered_joint=grab.keypoint if lit and isinstance(grab, JointGrab) else None,
                selected_joint=self._selected_joint if figure_id == selected else None,
            )
        item = self.selected_item
        own = item.shape_of_figure.frame if item is not None else None
        if isinstance(self._held, JointGrab):
            own = None
        self._box.show_frame(self._held_frame if item and self._held_frame else own)
        self._box.set_hovered(grab.handle if isinstance(grab, HandleGrab) else None)
