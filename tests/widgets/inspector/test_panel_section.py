from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QSlider

from core.document import edits
from widgets.inspector.panel_section import PanelSection

from .conftest import Desk


@pytest.fixture
def section(desk: Desk) -> PanelSection:
    return desk.inspector.panel_section


def put_cursor(section: PanelSection, position: int) -> None:
    cursor = section.prompt.edit.textCursor()
    cursor.setPosition(position)
    section.prompt.edit.setTextCursor(cursor)


def test_the_cursor_stays_while_the_own_edits_come_back(qtbot, desk, section):
    desk.select("left")
    edit = section.prompt.edit
    edit.setFocus()
    put_cursor(section, 5)
    qtbot.keyClicks(edit, " big")
    qtbot.waitUntil(lambda: desk.panel("left").prompt == "smile big, park")
    assert (edit.textCursor().position(), edit.hasFocus()) == (9, True)


def test_what_is_typed_while_a_picture_arrives_is_kept(qtbot, desk, section):
    desk.select("left")
    edit = section.prompt.edit
    edit.setFocus()
    edit.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClicks(edit, ", cat")
    desk.change_panel("left", puppet_scale=0.5)  # the old prompt is shown again, before the pause
    assert edit.toPlainText() == "smile, park, cat"
    qtbot.waitUntil(lambda: desk.panel("left").prompt == "smile, park, cat")
    assert desk.panel("left").puppet_scale == 0.5


def test_a_prompt_from_outside_is_shown(desk, section):
    desk.select("left")
    section.prompt.edit.setFocus()
    desk.change_panel("left", prompt="sleeping")
    assert section.prompt.edit.toPlainText() == "sleeping"
    assert desk.panel_edits == []


def test_text_not_told_yet_goes_to_the_panel_it_was_typed_for(qtbot, desk, section):
    desk.select("left")
    section.prompt.edit.setFocus()
    section.prompt.edit.selectAll()
    qtbot.keyClicks(section.prompt.edit, "night")
    desk.select("lower")
    assert (desk.panel("left").prompt, desk.panel("lower").prompt) == ("night", "rain")
    assert section.prompt.edit.toPlainText() == "rain"
    assert desk.finished == [desk.panel_edits[0][0]]


def test_a_number_half_typed_goes_to_the_panel_it_was_typed_for(qtbot, desk, section):
    desk.select("left")
    spin = section.numbers["steps"].field.findChild(QAbstractSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "44")
    desk.select("lower")
    assert (desk.panel("left").steps, desk.panel("lower").steps) == (44, None)


def test_a_number_half_typed_survives_a_new_document(qtbot, desk, section):
    desk.select("left")
    spin = section.numbers["steps"].field.findChild(QAbstractSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "4")
    desk.change_panel("left", puppet_scale=0.5)
    qtbot.keyClicks(spin, "1")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert desk.panel("left").steps == 41


def test_a_value_of_the_project_is_quiet_until_the_panel_has_its_own(qtbot, desk, section):
    desk.select("left")
    row = section.numbers["steps"]
    assert (row.state_text, row.field.value(), row.reset_button.isVisible()) == ("20", 20, False)
    desk.change(edits.update_settings(desk.document, steps=25))
    assert (row.state_text, row.field.value()) == ("25", 25)
    desk.change_panel("left", steps=12)
    assert (row.state_text, row.field.value(), row.reset_button.isVisible()) == ("", 12, True)


def test_reset_gives_the_panel_the_value_of_the_project_again(qtbot, desk, section):
    desk.select("right")
    row = section.numbers["steps"]
    qtbot.mouseClick(row.reset_button, Qt.MouseButton.LeftButton)
    assert desk.panel("right").steps is None
    assert (row.state_text, row.field.value()) == ("20", 20)
    assert desk.finished == [desk.panel_edits[0][0]]


def test_reset_of_a_value_without_a_project_goes_back_to_one(qtbot, desk, section):
    desk.select("right")
    row = section.numbers["puppet_scale"]
    assert not row.reset_button.isVisible()
    desk.change_panel("right", puppet_scale=0.25)
    qtbot.mouseClick(row.reset_button, Qt.MouseButton.LeftButton)
    assert desk.panel("right").puppet_scale == 1.0


def drag(slider: QSlider, *xs: int) -> None:
    """Press where the handle is, go along, stay down."""
    y = slider.height() // 2
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(xs[0], y))
    for x in xs[1:]:
        QTest.mouseMove(slider, QPoint(x, y))


