from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.geometry import Raster
from widgets.region_editor import MaskCanvas, MaskTools

PICTURE = Raster.from_array(np.full((200, 300, 3), 250, np.uint8))
LEFT_HALF = np.zeros((200, 300), np.uint8)
LEFT_HALF[:, :150] = 255


@pytest.fixture
def canvas(qtbot) -> MaskCanvas:
    canvas = MaskCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(640, 440)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    canvas.set_picture(PICTURE)
    canvas.set_mask(Raster.from_array(LEFT_HALF))
    canvas.set_brush_px(20)
    return canvas


def at(canvas: MaskCanvas, x: float, y: float) -> QPoint:
    """The canvas' pixel for a pixel of the picture."""
    return canvas._view.to_widget(QRectF(x, y, 0, 0)).topLeft().toPoint()


def test_a_stroke_paints_in_pixels_of_the_picture(qtbot, canvas, hand_on) -> None:
    with qtbot.waitSignal(canvas.mask_changed) as changed:
        hand_on(canvas).drag([at(canvas, 200, 50), at(canvas, 230, 50), at(canvas, 260, 50)])
    mask = changed.args[0]
    assert (mask.width, mask.height, mask.channels) == (300, 200, 1)
    added = (mask.array.astype(int) - LEFT_HALF).sum() / 255
    assert added == pytest.approx(np.pi * 100 + 20 * 60, rel=0.03)
    assert canvas.mask_raster() == mask


def test_the_right_button_erases(qtbot, canvas, hand_on) -> None:
    with qtbot.waitSignal(canvas.mask_changed) as changed:
        hand_on(canvas).drag([at(canvas, 50, 50), at(canvas, 60, 50)], Qt.MouseButton.RightButton)
    assert changed.args[0].array[50, 55] == 0 and changed.args[0].array[80, 55] == 255


def test_undo_and_redo_by_key(qtbot, canvas, hand_on) -> None:
    hand_on(canvas).drag([at(canvas, 200, 50), at(canvas, 230, 50)])
    painted = canvas.mask_raster()
    with qtbot.waitSignal(canvas.mask_changed) as changed:
        QTest.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(changed.args[0].array, LEFT_HALF)
    canvas.redo()
    assert canvas.mask_raster() == painted


