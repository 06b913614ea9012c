"""Which gutter is under the hand and how far it can go. What moves with it the edits decide.

Lengths and points are millimetres on the page.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.document import Document, Page, Panel
from core.document.edits import move_gutter
from core.document.outlines import dot, edges, outward_normals
from core.errors import BadInput
from core.geometry import Point, Polygon

PROBE_MM = 0.01
MIN_SIDE_MM = 5.0  # no hand makes a panel narrower by dragging its gutter
SHARE_INSIDE = 0.25  # of a panel's shorter side that may belong to its edges
BISECTIONS = 8


@dataclass(frozen=True, slots=True)
class EdgeRef:
    """Edge `edge` of a panel runs from its corner `edge` to the next one."""

    panel_id: str
    edge: int


@dataclass(frozen=True, slots=True)
class Gutter:
    """What moves with an edge: lines along the middle of the gutter, for the eye.

    `normal` points outwards from the panel of `grabbed`, `handle` is the middle of its line.
    """

    grabbed: EdgeRef
    normal: Point
    handle: Point
    lines: tuple[tuple[Point, Point], ...]


@dataclass(frozen=True, slots=True)
class _Edge:
    panel_id: str
    start: Point
    end: Point
    normal: Point

    def height_of(self, point: Point) -> float:
        return dot(point - self.start, self.normal)

    def overlap(self, other: _Edge) -> float:
        along = Point(-self.normal.y, self.normal.x)
        a, b = sorted((dot(self.start, along), dot(self.end, along)))
        c, d = sorted((dot(other.start, along), dot(other.end, along)))
        return min(b, d) - max(a, c)


def edge_near(page: Page, point: Point, inside_mm: float, outside_mm: float) -> EdgeRef | None:
    """The edge that a hand at `point` would grab.

    From inside a panel it reaches `inside_mm` far, from between the panels `outside_mm`. Edges
    that another panel hides cannot be grabbed.
    """
    panels = page.panels
    top = max((i for i, p in enumerate(panels) if p.polygon.contains(point)), default=None)
    best, best_distance = None, math.inf
    for panel in panels if top is None else panels[top:]:
        bounds = panel.polygon.bounds
        inside = min(inside_mm, SHARE_INSIDE * min(bounds.width, bounds.height))
        reach = outside_mm if top is None else inside
        for index, (a, b) in enumerate(edges(panel.polygon)):
            distance = segment_distance(point, a, b)
            if distance <= reach and distance < best_distance:
                best, best_distance = EdgeRef(panel.id, index), distance
    return best


def gutter_of(document: Document, page: Page, grabbed: EdgeRef) -> Gutter | None:
    """What would move with an edge; None where nothing can."""
    after = _probed(document, grabbed)
    if after is None:
        return None
    changed = {p.id: p for p in after.page(page.id).panels}
    moving = [
        edge
        for panel in page.panels
        if changed[panel.id] is not panel
        for edge in _moved_edges(panel, changed[panel.id])
    ]
    polygon = document.panel(grabbed.panel_id).polygon
    first = _edges(grabbed.panel_id, polygon)[grabbed.edge]
    if first not in moving:
        moving.append(first)
    lines = tuple(_middle_line(edge, moving) for edge in moving)
    a, b = lines[moving.index(first)]
    return Gutter(grabbed, first.normal, (a + b) * 0.5, lines)


def reach(document: Document, grabbed: EdgeRef, distance_mm: float) -> float:
    """The part of `distance_mm` that the gutter can go before a panel gets too narrow."""
    if _can_move(document, grabbed, distance_mm):
        return distance_mm
    possible, refused = 0.0, distance_mm
    for _ in range(BISECTIONS):
        middle = (possible + refused) / 2
        if _can_move(document, grabbed, middle):
            possible = middle
        else:
            refused = middle
    return possible


def same_edge(polygon: Polygon, normal: Point, near: Point) -> int | None:
    """The edge that looks along `normal` and lies nearest to `near`; None = no such edge.

    Moving gutters may give a panel more corners, which counts its edges anew.
    """
    candidates = (
        (segment_distance(near, a, b), index)
        for index, ((a, b), n) in enumerate(
            zip(edges(polygon), outward_normals(polygon), strict=True)
        )
        if dot(n, normal) > 0.999
    )
    return min(candidates, default=(0.0, None))[1]


def segment_distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the nearest point of a segment."""
    along = end - start
    length_squared = dot(along, along)
    if length_squared == 0:
        return point.distance_to(start)
    share = min(max(dot(point - start, along) / length_squared, 0.0), 1.0)
    return point.distance_to(start + along * share)


def _probed(document: Document, grabbed: EdgeRef) -> Document | None:
    for distance in (PROBE_MM, -PROBE_MM):
        try:
            return move_gutter(document, grabbed.panel_id, grabbed.edge, distance)
        except BadInput:  # a panel at its smallest: the other way may be free
            continue
    return None


def _can_move(document: Document, grabbed: EdgeRef, distance_mm: float) -> bool:
    try:
        after = move_gutter(document, grabbed.panel_id, grabbed.edge, distance_mm)
    except BadInput:
        return False
    before = document.page_of(grabbed.panel_id)
    pairs = zip(before.panels, after.page(before.id).panels, strict=True)
    return all(old is new or _is_wide_enough(old, new) for old, new in pairs)


def _is_wide_enough(old: Panel, new: Panel) -> bool:
    return _shorter_side(new) >= min(MIN_SIDE_MM, _shorter_side(old))


def _shorter_side(panel: Panel) -> float:
    bounds = panel.polygon.bounds
    return min(bounds.width, bounds.height)


def _edges(panel_id: str, polygon: Polygon) -> list[_Edge]:
    return [
        _Edge(panel_id, a, b, normal)
        for (a, b), normal in zip(edges(polygon), outward_normals(polygon), strict=True)
    ]


def _moved_edges(before: Panel, after: Panel) -> list[_Edge]:
    """The panel's edges, as they were, that stand elsewhere now."""
    old, new = _edges(before.id, before.polygon), _edges(after.id, after.polygon)

    def stands(edge: _Edge) -> bool:
        return any(
            dot(edge.normal, other.normal) > 0.999
            and abs(edge.height_of(other.start)) < PROBE_MM / 2
            and edge.overlap(other) > 0
            for other in new
        )

    return [edge for edge in old if not stands(edge)]


def _middle_line(edge: _Edge, others: list[_Edge]) -> tuple[Point, Point]:
    """The edge, shifted to the middle between it and the nearest one that faces it."""
    gaps = [
        edge.height_of((other.start + other.end) * 0.5)
        for other in others
        if other.panel_id != edge.panel_id
        and dot(edge.normal, other.normal) < -0.999
        and edge.overlap(other) > 0
    ]
    shift = edge.normal * (min((g for g in gaps if g >= 0), default=0.0) / 2)
    return edge.start + shift, edge.end + shift
