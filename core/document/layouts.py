"""Layout templates: how a page is divided into panels before anything is drawn.

A template tiles the unit square without gaps, its panels in reading order for left-to-right pages.
Laid on a page it fills the live area; every inner edge then gives way by half a gutter.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from core.document.outlines import edges, offset_edges
from core.document.types import PageFormat, ReadingDirection
from core.errors import BadInput
from core.geometry import Point, Polygon

MAX_PANELS = 32
ON_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class LayoutTemplate:
    """`panels` are polygons in the unit square, y downwards, in left-to-right reading order."""

    id: str
    name: str
    panels: tuple[Polygon, ...]


def gutter_mm(page_format: PageFormat, direction: Point) -> float:
    """Width of a gutter that runs along `direction`: the tier gutter where it is horizontal, the
    column gutter where it is vertical, in between on the ellipse of the two.
    """
    length = math.hypot(direction.x, direction.y)
    return math.hypot(
        page_format.tier_gutter_mm * direction.x / length,
        page_format.column_gutter_mm * direction.y / length,
    )


def layout_polygons(
    template: LayoutTemplate, page_format: PageFormat, reading_direction: ReadingDirection
) -> tuple[Polygon, ...]:
    """The panels in mm on the page, in reading order; mirrored for right-to-left pages.

    Raises BadInput where the gutters leave no room for a panel.
    """
    return tuple(
        _on_page(polygon, page_format, mirrored=reading_direction == "rtl")
        for polygon in template.panels
    )


def _on_page(polygon: Polygon, page_format: PageFormat, *, mirrored: bool) -> Polygon:
    area = page_format.live_area
    if mirrored:
        polygon = Polygon(tuple(Point(1 - p.x, p.y) for p in polygon.points))
    placed = Polygon(
        tuple(Point(area.x + p.x * area.width, area.y + p.y * area.height) for p in polygon.points)
    )
    inset = [
        0.0 if _is_outer(*unit_edge) else -gutter_mm(page_format, b - a) / 2
        for unit_edge, (a, b) in zip(edges(polygon), edges(placed), strict=True)
    ]
    return offset_edges(placed, inset)


def _is_outer(a: Point, b: Point) -> bool:
    """Whether an edge lies on the border of the unit square."""
    return any(
        abs(a_value - side) < ON_EDGE and abs(b_value - side) < ON_EDGE
        for a_value, b_value in ((a.x, b.x), (a.y, b.y))
        for side in (0.0, 1.0)
    )


def load_templates(folder: Path) -> tuple[LayoutTemplate, ...]:
    """All templates (*.json) of a folder, fewest panels first. Raises BadInput for a bad file."""
    templates = (read_template(path) for path in sorted(folder.glob("*.json")))
    return tuple(sorted(templates, key=lambda t: (len(t.panels), t.id)))


def read_template(path: Path) -> LayoutTemplate:
    """Raises BadInput with the file's name for anything but a template."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The layout {path.name} cannot be read.", details=str(error)) from error
    return parse_template(text, path.stem)


def parse_template(text: str, template_id: str) -> LayoutTemplate:
    """From JSON: {"name": text, "panels": [[[x, y], ...], ...]} with 0 <= x, y <= 1."""
    try:
        raw = cast(dict[str, Any], json.loads(text))
        name = str(raw["name"])
        panels = tuple(
            Polygon(tuple(Point(float(x), float(y)) for x, y in corners))
            for corners in raw["panels"]
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput(
            f"The layout {template_id} is not a Koma layout file.", details=repr(error)
        ) from error
    inside = all(0 <= c <= 1 for panel in panels for p in panel.points for c in (p.x, p.y))
    enough = all(len(panel.points) >= 3 and panel.area > 1e-4 for panel in panels)
    if not (1 <= len(panels) <= MAX_PANELS and inside and enough):
        raise BadInput(f"The layout {template_id} has panels outside the page or without area.")
    return LayoutTemplate(template_id, name, panels)
