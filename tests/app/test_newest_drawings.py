from __future__ import annotations

from dataclasses import replace

import pytest

from app.newest_drawings import changed_drawings, with_newest_drawings
from core.document import Document, Drawing, Page, Panel, RegionEdit, edits
from core.geometry import Polygon, Rect

MASK = "ab" * 32


def drawing(number: int) -> Drawing:
    return Drawing(f"{number:064x}", f"hash-{number}")


@pytest.fixture
def document() -> Document:
    left = Panel(
        "panel-1",
        Polygon.from_rect(Rect(20, 20, 60, 80)),
        region_edits=(RegionEdit("edit-1", MASK),),
    )
    right = Panel("panel-2", Polygon.from_rect(Rect(83, 20, 60, 80)))
    other = Panel("panel-3", right.polygon)
    return Document(pages=(Page("page-1", (left, right)), Page("page-2", (other,))))


def test_drawings_of_panels_and_region_edits_are_carried(document: Document) -> None:
    current = edits.set_drawing(document, "panel-1", drawing(1))
    current = edits.set_region_edit_drawing(current, "panel-1", "edit-1", drawing(2))
    target = edits.update_panel(document, "panel-1", prompt="park")
    carried = with_newest_drawings(target, current)
    assert carried.panel("panel-1").drawing == drawing(1)
    assert carried.panel("panel-1").region_edit("edit-1").drawing == drawing(2)
    assert carried.panel("panel-1").prompt == "park"
    assert carried.page("page-2") is target.page("page-2")
    assert carried.panel("panel-2") is target.panel("panel-2")


def test_the_newest_drawing_may_be_none(document: Document) -> None:
    target = edits.set_drawing(document, "panel-1", drawing(1))
    assert with_newest_drawings(target, document).panel("panel-1").drawing is None


def test_what_is_only_in_the_target_keeps_its_own(document: Document) -> None:
    target = edits.set_drawing(document, "panel-2", drawing(1))
    current = edits.remove_panel(document, "panel-2")
    assert with_newest_drawings(target, current) is target


def test_a_panel_that_went_to_another_page_is_found(document: Document) -> None:
    panel = replace(document.panel("panel-2"), drawing=drawing(3))
    moved = edits.add_panel(edits.remove_panel(document, "panel-2"), "page-2", panel)
    carried = with_newest_drawings(document, moved)
    assert carried.panel("panel-2").drawing == drawing(3)
    assert carried.page_of("panel-2").id == "page-1"


def test_nothing_to_carry_gives_the_very_same_document(document: Document) -> None:
    assert with_newest_drawings(document, document) is document
    assert with_newest_drawings(document, edits.set_title(document, "b")) is document
    current = edits.set_drawing(document, "panel-1", drawing(1))
    twice = edits.set_drawing(document, "panel-1", drawing(1))
    assert with_newest_drawings(twice, current) is twice


def test_exceptions_keep_the_drawing_of_the_target(document: Document) -> None:
    current = edits.set_drawings(document, {"panel-1": drawing(1), "panel-2": drawing(2)})
    carried = with_newest_drawings(document, current, but={"panel-1"})
    assert carried.panel("panel-1").drawing is None
    assert carried.panel("panel-2").drawing == drawing(2)


def test_changed_drawings_are_those_of_panels_in_both(document: Document) -> None:
    after = edits.set_drawings(document, {"panel-1": drawing(1), "panel-2": drawing(2)})
    after = edits.remove_panel(after, "panel-2")
    after = edits.set_region_edit_drawing(after, "panel-1", "edit-1", drawing(4))
    assert changed_drawings(document, after) == {"panel-1", "edit-1"}
    assert changed_drawings(document, edits.set_title(document, "b")) == frozenset()
