"""What the states of a panel look like, and the three links of a failed one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from core.document import Document
from core.geometry import Polygon
from widgets.common.theme import LIGHT, apply_theme, current
from widgets.page_view import PageView, PanelState, PanelStatus, Tool, status_of
from widgets.page_view.panel_chrome import Link, PanelChrome, state_text

FAILED = PanelStatus(PanelState.FAILED, message="Not enough memory for this size.")


def grabbed(view: PageView) -> QImage:
    view.finish_painting()
    return view.grab().toImage()


def colour_at(view: PageView, x: float, y: float) -> QColor:
    return grabbed(view).pixelColor(view.to_px(QPointF(x, y)).toPoint())


def panel_pixels(view: PageView, panel_id: str) -> QImage:
    area = view.viewportTransform().mapRect(view.panel_rect_mm(panel_id)).toRect()
    return grabbed(view).copy(area)


def test_a_panel_without_status_speaks_for_itself(document: Document) -> None:
    assert status_of(document.panel("a")).state is PanelState.FRESH
    assert status_of(document.panel("b")).state is PanelState.EMPTY
    with_prompt = replace(document.panel("b"), prompt="rain")
    assert status_of(with_prompt).state is PanelState.MISSING


@pytest.mark.parametrize(
    "status",
    [
        PanelStatus(PanelState.EMPTY),
        PanelStatus(PanelState.QUEUED),
        PanelStatus(PanelState.DRAWING, 12, 20),
        PanelStatus(PanelState.STALE),
        FAILED,
    ],
)
def test_every_state_shows_in_its_panel_and_nowhere_else(
    view: PageView, status: PanelStatus
) -> None:
    panel_id = "b" if status.state is PanelState.EMPTY else "a"
    view.set_statuses({"a": PanelStatus(PanelState.FRESH), "b": PanelStatus(PanelState.MISSING)})
    before, other = panel_pixels(view, panel_id), panel_pixels(view, "f")
    view.set_status(panel_id, status)
    assert panel_pixels(view, panel_id) != before
    assert panel_pixels(view, "f") == other


def test_a_stale_drawing_loses_some_colour_and_gets_a_mark(view: PageView) -> None:
    view.set_status("a", PanelStatus(PanelState.STALE))
    middle = colour_at(view, 130, 50)
    # 15 % of the picture is grey: red lost what green and blue got, but for the red in the grey.
    assert 8 < middle.green() == middle.blue() < 25
    assert middle.red() == pytest.approx(255 * 0.85 + middle.green(), abs=3)
    corner = view.to_px(QPointF(166, 16))
    mark = grabbed(view).pixelColor(round(corner.x()) - 4, round(corner.y()) + 4)
    assert mark == current().colour("warning")
    view.set_status("a", PanelStatus(PanelState.FRESH))
    assert colour_at(view, 130, 50) == QColor(255, 0, 0)


def test_the_preview_fills_the_panel_and_only_it(view: PageView, document: Document) -> None:
    slanted = Polygon.from_pairs([(91, 16), (166, 16), (166, 86), (110, 86)])
    page = document.pages[0]
    panels = (replace(page.panels[0], polygon=slanted), *page.panels[1:])
    view.show_page(replace(document, pages=(replace(page, panels=panels),)), "page")
    preview = QImage(32, 32, QImage.Format.Format_RGB32)
    preview.fill(QColor(10, 200, 30))
    view.set_status("a", PanelStatus(PanelState.DRAWING, 3, 20, preview))
    assert colour_at(view, 130, 30) == QColor(10, 200, 30)
    assert colour_at(view, 95, 80) == QColor("white"), "beside the slanted edge"
    view.set_status("a", PanelStatus(PanelState.FRESH))
    assert colour_at(view, 130, 30) == QColor(255, 0, 0)


def test_the_bar_is_as_long_as_the_work_done(view: PageView) -> None:
    def accent_px(step: int) -> int:
        view.set_status("a", PanelStatus(PanelState.DRAWING, step, 20))
        image, accent = panel_pixels(view, "a"), current().colour("accent").rgb()
        row = image.height() - 10
        return max(
            sum(image.pixel(x, y) == accent for x in range(image.width()))
            for y in range(row - 2, row + 3)
        )

    quarter, half, full = accent_px(5), accent_px(10), accent_px(20)
    assert half == pytest.approx(2 * quarter, abs=4)
    assert full == pytest.approx(4 * quarter, abs=6)


@pytest.mark.parametrize(
    ("link", "signal"),
    [
        (Link.RETRY, "retry_requested"),
        (Link.SMALLER, "smaller_requested"),
        (Link.DETAILS, "details_requested"),
    ],
)
def test_a_failed_panel_offers_what_to_do(view: PageView, spy, link: Link, signal: str) -> None:
    view.set_status("a", FAILED)
    asked = spy(getattr(view, signal))
    at = dict(chrome_of(view, "a").links())[link].center().toPoint()
    QTest.mouseMove(view.viewport(), at)
    assert view.viewport().cursor().shape() == Qt.CursorShape.PointingHandCursor
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert asked.said == [("a",)]
    assert view.selection == (), "the click was for the link"


def test_a_link_left_before_the_button_is_up_is_not_followed(view: PageView, hand, spy) -> None:
    view.set_status("a", FAILED)
    asked = spy(view.retry_requested)
    at = dict(chrome_of(view, "a").links())[Link.RETRY].center().toPoint()
    QTest.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    hand.release(130, 30)
    assert not asked.said


def test_links_do_not_outlive_the_failure(view: PageView, spy) -> None:
    view.set_status("a", FAILED)
    asked = spy(view.retry_requested)
    at = dict(chrome_of(view, "a").links())[Link.RETRY].center().toPoint()
    view.set_status("a", PanelStatus(PanelState.FRESH))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert not asked.said
    assert view.selection == ("a",)


def test_tiny_panels_show_no_text_but_tell_it_to_who_asks(view: PageView) -> None:
    view.set_status("a", FAILED)
    view.set_zoom(0.1)
    assert chrome_of(view, "a").links() == []
    item = view.page_scene.item_at(view.panel_rect_mm("a").center())
    assert item.toolTip() == FAILED.message
    assert state_text(PanelStatus(PanelState.DRAWING, 12, 20)) == "Drawing: 12 of 20"


def test_long_messages_take_a_second_line(view: PageView) -> None:
    long = replace(FAILED, message=" ".join(["This model file is damaged."] * 4))
    view.set_status("a", FAILED)
    short_card = panel_pixels(view, "a")
    view.set_status("a", long)
    assert panel_pixels(view, "a") != short_card
    assert chrome_of(view, "a").links(), "the links keep their place"


def chrome_of(view: PageView, panel_id: str) -> PanelChrome:
    item = next(i for i in view.page_scene.panel_items if i.shown_panel.id == panel_id)
    outline = view.viewportTransform().map(item.outline).toFillPolygon()
    outline.pop_back()  # the path is closed, a panel's outline is not
    return PanelChrome(outline, item.status, view.font())


def test_all_but_the_entered_panel_is_dimmed(view: PageView) -> None:
    plain = colour_at(view, 50, 200)
    view.set_entered_panel("a")
    assert colour_at(view, 130, 50) == QColor(255, 0, 0)
    assert colour_at(view, 50, 200).blue() < plain.blue()
    view.set_entered_panel(None)
    assert colour_at(view, 50, 200) == plain


def test_the_selected_panel_is_outlined_in_the_accent(view: PageView) -> None:
    view.set_tool(Tool.HAND)
    accent = current().colour("accent")

    def count() -> int:
        image = grabbed(view)
        column = round(view.to_px(QPointF(130, 0)).x())
        return sum(image.pixelColor(column, y) == accent for y in range(image.height()))

    assert count() == 0
    view.set_selection(("a",))
    assert count() >= 2


def test_another_theme_repaints_the_ground(view: PageView, dark) -> None:
    before = colour_at(view, -12, 100)
    apply_theme(dark, LIGHT)
    assert colour_at(view, -12, 100) == LIGHT.colour("page_ground") != before
