"""Edits of panels: their place on the page, their prompts and settings, the knife, gutters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.document.checks import (
    MAX_PANELS_A_PAGE,
    check_drawing,
    check_number,
    check_panel,
    panel_ids,
)
from core.document.edits._gutters import gutter_edges
from core.document.edits._tree import (
    changed,
    check_new_ids,
    check_panel_links,
    check_room,
    inserted,
    kept,
    mapped,
    on_page,
    on_panel,
    removed,
    with_pages,
    with_panels,
)
from core.document.ids import IdFactory, random_id
from core.document.layouts import gutter_mm
from core.document.outlines import check_line, check_outline, cut, edges, offset_edges
from core.document.reading_order import reading_order
from core.document.types import Document, Drawing, Figure, Page, Panel
from core.errors import BadInput
from core.geometry import Point, Polygon

PANEL_FIELDS = frozenset(
    (
        "border",
        "prompt",
        "negative_prompt",
        "seed",
        "steps",
        "guidance_scale",
        "pose_conditioning_scale",
        "puppet_scale",
    )
)


def add_panel(document: Document, page_id: str, panel: Panel, index: int | None = None) -> Document:
    """Raises BadInput for ids that are taken, a panel without area, unknown characters."""
    check_panel(panel)
    check_new_ids(document, panel_ids(panel))
    check_panel_links(document, panel)

    def change(page: Page) -> Page:
        check_room(page.panels, "panels a page", MAX_PANELS_A_PAGE)
        return replace(page, panels=inserted(page.panels, panel, index))

    return on_page(document, page_id, change)


def remove_panel(document: Document, panel_id: str) -> Document:
    page_id = document.page_of(panel_id).id
    return on_page(
        document, page_id, lambda p: replace(p, panels=removed(p.panels, panel_id, "panel"))
    )


def update_panel(document: Document, panel_id: str, **fields: Any) -> Document:
    """Set some of `PANEL_FIELDS` by name.

    Raises BadInput for values out of range, TypeError for fields that have edits of their own.
    """
    if not fields.keys() <= PANEL_FIELDS:
        raise TypeError(f"update_panel does not set {sorted(fields.keys() - PANEL_FIELDS)}")

    def change(panel: Panel) -> Panel:
        result = changed(panel, **fields)
        check_panel(result)
        return result

    return on_panel(document, panel_id, change)


def set_polygon(document: Document, panel_id: str, polygon: Polygon) -> Document:
    """Reshape a panel. Its figures keep their place on the page, its masks their share of it."""
    check_outline(polygon)
    return on_panel(document, panel_id, lambda panel: reshaped(panel, polygon))


def move_panel(document: Document, panel_id: str, dx_mm: float, dy_mm: float) -> Document:
    """Shift a panel with all that is in it."""

    def change(panel: Panel) -> Panel:
        polygon = panel.polygon.translated(dx_mm, dy_mm)
        check_outline(polygon)
        return changed(panel, polygon=polygon)

    return on_panel(document, panel_id, change)


def set_drawing(document: Document, panel_id: str, drawing: Drawing | None) -> Document:
    """The last picture rendered for the panel; None = none."""
    return set_drawings(document, {panel_id: drawing})


def set_drawings(document: Document, drawings: Mapping[str, Drawing | None]) -> Document:
    """Several at once, by panel id. Raises BadInput for an unknown panel; then none is set."""
    for panel_id, drawing in drawings.items():
        document.panel(panel_id)
        check_drawing(drawing)

    def change(panel: Panel) -> Panel:
        return changed(panel, drawing=drawings[panel.id]) if panel.id in drawings else panel

    return with_pages(
        document,
        mapped(document.pages, lambda page: with_panels(page, mapped(page.panels, change))),
    )


def split_panel(
    document: Document,
    panel_id: str,
    start: Point,
    end: Point,
    gap_mm: float | None = None,
    ids: IdFactory = random_id,
) -> Document:
    """Cut a panel by the line through two points of the page.

    `gap_mm` None = the gutter that the page format has for this direction. The larger part keeps
    id, masks and region edits, the other is new with the same prompt and settings; each figure goes
    with the part that holds its middle. Raises BadInput unless the line cuts the panel once.
    """
    page = document.page_of(panel_id)
    panel = document.panel(panel_id)
    check_room(page.panels, "panels a page", MAX_PANELS_A_PAGE)
    check_line(start, end)
    gap = gutter_mm(document.page_format, end - start) if gap_mm is None else gap_mm
    check_number(gap, "The gap in mm", 0, 200)
    larger, smaller = sorted(cut(panel.polygon, start, end, gap), key=lambda p: -p.area)
    leaving = tuple(f for f in panel.figures if _nearer(panel, f, smaller, larger))
    staying = kept(panel.figures, lambda figure: figure not in leaving)
    staying_ids = {f.id for f in staying}
    masks = kept(panel.region_masks, lambda mask: mask.figure_id in staying_ids)
    old = reshaped(replace(panel, figures=staying, region_masks=masks), larger)
    new = replace(
        reshaped(replace(panel, figures=leaving), smaller),
        id=ids("panel"),
        region_masks=(),
        region_edits=(),
        drawing=None,
    )
    check_new_ids(document, (new.id,))
    parts = tuple(p for other in page.panels for p in ((old, new) if other is panel else (other,)))
    return on_page(document, page.id, lambda p: with_panels(p, parts))


def move_gutter(
    document: Document,
    panel_id: str,
    edge: int,
    distance_mm: float,
    *,
    aligned: bool = True,
) -> Document:
    """Move the gutter along an edge of a panel, outwards from that panel.

    Panels on both sides of the gutter change together: the others' edges that face this one, in
    turn the edges that face those, and, if `aligned`, the edges that continue it along one line.
    Edge i runs from corner i to corner i + 1. Raises BadInput where a panel would lose its area.
    """
    page = document.page_of(panel_id)
    panel = document.panel(panel_id)
    if not 0 <= edge < len(panel.polygon.points):
        raise BadInput(f"The panel has no edge {edge}.", code="unknown_id")
    widest = max(document.page_format.tier_gutter_mm, document.page_format.column_gutter_mm)
    directions = gutter_edges(page.panels, (panel_id, edge), widest, aligned=aligned)

    def change(item: Panel) -> Panel:
        shifts = [
            directions.get((item.id, i), 0) * distance_mm for i in range(len(edges(item.polygon)))
        ]
        return reshaped(item, offset_edges(item.polygon, shifts)) if any(shifts) else item

    return on_page(document, page.id, lambda p: with_panels(p, mapped(p.panels, change)))


def panels_in_order(document: Document, page_id: str) -> tuple[Panel, ...]:
    """The page's panels in the document's reading order."""
    return reading_order(document.page(page_id), document.reading_direction)


def reshaped(panel: Panel, polygon: Polygon) -> Panel:
    """The panel with another outline, its figures where they were on the page."""
    old, new = panel.polygon.bounds, polygon.bounds
    dx, dy = old.x - new.x, old.y - new.y

    def shift(figure: Figure) -> Figure:
        return changed(figure, pose=figure.pose.mapped(1.0, 1.0, dx, dy))

    figures = mapped(panel.figures, shift) if dx or dy else panel.figures
    return changed(panel, polygon=polygon, figures=figures)


def refitted(panel: Panel, polygon: Polygon) -> Panel:
    """The panel in another place, its figures scaled alike and centred as they were."""
    old, new = panel.polygon.bounds, polygon.bounds
    scale = min(new.width / old.width, new.height / old.height)
    dx, dy = (new.width - scale * old.width) / 2, (new.height - scale * old.height) / 2

    def fit(figure: Figure) -> Figure:
        return changed(figure, pose=figure.pose.mapped(scale, scale, dx, dy))

    same = (scale, dx, dy) == (1.0, 0.0, 0.0)
    figures = panel.figures if same else mapped(panel.figures, fit)
    return changed(panel, polygon=polygon, figures=figures)


def _nearer(panel: Panel, figure: Figure, part: Polygon, other: Polygon) -> bool:
    """Whether the middle of a figure belongs to `part`; in the gutter, to the nearer middle."""
    box, bounds = figure.pose.bounds, panel.polygon.bounds
    if box is None:
        return False
    middle = box.center + Point(bounds.x, bounds.y)
    if part.contains(middle) or other.contains(middle):
        return part.contains(middle)
    return middle.distance_to(part.bounds.center) < middle.distance_to(other.bounds.center)
