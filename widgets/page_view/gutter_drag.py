"""A gutter in the hand: found, shown, and dragged in steps that belong to one gesture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from core.document import PageFormat
from core.document.outlines import dot, edges
from core.geometry import Point
from widgets.common.gestures import new_gesture_id
from widgets.page_view.gutters import EdgeRef, Gutter, edge_near, gutter_of, reach, same_edge

if TYPE_CHECKING:
    from widgets.page_view.page_view import PageView

HIT_PX = 16.0  # across a gutter, whatever the zoom
INSIDE_PX = 4.0  # of it at least so much lies inside a panel
START_PX = 3.0
SNAP_PX = 5.0
STEP_MM = 0.01
STRAIGHT = 0.9999  # cosine of under one degree: only such edges snap to guides


def gutter_under(view: PageView, at: QPointF) -> Gutter | None:
    """The gutter that a hand at a point of the page would take."""
    scene = view.page_scene
    document, page = scene.document, scene.page
    if document is None or page is None:
        return None
    page_format = document.page_format
    narrow = min(page_format.tier_gutter_mm, page_format.column_gutter_mm)
    wide = max(page_format.tier_gutter_mm, page_format.column_gutter_mm)
    hit = HIT_PX / view.px_per_mm
    inside = max(INSIDE_PX / view.px_per_mm, (hit - narrow) / 2)
    outside = max(hit / 2, wide * 0.75)
    grabbed = edge_near(page, Point(at.x(), at.y()), inside, outside)
    if grabbed is None:
        return None
    shown = scene.overlay.gutter
    if shown is not None and shown.grabbed == grabbed and view.gutter_page is page:
        return shown
    view.gutter_page = page
    return gutter_of(document, page, grabbed)


def resize_cursor(normal: Point) -> Qt.CursorShape:
    """The cursor of what moves along `normal`."""
    x, y = abs(normal.x), abs(normal.y)
    if x > 2.4 * y:
        return Qt.CursorShape.SplitHCursor
    if y > 2.4 * x:
        return Qt.CursorShape.SplitVCursor
    falls = normal.x * normal.y > 0
    return Qt.CursorShape.SizeFDiagCursor if falls else Qt.CursorShape.SizeBDiagCursor


class GutterDrag:
    """From press to release.

    Each step asks for the way from where the gutter is shown to where the hand is, as far as the
    panels allow: a step that the document refused is asked for again.
    """

    def __init__(self, view: PageView, gutter: Gutter, at: QPointF) -> None:
        self._view = view
        self._gutter = gutter
        self._document = view.page_scene.document
        self._normal = gutter.normal
        self._panel_id = gutter.grabbed.panel_id
        self._from = Point(at.x(), at.y())
        self._gesture_id = new_gesture_id()
        self._has_moved = False
        self._refused: float | None = None  # a way that was too long
        start, end = self._edge_line(gutter.grabbed)
        self._middle = (start + end) * 0.5
        view.page_scene.overlay.set_gutter(gutter, grabbed=True)

    def move_to(self, at: QPointF, *, snaps: bool = True) -> None:
        """Ask for the step to the hand. With `snaps` a straight edge keeps to guides nearby."""
        wanted = dot(Point(at.x(), at.y()) - self._from, self._normal)
        if not self._has_moved and abs(wanted) * self._view.px_per_mm < START_PX:
            return
        document = self._view.page_scene.document
        panel = self._view.page_scene.panel(self._panel_id)
        if document is None or panel is None:
            return
        if snaps:
            wanted = self._snapped(wanted, document.page_format)
        near = self._middle + self._normal * wanted
        edge = same_edge(panel.polygon, self._normal, near)
        if edge is None:
            return
        grabbed = EdgeRef(self._panel_id, edge)
        start, _ = self._edge_line(grabbed)
        gone = dot(start - self._middle, self._normal)
        if self._is_refused(wanted):
            return
        step = reach(document, grabbed, wanted - gone)
        if abs(step - (wanted - gone)) > STEP_MM:
            self._refused = wanted
        if abs(step) < STEP_MM:
            return
        self._has_moved = True
        self._document = document
        self._view.gutter_dragged.emit(self._gesture_id, self._panel_id, edge, step)
        self._follow(step)

    def finish(self) -> None:
        """The hand lets go."""
        if self._has_moved:
            self._view.gesture_finished.emit(self._gesture_id)

    def cancel(self) -> None:
        """Esc: as if nothing had been dragged."""
        if self._has_moved:
            self._view.gesture_cancelled.emit(self._gesture_id)

    def _is_refused(self, wanted: float) -> bool:
        """Whether the hand is still beyond what the panels allow; then nothing is asked again."""
        refused = self._refused
        if refused is None:
            return False
        if (wanted > 0) == (refused > 0) and abs(wanted) >= abs(refused):
            return True
        self._refused = None
        return False

    def _snapped(self, wanted: float, page_format: PageFormat) -> float:
        if not self._view.page_scene.guides_visible:
            return wanted
        target = self._middle + self._normal * wanted
        areas = (page_format.live_area, page_format.trim, page_format.bleed_area)
        if abs(self._normal.x) > STRAIGHT:
            ways = [(x - target.x) * self._normal.x for a in areas for x in (a.x, a.right)]
        elif abs(self._normal.y) > STRAIGHT:
            ways = [(y - target.y) * self._normal.y for a in areas for y in (a.y, a.bottom)]
        else:
            return wanted
        nearest = min(ways, key=abs)
        return wanted + nearest if abs(nearest) * self._view.px_per_mm <= SNAP_PX else wanted

    def _follow(self, step: float) -> None:
        """Keep the highlight upon the gutter: cheaper than to ask the edits anew what moves."""
        if self._view.page_scene.document is self._document:
            return  # nobody has moved it
        way = self._normal * step
        lines = tuple((a + way, b + way) for a, b in self._gutter.lines)
        self._gutter = replace(self._gutter, handle=self._gutter.handle + way, lines=lines)
        self._view.page_scene.overlay.set_gutter(self._gutter, grabbed=True)
        self._view.gutter_page = None  # its lines are where they were dragged, not where they are

    def _edge_line(self, ref: EdgeRef) -> tuple[Point, Point]:
        panel = self._view.page_scene.panel(ref.panel_id)
        if panel is None:  # the caller has just seen it
            raise LookupError(ref.panel_id)
        return edges(panel.polygon)[ref.edge]
