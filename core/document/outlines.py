"""Panel outlines: checking, moving edges, cutting. All on polygons in millimetres."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from core.errors import BadInput
from core.geometry import Point, Polygon

MAX_CORNERS = 64
MIN_AREA_MM2 = 1.0
MAX_COORDINATE_MM = 10_000.0
EPSILON = 1e-9


def edges(polygon: Polygon) -> list[tuple[Point, Point]]:
    """Edge i runs from corner i to corner i + 1."""
    return list(pairwise((*polygon.points, polygon.points[0])))


def cross(a: Point, b: Point) -> float:
    return a.x * b.y - a.y * b.x


def dot(a: Point, b: Point) -> float:
    return a.x * b.x + a.y * b.y


def unit(vector: Point) -> Point:
    """Length 1; the null vector stays."""
    length = math.hypot(vector.x, vector.y)
    return vector * (1 / length) if length > 0 else vector


def orientation(polygon: Polygon) -> int:
    """1 where the corners run clockwise as seen on the page, else -1."""
    return 1 if sum(cross(a, b) for a, b in edges(polygon)) >= 0 else -1


def outward_normals(polygon: Polygon) -> list[Point]:
    """One a edge, length 1."""
    sign = orientation(polygon)
    directions = (unit(b - a) for a, b in edges(polygon))
    return [Point(d.y * sign, -d.x * sign) for d in directions]


def check_outline(polygon: Polygon) -> None:
    """Raises BadInput unless this can be a panel: finite, with an area, not crossing itself."""
    if not 3 <= len(polygon.points) <= MAX_CORNERS:
        raise BadInput(f"A panel has 3 to {MAX_CORNERS} corners.", code="bad_outline")
    for p in polygon.points:
        if not (abs(p.x) <= MAX_COORDINATE_MM and abs(p.y) <= MAX_COORDINATE_MM):  # NaN fails too
            raise BadInput("A panel corner lies nowhere on the page.", code="bad_outline")
    if polygon.area < MIN_AREA_MM2:
        raise BadInput("The panel has no area. Give it at least 1 mm².", code="zero_area")
    if not is_simple(polygon):
        raise BadInput("The panel's outline crosses itself. Move a corner.", code="bad_outline")


def is_simple(polygon: Polygon) -> bool:
    """True where no two edges touch but neighbours in their common corner, and no edge is empty."""
    sides = edges(polygon)
    count = len(sides)
    for i, (a, b) in enumerate(sides):
        if a.distance_to(b) <= EPSILON:
            return False
        c, d = sides[(i + 1) % count]
        if abs(cross(b - a, d - c)) <= EPSILON and dot(b - a, d - c) < 0:
            return False  # a spike: the next edge runs back over this one
        others = range(i + 2, count if i else count - 1)
        if any(_touch(a, b, *sides[j]) for j in others):
            return False
    return True


def _touch(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether segments ab and cd have a point in common."""
    c_side, d_side = cross(b - a, c - a), cross(b - a, d - a)
    a_side, b_side = cross(d - c, a - c), cross(d - c, b - c)
    if c_side * d_side < 0 and a_side * b_side < 0:
        return True
    return (
        (c_side == 0 and _between(a, b, c))
        or (d_side == 0 and _between(a, b, d))
        or (a_side == 0 and _between(c, d, a))
        or (b_side == 0 and _between(c, d, b))
    )


def _between(a: Point, b: Point, p: Point) -> bool:
    """Whether p, known to be on the line ab, is on the segment ab."""
    return min(a.x, b.x) <= p.x <= max(a.x, b.x) and min(a.y, b.y) <= p.y <= max(a.y, b.y)


def offset_edges(polygon: Polygon, outward_mm: Sequence[float]) -> Polygon:
    """Shift every edge along its outward normal by its own distance; corners follow.

    Raises BadInput where an edge would vanish or the outline would turn inside out.
    """
    sides, normals = edges(polygon), outward_normals(polygon)
    corners: list[Point] = []
    owners: list[int] = []  # corner k begins the shifted edge owners[k]
    for i, (corner, _) in enumerate(sides):
        before, after = (
            corner + normals[i - 1] * outward_mm[i - 1],
            corner + normals[i] * outward_mm[i],
        )
        turn = cross(normals[i - 1], normals[i])
        if abs(turn) > 1e-6:
            # Where the two shifted lines meet.
            along = unit(sides[i][1] - sides[i][0])
            reach = dot(before - after, normals[i - 1]) / dot(along, normals[i - 1])
            corners.append(after + along * reach)
        elif outward_mm[i - 1] == outward_mm[i]:
            corners.append(after)
        else:  # one straight side, its halves shifted apart: a step
            corners.append(before)
            owners.append(-1)
            corners.append(after)
        owners.append(i)
    moved = Polygon(tuple(corners))
    for owner, (a, b) in zip(owners, edges(moved), strict=True):
        if owner >= 0 and dot(b - a, sides[owner][1] - sides[owner][0]) <= 0:
            raise BadInput("A panel would lose its area. Move the edge less far.", code="zero_area")
    check_outline(moved)
    return moved


def check_line(start: Point, end: Point) -> None:
    """Raises BadInput unless two points make a line."""
    if not 0 < start.distance_to(end) < math.inf:  # NaN fails too
        raise BadInput("Draw the cut as a line across the panel.", code="bad_cut")


def cut(polygon: Polygon, start: Point, end: Point, gap_mm: float) -> tuple[Polygon, Polygon]:
    """The parts left and right of the line through start and end (seen along it), `gap_mm` apart.

    Raises BadInput unless the line goes in once and out once and leaves two parts with an area.
    """
    check_line(start, end)
    along = unit(end - start)
    to_the_right = Point(-along.y, along.x)
    half = to_the_right * (gap_mm / 2)
    left = _half_plane(polygon, start - half, to_the_right * -1.0)
    right = _half_plane(polygon, start + half, to_the_right)
    check_outline(left)
    check_outline(right)
    return left, right


def _half_plane(polygon: Polygon, origin: Point, normal: Point) -> Polygon:
    """The part of the polygon on the side of `normal` (Sutherland and Hodgman 1974, one plane)."""
    kept: list[Point] = []
    crossings = 0
    for a, b in edges(polygon):
        a_height, b_height = dot(a - origin, normal), dot(b - origin, normal)
        if a_height >= 0:
            kept.append(a)
        if (a_height >= 0) != (b_height >= 0):
            crossings += 1
            kept.append(a + (b - a) * (a_height / (a_height - b_height)))
    if crossings != 2:
        raise BadInput("The cut must go through the panel exactly once.", code="bad_cut")
    return Polygon(_without_repeats(kept))


def _without_repeats(points: list[Point]) -> tuple[Point, ...]:
    kept: list[Point] = []
    for point in points:
        if not kept or kept[-1].distance_to(point) > 1e-6:
            kept.append(point)
    if len(kept) > 1 and kept[0].distance_to(kept[-1]) <= 1e-6:
        kept.pop()
    return tuple(kept)
