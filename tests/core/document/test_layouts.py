from __future__ import annotations

import json
import math
from itertools import combinations, pairwise

import pytest

import resources
from core.document import PAGE_FORMATS, Page, PageFormat, Panel, reading_order
from core.document.layouts import (
    LayoutTemplate,
    gutter_mm,
    layout_polygons,
    load_templates,
    parse_template,
    read_template,
)
from core.document.outlines import check_outline
from core.errors import BadInput
from core.geometry import Point, Polygon

TEMPLATES = load_templates(resources.path("layouts"))
FORMATS = [PAGE_FORMATS["b5"], PAGE_FORMATS["manuscript"], PAGE_FORMATS["a5"]]


def segments(polygon: Polygon) -> list[tuple[Point, Point]]:
    return list(pairwise((*polygon.points, polygon.points[0])))


def distance(point: Point, a: Point, b: Point) -> float:
    along = b - a
    t = ((point.x - a.x) * along.x + (point.y - a.y) * along.y) / (along.x**2 + along.y**2)
    return point.distance_to(a + along * min(max(t, 0.0), 1.0))


def gap(one: Polygon, other: Polygon) -> float:
    """Smallest distance of two polygons that do not cross: from a corner to an edge."""
    pairs = ((one, other), (other, one))
    return min(distance(p, a, b) for p1, p2 in pairs for p in p1.points for a, b in segments(p2))


def test_there_are_enough() -> None:
    assert len(TEMPLATES) >= 8
    assert len({t.id for t in TEMPLATES}) == len(TEMPLATES)
    assert {1, 2, 3, 4, 5, 6} <= {len(t.panels) for t in TEMPLATES}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_templates_tile_the_unit_square(template: LayoutTemplate) -> None:
    assert sum(panel.area for panel in template.panels) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize("page_format", FORMATS)
@pytest.mark.parametrize("direction", ["ltr", "rtl", "vertical"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_panels_stand_apart_inside_the_live_area(
    template: LayoutTemplate, direction: str, page_format: PageFormat
) -> None:
    live = page_format.live_area
    polygons = layout_polygons(template, page_format, direction)
    for polygon in polygons:
        check_outline(polygon)
        for p in polygon.points:
            assert live.x - 1e-9 <= p.x <= live.right + 1e-9
            assert live.y - 1e-9 <= p.y <= live.bottom + 1e-9
    narrowest = min(page_format.tier_gutter_mm, page_format.column_gutter_mm)
    for one, other in combinations(polygons, 2):
        assert gap(one, other) >= narrowest - 1e-6
        assert not any(one.contains(p) for p in other.points)
        assert not any(other.contains(p) for p in one.points)
    # Gutters cost little: what is left of the live area is nearly all of it.
    assert sum(p.area for p in polygons) > 0.85 * live.area


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_right_to_left_is_the_mirror(template: LayoutTemplate) -> None:
    page_format = PageFormat()
    width = page_format.trim_width_mm
    ltr = layout_polygons(template, page_format, "ltr")
    rtl = layout_polygons(template, page_format, "rtl")
    for a, b in zip(ltr, rtl, strict=True):
        mirrored = [(width - p.x, p.y) for p in a.points]
        assert mirrored == [pytest.approx((p.x, p.y)) for p in b.points]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.id)
def test_templates_are_in_reading_order(template: LayoutTemplate, direction: str) -> None:
    polygons = layout_polygons(template, PageFormat(), direction)
    panels = tuple(Panel(f"panel-{i}", polygon) for i, polygon in enumerate(polygons))
    page = Page("page", tuple(reversed(panels)))
    assert reading_order(page, direction) == panels


def test_reading_order_of_a_scroll_goes_down() -> None:
    boxes = [(50, 40), (0, 0), (30, 90), (60, 0)]
    panels = [
        Panel(f"panel-{i}", Polygon.from_pairs([(x, y), (x + 9, y), (x + 9, y + 20)]))
        for i, (x, y) in enumerate(boxes)
    ]
    order = [p.id for p in reading_order(Page("page", tuple(panels)), "vertical")]
    assert order == ["panel-1", "panel-3", "panel-0", "panel-2"]


def test_reading_order_goes_down_a_stack_before_it_goes_on() -> None:
    tall = Panel("tall", Polygon.from_pairs([(0, 0), (40, 0), (40, 100), (0, 100)]))
    upper = Panel("upper", Polygon.from_pairs([(44, 0), (90, 0), (90, 48), (44, 48)]))
    lower = Panel("lower", Polygon.from_pairs([(44, 52), (90, 52), (90, 100), (44, 100)]))
    page = Page("page", (lower, tall, upper))
    assert [p.id for p in reading_order(page, "rtl")] == ["upper", "lower", "tall"]
    assert [p.id for p in reading_order(page, "ltr")] == ["tall", "upper", "lower"]


def test_gutters_by_direction() -> None:
    page_format = PageFormat(tier_gutter_mm=6, column_gutter_mm=3)
    assert gutter_mm(page_format, Point(5, 0)) == 6
    assert gutter_mm(page_format, Point(0, -5)) == 3
    assert 3 < gutter_mm(page_format, Point(1, 1)) < 6


def test_a_grid_has_the_gutters_of_the_format() -> None:
    grid = next(t for t in TEMPLATES if t.id == "four-panels")
    a, b, c, _ = (p.bounds for p in layout_polygons(grid, PageFormat(tier_gutter_mm=8), "ltr"))
    assert b.x - a.right == pytest.approx(3)
    assert c.y - a.bottom == pytest.approx(8)


def test_gutters_wider_than_the_page_are_refused() -> None:
    with pytest.raises(BadInput):
        layout_polygons(TEMPLATES[-1], PageFormat(tier_gutter_mm=200), "ltr")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"name": "x"}',
        '{"name": "x", "panels": []}',
        '{"name": "x", "panels": [[[0, 0], [1, 0]]]}',
        '{"name": "x", "panels": [[[0, 0], [1, 0], [2, 1]]]}',
        '{"name": "x", "panels": [[[0, 0], [1, 0], [NaN, 1]]]}',
        '{"name": "x", "panels": [[[0, 0], [0.5, 0.5], [1, 1]]]}',
        '{"name": "x", "panels": [[["a", 0], [1, 0], [1, 1]]]}',
        json.dumps({"name": "x", "panels": [[[0, 0], [1, 0], [1, 1]]] * 33}),
        "[" * 100_000,
    ],
)
def test_bad_templates(text: str) -> None:
    with pytest.raises(BadInput, match="bad-layout"):
        parse_template(text, "bad-layout")


def test_a_missing_template_file(tmp_path) -> None:
    with pytest.raises(BadInput, match=r"gone\.json"):
        read_template(tmp_path / "gone.json")


def test_diagonal_gutters_are_measured_across() -> None:
    """The slanted gutter of `diagonal-cut` is as wide, measured across, as its direction asks."""
    template = next(t for t in TEMPLATES if t.id == "diagonal-cut")
    page_format = PageFormat()
    upper, lower = layout_polygons(template, page_format, "ltr")[:2]
    a, b = segments(upper)[2]
    wanted = gutter_mm(page_format, b - a)
    assert math.hypot(b.x - a.x, b.y - a.y) > 100
    assert gap(upper, lower) == pytest.approx(wanted, rel=1e-6)
