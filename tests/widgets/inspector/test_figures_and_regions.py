from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from core.document import CHARACTER_COLOURS, Document, edits

from .conftest import Desk

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def figures(desk: Desk):
    desk.select("left")
    return desk.inspector.figures_section


@pytest.fixture
def regions(desk: Desk):
    desk.select("left")
    return desk.inspector.regions_section


def record(signal) -> list[tuple[object, ...]]:
    calls: list[tuple[object, ...]] = []
    signal.connect(lambda *arguments: calls.append(arguments))
    return calls


def test_figures_stand_front_first_in_their_colours(figures):
    assert list(figures.rows.rows) == ["front", "back"]
    names = [row.name_button.name for row in figures.rows.rows.values()]
    assert names == ["Ren", "Aiko"]
    colour = figures.rows.rows["back"]._dot.colour.name().upper()
    assert colour == CHARACTER_COLOURS[2].upper()


def test_rows_are_refilled_and_those_of_removed_figures_go(qtbot, desk, figures):
    front, back = figures.rows.rows["front"], figures.rows.rows["back"]
    desk.change(edits.reorder_figure(desk.document, "left", "front", 0))
    assert list(figures.rows.rows.values()) == [back, front]
    qtbot.waitUntil(lambda: back.y() < front.y())
    desk.change(edits.remove_figure(desk.document, "left", "front"))
    assert list(figures.rows.rows.values()) == [back]
    assert not front.isVisible()


def test_only_possible_moves_are_offered(desk, figures):
    front, back = figures.rows.rows["front"], figures.rows.rows["back"]
    assert (front.raise_button.isEnabled(), front.lower_button.isEnabled()) == (False, True)
    assert (back.raise_button.isEnabled(), back.lower_button.isEnabled()) == (True, False)


def test_up_brings_a_figure_forward(qtbot, desk, figures):
    calls = record(desk.inspector.figure_reordered)
    qtbot.mouseClick(figures.rows.rows["back"].raise_button, LEFT)
    (gesture_id, panel_id, figure_id, index) = calls[0]
    assert (panel_id, figure_id, index) == ("left", "back", 1)
    assert desk.finished == [gesture_id]
    moved = edits.reorder_figure(desk.document, panel_id, figure_id, index)
    assert [f.id for f in moved.panel("left").figures] == ["front", "back"]


def test_likeness_is_dragged_in_one_gesture(desk, figures):
    calls = record(desk.inspector.figure_scale_edited)
    slider = figures.rows.rows["front"].scale.field.findChild(QSlider)
    y = slider.height() // 2
    QTest.mousePress(slider, LEFT, pos=QPoint(30, y))
    for x in (35, 40, 45):
        QTest.mouseMove(slider, QPoint(x, y))
    QTest.mouseRelease(slider, LEFT, pos=QPoint(45, y))
    assert len(calls) >= 2
    assert {call[:3] for call in calls} == {(desk.finished[0], "left", "front")}
    assert all(0 <= call[3] <= 1.5 for call in calls)


def test_a_click_on_a_name_selects_the_figure_and_lifts_its_row(qtbot, desk, figures):
    calls = record(desk.inspector.figure_selected)
    row = figures.rows.rows["back"]
    qtbot.mouseClick(row.name_button, LEFT)
    assert calls == [("left", "back")]
    desk.select("left", figure_id="back")
    assert (row.is_selected, row.is_unfolded) == (True, True)
    desk.select("left", figure_id="front")
    assert (row.is_selected, row.is_unfolded) == (False, True)


def test_references_used_are_told_in_the_characters_order(qtbot, desk, figures):
    desk.select("left", figure_id="back")
    calls = record(desk.inspector.figure_references_edited)
    lines = figures.rows.rows["back"].lines.rows
    assert [line.use_box.isChecked() for line in lines.values()] == [True, True]
    qtbot.mouseClick(lines["aiko-face"].use_box, LEFT)
    assert calls[0][1:] == ("left", "back", ("aiko-whole",))
    desk.change(edits.set_figure_references(desk.document, "left", "back", ("aiko-whole",)))
    assert not lines["aiko-whole"].use_box.isEnabled()  # one has to stay
    qtbot.mouseClick(lines["aiko-face"].use_box, LEFT)
    assert calls[1][1:] == ("left", "back", ())  # all of them again


