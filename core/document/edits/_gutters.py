"""Which edges of which panels lie on one gutter."""

from __future__ import annotations

from collections.abc import Sequence

from core.document.outlines import dot, edges, outward_normals
from core.document.types import Panel
from core.geometry import Point

EdgeKey = tuple[str, int]  # panel id and edge

PARALLEL = 0.9994  # cosine of 2 degrees
LINE_TOLERANCE_MM = 0.5
MIN_OVERLAP_MM = 1.0
SLACK = 1.5  # panels further apart than this many gutters are not neighbours


class _Edge:
    """An edge with its outward normal, for comparison with others."""

    def __init__(self, start: Point, end: Point, normal: Point) -> None:
        self.start, self.end, self.normal = start, end, normal
        self.along = Point(-normal.y, normal.x)

    def span(self, along: Point) -> tuple[float, float]:
        a, b = dot(self.start, along), dot(self.end, along)
        return min(a, b), max(a, b)

    def overlap(self, other: _Edge) -> float:
        """Common length in mm as seen across the edges; negative = the gap between them."""
        (a, b), (c, d) = self.span(self.along), other.span(self.along)
        return min(b, d) - max(a, c)

    def height_of(self, other: _Edge) -> float:
        """How far outwards the other edge lies, in mm."""
        return dot((other.start + other.end) * 0.5 - self.start, self.normal)

    def faces(self, other: _Edge, widest_mm: float) -> bool:
        return (
            dot(self.normal, other.normal) < -PARALLEL
            and -LINE_TOLERANCE_MM <= self.height_of(other) <= widest_mm
            and self.overlap(other) >= MIN_OVERLAP_MM
        )

    def continues(self, other: _Edge, widest_mm: float) -> bool:
        return (
            dot(self.normal, other.normal) > PARALLEL
            and abs(self.height_of(other)) <= LINE_TOLERANCE_MM
            and self.overlap(other) >= -widest_mm
        )


def gutter_edges(
    panels: Sequence[Panel], first: EdgeKey, gutter_mm: float, *, aligned: bool
) -> dict[EdgeKey, int]:
    """All edges that move with the first one: 1 = outwards from their panel, -1 = inwards."""
    widest = SLACK * gutter_mm + LINE_TOLERANCE_MM
    table = {
        (panel.id, i): _Edge(a, b, normal)
        for panel in panels
        for i, ((a, b), normal) in enumerate(
            zip(edges(panel.polygon), outward_normals(panel.polygon), strict=True)
        )
    }
    directions = {first: 1}
    waiting = [first]
    while waiting:
        key = waiting.pop()
        for other, edge in table.items():
            if other in directions or other[0] == key[0]:
                continue
            if table[key].faces(edge, widest):
                directions[other] = -directions[key]
            elif aligned and table[key].continues(edge, widest):
                directions[other] = directions[key]
            else:
                continue
            waiting.append(other)
    return directions
