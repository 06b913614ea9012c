"""In which order the panels of a page are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.document.types import Page, Panel, ReadingDirection
from core.geometry import Polygon, Rect

SAME_TIER = 0.5  # two panels share a tier when they overlap by this share of the lower height


def reading_order(page: Page, direction: ReadingDirection) -> tuple[Panel, ...]:
    """The page's panels as they are read.

    rtl and ltr: tier by tier from the top, inside a tier from the right or from the left; panels
    stacked beside a taller one are read downwards before the eye moves on. vertical: from top to
    bottom, as on a scroll.
    """
    order = _order(tuple(panel.polygon for panel in page.panels), direction)
    return tuple(page.panels[index] for index in order)


@dataclass(frozen=True, slots=True)
class _Box:
    """A panel's bounds and its place among the page's panels."""

    bounds: Rect
    index: int


# Asked at every move of a hand that moves anything but outlines.
@lru_cache(maxsize=64)
def _order(polygons: tuple[Polygon, ...], direction: ReadingDirection) -> tuple[int, ...]:
    boxes = [_Box(polygon.bounds, index) for index, polygon in enumerate(polygons)]
    if direction == "vertical":
        read = sorted(boxes, key=lambda b: (b.bounds.y, b.bounds.x))
    else:
        read = _cut_tiers(boxes, direction)
    return tuple(box.index for box in read)


def _cut_tiers(boxes: list[_Box], direction: ReadingDirection) -> list[_Box]:
    """Cut by horizontal gaps first, each part by vertical gaps, and so on (a recursive X-Y cut)."""
    if len(boxes) < 2:
        return boxes
    tiers = _groups([(b.bounds.y, b.bounds.bottom, b) for b in boxes])
    if len(tiers) > 1:
        return [b for tier in tiers for b in _cut_tiers(tier, direction)]
    return _cut_columns(boxes, direction)


def _cut_columns(boxes: list[_Box], direction: ReadingDirection) -> list[_Box]:
    columns = _groups([(b.bounds.x, b.bounds.right, b) for b in boxes])
    if len(columns) == 1:  # interlocked: no gap either way
        sign = -1 if direction == "rtl" else 1
        return sorted(boxes, key=lambda b: (b.bounds.y, sign * b.bounds.center.x))
    if direction == "rtl":
        columns.reverse()
    return [b for column in columns for b in _cut_tiers(column, direction)]


def _groups(spans: list[tuple[float, float, _Box]]) -> list[list[_Box]]:
    """Panels whose spans overlap, in order; slanted gutters make neighbours overlap a little."""
    groups: list[tuple[float, float, list[_Box]]] = []
    for low, high, box in sorted(spans, key=lambda span: (span[0], span[1])):
        if groups:
            group_low, group_high, members = groups[-1]
            shorter = min(high - low, group_high - group_low)
            if group_high - low > (1 - SAME_TIER) * shorter:
                groups[-1] = (group_low, max(group_high, high), [*members, box])
                continue
        groups.append((low, high, [box]))
    return [members for _, _, members in groups]