def test_the_strength_of_a_reference_names_the_character(qtbot, desk, figures):
    desk.select("left", figure_id="back")
    calls = record(desk.inspector.reference_scale_edited)
    line = figures.rows.rows["back"].lines.rows["aiko-face"]
    assert line.scale.value() == 0.5
    spin = line.scale.focusProxy()
    spin.setFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    assert calls[0][1:] == ("aiko", "aiko-face", pytest.approx(0.55))
    assert desk.finished == [calls[0][0]]


def test_removing_and_limiting_a_figure_are_asked_for(qtbot, desk, figures):
    desk.select("left", figure_id="back")
    removed, limited = (
        record(desk.inspector.figure_removed),
        record(desk.inspector.region_mask_requested),
    )
    row = figures.rows.rows["back"]
    qtbot.mouseClick(row.remove_button, LEFT)
    qtbot.mouseClick(row.region_button, LEFT)
    assert (removed, limited) == ([("left", "back")], [("left", "back")])


def test_a_panel_without_figures_says_how_to_get_one(desk, figures, without_figures: Document):
    assert not figures._empty.isVisible()
    desk.change(without_figures)
    assert figures._empty.isVisible()


def test_regions_stand_topmost_first_with_their_values(regions):
    assert list(regions.rows.rows) == ["high", "low"]
    high, low = regions.rows.rows["high"], regions.rows.rows["low"]
    assert (high.name_edit.text(), high.name_edit.placeholderText()) == ("", "Region 2")
    assert low.name_edit.text() == "hand"
    assert (high.character.box.currentText(), low.character.box.currentText()) == ("Nobody", "Aiko")
    assert high.numbers["strength"].field.value() == 0.6


def test_the_eye_shows_and_hides_a_region(qtbot, desk, regions):
    calls = record(desk.inspector.region_edited)
    for region_edit_id in ("high", "low"):
        qtbot.mouseClick(regions.rows.rows[region_edit_id].eye_button, LEFT)
    assert [call[1:] for call in calls] == [
        ("left", "high", "visible", True),
        ("left", "low", "visible", False),
    ]
    assert desk.finished == [call[0] for call in calls]


def test_a_name_is_told_once_at_enter(qtbot, desk, regions):
    calls = record(desk.inspector.region_edited)
    edit = regions.rows.rows["low"].name_edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "left hand")
    assert calls == []
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    desk.inspector.panel_section.prompt.edit.setFocus()
    assert [call[1:] for call in calls] == [("left", "low", "name", "left hand")]


def test_esc_brings_the_old_name_back(qtbot, desk, regions):
    calls = record(desk.inspector.region_edited)
    edit = regions.rows.rows["low"].name_edit
    edit.setFocus()
    qtbot.keyClicks(edit, "x")
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (edit.text(), calls) == ("hand", [])


def test_a_region_may_be_of_nobody(qtbot, desk, regions):
    calls = record(desk.inspector.region_edited)
    box = regions.rows.rows["low"].character.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert calls[0][1:] == ("left", "low", "character_id", None)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert calls[-1][1:] == ("left", "low", "character_id", "ren")


def test_regions_are_ordered_drawn_again_and_removed(qtbot, desk, regions):
    inspector = desk.inspector
    moved, redrawn = record(inspector.region_reordered), record(inspector.redraw_region_requested)
    removed, lifted = record(inspector.region_removed), record(inspector.region_mask_removed)
    row = regions.rows.rows["low"]
    for button in (row.raise_button, row.redraw_button, row.remove_button):
        qtbot.mouseClick(button, LEFT)
    qtbot.mouseClick(regions.areas.rows["area"].remove_button, LEFT)
    assert moved[0][1:] == ("left", "low", 1)
    assert (redrawn, removed) == ([("left", "low")], [("left", "low")])
    assert lifted == [("left", "area")]


def test_an_area_says_whose_it_is(desk, regions, without_figures: Document):
    assert regions.areas.rows["area"].label.text() == "Aiko, Face"
    desk.change(without_figures)
    assert regions.areas.rows == {}
    assert not regions._areas_title.isVisible()


def test_feather_and_seed_of_a_region_are_whole_numbers(qtbot, desk, regions):
    desk.select("left", region_edit_id="low")
    calls = record(desk.inspector.region_edited)
    row = regions.rows.rows["low"]
    assert row.is_unfolded
    spin = row.numbers["feather_px"].field.focusProxy()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    qtbot.mouseClick(row.seed.next_button, LEFT)
    assert [call[2:] for call in calls] == [("low", "feather_px", 7), ("low", "seed", 1)]
    assert all(type(call[4]) is int for call in calls)
