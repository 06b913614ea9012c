"""The knife: what it shows before it cuts, and when it does not cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.document import Document
from core.document.edits import split_panel
from core.geometry import Point
from widgets.page_view import PageView, Tool

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def knife(view: PageView) -> None:
    view.set_tool(Tool.KNIFE)


def test_a_line_across_a_panel_asks_for_the_cut(
    view: PageView, hand, spy, document: Document
) -> None:
    asked = spy(view.split_requested)
    hand.drag((10, 40), (50, 45), (89, 60))
    ((panel_id, start, end),) = asked.said
    assert panel_id == "b"
    near = 1 / view.px_per_mm
    assert (start - QPointF(10, 40)).manhattanLength() < 2 * near
    assert (end - QPointF(89, 60)).manhattanLength() < 2 * near
    cut = split_panel(document, panel_id, Point(start.x(), start.y()), Point(end.x(), end.y()))
    assert len(cut.pages[0].panels) == 7


def test_the_cut_is_shown_as_it_will_be(view: PageView, hand, document: Document) -> None:
    hand.drag((10, 40), (89, 60), release=False)
    line = view.page_scene.overlay.knife
    assert line is not None
    after = split_panel(
        document,
        "b",
        Point(line.start.x(), line.start.y()),
        Point(line.end.x(), line.end.y()),
    )
    old = {p.polygon for p in document.pages[0].panels}
    assert set(line.parts) == {p.polygon for p in after.pages[0].panels} - old
    hand.release(89, 60)
    assert view.page_scene.overlay.knife is None


def test_shift_keeps_the_line_level_or_upright(view: PageView, hand, spy) -> None:
    asked = spy(view.split_requested)
    hand.drag((10, 40), (89, 48), release=False)
    assert view.page_scene.overlay.knife.end.y() != view.page_scene.overlay.knife.start.y()
    QTest.keyPress(view, Qt.Key.Key_Shift, SHIFT)  # the mouse rests
    assert view.page_scene.overlay.knife.end.y() == view.page_scene.overlay.knife.start.y()
    QTest.keyRelease(view, Qt.Key.Key_Shift)
    assert view.page_scene.overlay.knife.end.y() != view.page_scene.overlay.knife.start.y()
    hand.release(89, 48, SHIFT)
    ((_, start, end),) = asked.said
    assert start.y() == end.y()
    hand.press(50, 10, SHIFT)
    hand.move(52, 60)
    hand.release(53, 88, SHIFT)
    _, start, end = asked.said[-1]
    assert start.x() == end.x()


def test_esc_puts_the_knife_back(view: PageView, hand, spy) -> None:
    asked = spy(view.split_requested)
    hand.drag((10, 40), (89, 60), release=False)
    hand.key(Qt.Key.Key_Escape)
    assert view.page_scene.overlay.knife is None
    hand.release(89, 60)
    assert not asked.said


@pytest.mark.parametrize(
    "points", [((50, 50), (50.3, 50)), ((-12, 40), (-12, 90)), ((10, 16.2), (89, 16.2))]
)
def test_a_line_that_cuts_nothing_asks_for_nothing(view: PageView, hand, spy, points) -> None:
    asked = spy(view.split_requested)
    hand.drag(*points, release=False)
    assert view.page_scene.overlay.knife.parts == ()
    hand.release(*points[-1])
    assert not asked.said


def test_another_tool_takes_the_knife_out_of_the_hand(view: PageView, hand, spy) -> None:
    asked = spy(view.split_requested)
    hand.drag((10, 40), (89, 60), release=False)
    view.set_tool(Tool.SELECT)
    hand.release(89, 60)
    assert not asked.said
    assert view.page_scene.overlay.knife is None
    assert view.selection == ()
