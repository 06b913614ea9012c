"""Drawings outlive undo: a picture that took minutes is no part of an artist's edit.

Going back or forth takes the other document as it was, but each panel and each region edit that is
in both keeps the drawing that it has now. Only a drawing that the edit itself put there or took
away goes with the edit.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from typing import TypeVar

from core.document import Document, Drawing, Page, Panel, RegionEdit

Drawings = dict[str, Drawing | None]  # by the id of a panel or region edit
D = TypeVar("D", Panel, RegionEdit)


def drawings_of(document: Document) -> Drawings:
    """Every panel and region edit with its drawing, None where it has none."""
    return dict(_drawings(document.pages))


def changed_drawings(before: Document, after: Document) -> frozenset[str]:
    """The panels and region edits that are in both documents and have different drawings."""
    old_pages, new_pages = _different_pages(before, after)
    old = dict(_drawings(old_pages))
    return frozenset(
        object_id
        for object_id, drawing in _drawings(new_pages)
        if object_id in old and old[object_id] != drawing
    )


def with_newest_drawings(
    target: Document, current: Document, *, but: Container[str] = ()
) -> Document:
    """`target` with the drawings of `current`, except for the ids in `but`.

    Whatever needs no change is the same object, `target` itself included.
    """
    newest = dict(_drawings(_different_pages(target, current)[1]))
    wanted = {object_id: d for object_id, d in newest.items() if object_id not in but}
    if not wanted:
        return target
    pages = tuple(_page_with(page, wanted) for page in target.pages)
    if all(new is old for new, old in zip(pages, target.pages, strict=True)):
        return target
    return replace(target, pages=pages)


def _different_pages(a: Document, b: Document) -> tuple[tuple[Page, ...], tuple[Page, ...]]:
    """The pages of each that are not the same object in the other."""
    shared = {id(page) for page in a.pages} & {id(page) for page in b.pages}
    return (
        tuple(page for page in a.pages if id(page) not in shared),
        tuple(page for page in b.pages if id(page) not in shared),
    )


def _drawings(pages: tuple[Page, ...]) -> Iterator[tuple[str, Drawing | None]]:
    for page in pages:
        for panel in page.panels:
            yield panel.id, panel.drawing
            for region_edit in panel.region_edits:
                yield region_edit.id, region_edit.drawing


def _page_with(page: Page, drawings: Drawings) -> Page:
    panels = tuple(_panel_with(panel, drawings) for panel in page.panels)
    if all(new is old for new, old in zip(panels, page.panels, strict=True)):
        return page
    return replace(page, panels=panels)


def _panel_with(panel: Panel, drawings: Drawings) -> Panel:
    edits = tuple(_drawn(region_edit, drawings) for region_edit in panel.region_edits)
    if any(new is not old for new, old in zip(edits, panel.region_edits, strict=True)):
        panel = replace(panel, region_edits=edits)
    return _drawn(panel, drawings)


def _drawn(item: D, drawings: Drawings) -> D:
    if item.id not in drawings or drawings[item.id] == item.drawing:
        return item
    return replace(item, drawing=drawings[item.id])
