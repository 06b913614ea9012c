"""Pages and panels: what the page view and the page strip ask for becomes edits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Signal

import resources
from app.after_hand import AfterHand
from app.commands import undo_text
from app.document_controller import Change, DocumentController
from app.posing import placed_poses, read_pose
from app.window.page_copy import copied_page
from app.window.state import WindowState, neighbour
from core.document import Document, Figure, Page, Panel, random_id
from core.document.edits import (
    add_figure,
    add_page,
    apply_layout,
    move_gutter,
    move_page,
    remove_page,
    remove_panel,
    set_drawings,
    set_figure_character,
    split_panel,
    update_panel,
)
from core.document.layouts import LayoutTemplate, load_templates
from core.geometry import Point, Rect
from core.pose import Pose
from widgets.page_strip import PageStrip
from widgets.page_view import PageView, Tool
from widgets.painting import LoadRaster

WIDE_PANEL, TALL_PANEL = 1.8, 0.9  # width / height at which another pose fits better


class PageController(QObject):
    """Connects the page view and the page strip with the document and the selection."""

    entered = Signal(str)  # panel id: pose or region mode begins
    pose_chosen = Signal(str, str, str)  # preset, panel id, figure id

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        view: PageView,
        strip: PageStrip,
        load: LoadRaster,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._state = controller, state
        self._view, self._strip, self._load = view, strip, load
        self._layouts = load_templates(resources.path("layouts"))
        strip.set_layouts(tuple((t.name, t.panels) for t in self._layouts))
        self._page_follows = AfterHand(self._show, lambda: view.is_held_still, self)
        self._strip_follows = AfterHand(self._show_strip, lambda: controller.in_gesture, self)
        for follows in (self._page_follows, self._strip_follows):
            controller.gesture_ended.connect(follows.let_go)
        controller.document_changed.connect(self._on_document_changed)
        state.page_changed.connect(self._show)
        state.selection_changed.connect(self._show_selection)
        state.tool_changed.connect(view.set_tool)
        self._connect_view()
        self._connect_strip()

    def _connect_view(self) -> None:
        view, controller = self._view, self._controller
        view.selection_changed.connect(self._state.select_panels)
        view.panel_entered.connect(self._enter)
        view.panel_left.connect(self.leave)
        view.gutter_dragged.connect(self._move_gutter)
        view.gesture_finished.connect(controller.finish_gesture)
        view.gesture_cancelled.connect(controller.cancel_gesture)
        view.split_requested.connect(self._split)
        view.delete_requested.connect(self.remove_panels)
        view.character_dropped.connect(self.drop_character)
        view.pose_dropped.connect(self.drop_pose)

    def _connect_strip(self) -> None:
        strip = self._strip
        strip.page_chosen.connect(self._state.set_page)
        strip.page_add_requested.connect(self.add_page)
        strip.page_removed.connect(self.remove_page)
        strip.page_moved.connect(self.move_page)
        strip.layout_requested.connect(self.lay_out)

    @property
    def layouts(self) -> tuple[LayoutTemplate, ...]:
        return self._layouts

    @property
    def _document(self) -> Document:
        return self._controller.document

    def remove_panels(self, panel_ids: tuple[str, ...]) -> None:
        def change(document: Document) -> Document:
            for panel_id in panel_ids:
                document = remove_panel(document, panel_id)
            return document

        self._controller.edit(undo_text("remove_panel"), change)

    def clear_drawings(self, panel_ids: tuple[str, ...]) -> None:
        self._controller.edit(
            undo_text("set_drawings"),
            lambda document: set_drawings(document, dict.fromkeys(panel_ids)),
        )

    def next_seed(self, panel_ids: tuple[str, ...], locked: Collection[str] = ()) -> bool:
        """Another seed for all but those that the artist keeps; False where there is none left."""
        free = [panel_id for panel_id in panel_ids if panel_id not in locked]
        if panel_ids and not free:
            self._controller.edit_refused.emit(
                self.tr("This seed is kept. Open its lock in the inspector to change it.")
            )
            return False

        def change(document: Document) -> Document:
            for panel_id in free:
                seed = (document.panel(panel_id).seed + 1) % 2**32
                document = update_panel(document, panel_id, seed=seed)
            return document

        return self._controller.edit(undo_text("update_panel", "seed"), change)

    def add_page(self, layout_name: str, index: int) -> None:
        page = Page(random_id("page"))
        layout = self._layout(layout_name)

        def change(document: Document) -> Document:
            document = add_page(document, page, index)
            return document if layout is None else apply_layout(document, page.id, layout)

        if self._controller.edit(undo_text("add_page"), change):
            self._state.set_page(page.id)

    def duplicate_page(self) -> None:
        """The page in view once more, behind itself, with what was drawn."""
        index = self._page_index()
        if index is None:
            return
        page = copied_page(self._document.pages[index])
        if self._controller.edit(
            undo_text("add_page"), lambda document: add_page(document, page, index + 1)
        ):
            self._state.set_page(page.id)

    def lay_out(self, page_id: str, layout_name: str) -> None:
        layout = self._layout(layout_name)
        if layout is not None:
            self._controller.edit(
                undo_text("apply_layout"), lambda document: apply_layout(document, page_id, layout)
            )

    def remove_page(self, page_id: str) -> None:
        self._controller.edit(
            undo_text("remove_page"), lambda document: remove_page(document, page_id)
        )

    def move_page(self, page_id: str, index: int) -> None:
        self._controller.edit(
            undo_text("move_page"), lambda document: move_page(document, page_id, index)
        )

    def shift_page(self, step: int) -> None:
        """Move the page in view `step` places; nothing at the ends."""
        index = self._page_index()
        if index is not None and 0 <= index + step < len(self._document.pages):
            self.move_page(self._document.pages[index].id, index + step)

    def turn_page(self, step: int) -> None:
        index = self._page_index()
        if index is not None and 0 <= index + step < len(self._document.pages):
            self._state.set_page(self._document.pages[index + step].id)

    def step_panel(self, step: int) -> None:
        if self._state.page_id is None:
            return
        panel_id = neighbour(self._document, self._state.page_id, self._state.panel_id, step)
        if panel_id is not None:
            self._state.select_panels((panel_id,))

    def select_all(self) -> None:
        if self._state.page_id is not None:
            page = self._document.page(self._state.page_id)
            self._state.select_panels(tuple(panel.id for panel in page.panels))

    def leave(self) -> None:
        """Out of a panel, back to the page."""
        self._state.set_tool(Tool.SELECT)
        self._view.set_entered_panel(None)

    def put_character(self, character_id: str, panel_id: str) -> None:
        """A figure in the middle of the panel."""
        bounds = self._document.panel(panel_id).polygon.bounds
        self._add_figure(character_id, panel_id, QPointF(bounds.width / 2, bounds.height / 2))

    def drop_character(self, character_id: str, panel_id: str, at_mm: QPointF) -> None:
        """A figure in a pose that fits the panel's shape, under the cursor. On a figure that is
        being posed the character takes its place.
        """
        beneath = self._figure_beneath(panel_id, at_mm)
        if beneath is not None:
            self.set_character(panel_id, beneath, character_id)
            return
        self._add_figure(character_id, panel_id, at_mm)

    def set_character(self, panel_id: str, figure_id: str, character_id: str) -> None:
        """Another character plays this figure; the pose stays."""
        self._controller.edit(
            undo_text("set_figure_character"),
            lambda document: set_figure_character(document, panel_id, figure_id, character_id),
        )
        self._state.select_figure(panel_id, figure_id)

    def _figure_beneath(self, panel_id: str, at_mm: QPointF) -> str | None:
        """Where skeletons are seen: the one on which the cursor is, front ones before others."""
        if self._state.tool is not Tool.POSE or panel_id != self._state.panel_id:
            return None
        at = Point(at_mm.x(), at_mm.y())
        figures = reversed(self._document.panel(panel_id).figures)
        return next((figure.id for figure in figures if _is_on(figure.pose, at)), None)

    def _add_figure(self, character_id: str, panel_id: str, at_mm: QPointF) -> None:
        figure_id = random_id("figure")
        pose = self._fitting_pose(self._document.panel(panel_id), Point(at_mm.x(), at_mm.y()))
        if pose is None:
            return
        figure = Figure(figure_id, character_id, pose)
        if self._controller.edit(
            undo_text("add_figure"), lambda document: add_figure(document, panel_id, figure)
        ):
            self._state.select_figure(panel_id, figure_id)

    def drop_pose(self, preset: str, panel_id: str, at_mm: QPointF) -> None:
        """A preset for the figure nearest to the cursor; a panel without figures takes none."""
        panel = self._document.panel(panel_id)
        if not panel.figures:
            self._controller.edit_refused.emit(
                self.tr("Put a character into the panel first, then give it a pose.")
            )
            return
        at = Point(at_mm.x(), at_mm.y())
        nearest = min(panel.figures, key=lambda figure: _distance(figure.pose, at))
        self._state.select_figure(panel_id, nearest.id)
        self.pose_chosen.emit(preset, panel_id, nearest.id)

    def _fitting_pose(self, panel: Panel, at: Point) -> Pose | None:
        bounds = panel.polygon.bounds
        (pose,) = placed_poses(
            [read_pose(_preset_for(bounds))], 1, replace(bounds, x=0.0, y=0.0), rtl=False
        )
        box = pose.bounds
        if box is None:
            return None
        room = max(0.0, (bounds.width - box.width) / 2)
        shift = min(max(at.x - bounds.width / 2, -room), room)
        return pose.mapped(1.0, 1.0, shift, 0.0)

    def _enter(self, panel_id: str) -> None:
        self._state.select_panels((panel_id,))
        self._state.set_tool(Tool.POSE)
        self.entered.emit(panel_id)

    def _move_gutter(self, gesture_id: str, panel_id: str, edge: int, distance_mm: float) -> None:
        self._controller.edit(
            undo_text("move_gutter"),
            lambda document: move_gutter(document, panel_id, edge, distance_mm),
            gesture_id,
        )

    def _split(self, panel_id: str, start: QPointF, end: QPointF) -> None:
        self._controller.edit(
            undo_text("split_panel"),
            lambda document: split_panel(
                document, panel_id, Point(start.x(), start.y()), Point(end.x(), end.y())
            ),
        )

    def _layout(self, name: str) -> LayoutTemplate | None:
        return next((layout for layout in self._layouts if layout.name == name), None)

    def _page_index(self) -> int | None:
        ids = [page.id for page in self._document.pages]
        return ids.index(self._state.page_id) if self._state.page_id in ids else None

    def _on_document_changed(self, change: Change) -> None:
        opened = change.kind == "open"
        if opened:
            pages = change.document.pages
            self._state.set_page(None)
            self._state.set_page(pages[0].id if pages else None)
        else:
            self._state.follow(change.document, change.before)
            self._page_follows.ask()
            self._show_where_it_happened(change)
        if opened:
            self._view.fit_page()

    def _show_where_it_happened(self, change: Change) -> None:
        """Undo and redo of something on another page turn to that page."""
        if change.kind not in ("undo", "redo"):
            return
        before = {page.id: page for page in change.before.pages}
        changed = [p.id for p in change.document.pages if not _is_same(p, before.get(p.id))]
        if changed and self._state.page_id not in changed:
            self._state.set_page(changed[0])

    def _show(self) -> None:
        self._view.show_page(self._document, self._state.page_id)
        self._strip_follows.ask()

    def _show_strip(self) -> None:
        self._strip.show_document(self._document, self._load, self._state.page_id)

    def _show_selection(self) -> None:
        self._view.set_selection(self._state.panel_ids)


def _preset_for(bounds: Rect) -> str:
    """Standing in a tall panel, walking in a square one, sitting where there is little height."""
    shape = bounds.width / max(bounds.height, 1e-6)
    if shape > WIDE_PANEL:
        return "sitting"
    return "standing" if shape < TALL_PANEL else "walking"


def _is_same(page: Page, other: Page | None) -> bool:
    return page is other or page == other


def _is_on(pose: Pose, at: Point) -> bool:
    box = pose.bounds
    return box is not None and box.x <= at.x <= box.right and box.y <= at.y <= box.bottom


def _distance(pose: Pose, at: Point) -> float:
    return min((k.point.distance_to(at) for k in pose.body if k.visible), default=float("inf"))
