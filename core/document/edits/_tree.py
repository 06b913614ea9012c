"""Replacing one object deep in a document while all others stay the same objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from core.document.checks import (
    all_ids,
    check_count,
    check_ids,
    check_links,
    references_by_character,
)
from core.document.types import Character, Document, Figure, Page, Panel
from core.errors import BadInput


class HasId(Protocol):
    """Page, Panel, Figure, Character, Reference, RegionMask or RegionEdit."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)
V = TypeVar("V")


def index_of(items: tuple[T, ...], object_id: str, what: str) -> int:
    """Raises BadInput where no item has the id; `what` is the artist's word for an item."""
    for index, item in enumerate(items):
        if item.id == object_id:
            return index
    raise BadInput(f"There is no {what} {object_id} here.", code="unknown_id")


def replaced(items: tuple[T, ...], index: int, item: T) -> tuple[T, ...]:
    """The same tuple where the item is the one that stands there."""
    if items[index] is item:
        return items
    return (*items[:index], item, *items[index + 1 :])


def inserted(items: tuple[V, ...], item: V, index: int | None) -> tuple[V, ...]:
    """With the item before `index`; None = last. Raises BadInput for a place that is not there."""
    place = len(items) if index is None else index
    if not 0 <= place <= len(items):
        raise BadInput("There is no such place in the order.", code="bad_place")
    return (*items[:place], item, *items[place:])


def removed(items: tuple[T, ...], object_id: str, what: str) -> tuple[T, ...]:
    index = index_of(items, object_id, what)
    return (*items[:index], *items[index + 1 :])


def moved(items: tuple[T, ...], object_id: str, new_index: int, what: str) -> tuple[T, ...]:
    """With the item at `new_index` of the result; the same tuple where it stands there."""
    index = index_of(items, object_id, what)
    if index == new_index:
        return items
    return inserted((*items[:index], *items[index + 1 :]), items[index], new_index)


def changed(item: V, **fields: object) -> V:
    """`dataclasses.replace`, but the same object where no field changes."""
    if all(getattr(item, name) == value for name, value in fields.items()):
        return item
    return replace(item, **fields)  # type: ignore[type-var]  # every V here is a dataclass


def kept(items: tuple[V, ...], keep: Callable[[V], bool]) -> tuple[V, ...]:
    """Those items for which `keep` is true; the same tuple where that is all."""
    results = tuple(item for item in items if keep(item))
    return items if len(results) == len(items) else results


def mapped(items: tuple[V, ...], change: Callable[[V], V]) -> tuple[V, ...]:
    """`change` on every item; the same tuple where it changed none."""
    results = tuple(change(item) for item in items)
    unchanged = all(a is b for a, b in zip(items, results, strict=True))
    return items if unchanged else results


def on_page(document: Document, page_id: str, change: Callable[[Page], Page]) -> Document:
    index = index_of(document.pages, page_id, "page")
    page = change(document.pages[index])
    return with_pages(document, replaced(document.pages, index, page))


def on_panel(document: Document, panel_id: str, change: Callable[[Panel], Panel]) -> Document:
    page = document.page_of(panel_id)
    index = index_of(page.panels, panel_id, "panel")
    panels = replaced(page.panels, index, change(page.panels[index]))
    return on_page(document, page.id, lambda p: with_panels(p, panels))


def on_figure(
    document: Document, panel_id: str, figure_id: str, change: Callable[[Figure], Figure]
) -> Document:
    def change_panel(panel: Panel) -> Panel:
        index = index_of(panel.figures, figure_id, "figure")
        figures = replaced(panel.figures, index, change(panel.figures[index]))
        return panel if figures is panel.figures else replace(panel, figures=figures)

    return on_panel(document, panel_id, change_panel)


def on_character(
    document: Document, character_id: str, change: Callable[[Character], Character]
) -> Document:
    index = index_of(document.characters, character_id, "character")
    characters = replaced(document.characters, index, change(document.characters[index]))
    return with_characters(document, characters)


def with_pages(document: Document, pages: tuple[Page, ...]) -> Document:
    return document if pages is document.pages else replace(document, pages=pages)


def with_panels(page: Page, panels: tuple[Panel, ...]) -> Page:
    return page if panels is page.panels else replace(page, panels=panels)


def with_characters(document: Document, characters: tuple[Character, ...]) -> Document:
    if characters is document.characters:
        return document
    return replace(document, characters=characters)


def check_new_ids(document: Document, ids: Iterable[str]) -> None:
    """Raises BadInput where an id to be added is malformed, repeated or taken."""
    new = tuple(ids)
    check_ids(new)
    taken = set(all_ids(document)).intersection(new)
    if taken:
        raise BadInput(f"The id {min(taken)} is there already.", code="repeated_id")


def check_panel_links(document: Document, panel: Panel) -> None:
    """Raises BadInput where the panel points at a character or reference that is not there."""
    check_links(panel, references_by_character(document))


def check_room(items: tuple[object, ...], what: str, limit: int) -> None:
    """Raises BadInput where one more item would be too many."""
    check_count((*items, None), what, limit)
