from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from core.document import edits
from core.geometry import Polygon
from widgets.common import theme
from widgets.page_strip import PageStrip
from widgets.page_strip.layout_menu import PICTURE, layout_picture

from .conftest import make_page

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)

LEFT = Qt.MouseButton.LeftButton
SPLASH = (Polygon.from_pairs([(0, 0), (1, 0), (1, 1), (0, 1)]),)
SIDE = (
    Polygon.from_pairs([(0, 0), (0.3, 0), (0.3, 1), (0, 1)]),
    Polygon.from_pairs([(0.3, 0), (1, 0), (1, 1), (0.3, 1)]),
)
LAYOUTS = (("Splash", SPLASH), ("Side", SIDE))


def record(signal) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    signal.connect(lambda *arguments: calls.append(arguments))
    return calls


def centre(strip: PageStrip, row: int) -> QPoint:
    return strip.view.visualRect(strip.model.index(row)).center()


def move(strip: PageStrip, to: QPoint, buttons: Qt.MouseButton = LEFT) -> None:
    viewport = strip.view.viewport()
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(viewport.mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        buttons,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(viewport, event)


def drag(strip: PageStrip, row: int, to_row: int, *, beyond: int = 0) -> None:
    """Press on a page and go to another one in steps; `beyond` px further than its middle."""
    start, end = centre(strip, row), centre(strip, to_row) + QPoint(beyond, 0)
    QTest.mousePress(strip.view.viewport(), LEFT, pos=start)
    for step in range(1, 6):
        move(strip, start + (end - start) * step / 5)


def drop(strip: PageStrip, at: QPoint) -> None:
    QTest.mouseRelease(strip.view.viewport(), LEFT, pos=at)


@pytest.fixture
def shown(strip, pictures, make_document):
    def show(count: int = 5, current: str | None = "page-1", **changes: object):
        document = make_document(count, **changes)
        strip.show_document(document, pictures.load, current)
        return document

    return show


def test_the_first_page_is_where_reading_begins(strip, shown):
    shown(reading_direction="rtl")
    assert centre(strip, 0).x() > centre(strip, 1).x() > centre(strip, 2).x()
    assert strip.view.visualRect(strip.model.index(0)).right() > strip.view.viewport().width() - 8
    shown(reading_direction="ltr")
    assert centre(strip, 0).x() < centre(strip, 1).x() < centre(strip, 2).x()


def test_a_click_chooses_a_page_and_showing_one_does_not(strip, shown):
    chosen = record(strip.page_chosen)
    shown()
    assert (chosen, strip.current_page_id) == ([], "page-1")
    QTest.mouseClick(strip.view.viewport(), LEFT, pos=centre(strip, 3))
    assert chosen == [("page-3",)]


def test_the_current_page_stays_current_while_others_come_and_go(strip, shown, pictures):
    document = shown()
    chosen = record(strip.page_chosen)
    for changed in (
        edits.add_page(document, make_page("new"), 0),
        edits.remove_page(document, "page-0"),
        edits.move_page(document, "page-1", 4),
    ):
        strip.show_document(changed, pictures.load, "page-1")
        assert strip.current_page_id == "page-1"
    strip.show_document(edits.remove_page(document, "page-1"), pictures.load, "page-2")
    assert (strip.current_page_id, chosen) == ("page-2", [])


def test_the_current_page_comes_into_view(strip, shown, pictures):
    document = shown(100, "page-0")
    strip.show_document(document, pictures.load, "page-90")
    rect = strip.view.visualRect(strip.model.index(90))
    assert strip.view.viewport().rect().contains(rect.center())


@pytest.mark.parametrize("direction", ["rtl", "ltr"])
@pytest.mark.parametrize(
    ("row", "to", "side", "place"), [(0, 3, 1, 3), (3, 0, -1, 0), (2, 4, 1, 4)]
)
def test_a_page_is_dragged_to_another_place(strip, shown, direction, row, to, side, place):
    document = shown(reading_direction=direction)
    moved = record(strip.page_moved)
    later = -1 if direction == "rtl" else 1  # in which direction later pages lie
    drag(strip, row, to, beyond=12 * side * later)
    assert strip.view.is_dragging
    drop(strip, centre(strip, to))
    assert moved == [(f"page-{row}", place)]
    result = edits.move_page(document, *moved[0])
    assert result.pages[place].id == f"page-{row}"
    assert not strip.view.is_dragging


def test_a_page_put_back_where_it_was_is_not_moved(strip, shown):
    shown()
    moved = record(strip.page_moved)
    drag(strip, 2, 3)
    move(strip, centre(strip, 2))
    drop(strip, centre(strip, 2))
    assert moved == []


def test_esc_ends_a_drag_without_a_move(strip, shown):
    shown()
    moved = record(strip.page_moved)
    drag(strip, 0, 3)
    QTest.keyClick(strip.view, Qt.Key.Key_Escape)
    assert not strip.view.is_dragging
    drop(strip, centre(strip, 3))
    assert moved == []


def test_a_trembling_click_is_no_drag(strip, shown):
    shown()
    moved, chosen = record(strip.page_moved), record(strip.page_chosen)
    at = centre(strip, 2)
    QTest.mousePress(strip.view.viewport(), LEFT, pos=at)
    for dx in (1, 2, -1):
        move(strip, at + QPoint(dx, 1))
        assert not strip.view.is_dragging
    drop(strip, at)
    assert (moved, chosen) == ([], [("page-2",)])


def test_a_drag_shows_where_the_page_would_go(strip, shown):
    shown(reading_direction="ltr")
    drag(strip, 0, 2, beyond=12)
    line = strip.view._drop_line()
    assert abs(line.center().x() - strip.view.visualRect(strip.model.index(3)).left()) <= 3
    picture = strip.view.grab().toImage()
    found = picture.pixelColor(line.center() * picture.devicePixelRatio())
    assert found.name() == theme.current().colour("accent").name()
    drop(strip, centre(strip, 0))


def test_at_the_edge_the_strip_scrolls_under_a_dragged_page(qtbot, strip, shown):
    shown(60, "page-0", reading_direction="ltr")
    bar = strip.view.horizontalScrollBar()
    assert bar.value() == 0
    drag(strip, 0, 4)
    move(strip, QPoint(strip.view.viewport().width() - 4, 30))
    qtbot.waitUntil(lambda: bar.value() > 60)
    QTest.keyClick(strip.view, Qt.Key.Key_Escape)
    assert not strip.view._scroll_timer.isActive()
    drop(strip, centre(strip, 0))


def test_delete_asks_to_remove_the_current_page(strip, shown):
    shown()
    removed = record(strip.page_removed)
    strip.view.setFocus()
    QTest.keyClick(strip.view, Qt.Key.Key_Delete)
    QTest.mouseClick(strip.remove_button, LEFT)
    assert removed == [("page-1",), ("page-1",)]


def test_delete_is_the_strips_while_it_has_the_keyboard(strip, shown):
    shown()
    for key, taken in (
        (Qt.Key.Key_Delete, True),
        (Qt.Key.Key_A, False),
        (Qt.Key.Key_Escape, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(strip.view, event)
        assert event.isAccepted() is taken


@pytest.mark.parametrize(("direction", "key", "place"), [("rtl", "Left", 2), ("ltr", "Left", 0)])
def test_the_keyboard_moves_pages_as_they_lie(strip, shown, direction, key, place):
    shown(reading_direction=direction)
    moved = record(strip.page_moved)
    QTest.keyClick(strip.view, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.ControlModifier)
    assert moved == [("page-1", place)]


@pytest.mark.parametrize(("direction", "page"), [("rtl", "page-2"), ("ltr", "page-0")])
def test_the_arrow_keys_go_from_page_to_page_as_they_lie(strip, shown, direction, page):
    shown(reading_direction=direction)
    chosen = record(strip.page_chosen)
    QTest.keyClick(strip.view, Qt.Key.Key_Left)
    assert chosen == [(page,)]


def test_a_layout_is_chosen_for_a_new_page_after_this_one(qtbot, strip, shown):
    shown()
    strip.set_layouts(LAYOUTS)
    added = record(strip.page_add_requested)
    QTest.mouseClick(strip.add_button, LEFT)
    qtbot.waitUntil(strip.add_menu.isVisible)
    assert [b.accessibleName() for b in strip.add_menu.grid.buttons] == ["Splash", "Side"]
    QTest.keyClick(strip.add_menu.grid.buttons[0], Qt.Key.Key_Right)
    QTest.keyClick(strip.add_menu.grid.buttons[1], Qt.Key.Key_Return)
    assert added == [("Side", 2)]
    assert not strip.add_menu.isVisible()


def test_the_first_page_of_a_project_can_be_added(qtbot, strip, shown):
    shown(0, None)
    strip.set_layouts(LAYOUTS)
    assert strip._stack.currentWidget() is strip._empty
    assert not strip.remove_button.isEnabled()
    added = record(strip.page_add_requested)
    QTest.mouseClick(strip.add_button, LEFT)
    qtbot.waitUntil(strip.add_menu.isVisible)
    QTest.mouseClick(strip.add_menu.grid.buttons[0], LEFT)
    assert added == [("Splash", 0)]


def test_another_layout_is_asked_for_the_current_page(qtbot, strip, shown):
    shown()
    strip.set_layouts(LAYOUTS)
    asked = record(strip.layout_requested)
    QTest.mouseClick(strip.layout_button, LEFT)
    qtbot.waitUntil(strip.layout_menu.isVisible)
    QTest.mouseClick(strip.layout_menu.grid.buttons[1], LEFT)
    assert asked == [("page-1", "Side")]


def test_the_menu_of_a_page_offers_what_is_possible(strip, shown):
    shown(2, "page-0")
    strip.set_layouts(LAYOUTS)
    moved = record(strip.page_moved)
    menu = strip.make_menu()
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert not actions["Move one page earlier"].isEnabled()
    actions["Move one page later"].trigger()
    assert moved == [("page-0", 1)]
    menu.deleteLater()


def test_layouts_are_drawn_as_the_page_will_have_them(qtbot):
    ltr = layout_picture(SIDE, PICTURE, mirrored=False).toImage()
    rtl = layout_picture(SIDE, PICTURE, mirrored=True).toImage()
    assert ltr != rtl
    ink, paper = theme.current().colour("text"), theme.current().colour("page_ground")

    def dark_columns(image) -> list[int]:
        row = image.height() // 2
        nearer = [
            abs(c.lightness() - ink.lightness()) < abs(c.lightness() - paper.lightness())
            for c in (image.pixelColor(x, row) for x in range(image.width()))
        ]
        return [x for x, is_ink in enumerate(nearer) if is_ink]

    width = ltr.width() - 1
    assert [width - x for x in reversed(dark_columns(rtl))] == pytest.approx(
        dark_columns(ltr), abs=1
    )


def test_two_hundred_pages_open_at_once(qtbot, strip, shown, pictures):
    shown(200, "page-0")
    assert pictures.loads == 0
    painted: list[str] = []
    strip.model.thumbnails.painted.connect(painted.append)
    qtbot.waitUntil(lambda: len(painted) >= 8)
    qtbot.waitUntil(lambda: not strip.model.thumbnails._wanted)
    assert len(painted) < 30  # the pages in sight, and no others
    assert "page-0" in painted


def test_thumbnails_grow_with_the_strip(qtbot, strip, shown):
    document = shown()
    before = strip.model.thumbnails.size(document.page_format).height()
    strip.resize(600, 196)
    qtbot.waitUntil(
        lambda: strip.model.thumbnails.size(document.page_format).height() >= before + 90
    )
    rect = strip.view.visualRect(strip.model.index(0))
    assert rect.height() <= strip.view.viewport().height()


def test_buttons_have_tooltips_and_names(strip):
    for button in strip.findChildren(QToolButton):
        if not button.objectName().startswith("qt_"):
            assert button.toolTip()
            assert button.accessibleName()
    assert strip.view.accessibleName()
