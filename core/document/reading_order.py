"""In which order the panels of a page are read."""

from __future__ import annotations

from core.document.types import Page, Panel, ReadingDirection

SAME_TIER = 0.5  # two panels share a tier when they overlap by this share of the lower height


def reading_order(page: Page, direction: ReadingDirection) -> tuple[Panel, ...]:
    """The page's panels as they are read.

    rtl and ltr: tier by tier from the top, inside a tier from the right or from the left; panels
    stacked beside a taller one are read downwards before the eye moves on. vertical: from top to
    bottom, as on a scroll.
    """
    panels = list(page.panels)
    if direction == "vertical":
        return tuple(sorted(panels, key=lambda p: (_top(p), p.polygon.bounds.x)))
    return tuple(_cut_tiers(panels, direction))


def _top(panel: Panel) -> float:
    return panel.polygon.bounds.y


def _cut_tiers(panels: list[Panel], direction: ReadingDirection) -> list[Panel]:
    """Cut by horizontal gaps first, each part by vertical gaps, and so on (a recursive X-Y cut)."""
    if len(panels) < 2:
        return panels
    tiers = _groups([(p.polygon.bounds.y, p.polygon.bounds.bottom, p) for p in panels])
    if len(tiers) > 1:
        return [p for tier in tiers for p in _cut_tiers(tier, direction)]
    return _cut_columns(panels, direction)


def _cut_columns(panels: list[Panel], direction: ReadingDirection) -> list[Panel]:
    columns = _groups([(p.polygon.bounds.x, p.polygon.bounds.right, p) for p in panels])
    if len(columns) == 1:  # interlocked: no gap either way
        sign = -1 if direction == "rtl" else 1
        return sorted(panels, key=lambda p: (_top(p), sign * p.polygon.bounds.center.x))
    if direction == "rtl":
        columns.reverse()
    return [p for column in columns for p in _cut_tiers(column, direction)]


def _groups(spans: list[tuple[float, float, Panel]]) -> list[list[Panel]]:
    """Panels whose spans overlap, in order; slanted gutters make neighbours overlap a little."""
    groups: list[tuple[float, float, list[Panel]]] = []
    for low, high, panel in sorted(spans, key=lambda span: (span[0], span[1])):
        if groups:
            group_low, group_high, members = groups[-1]
            shorter = min(high - low, group_high - group_low)
            if group_high - low > (1 - SAME_TIER) * shorter:
                groups[-1] = (group_low, max(group_high, high), [*members, panel])
                continue
        groups.append((low, high, [panel]))
    return [members for _, _, members in groups]
