"""Edits of the document itself and of whole pages."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

from core.document.checks import (
    MAX_NAME,
    MAX_PAGES,
    check_direction,
    check_page,
    check_page_format,
    check_settings,
    check_text,
    panel_ids,
)
from core.document.edits._tree import (
    changed,
    check_new_ids,
    check_panel_links,
    check_room,
    index_of,
    inserted,
    mapped,
    moved,
    on_page,
    removed,
    with_pages,
    with_panels,
)
from core.document.edits.panels import refitted
from core.document.ids import IdFactory, random_id
from core.document.layouts import LayoutTemplate, layout_polygons
from core.document.reading_order import reading_order
from core.document.types import Document, Page, PageFormat, Panel, ReadingDirection
from core.errors import BadInput


def set_title(document: Document, title: str) -> Document:
    check_text(title, "The title", MAX_NAME)
    return changed(document, title=title)


def set_reading_direction(document: Document, direction: ReadingDirection) -> Document:
    """Pages stay as they are; new layouts and the reading order follow."""
    check_direction(direction)
    return changed(document, reading_direction=direction)


def set_page_format(document: Document, page_format: PageFormat) -> Document:
    """Panels stay where they are in mm."""
    check_page_format(page_format)
    return changed(document, page_format=page_format)


def update_settings(document: Document, **fields: Any) -> Document:
    """Set fields of `RenderSettings` by name. Raises BadInput for values out of range."""
    settings = changed(document.settings, **fields)
    check_settings(settings)
    return document if settings is document.settings else replace(document, settings=settings)


def add_page(document: Document, page: Page, index: int | None = None) -> Document:
    """Put a page before `index`, None = last.

    Raises BadInput for ids that are taken and for panels that could not be in the document.
    """
    check_page(page)
    check_room(document.pages, "pages", MAX_PAGES)
    check_new_ids(document, (page.id, *chain.from_iterable(map(panel_ids, page.panels))))
    for panel in page.panels:
        check_panel_links(document, panel)
    return replace(document, pages=inserted(document.pages, page, index))


def remove_page(document: Document, page_id: str) -> Document:
    return replace(document, pages=removed(document.pages, page_id, "page"))


def move_page(document: Document, page_id: str, new_index: int) -> Document:
    """To `new_index`, counted in the result."""
    return with_pages(document, moved(document.pages, page_id, new_index, "page"))


def rename_page(document: Document, page_id: str, name: str) -> Document:
    check_text(name, "The name of the page", MAX_NAME)
    return on_page(document, page_id, lambda page: changed(page, name=name))


def apply_layout(
    document: Document, page_id: str, template: LayoutTemplate, ids: IdFactory = random_id
) -> Document:
    """Give a page the panels of a template.

    The page's panels take the new places in reading order, their figures fitted in; places beyond
    them become new panels, panels beyond the places go if they are empty. Raises BadInput where a
    panel with something in it would have to go.
    """
    page = document.pages[index_of(document.pages, page_id, "page")]
    direction = document.reading_direction
    polygons = layout_polygons(template, document.page_format, direction)
    panels = reading_order(page, direction)
    filled = [panel for panel in panels if not is_empty(panel)]
    if len(filled) > len(polygons):
        raise BadInput(
            f"The page has {len(filled)} panels with something in them, the layout has room for "
            f"{len(polygons)}. Choose a larger layout or remove panels first.",
            code="layout_too_small",
        )
    spare = len(polygons) - len(filled)  # so many empty panels may stay, the first ones
    kept: list[Panel] = []
    for panel in panels:
        if is_empty(panel):
            if spare == 0:
                continue
            spare -= 1
        kept.append(panel)
    laid = [refitted(panel, polygon) for panel, polygon in zip(kept, polygons, strict=False)]
    new = [Panel(ids("panel"), polygon) for polygon in polygons[len(kept) :]]
    check_new_ids(document, (panel.id for panel in new))
    return on_page(document, page_id, lambda p: with_panels(p, _same_or((*laid, *new), p)))


def is_empty(panel: Panel) -> bool:
    """Whether nothing would be lost with the panel but its outline."""
    return not (
        panel.figures
        or panel.region_edits
        or panel.drawing
        or panel.prompt.strip()
        or panel.negative_prompt.strip()
    )


def _same_or(panels: tuple[Panel, ...], page: Page) -> tuple[Panel, ...]:
    """The page's own tuple where the panels are those it holds, in its order."""
    if len(panels) == len(page.panels):
        by_id = {panel.id: panel for panel in panels}
        if by_id.keys() == {panel.id for panel in page.panels}:
            return mapped(page.panels, lambda panel: by_id[panel.id])
    return panels