def test_a_drag_of_a_slider_is_one_gesture(desk, section):
    desk.select("left")
    slider = section.numbers["guidance_scale"].field.findChild(QSlider)
    drag(slider, 20, 30, 40, 50)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, slider.height() // 2))
    gestures = {gesture_id for gesture_id, *_ in desk.panel_edits}
    assert len(desk.panel_edits) >= 3
    assert len(gestures) == 1
    assert desk.finished == list(gestures)
    assert isinstance(desk.panel("left").guidance_scale, float)


def test_esc_in_a_drag_leaves_the_value_to_the_project(qtbot, desk, section):
    desk.select("left")
    slider = section.numbers["steps"].field.findChild(QSlider)
    drag(slider, 20, 30, 40)
    assert desk.panel("left").steps is not None
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert desk.panel("left").steps is None
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton)


def test_several_panels_show_what_they_share_and_mixed_where_they_differ(desk, section):
    desk.select("left", "right", "lower")
    assert section.title == "3 panels"
    assert section.prompt.edit.toPlainText() == ""
    assert section.prompt.edit.placeholderText() == "mixed"
    assert section.numbers["steps"].state_text == "mixed"
    assert section.numbers["guidance_scale"].state_text == "3.0"
    desk.select("right", "lower")
    assert section.prompt.edit.toPlainText() == "rain"
    assert not desk.inspector.figures_section.isVisible()


def test_an_edit_of_several_panels_goes_to_all_of_them(qtbot, desk, section):
    desk.select("right", "lower")
    spin = section.numbers["steps"].field.findChild(QAbstractSpinBox)
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "8")
    qtbot.keyClick(spin, Qt.Key.Key_Return)
    assert [desk.panel(i).steps for i in ("left", "right", "lower")] == [None, 8, 8]
    assert section.numbers["steps"].state_text == ""


def test_the_next_seed_counts_on_from_each_panel_in_one_gesture(qtbot, desk, section):
    desk.select("left", "right")
    qtbot.mouseClick(section.seed.next_button, Qt.MouseButton.LeftButton)
    assert (desk.panel("left").seed, desk.panel("right").seed) == (8, 10)
    assert len({gesture_id for gesture_id, *_ in desk.panel_edits}) == 1
    assert len(desk.finished) == 1


def test_the_seed_after_the_last_is_the_first(qtbot, desk, section):
    desk.change_panel("left", seed=2**32 - 1)
    desk.select("left")
    assert section.seed.box.value() == 2**32 - 1
    qtbot.mouseClick(section.seed.next_button, Qt.MouseButton.LeftButton)
    assert desk.panel("left").seed == 0


def test_a_random_seed_is_another_one(qtbot, desk, section, monkeypatch):
    monkeypatch.setattr("random.randrange", lambda stop: stop - 1)
    desk.select("left")
    qtbot.mouseClick(section.seed.random_button, Qt.MouseButton.LeftButton)
    assert desk.panel("left").seed == 999_999


def test_a_locked_seed_is_kept_for_its_panel_alone(qtbot, desk, section):
    desk.select("left")
    with qtbot.waitSignal(desk.inspector.seed_lock_changed) as told:
        qtbot.mouseClick(section.seed.lock_button, Qt.MouseButton.LeftButton)
    assert told.args == [("left",), True]
    assert desk.inspector.locked_seeds == {"left"}
    assert not section.seed.next_button.isEnabled()
    desk.select("right")
    assert section.seed.next_button.isEnabled()
    assert not section.seed.lock_button.isChecked()
    desk.select("left")
    qtbot.mouseClick(section.seed.lock_button, Qt.MouseButton.LeftButton)
    assert desk.inspector.locked_seeds == frozenset()


def test_the_number_of_a_panel_follows_the_reading_direction(desk, section):
    desk.select("left")
    assert section.title == "Panel 2"
    desk.change(edits.set_reading_direction(desk.document, "ltr"))
    assert section.title == "Panel 1"


def test_what_the_project_adds_stands_under_the_prompts(desk, section):
    desk.select("left")
    texts = [label.text() for label in (section.prompt._added, section.negative_prompt._added)]
    assert texts == ["+ project: ink", "+ project: text"]
    desk.change(edits.update_settings(desk.document, style=""))
    assert not section.prompt._added.isVisible()


def test_a_value_beyond_the_slider_is_shown_as_it_is(desk, section):
    desk.change_panel("left", guidance_scale=45.0)
    desk.select("left")
    assert section.numbers["guidance_scale"].state_text == "45.0"
    assert desk.panel_edits == []
