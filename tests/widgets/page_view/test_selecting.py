"""Choosing panels by mouse and by keyboard, going in and out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QGraphicsRectItem

from core.document import Document
from core.document.edits import remove_panel
from widgets.page_view import PageView, Tool

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_a_click_selects_and_says_so_once(view: PageView, hand, spy) -> None:
    changes = spy(view.selection_changed)
    hand.click(130, 50)
    hand.click(130, 55)
    assert view.selection == ("a",)
    assert changes.said == [(("a",),)]


def test_shift_adds_and_takes_away(view: PageView, hand) -> None:
    hand.click(130, 50)
    hand.click(50, 50, SHIFT)
    assert view.selection == ("a", "b")
    hand.click(130, 50, SHIFT)
    assert view.selection == ("b",)


def test_a_click_beside_the_panels_selects_none(view: PageView, hand) -> None:
    hand.click(130, 50)
    hand.click(-12, 120)
    assert view.selection == ()


def test_a_band_from_the_ground_selects_what_it_touches(view: PageView, hand) -> None:
    hand.drag((-12, 80), (60, 110), (120, 130))
    assert view.selection == ("a", "b", "c", "d")


def test_esc_takes_a_band_back(view: PageView, hand) -> None:
    hand.drag((-12, 80), (120, 130), release=False)
    assert view.selection
    hand.key(Key.Key_Escape)
    hand.release(120, 130)
    assert view.selection == ()


def test_what_is_told_is_not_said_again(view: PageView, spy) -> None:
    changes = spy(view.selection_changed)
    view.set_selection(("c", "unknown", "c"))
    assert view.selection == ("c",)
    assert not changes.said


def test_a_panel_that_is_gone_leaves_the_selection(view: PageView, document: Document) -> None:
    view.set_selection(("a", "b"))
    view.show_page(remove_panel(document, "a"), "page")
    assert view.selection == ("b",)
    assert view.panel_rect_mm("a").isEmpty()


@pytest.mark.parametrize(
    ("direction", "key", "expected"),
    [
        ("rtl", Key.Key_Left, "b"),
        ("rtl", Key.Key_Right, "a"),
        ("rtl", Key.Key_Down, "b"),
        ("ltr", Key.Key_Right, "d"),  # the order is b, a, d, c, f, e
        ("ltr", Key.Key_Left, "b"),
        ("ltr", Key.Key_Up, "b"),
    ],
)
def test_arrows_follow_the_reading_order(
    view: PageView, document: Document, hand, direction: str, key: Qt.Key, expected: str
) -> None:
    view.show_page(replace(document, reading_direction=direction), "page")
    view.set_selection(("a",))
    hand.key(key)
    assert view.selection == (expected,)


def test_an_arrow_with_nothing_selected_takes_the_first_panel(view: PageView, hand) -> None:
    hand.key(Key.Key_Down)
    assert view.selection == ("a",)


def test_an_arrow_brings_the_panel_into_sight(view: PageView, hand) -> None:
    view.fit_panel("a")
    view.set_selection(("a",))
    hand.key(Key.Key_Down)
    assert view.seen_mm().contains(view.panel_rect_mm("b"))


def test_delete_asks_for_what_is_selected(view: PageView, hand, spy) -> None:
    asked = spy(view.delete_requested)
    hand.key(Key.Key_Delete)
    assert not asked.said
    hand.click(130, 50)
    hand.key(Key.Key_Delete)
    assert asked.said == [(("a",),)]
    assert view.panel_rect_mm("a").isValid(), "the view itself removes nothing"


def test_a_double_click_goes_in_and_esc_goes_out(view: PageView, hand, spy) -> None:
    entered, left = spy(view.panel_entered), spy(view.panel_left)
    hand.double_click(50, 50)
    assert entered.said == [("b",)]
    assert view.selection == ("b",)
    hand.key(Key.Key_Escape)
    assert view.selection == (), "nobody has told the view that the panel was entered"
    view.set_entered_panel("b")
    hand.key(Key.Key_Escape)
    assert left.said == [()]


def test_a_layer_gets_the_mouse_before_the_panels_do(view: PageView, hand, spy) -> None:
    class Layer(QGraphicsRectItem):
        presses = 0

        def mousePressEvent(self, event) -> None:
            self.presses += 1
            event.accept()

    layer = Layer(91, 16, 75, 70)
    layer.setZValue(10)
    view.page_scene.addItem(layer)
    view.set_tool(Tool.POSE)
    view.set_entered_panel("a")
    entered = spy(view.panel_entered)
    hand.click(130, 50)
    assert layer.presses == 1
    assert view.selection == ()
    hand.click(50, 50)
    assert layer.presses == 1
    assert entered.said == [("b",)]
    view.page_scene.removeItem(layer)


def test_the_menu_is_asked_for_with_its_panel(view: PageView, hand, spy) -> None:
    asked = spy(view.context_menu_requested)
    for point in (hand.px(130, 50), hand.px(-12, 120)):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, QPoint(7, 8))
        QApplication.sendEvent(view.viewport(), event)
    assert asked.said == [("a", QPoint(7, 8)), ("", QPoint(7, 8))]
    assert view.selection == ("a",)


def test_hovering_says_what_a_click_would_do(view: PageView, hand, spy) -> None:
    hints = spy(view.hint_changed)
    hand.move(130, 50)
    assert "Panel 1" in hints.said[-1][0]
    hand.move(89.5, 50)
    assert "gutter" in hints.said[-1][0]
    hand.move(-12, 120)
    assert hints.said[-1] == ("",)


def test_every_panel_can_be_found_at_its_place(view: PageView) -> None:
    scene = view.page_scene
    found = [scene.item_at(view.panel_rect_mm(i).center()) for i in "abcdef"]
    assert [i.shown_panel.id for i in found] == list("abcdef")
    assert scene.item_at(QPointF(-2, -2)) is None
