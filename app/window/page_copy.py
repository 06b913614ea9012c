"""A page once more, with ids of its own."""

from __future__ import annotations

from dataclasses import replace

from core.document import Page, Panel, random_id


def copied_page(page: Page) -> Page:
    """The same panels, figures and drawings; nothing of the copy shares an id with the page."""
    return replace(page, id=random_id("page"), panels=tuple(map(_copied_panel, page.panels)))


def _copied_panel(panel: Panel) -> Panel:
    ids = {figure.id: random_id("figure") for figure in panel.figures}
    return replace(
        panel,
        id=random_id("panel"),
        figures=tuple(replace(figure, id=ids[figure.id]) for figure in panel.figures),
        region_masks=tuple(
            replace(mask, id=random_id("mask"), figure_id=ids[mask.figure_id])
            for mask in panel.region_masks
        ),
        region_edits=tuple(replace(edit, id=random_id("edit")) for edit in panel.region_edits),
    )
