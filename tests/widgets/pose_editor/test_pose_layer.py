"""What the layer shows: items kept by identity, marks, the puppet, tips and cursors."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import Document, Page, edits
from core.geometry import Point, Polygon
from core.pose import KEYPOINT_COLOURS
from tests.widgets.pose_editor.pose_studio import PANEL_X, PANEL_Y, PX_PER_MM, Studio, standing
from widgets.common.theme import character_colour
from widgets.pose_editor.frame import Frame, Handle

WHITE = QColor("white")


def picture(studio: Studio) -> QImage:
    """The view as it is seen, without what the cursor lights."""
    image = QImage(studio.view.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    studio.view.render(painter, QRectF(image.rect()), studio.view.viewport().rect())
    painter.end()
    return image


def colour_at(image: QImage, at: QPoint) -> tuple[int, int, int]:
    return QColor(image.pixel(at)).getRgb()[:3]


def test_items_stay_for_figures_that_stay(studio: Studio) -> None:
    before = studio.layer.figure_items
    studio.show(edits.move_figure(studio.document, "panel", "aiko", 3.0, 0.0))
    assert studio.layer.figure_items == before
    assert studio.layer.figure_items[0].figure is studio.figure("aiko")
    studio.show(edits.remove_figure(studio.document, "panel", "aiko"))
    assert studio.layer.figure_items == before[1:]


def test_figures_are_stacked_as_the_panel_says(make_studio: Callable[..., Studio]) -> None:
    studio = make_studio(**{name: standing(5, 8) for name in ("a", "b", "c", "d")})
    studio.show(edits.reorder_figure(studio.document, "panel", "a", 3))
    studio.show(edits.reorder_figure(studio.document, "panel", "d", 0))
    order = [f.id for f in studio.panel.figures]
    assert [i.figure.id for i in studio.layer.figure_items] == order
    items = set(studio.layer.figure_items)
    drawn = [i.figure.id for i in studio.layer.childItems() if i in items]
    assert drawn == order


def test_an_unchanged_panel_costs_next_to_nothing(make_studio: Callable[..., Studio]) -> None:
    studio = make_studio(**{f"f{i}": standing(i, 8) for i in range(16)})
    items = studio.layer.figure_items
    panels = [replace(studio.panel, prompt=str(i)) for i in range(500)]
    start = time.perf_counter()
    for panel in panels:
        studio.layer.show_panel(studio.document, panel)
    assert (time.perf_counter() - start) / len(panels) < 0.0005  # seconds; measured: 0.000003
    assert studio.layer.figure_items == items


def test_no_panel_hides_the_layer(studio: Studio) -> None:
    studio.layer.show_panel(studio.document, None)
    assert not studio.layer.isVisible() and studio.layer.figure_items == ()
    studio.show()
    assert studio.layer.isVisible() and len(studio.layer.figure_items) == 2


def test_another_panel_ends_the_drag_and_forgets_the_joint(studio: Studio) -> None:
    at = studio.pixel(studio.joint("left_wrist"))
    studio.drag(at, at + QPoint(30, 0), release=False)
    other = replace(studio.panel, id="other")
    studio.layer.show_panel(studio.document, other)
    assert studio.names()[-1] == "gesture_finished"
    assert studio.layer.selected_joint is None
    studio.release(at + QPoint(30, 0))


def test_joints_have_openposes_colours(studio: Studio) -> None:
    image = picture(studio)
    for name, index in (("neck", 1), ("left_ankle", 13), ("right_elbow", 3)):
        assert colour_at(image, studio.pixel(studio.joint(name))) == KEYPOINT_COLOURS[index]


def test_joints_are_9_px_at_any_zoom(studio: Studio, qtbot: QtBot) -> None:
    for zoom in (2.0, 4.0, 12.0):
        studio.set_zoom(zoom)
        ankle = studio.joint("left_ankle")
        studio.view.centerOn(PANEL_X + ankle.x, PANEL_Y + ankle.y)
        image, middle = picture(studio), studio.pixel(ankle)
        row = [colour_at(image, middle + QPoint(dx, 0)) for dx in range(-12, 13)]
        across = sum(1 for colour in row if sum(colour) < 600)
        assert 8 <= across <= 10, zoom


def test_the_selected_figure_has_a_halo_of_its_characters_colour(studio: Studio) -> None:
    beside = studio.pixel(
        (studio.joint("right_knee").point + studio.joint("right_ankle").point) * 0.5
    )
    beside += QPoint(-6, 0)
    assert colour_at(picture(studio), beside) == (255, 255, 255)
    studio.layer.set_selected_figure("aiko")
    found = QColor(*colour_at(picture(studio), beside))
    wanted = character_colour(studio.document.character("c-aiko").colour)
    assert found.saturation() > 20
    assert abs(found.hue() - wanted.hue()) < 6
    assert studio.log == []  # who is told need not be told back


def test_a_new_character_colour_is_shown(studio: Studio) -> None:
    studio.layer.set_selected_figure("aiko")
    before = picture(studio)
    cast = tuple(replace(c, colour=4) for c in studio.document.characters)
    studio.show(replace(studio.document, characters=cast))
    assert picture(studio) != before


def test_a_selection_may_come_before_its_figure(studio: Studio) -> None:
    whole = studio.document
    studio.show(edits.remove_figure(whole, "panel", "ren"))
    studio.layer.set_selected_figure("ren")
    assert studio.layer.selected_figure is None
    studio.show(whole)
    assert studio.layer.selected_figure == "ren"


def test_the_puppet_is_cut_along_the_panel_and_lies_beneath(studio: Studio) -> None:
    red = QImage(8, 8, QImage.Format.Format_RGB32)
    red.fill(QColor(200, 20, 20))
    pairs = [(PANEL_X, PANEL_Y), (PANEL_X + 90, PANEL_Y), (PANEL_X, PANEL_Y + 80)]
    panel = replace(studio.panel, polygon=Polygon.from_pairs(pairs))
    document = replace(studio.document, pages=(Page("page", (panel,)),))
    studio.show(document)
    studio.layer.set_puppet("panel", red, QRectF(PANEL_X - 10, PANEL_Y - 10, 120, 120))
    image = picture(studio)
    assert colour_at(image, studio.pixel(Point(55, 5))) == (200, 20, 20)
    assert colour_at(image, studio.pixel(Point(80, 70))) == (255, 255, 255)  # beyond the slant
    assert colour_at(image, studio.pixel(Point(-5, 5))) == (255, 255, 255)
    assert colour_at(image, studio.pixel(studio.joint("neck"))) == KEYPOINT_COLOURS[1]
    studio.layer.set_puppet("panel", None, QRectF())
    assert colour_at(picture(studio), studio.pixel(Point(55, 5))) == (255, 255, 255)


def test_a_puppet_is_shown_over_its_own_panel_only(studio: Studio) -> None:
    red = QImage(8, 8, QImage.Format.Format_RGB32)
    red.fill(QColor(200, 20, 20))
    studio.layer.set_puppet("other", red, QRectF(PANEL_X, PANEL_Y, 90, 80))
    assert colour_at(picture(studio), studio.pixel(Point(85, 75))) == (255, 255, 255)
    studio.layer.show_panel(studio.document, replace(studio.panel, id="other"))
    assert colour_at(picture(studio), studio.pixel(Point(85, 75))) == (200, 20, 20)


def test_cursor_and_tip_tell_what_a_press_does(studio: Studio) -> None:
    studio.move(studio.pixel(studio.joint("left_knee")))
    assert studio.layer.cursor().shape() == Qt.CursorShape.OpenHandCursor
    assert studio.layer.toolTip() == "Left knee"
    elbow, shoulder = studio.joint("right_elbow").point, studio.joint("right_shoulder").point
    studio.move(studio.pixel((elbow + shoulder) * 0.5))
    assert studio.layer.cursor().shape() == Qt.CursorShape.SizeAllCursor
    studio.layer.set_selected_figure("aiko")
    bounds = studio.figure().pose.bounds
    assert bounds is not None
    frame = Frame(bounds)
    for handle, shape in (
        (Handle.TOP_LEFT, Qt.CursorShape.SizeFDiagCursor),
        (Handle.TOP_RIGHT, Qt.CursorShape.SizeBDiagCursor),
        (Handle.ROTATE, Qt.CursorShape.BitmapCursor),
    ):
        studio.move(studio.pixel(frame.handle_at(handle, PX_PER_MM)))
        assert studio.layer.cursor().shape() == shape
    studio.move(studio.pixel(Point(88, 78)))
    assert not studio.layer.hasCursor() and studio.layer.hovered is None


def test_hovering_lights_the_joint(studio: Studio) -> None:
    at = studio.pixel(studio.joint("left_knee"))
    before = picture(studio)
    studio.move(at)
    after = picture(studio)
    ring = [at + QPoint(dx, dy) for dx, dy in ((7, 0), (-7, 0), (0, 7))]
    assert any(before.pixel(p) != after.pixel(p) for p in ring)


def test_the_menu_belongs_to_the_figure_beneath(studio: Studio) -> None:
    at = studio.pixel(studio.joint("nose", "ren"))
    where = studio.view.viewport().mapToGlobal(at)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, where)
    QApplication.sendEvent(studio.view.viewport(), event)
    assert studio.log == [("figure_selected", "ren"), ("figure_menu_requested", "ren", where)]


def test_zooming_keeps_room_for_halo_and_handles(studio: Studio, qtbot: QtBot) -> None:
    item = studio.layer.figure_items[0]
    studio.layer.set_selected_figure("aiko")
    before = item.boundingRect().width()
    studio.set_zoom(1.0)
    studio.view.viewport().repaint()
    qtbot.waitUntil(lambda: item.boundingRect().width() > before + 15)
    assert studio.layer.boundingRect().contains(item.mapRectToParent(item.boundingRect()))


def test_a_layer_without_a_view_is_harmless(qtbot: QtBot) -> None:
    from widgets.pose_editor import PoseLayer

    layer = PoseLayer()
    layer.show_panel(Document(), None)
    layer.set_puppet("x", None, QRectF())
    assert layer.selected_figure is None and not layer.isVisible()


def test_a_dark_and_a_light_picture_both_show_the_skeleton(studio: Studio) -> None:
    """Against any grey, limbs differ from the ground: by their colour or by their outline."""
    middle = (studio.joint("right_knee").point + studio.joint("right_hip").point) * 0.5
    at = studio.pixel(middle)
    for level in (0, 60, 128, 190, 255):
        studio.paper.setBrush(QColor(level, level, level))
        image = picture(studio)
        row = np.array([colour_at(image, at + QPoint(dx, 0)) for dx in range(-5, 6)], int)
        assert np.abs(row - level).max() > 90
