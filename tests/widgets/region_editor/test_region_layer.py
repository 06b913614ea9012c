from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from core.document import RegionEdit
from core.errors import BadInput
from core.geometry import Point, Polygon, Raster
from widgets.region_editor import RegionLayer, RegionMode

COLOUR = QColor("#56B4E9")


@pytest.fixture
def layer(stage, document, panel) -> RegionLayer:
    layer = RegionLayer()
    stage.scene.addItem(layer)
    layer.set_mode(RegionMode.BRUSH)
    layer.set_brush_mm(10.0)
    layer.show_panel(document, panel)
    return layer


def mask_of(width: int, height: int, rows: slice, columns: slice) -> Raster:
    pixels = np.zeros((height, width), np.uint8)
    pixels[rows, columns] = 255
    return Raster.from_array(pixels)


def key(stage, which, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(stage.view.viewport(), which, modifiers)


def inside(layer: RegionLayer, x_mm: float, y_mm: float) -> bool:
    """At mm of the 100 x 50 mm panel, whose mask is 512 x 256 px."""
    mask = layer.mask()
    return mask is not None and mask.array[round(y_mm * 5.12), round(x_mm * 5.12)] >= 128


class PaintedArea(QObject):
    """Filters the events of a widget: what it was asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.rect = QRect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.rect = self.rect.united(event.region().boundingRect())
        return False


def test_a_stroke_paints_where_the_hand_was(qtbot, stage, layer) -> None:
    with qtbot.waitSignal(layer.mask_painted) as painted:
        stage.hand.drag([stage.at(20, 20), stage.at(40, 20), stage.at(60, 20)])
    panel_id, mask = painted.args
    assert panel_id == "panel-1"
    assert (mask.width, mask.height, mask.channels) == (512, 256, 1)
    assert mask.array.sum() / 255 / 5.12**2 == pytest.approx(np.pi * 25 + 400, rel=0.02)
    assert inside(layer, 40, 24) and not inside(layer, 40, 26)
    assert layer.mask() == mask


def test_it_reports_once_a_stroke(qtbot, stage, layer) -> None:
    painted = []
    layer.mask_painted.connect(lambda *args: painted.append(args))
    stage.hand.press(stage.at(20, 20))
    stage.hand.move(stage.at(30, 20))
    assert not painted and layer.is_working
    stage.hand.release(stage.at(30, 20))
    assert len(painted) == 1 and not layer.is_working


def test_a_stroke_may_leave_the_panel_and_come_back(stage, layer) -> None:
    stage.hand.drag([stage.at(90, 20), stage.at(115, 20), stage.at(115, 40), stage.at(90, 40)])
    assert inside(layer, 99, 20) and inside(layer, 95, 40) and not inside(layer, 95, 30)


@pytest.mark.parametrize(
    ("button", "modifiers"),
    [
        (Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier),
        (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_the_right_button_and_alt_erase(stage, layer, button, modifiers) -> None:
    layer.invert()
    stage.hand.drag([stage.at(20, 20), stage.at(40, 20)], button, modifiers)
    assert not inside(layer, 30, 20) and inside(layer, 30, 30)


def test_shift_draws_a_straight_line_from_the_last_end(stage, layer) -> None:
    stage.hand.drag([stage.at(10, 10), stage.at(20, 10)])
    stage.hand.drag([stage.at(80, 40)], modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert inside(layer, 50, 25)


def test_keys_change_the_brush(qtbot, stage, layer) -> None:
    with qtbot.waitSignal(layer.brush_changed) as grown:
        key(stage, Qt.Key.Key_BracketRight)
    assert grown.args[0] == pytest.approx(12.0)
    for _ in range(60):
        key(stage, Qt.Key.Key_BracketLeft)
    assert layer.brush_mm == 0.5
    layer.invert()
    layer.set_brush_mm(10)
    for which, expected in ((Qt.Key.Key_X, True), (Qt.Key.Key_E, False), (Qt.Key.Key_E, True)):
        with qtbot.waitSignal(layer.erasing_changed) as erasing:
            key(stage, which)
        assert erasing.args == [expected]
    stage.hand.drag([stage.at(20, 20), stage.at(25, 20)])
    assert not inside(layer, 22, 20)


def test_escape_takes_back_the_stroke_and_then_leaves(qtbot, stage, layer) -> None:
    painted = []
    layer.mask_painted.connect(lambda *args: painted.append(args))
    stage.hand.press(stage.at(20, 20))
    stage.hand.move(stage.at(50, 20))
    with qtbot.assertNotEmitted(layer.cancelled):
        key(stage, Qt.Key.Key_Escape)
    stage.hand.move(stage.at(70, 20))
    stage.hand.release(stage.at(70, 20))
    assert layer.mask() is None and not painted
    with qtbot.waitSignal(layer.cancelled):
        key(stage, Qt.Key.Key_Escape)


def test_strokes_are_undone_one_by_one(qtbot, stage, layer) -> None:
    history = []
    layer.history_changed.connect(lambda *args: history.append(args))
    stage.hand.drag([stage.at(20, 20), stage.at(30, 20)])
    stage.hand.drag([stage.at(70, 30), stage.at(80, 30)])
    assert history[-1] == (True, False)
    with qtbot.waitSignal(layer.mask_painted) as painted:
        key(stage, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert inside(layer, 25, 20) and not inside(layer, 75, 30)
    assert painted.args[1] == layer.mask()
    layer.undo()
    assert layer.mask() is None and history[-1] == (False, True)
    layer.redo()
    layer.redo()
    assert inside(layer, 25, 20) and inside(layer, 75, 30)


def test_what_it_reported_may_be_handed_back_for_free(stage, layer) -> None:
    layer.mask_painted.connect(lambda _id, mask: layer.set_mask(mask, COLOUR))
    stage.hand.drag([stage.at(20, 20), stage.at(30, 20)])
    layer.undo()
    assert layer.mask() is None


def test_a_found_mask_is_stretched_over_the_panel_and_can_be_undone(stage, layer) -> None:
    stage.hand.drag([stage.at(10, 10), stage.at(15, 10)])
    layer.set_mask(mask_of(64, 32, slice(16, 32), slice(32, 64)), COLOUR)
    assert inside(layer, 75, 40) and not inside(layer, 25, 40) and not inside(layer, 12, 10)
    layer.undo()
    assert inside(layer, 12, 10) and not inside(layer, 75, 40)
    layer.set_mask(None, COLOUR)
    layer.undo()
    assert layer.mask() is None


def test_clicks_are_reported_and_kept(qtbot, stage, layer) -> None:
    layer.set_mode(RegionMode.CLICK)
    clicks = []
    layer.point_clicked.connect(lambda *args: clicks.append(args))
    stage.hand.drag([stage.at(30, 20)])
    stage.hand.drag([stage.at(60, 20)], Qt.MouseButton.RightButton)
    stage.hand.drag([stage.at(70, 20)], modifiers=Qt.KeyboardModifier.AltModifier)
    assert [(i, positive) for i, _, positive in clicks] == [
        ("panel-1", True), ("panel-1", False), ("panel-1", False),
    ]  # fmt: skip
    assert clicks[0][1].x() == pytest.approx(30, abs=0.2)
    assert clicks[0][1].y() == pytest.approx(20, abs=0.2)
    assert [p.positive for p in layer.points] == [True, False, False]


def test_undo_takes_back_the_click_with_what_it_found(stage, layer) -> None:
    layer.set_mode(RegionMode.CLICK)
    stage.hand.drag([stage.at(30, 20)])
    layer.set_mask(mask_of(64, 32, slice(0, 16), slice(0, 32)), COLOUR)
    stage.hand.drag([stage.at(60, 20)])
    layer.set_mask(mask_of(64, 32, slice(0, 32), slice(0, 32)), COLOUR)
    assert len(layer.points) == 2
    layer.undo()
    assert len(layer.points) == 1
    layer.clear()
    assert layer.points == ()


def test_a_click_that_found_nothing_is_forgotten(stage, layer) -> None:
    layer.set_mode(RegionMode.CLICK)
    stage.hand.drag([stage.at(30, 20)])
    layer.set_busy(True)
    layer.set_busy(False)
    layer.forget_points()
    assert layer.points == ()


def test_a_click_outside_of_the_panels_outline_is_none(qtbot, stage, document, panel) -> None:
    triangle = Polygon((Point(20, 30), Point(120, 30), Point(20, 80)))
    layer = RegionLayer()
    stage.scene.addItem(layer)
    layer.show_panel(document, replace(panel, polygon=triangle))
    with qtbot.assertNotEmitted(layer.point_clicked):
        stage.hand.drag([stage.at(90, 45)])
    with qtbot.waitSignal(layer.point_clicked):
        stage.hand.drag([stage.at(10, 10)])


def test_a_box_is_reported_inside_the_panel(qtbot, stage, layer) -> None:
    layer.set_mode(RegionMode.BOX)
    with qtbot.waitSignal(layer.box_drawn) as drawn:
        stage.hand.drag([stage.at(80, 40), stage.at(60, 20), stage.at(40, -20)])
    panel_id, box = drawn.args
    assert panel_id == "panel-1"
    expected = QRectF(QPointF(40, 0), QPointF(80, 40))
    for side in ("left", "top", "right", "bottom"):
        assert getattr(box, side)() == pytest.approx(getattr(expected, side)(), abs=0.3)


def test_a_box_without_size_or_with_escape_is_none(qtbot, stage, layer) -> None:
    layer.set_mode(RegionMode.BOX)
    with qtbot.assertNotEmitted(layer.box_drawn):
        stage.hand.drag([stage.at(40, 20), stage.at(40, 20)])
        stage.hand.press(stage.at(40, 20))
        stage.hand.move(stage.at(60, 40))
        key(stage, Qt.Key.Key_Escape)
        stage.hand.release(stage.at(60, 40))


def test_another_panel_starts_anew_and_the_same_one_stays(stage, document, panel, layer) -> None:
    stage.hand.drag([stage.at(20, 20), stage.at(30, 20)])
    mask = layer.mask()
    layer.show_panel(document, replace(panel, prompt="rain"))
    assert layer.mask() == mask
    wider = Polygon(tuple(Point(20 + (p.x - 20) * 1.2, p.y) for p in panel.polygon.points))
    layer.show_panel(document, replace(panel, polygon=wider))
    assert layer.mask() is not None and layer.mask().height < 256
    layer.show_panel(document, replace(panel, id="panel-2"))
    assert layer.mask() is None and layer.isVisible()
    layer.show_panel(None, None)
    assert not layer.isVisible() and layer.panel_id is None


def test_only_the_box_of_a_segment_is_repainted(qtbot, stage, layer) -> None:
    """A stroke in one corner must not repaint the other one."""
    stage.hand.press(stage.at(20, 20))
    painted = PaintedArea()
    stage.view.viewport().installEventFilter(painted)
    stage.hand.move(stage.at(22, 20))
    qtbot.waitUntil(lambda: not painted.rect.isEmpty())
    painted.rect = QRect()
    stage.hand.move(stage.at(26, 20))
    qtbot.waitUntil(lambda: not painted.rect.isEmpty())
    stage.view.viewport().removeEventFilter(painted)
    stage.hand.release(stage.at(26, 20))
    millimetres = painted.rect.width() / 4, painted.rect.height() / 4
    assert 10 < millimetres[0] < 26 and 10 < millimetres[1] < 22


def test_the_overlay_has_the_colour_and_stays_in_the_panel(stage, layer) -> None:
    stage.hand.hover(QPoint(2, 2))
    layer.set_mask(mask_of(8, 4, slice(0, 4), slice(0, 8)), COLOUR)
    image = stage.view.viewport().grab().toImage()
    white = image.pixelColor(stage.at(-10, 25))
    tinted = image.pixelColor(stage.at(50, 25))
    for channel in ("red", "green", "blue"):
        under, over = getattr(white, channel)(), getattr(COLOUR, channel)()
        expected = under * 0.55 + over * 0.45
        assert getattr(tinted, channel)() == pytest.approx(expected, abs=3)


def test_the_outline_marches_only_while_it_is_seen(qtbot, stage, layer) -> None:
    outline = layer._surface.outline
    assert not outline.is_marching
    stage.hand.drag([stage.at(20, 20), stage.at(60, 20)])
    qtbot.waitUntil(lambda: outline.is_marching)
    stage.view.hide()
    qtbot.waitUntil(lambda: not outline.is_marching)
    stage.view.show()
    qtbot.waitUntil(lambda: outline.is_marching)
    stage.scene.removeItem(layer)
    qtbot.waitUntil(lambda: not outline.is_marching)


def test_an_emptied_region_stops_the_march(qtbot, stage, layer) -> None:
    stage.hand.drag([stage.at(20, 20), stage.at(60, 20)])
    qtbot.waitUntil(lambda: layer._surface.outline.is_marching)
    layer.clear()
    assert not layer._surface.outline.is_marching


def test_regions_that_are_there_already_are_outlined(stage, document, panel) -> None:
    shown = mask_of(100, 50, slice(10, 30), slice(10, 30))
    edits = (
        RegionEdit("edit-1", "a" * 64, character_id="aiko"),
        RegionEdit("edit-2", "b" * 64),  # its file is missing
        RegionEdit("edit-3", "a" * 64, visible=False),
    )

    def load(digest: str) -> Raster:
        if digest == "b" * 64:
            raise BadInput("gone")
        return shown

    layer = RegionLayer()
    stage.scene.addItem(layer)
    blank = stage.view.viewport().grab().toImage().pixelColor(stage.at(10, 20))
    layer.show_panel(document, replace(panel, region_edits=edits), load)
    image = stage.view.viewport().grab().toImage()
    assert image.pixelColor(stage.at(10, 20)) != blank
    assert image.pixelColor(stage.at(20, 20)) == blank
    assert layer.mask() is None


def test_a_second_button_does_not_disturb_a_stroke(stage, layer) -> None:
    stage.hand.press(stage.at(20, 20))
    QTest.mousePress(
        stage.view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier,
        stage.at(22, 20),
    )  # fmt: skip
    stage.hand.release(stage.at(22, 20), Qt.MouseButton.RightButton)
    assert layer.is_working
    stage.hand.move(stage.at(40, 20))
    stage.hand.release(stage.at(40, 20))
    assert inside(layer, 38, 20) and not layer.is_working
