"""Pages and panels under the hand: gutters, the knife, the page strip, seeds that are kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.app.window.conftest import Artist, drag_over
from widgets.page_view import Tool

CTRL = Qt.KeyboardModifier.ControlModifier


def neighbours(artist: Artist) -> tuple[str, str]:
    """Two panels with a gutter between them, the upper one first."""
    panels = artist.document.pages[0].panels
    for upper in panels:
        a = upper.polygon.bounds
        for lower in panels:
            b = lower.polygon.bounds
            if 0 < b.y - a.bottom < 8 and abs(a.x - b.x) < 1 and abs(a.right - b.right) < 1:
                return upper.id, lower.id
    raise AssertionError("the layout has no such panels")


def test_a_gutter_is_dragged_in_one_step_and_back(artist: Artist) -> None:
    artist.session.pages.lay_out("page", "Three tiers")
    before, steps = artist.document, artist.steps
    upper, lower = neighbours(artist)
    a, b = (artist.document.panel(i).polygon.bounds for i in (upper, lower))
    middle = (a.bottom + b.y) / 2
    artist.drag(artist.at(a.center.x, middle), artist.at(a.center.x, middle + 9), moves=8)
    assert artist.document.panel(upper).polygon.bounds.bottom == pytest.approx(a.bottom + 9, abs=1)
    assert artist.document.panel(lower).polygon.bounds.y == pytest.approx(b.y + 9, abs=1)
    assert artist.steps == steps + 1 and artist.undo_text == "Move gutter"
    artist.do("undo")
    assert artist.document == before


def test_the_knife_cuts_a_panel_in_two(artist: Artist) -> None:
    artist.press_key(Qt.Key.Key_K)
    assert artist.session.state.tool is Tool.KNIFE
    artist.drag(artist.at(15, 185), artist.at(85, 185), moves=8)
    assert len(artist.document.pages[0].panels) == 3 and artist.undo_text == "Cut panel"
    artist.do("undo")
    assert len(artist.document.pages[0].panels) == 2


def test_pages_are_added_reordered_copied_and_deleted(artist: Artist) -> None:
    strip, state = artist.window.strip, artist.session.state
    start = artist.document
    layout = artist.session.pages.layouts[0]
    QTest.mouseClick(strip.add_button, Qt.MouseButton.LeftButton)
    assert strip.add_menu.isVisible()
    QTest.mouseClick(strip.add_menu.grid.buttons[0], Qt.MouseButton.LeftButton)
    assert len(artist.document.pages) == 2 and state.page_id == artist.document.pages[1].id
    assert len(artist.document.pages[1].panels) == len(layout.panels)

    # Right to left: the first page is at the right, the second is dragged to its right.
    view, model = strip.view, strip.model
    rects = [view.visualRect(model.index(row)) for row in range(2)]
    assert rects[0].x() > rects[1].x()
    added = artist.document.pages[1].id
    drag_over(view.viewport(), rects[1].center(), rects[0].center() + QPoint(30, 0))
    assert artist.document.pages[0].id == added
    assert artist.undo_text == "Move page"

    state.set_page("page")
    artist.do("page_duplicate")
    copy = artist.document.pages[2]
    original = artist.document.page("page")
    assert state.page_id == copy.id and len(artist.document.pages) == 3
    assert [p.polygon for p in copy.panels] == [p.polygon for p in original.panels]
    assert [p.region_edits[0].mask for p in copy.panels if p.region_edits] == [
        p.region_edits[0].mask for p in original.panels if p.region_edits
    ]
    assert not {p.id for p in copy.panels} & {p.id for p in original.panels}

    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert [page.id for page in artist.document.pages] == [added, "page"]
    assert state.page_id == "page", "the neighbour, not the first page"
    while artist.window.actions_table["undo"].isEnabled():
        artist.do("undo")
    assert artist.document == start


def test_undo_turns_to_the_page_where_it_happens(artist: Artist) -> None:
    state = artist.session.state
    artist.session.pages.add_page(artist.session.pages.layouts[0].name, 1)
    second = state.page_id
    panel = artist.document.page(second).panels[0].id
    artist.session.pages.next_seed((panel,))
    state.set_page("page")
    artist.do("undo")
    assert state.page_id == second and artist.document.panel(panel).seed == 0
    state.set_page("page")
    artist.do("redo")
    assert state.page_id == second and artist.document.panel(panel).seed == 1


def test_the_last_page_can_go_and_come_back(artist: Artist) -> None:
    artist.do("page_remove")
    assert artist.document.pages == () and artist.session.state.page_id is None
    assert not artist.window.actions_table["render_page"].isEnabled()
    artist.do("undo")
    assert artist.session.state.page_id == "page"
    assert artist.window.actions_table["render_page"].isEnabled()


def test_a_kept_seed_stays(artist: Artist) -> None:
    first, second = (panel.id for panel in artist.document.pages[0].panels)
    artist.session.state.select_panels((first,))
    row = artist.window.inspector.panel_section.seed
    QTest.mouseClick(row.lock_button, Qt.MouseButton.LeftButton)
    artist.press_key(Qt.Key.Key_D, CTRL)
    assert artist.document.panel(first).seed == 1, "its seed is kept"
    assert "seed is kept" in artist.sentence()
    artist.session.state.select_panels((first, second))
    artist.press_key(Qt.Key.Key_D, CTRL)
    assert [artist.document.panel(i).seed for i in (first, second)] == [1, 3]
    assert artist.undo_text == "Change seed"


def test_a_new_seed_is_drawn_roughly_at_once(artist: Artist) -> None:
    first = artist.panel(0).id
    artist.session.state.select_panels((first,))
    artist.do("panel_seed")
    artist.until(lambda: artist.is_idle() and artist.document.panel(first).drawing is not None)


def test_tab_hides_the_docks_from_the_page_but_goes_on_in_fields(artist: Artist) -> None:
    artist.session.state.select_panels((artist.panel(0).id,))
    prompt = artist.window.inspector.panel_section.prompt
    prompt.setFocus()
    field = artist.window.focusWidget()
    artist.press_key(Qt.Key.Key_Tab)
    assert artist.window.dock("inspector").isVisible()
    assert artist.window.focusWidget() is not field
    artist.view.setFocus()
    artist.press_key(Qt.Key.Key_Tab)
    assert not artist.window.dock("inspector").isVisible()
    assert not artist.window.dock("library").isVisible()
    artist.press_key(Qt.Key.Key_Tab)
    assert artist.window.dock("inspector").isVisible()
    assert not artist.window.dock("queue").isVisible(), "what was hidden before stays hidden"


def test_docks_hidden_at_the_end_are_there_at_the_next_start(window_on, studio) -> None:
    path = studio.small()
    first = window_on(path)
    first.do("hide_docks")
    first.session.close()
    second = window_on(path)
    assert second.window.dock("inspector").isVisible()


@pytest.mark.parametrize("steps", [1, 3])
def test_panels_are_walked_by_key(artist: Artist, steps: int) -> None:
    seen = []
    for _ in range(steps):
        artist.press_key(Qt.Key.Key_Tab, CTRL)
        seen.append(artist.session.state.panel_id)
    assert seen == [f"panel-{1 + step % 2}" for step in range(steps)]
