"""Gutters in the hand: one gesture, steps that add up, a way back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from core.document import Document, Page, Panel
from core.document.edits import remove_panel
from core.geometry import Point, Polygon, Rect
from widgets.page_view import PageView
from widgets.page_view.gutter_drag import gutter_under
from widgets.page_view.gutters import EdgeRef, edge_near, gutter_of, reach, segment_distance

Key = Qt.Key


def right_edge_of(document: Document, panel_id: str) -> float:
    return document.panel(panel_id).polygon.bounds.right


def test_a_drag_moves_the_gutter_to_the_hand(view: PageView, hand, edited, spy) -> None:
    steps, ends = spy(view.gutter_dragged), spy(view.gesture_finished)
    hand.drag((89.5, 50), (80, 50), (70, 52))
    assert len(steps) >= 3
    assert {s[0] for s in steps.said} == {ends.said[0][0]}, "one gesture"
    assert len(ends) == 1
    # Both columns follow, in all tiers, and the gutter keeps its width.
    mm = 1 / view.px_per_mm
    for tier in ("ab", "cd", "ef"):
        right, left = (edited[-1].panel(i).polygon.bounds for i in tier)
        assert left.right == pytest.approx(88 - 19.5, abs=mm)
        assert right.x - left.right == pytest.approx(3.0, abs=1e-6)
        assert right.right == pytest.approx(166)


def test_a_hand_that_hardly_moves_drags_nothing(view: PageView, hand, spy) -> None:
    steps, ends = spy(view.gutter_dragged), spy(view.gesture_finished)
    hand.drag((89.5, 50), (89.8, 50))
    assert not steps.said
    assert not ends.said


def test_esc_leaves_the_gutter_where_it_was(view: PageView, hand, edited, document, spy) -> None:
    cancelled, ends = spy(view.gesture_cancelled), spy(view.gesture_finished)
    steps = spy(view.gutter_dragged)
    hand.drag((89.5, 50), (70, 50), release=False)
    count = len(steps)
    hand.key(Key.Key_Escape)
    hand.move(60, 50)
    hand.release(60, 50)
    assert cancelled.said == [(steps.said[0][0],)]
    assert len(steps) == count, "no step after Esc"
    assert not ends.said
    assert edited[-1] is document


def test_esc_in_a_drag_is_taken_before_the_shortcuts_of_the_window(view: PageView, hand) -> None:
    def overridden() -> bool:
        event = QKeyEvent(
            QKeyEvent.Type.ShortcutOverride, Key.Key_Escape, Qt.KeyboardModifier.NoModifier
        )
        event.ignore()
        QApplication.sendEvent(view, event)
        return event.isAccepted()

    assert not overridden()
    hand.drag((89.5, 50), (70, 50), release=False)
    assert overridden()
    hand.release(70, 50)


def test_panels_do_not_get_narrower_than_a_hand_can_want(view: PageView, hand, edited) -> None:
    hand.drag((89.5, 50), (30, 50), (-40, 50), release=False)
    assert right_edge_of(edited[-1], "b") == pytest.approx(21, abs=0.5)
    hand.move(50, 50)
    hand.release(50, 50)
    assert right_edge_of(edited[-1], "b") == pytest.approx(88 - 39.5, abs=0.5), "comes back at once"


def test_a_straight_edge_keeps_to_the_guides(view: PageView, hand, edited) -> None:
    # The outer edge of the left column, dragged to a little beyond the trim.
    hand.drag((16, 50), (5, 50), (0.6, 50))
    lefts = [edited[-1].panel(i).polygon.bounds.x for i in "bdf"]
    assert lefts == pytest.approx([0.0, 0.0, 0.0], abs=1e-6)


def test_the_highlight_and_the_pictures_follow_the_hand(view: PageView, hand, edited) -> None:
    reads: list[str] = []
    load = view.page_scene.pictures._painter._load
    view.set_load(lambda digest: reads.append(digest) or load(digest))
    hand.drag((89.5, 50), (70, 50), release=False)
    image = view.grab().toImage()
    gutter = view.page_scene.overlay.gutter
    assert all(abs(p.x - 70) < 0.5 for line in gutter.lines for p in line)
    assert not reads, "the old picture is stretched into the new outline"
    grown = image.pixelColor(hand.px(80, 70))
    assert (grown.red(), grown.green()) == (255, 0)
    hand.release(70, 50)


def test_a_second_drag_is_another_gesture(view: PageView, hand, edited, spy) -> None:
    ends = spy(view.gesture_finished)
    hand.drag((89.5, 50), (80, 50))
    hand.drag((80, 50), (85, 50))
    assert len({said[0] for said in ends.said}) == 2


def test_hovering_shows_the_gutter_and_the_cursor_of_its_way(view: PageView, hand) -> None:
    hand.move(89.5, 50)
    gutter = view.page_scene.overlay.gutter
    assert gutter is not None
    assert view.viewport().cursor().shape() == Qt.CursorShape.SplitHCursor
    assert {round(p.x, 3) for line in gutter.lines for p in line} == {89.5}
    hand.move(50, 89)
    assert view.viewport().cursor().shape() == Qt.CursorShape.SplitVCursor
    hand.move(50, 50)
    assert view.page_scene.overlay.gutter is None
    assert view.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor


@pytest.mark.parametrize("zoom", [0.2, 0.6, 2.0, 8.0])
def test_a_gutter_is_easy_to_hit_at_any_zoom(view: PageView, hand, zoom: float) -> None:
    view.set_zoom(zoom)
    view.reveal(view.panel_rect_mm("c").adjusted(-10, 10, -60, -10))
    middle = hand.px(89.5, 127)
    hits = [
        x
        for x in range(middle.x() - 30, middle.x() + 31)
        if _grabs(view, x, middle.y()) in {("c", 3), ("d", 1)}
    ]
    assert len(hits) >= 12
    assert middle.x() in hits


def _grabs(view: PageView, x: int, y: int) -> tuple[str, int] | None:
    gutter = gutter_under(view, view.to_mm(QPointF(x, y)))
    return None if gutter is None else (gutter.grabbed.panel_id, gutter.grabbed.edge)


def test_edges_under_another_panel_cannot_be_grabbed(document: Document) -> None:
    inset = Panel("inset", Polygon.from_rect(Rect(70, 30, 40, 40)))
    page = replace(document.pages[0], panels=(*document.pages[0].panels, inset))
    assert edge_near(page, Point(89.5, 50), 1.0, 4.0) is None
    assert edge_near(page, Point(70.5, 50), 1.0, 4.0) == EdgeRef("inset", 3)


def test_what_moves_is_what_the_edit_moves(document: Document) -> None:
    gutter = gutter_of(document, document.pages[0], EdgeRef("a", 2))  # the first tier's lower edge
    assert gutter is not None
    assert {round(p.y, 3) for line in gutter.lines for p in line} == {89.0}
    assert len(gutter.lines) == 4  # a, b above, c, d below
    alone = document
    for name in "bcdef":
        alone = remove_panel(alone, name)
    gutter = gutter_of(alone, alone.pages[0], EdgeRef("a", 2))
    assert gutter is not None
    assert gutter.lines == ((Point(166, 86), Point(91, 86)),), "an outer edge shows itself"


def test_the_reach_ends_where_a_panel_gets_narrow(document: Document) -> None:
    edge = EdgeRef("b", 1)
    assert reach(document, edge, -20.0) == -20.0
    assert reach(document, edge, -100.0) == pytest.approx(-67.0, abs=0.5)
    assert reach(document, edge, 100.0) == pytest.approx(70.0, abs=0.5)


def test_no_page_has_no_edges() -> None:
    assert edge_near(Page("empty"), Point(1, 1), 5, 5) is None


def test_distance_to_a_segment() -> None:
    a, b = Point(0, 0), Point(10, 0)
    assert segment_distance(Point(5, 3), a, b) == 3
    assert segment_distance(Point(13, 4), a, b) == 5
    assert segment_distance(Point(3, 4), a, a) == 5
