"""Zooming and panning: what stays where, and when the pictures are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import Document, Drawing
from core.document.edits import set_drawing, update_panel
from widgets.page_view import PageView, Tool
from widgets.page_view.zoom_view import MAX_ZOOM, MIN_ZOOM

Key = Qt.Key


def wheel(view: PageView, at: QPoint, units: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.viewport().mapToGlobal(at)),
        QPoint(),
        QPoint(0, units),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_page_is_fitted_when_it_is_shown_and_when_the_window_grows(view: PageView) -> None:
    paper = view.page_scene.paper_mm
    assert view.seen_mm().contains(paper)
    before = view.zoom
    view.resize(900, 1200)
    assert view.zoom > before * 1.3
    assert view.seen_mm().contains(paper)


@pytest.mark.parametrize("at", [QPoint(40, 60), QPoint(300, 400), QPoint(590, 700)])
@pytest.mark.parametrize("units", [120, -120, 30])
def test_the_wheel_zooms_at_the_cursor(view: PageView, at: QPoint, units: int, spy) -> None:
    zooms = spy(view.zoom_changed)
    before, point = view.zoom, view.to_mm(at)
    wheel(view, at, units)
    assert (view.zoom > before) == (units > 0)
    assert zooms.said == [(view.zoom,)]
    assert (view.to_px(point) - QPointF(at)).manhattanLength() <= 1.0


def test_the_wheel_stops_at_the_ends(view: PageView, spy) -> None:
    view.set_zoom(1000.0)
    assert view.zoom == MAX_ZOOM
    zooms = spy(view.zoom_changed)
    wheel(view, QPoint(10, 10), 120)
    assert not zooms.said
    view.set_zoom(0.0)
    assert view.zoom == MIN_ZOOM


def test_a_pinch_zooms_at_the_fingers(view: PageView) -> None:
    at = QPointF(150, 200)
    before, point = view.zoom, view.to_mm(at)
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        at,
        at,
        QPointF(view.viewport().mapToGlobal(at)),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(view.viewport(), event)
    assert view.zoom == pytest.approx(before * 1.25)
    assert (view.to_px(point) - at).manhattanLength() <= 1.0


def test_zoom_one_is_96_px_an_inch(view: PageView) -> None:
    view.set_zoom(1.0)
    width = view.to_px(QPointF(25.4, 0)).x() - view.to_px(QPointF(0, 0)).x()
    assert width == pytest.approx(96.0)


@pytest.mark.parametrize("how", ["space", "middle", "hand"])
def test_the_paper_follows_the_hand(view: PageView, hand, how: str) -> None:
    view.set_zoom(2.0)
    point = view.to_mm(QPointF(300, 300))
    button = Qt.MouseButton.MiddleButton if how == "middle" else Qt.MouseButton.LeftButton
    if how == "hand":
        view.set_tool(Tool.HAND)
    if how == "space":
        QTest.keyPress(view, Key.Key_Space)
    viewport = view.viewport()
    QTest.mousePress(viewport, button, pos=QPoint(300, 300))
    assert viewport.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    for at in (QPoint(320, 310), QPoint(350, 330), QPoint(361, 347)):
        QTest.mouseMove(viewport, at)
    QTest.mouseRelease(viewport, button, pos=QPoint(361, 347))
    assert (view.to_px(point) - QPointF(361, 347)).manhattanLength() <= 1.0
    if how == "space":
        QTest.keyRelease(view, Key.Key_Space)
        assert viewport.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert view.selection == (), "a hand that pans selects nothing"


def test_the_page_cannot_be_lost(view: PageView) -> None:
    for _ in range(40):
        view.pan_by(500, 700)
    assert view.seen_mm().intersects(view.page_scene.paper_mm)


def test_0_fits_the_page_and_1_the_panel(view: PageView, hand) -> None:
    fitted = view.zoom
    hand.click(130, 50)
    hand.key(Key.Key_1)
    assert view.zoom > 1.8 * fitted
    assert view.seen_mm().contains(view.panel_rect_mm("a"))
    hand.key(Key.Key_0)
    assert view.zoom == pytest.approx(fitted)


def picture_scales(view: PageView) -> set[float]:
    return {round(i.picture.px_per_mm, 4) for i in view.page_scene.panel_items}


def test_pictures_get_sharp_when_the_hand_rests(view: PageView, qtbot: QtBot) -> None:
    before = picture_scales(view)
    assert before == {round(view.px_per_mm, 4)}
    for _ in range(3):
        wheel(view, QPoint(300, 300), 60)
        QApplication.processEvents()
        assert picture_scales(view) == before, "old pictures are scaled while the hand moves"
    qtbot.waitUntil(lambda: picture_scales(view) == {round(view.px_per_mm, 4)})


def test_nothing_is_read_while_the_page_is_painted(view: PageView) -> None:
    reads: list[str] = []
    load = view.page_scene.pictures._painter._load
    view.set_load(lambda digest: reads.append(digest) or load(digest))
    view.set_zoom(view.zoom * 1.3)
    view.pan_by(10, 10)
    view.viewport().repaint()
    assert not reads
    view.finish_painting()
    assert sorted(reads) == ["a" * 64, "c" * 64]


def test_pictures_lie_on_the_pixels_of_the_page(view: PageView) -> None:
    for zoom in (0.37, 1.0, 1.913):
        view.set_zoom(zoom)
        view.fit_panel("a")
        view.finish_painting()
        origin = view.to_px(QPointF(0, 0))
        assert origin == QPointF(origin.toPoint())
        item = view.page_scene.item_at(view.panel_rect_mm("a").center())
        polygon = item.shown_panel.polygon.bounds
        border = item.shown_panel.border.width_mm / 2
        assert item.picture.left == pytest.approx(
            (polygon.x - border) * item.picture.px_per_mm, abs=1.01
        )


def colour_at(view: PageView, x: float, y: float) -> tuple[int, int, int]:
    image = view.grab().toImage()
    colour = image.pixelColor(view.to_px(QPointF(x, y)).toPoint())
    return colour.red(), colour.green(), colour.blue()


def test_a_new_drawing_is_shown_soon(view: PageView, document: Document, qtbot: QtBot) -> None:
    assert colour_at(view, 130, 50) == (255, 0, 0)
    view.show_page(set_drawing(document, "a", Drawing("b" * 64, "request")), "page")
    assert colour_at(view, 130, 50) == (255, 0, 0), "the old one stays until then"
    qtbot.waitUntil(lambda: colour_at(view, 130, 50) == (0, 255, 0))


def test_another_project_with_the_same_names_shows_its_own(view: PageView, qtbot: QtBot) -> None:
    load = view.page_scene.pictures._painter._load
    view.set_load(lambda digest: load("b" * 64))
    qtbot.waitUntil(lambda: colour_at(view, 130, 50) == (0, 255, 0))


def test_what_no_picture_shows_paints_no_picture(view: PageView, document: Document) -> None:
    before = [i.picture for i in view.page_scene.panel_items]
    view.show_page(update_panel(document, "a", prompt="rain", seed=3), "page")
    view.finish_painting()
    after = [i.picture for i in view.page_scene.panel_items]
    assert all(new is old for new, old in zip(after, before, strict=True))


def test_unchanged_panels_keep_their_items(view: PageView, document: Document) -> None:
    before = {i.shown_panel.id: i for i in view.page_scene.panel_items}
    view.show_page(update_panel(document, "a", prompt="rain"), "page")
    assert {i.shown_panel.id: i for i in view.page_scene.panel_items} == before


def test_a_picture_that_cannot_be_read_shows_the_undrawn_panel(
    view: PageView, document: Document
) -> None:
    view.show_page(set_drawing(document, "a", Drawing("d" * 64, "request")), "page")
    view.finish_painting()
    assert min(colour_at(view, 130, 50)) > 230


def test_without_guides_the_bleed_is_cut_off(view: PageView) -> None:
    view.set_zoom(2.0)
    wide = view.page_scene.paper_mm
    view.set_guides_visible(False)
    assert view.page_scene.paper_mm.width() == pytest.approx(wide.width() - 6)
    view.fit_page()
    assert max(colour_at(view, -2.5, 100)) < 120, "ground, no paper"


def test_no_page_and_an_empty_page_say_what_to_do(view: PageView, document: Document) -> None:
    view.show_page(None, None)
    assert view.page_scene.panel_items == ()
    blank = view.grab().toImage()
    colours = {blank.pixel(x, y) for x in range(150, 450) for y in range(380, 420)}
    assert len(colours) > 2, "there is a line of text in the middle"
    view.show_page(document, "other")
    assert view.page_scene.page.id == "other"
    view.show_page(document, "removed")
    assert view.page_scene.page is None


def test_a_leave_takes_the_highlight_away(view: PageView, hand) -> None:
    hand.move(89.5, 50)
    assert view.page_scene.overlay.gutter is not None
    QApplication.sendEvent(view.viewport(), QEvent(QEvent.Type.Leave))
    assert view.page_scene.overlay.gutter is None