def test_its_keys_win_over_shortcuts_of_the_window(canvas) -> None:
    def is_taken(key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier) -> bool:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        return event.isAccepted()

    assert is_taken(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert is_taken(Qt.Key.Key_X) and is_taken(Qt.Key.Key_Space)
    assert not is_taken(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_escape_takes_back_the_running_stroke(qtbot, canvas, hand_on) -> None:
    hand = hand_on(canvas)
    with qtbot.assertNotEmitted(canvas.mask_changed):
        hand.press(at(canvas, 200, 50))
        hand.move(at(canvas, 250, 50))
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        hand.release(at(canvas, 250, 50))
    assert np.array_equal(canvas.mask_raster().array, LEFT_HALF)


def test_no_mask_means_everything(canvas) -> None:
    canvas.set_mask(None)
    assert canvas.mask_raster() is None
    canvas.undo()
    assert np.array_equal(canvas.mask_raster().array, LEFT_HALF)
    canvas.invert()
    assert np.array_equal(canvas.mask_raster().array, 255 - LEFT_HALF)
    canvas.fill()
    assert canvas.mask_raster() is None
    canvas.clear()
    assert not canvas.mask_raster().array.any()


def test_the_first_mask_of_a_picture_is_no_step(qtbot, canvas) -> None:
    with qtbot.assertNotEmitted(canvas.mask_changed):
        canvas.undo()
    assert np.array_equal(canvas.mask_raster().array, LEFT_HALF)
    canvas.set_mask(Raster.from_array(255 - LEFT_HALF))  # found again
    with qtbot.waitSignal(canvas.mask_changed):
        canvas.undo()
    assert np.array_equal(canvas.mask_raster().array, LEFT_HALF)


def test_another_picture_has_no_mask_and_no_history(qtbot, canvas) -> None:
    canvas.set_token_grid(16)
    history = []
    canvas.history_changed.connect(lambda *args: history.append(args))
    canvas.set_picture(Raster.from_array(np.zeros((50, 20, 4), np.uint8)))
    assert canvas.mask_raster() is None and history[-1] == (False, False)
    canvas.grab()
    canvas.set_picture(None)
    with qtbot.assertNotEmitted(canvas.mask_changed):
        canvas.clear()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton)
    canvas.grab()


def test_the_wheel_zooms_at_the_cursor(canvas) -> None:
    cursor = QPointF(at(canvas, 200, 50))
    before = canvas._view.to_picture(cursor)
    zoom = canvas.zoom
    event = QWheelEvent(
        cursor, canvas.mapToGlobal(cursor), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom == pytest.approx(zoom * 1.25)
    after = canvas._view.to_picture(cursor)
    assert (after - before).manhattanLength() < 1e-6
    QTest.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.zoom == pytest.approx(zoom)


@pytest.mark.parametrize("with_space", [True, False])
def test_space_or_the_middle_button_moves_the_picture(qtbot, canvas, hand_on, with_space) -> None:
    button = Qt.MouseButton.LeftButton if with_space else Qt.MouseButton.MiddleButton
    origin = canvas._view.origin
    if with_space:
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    with qtbot.assertNotEmitted(canvas.mask_changed):
        hand_on(canvas).drag([QPoint(100, 100), QPoint(120, 90), QPoint(150, 80)], button)
    if with_space:
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas._view.origin - origin == QPointF(50, -20)
    with qtbot.waitSignal(canvas.mask_changed):
        hand_on(canvas).drag([at(canvas, 200, 50), at(canvas, 210, 50)])


def test_the_picture_keeps_fitting_until_it_is_zoomed(canvas) -> None:
    zoom = canvas.zoom
    canvas.resize(340, 240)
    assert canvas.zoom < zoom
    canvas.set_zoom(3.0)
    canvas.resize(640, 440)
    assert canvas.zoom == 3.0


def test_alpha_shows_a_checkerboard_and_the_mask_its_colour(qtbot, canvas) -> None:
    pixels = np.zeros((200, 300, 4), np.uint8)
    pixels[100:] = (250, 250, 250, 255)
    canvas.set_overlay_colour(QColor("#0072B2"))
    canvas.set_picture(Raster.from_array(pixels))
    canvas.set_mask(Raster.from_array(LEFT_HALF))
    image = canvas.grab().toImage()
    place = at(canvas, 250, 30)
    shades = {image.pixelColor(place + QPoint(dx, 0)).name() for dx in range(0, 16, 4)}
    assert len(shades) == 2
    assert image.pixelColor(at(canvas, 250, 150)) == QColor(250, 250, 250)
    tinted = image.pixelColor(at(canvas, 60, 150))
    assert tinted.red() == pytest.approx(250 * 0.55, abs=3)
    assert tinted.blue() == pytest.approx(250 * 0.55 + 0xB2 * 0.45, abs=3)


def test_the_token_grid_follows_the_brush(qtbot, canvas, hand_on) -> None:
    def brightness(x: float, y: float) -> int:
        return canvas.grab().toImage().pixelColor(at(canvas, x, y)).lightness()

    canvas.set_token_grid(16)
    assert brightness(60, 95) > 200 > brightness(250, 95)
    canvas.set_brush_px(80)
    hand = hand_on(canvas)
    hand.press(at(canvas, 240, 100))
    hand.move(at(canvas, 250, 100))
    hand.hover(QPoint(0, 0))  # the ring away from what is looked at
    assert brightness(253, 103) > 200
    hand.release(QPoint(0, 0))
    canvas.set_token_grid(None)
    assert canvas.token_grid is None


def test_a_hidden_canvas_does_not_march(qtbot, canvas) -> None:
    outline = canvas._surface.outline
    qtbot.waitUntil(lambda: outline.is_marching)
    canvas.hide()
    qtbot.waitUntil(lambda: not outline.is_marching)


def test_tools_and_canvas_agree(qtbot, canvas, hand_on) -> None:
    tools = MaskTools(canvas)
    qtbot.addWidget(tools)
    tools.show()
    canvas.set_picture(Raster.from_array(np.zeros((100, 100, 3), np.uint8)))
    assert tools.brush_size.value() == canvas.brush_px == 6
    QTest.keyClick(canvas, Qt.Key.Key_X)
    assert tools.erase.isChecked() and not tools.undo.isEnabled()
    hand_on(canvas).drag([at(canvas, 50, 50), at(canvas, 60, 50)])
    assert tools.undo.isEnabled() and not tools.redo.isEnabled()
    QTest.mouseClick(tools.undo, Qt.MouseButton.LeftButton)
    assert canvas.mask_raster() is None and tools.redo.isEnabled()
    QTest.mouseClick(tools.grid, Qt.MouseButton.LeftButton)
    assert canvas.token_grid == 16
    QTest.mouseClick(tools.clear, Qt.MouseButton.LeftButton)
    assert not canvas.mask_raster().array.any()
    canvas.set_zoom(9)
    QTest.mouseClick(tools.fit, Qt.MouseButton.LeftButton)
    assert canvas.zoom != 9
