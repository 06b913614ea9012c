from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit

from widgets.region_editor import RegionBar, RegionDraft, RegionMode


@pytest.fixture
def bar(qtbot, document) -> RegionBar:
    bar = RegionBar()
    qtbot.addWidget(bar)
    bar.set_characters(document)
    bar.show()
    return bar


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_modes_are_reported(qtbot, bar) -> None:
    for mode in (RegionMode.BRUSH, RegionMode.BOX, RegionMode.CLICK):
        with qtbot.waitSignal(bar.mode_changed) as changed:
            click(bar._modes[mode])
        assert changed.args == [mode] and bar.mode is mode
    with qtbot.assertNotEmitted(bar.mode_changed):
        bar.set_mode(RegionMode.BOX)
    assert bar.mode is RegionMode.BOX


def test_size_and_eraser_are_the_brushs(qtbot, bar) -> None:
    assert not bar.erase.isEnabled() and not bar.brush_size.isEnabled()
    assert "brush first" in bar.erase.toolTip() and "brush first" in bar.brush_size.toolTip()
    bar.set_mode(RegionMode.BRUSH)
    assert bar.erase.isEnabled() and "brush first" not in bar.erase.toolTip()
    with qtbot.waitSignal(bar.erasing_changed) as erasing:
        click(bar.erase)
    assert erasing.args == [True]
    with qtbot.assertNotEmitted(bar.erasing_changed):
        bar.set_erasing(False)
    assert not bar.erase.isChecked()
    spin = bar.brush_size.findChild(QAbstractSpinBox)
    spin.selectAll()
    with qtbot.waitSignal(bar.brush_changed) as changed:
        QTest.keyClicks(spin, "12.5")
        QTest.keyClick(spin, Qt.Key.Key_Return)
    assert changed.args == [12.5]
    with qtbot.assertNotEmitted(bar.brush_changed):
        bar.set_brush_mm(3.0)
    assert bar.brush_size.value() == 3.0


def test_nothing_is_drawn_before_something_is_marked_and_all_is_ready(qtbot, bar) -> None:
    assert not bar.draw.isEnabled()
    bar.set_ready(True)
    assert "Mark a region first." in bar.draw.toolTip()
    bar.set_ready(False, "Draw the panel first.")
    bar.set_masked(True)
    assert not bar.draw.isEnabled() and "Draw the panel first." in bar.draw.toolTip()
    with qtbot.assertNotEmitted(bar.draw_requested):
        QTest.keyClick(bar.tags, Qt.Key.Key_Return)
    bar.set_ready(True)
    assert bar.draw.isEnabled() and "first" not in bar.draw.toolTip()


def test_the_draft_says_what_the_fields_say(qtbot, bar) -> None:
    bar.set_ready(True)
    bar.set_masked(True)
    with qtbot.waitSignal(bar.character_changed) as chosen:
        bar.character.setCurrentIndex(1)
    assert chosen.args == ["aiko"]
    QTest.keyClicks(bar.tags, " red scarf, smile ")
    bar.strength.setValue(60)
    bar.feather.setValue(12)
    bar.references.menu().actions()[0].trigger()
    with qtbot.waitSignal(bar.draw_requested) as drawn:
        click(bar.draw)
    expected = RegionDraft("aiko", ("a2",), "red scarf, smile", 0.6, 12, "red scarf")
    assert drawn.args == [expected]
    with qtbot.waitSignal(bar.draw_requested):
        QTest.keyClick(bar.tags, Qt.Key.Key_Return)


def test_without_tags_a_region_has_the_characters_name(bar) -> None:
    assert bar.draft == RegionDraft()
    bar.character.setCurrentIndex(2)
    assert bar.draft == RegionDraft("ren", name="Ren")


def test_a_draft_can_be_shown_again(bar) -> None:
    draft = RegionDraft("aiko", ("a1",), "rain", 0.35, 3, "rain")
    bar.set_draft(draft)
    assert bar.draft == draft


def test_at_least_one_reference_is_used(bar) -> None:
    bar.character.setCurrentIndex(1)
    assert bar.references.isEnabled() and bar.references.text() == "All references"
    first, second = bar.references.menu().actions()
    first.trigger()
    assert bar.references.text() == "1 of 2 references"
    second.trigger()
    assert bar.references.chosen == ("a2",)
    bar.character.setCurrentIndex(2)
    assert not bar.references.isEnabled() and "only one" in bar.references.toolTip()
    assert bar.references.chosen == ()


def test_the_choice_survives_an_edit_of_the_document(qtbot, bar, document) -> None:
    bar.character.setCurrentIndex(1)
    bar.references.menu().actions()[0].trigger()
    with qtbot.assertNotEmitted(bar.character_changed):
        bar.set_characters(replace(document, title="Other"))
        aiko, ren = document.characters
        bar.set_characters(replace(document, characters=(ren, replace(aiko, name="Aiko S."))))
    assert bar.character.currentText() == "Aiko S."
    assert bar.references.chosen == ("a2",)
    with qtbot.waitSignal(bar.character_changed) as changed:
        bar.set_characters(replace(document, characters=(ren,)))
    assert changed.args == [None]


def test_a_mode_that_cannot_work_says_why_and_leaves_the_brush(qtbot, bar) -> None:
    bar.set_mode_available(RegionMode.BOX, False, "Install a segmenter.")
    with qtbot.waitSignal(bar.mode_changed) as changed:
        bar.set_mode_available(RegionMode.CLICK, False, "Install a segmenter.")
    assert changed.args == [RegionMode.BRUSH] and bar.mode is RegionMode.BRUSH
    assert "Install a segmenter." in bar._modes[RegionMode.BOX].toolTip()
    bar.set_mode_available(RegionMode.CLICK, True)
    assert bar._modes[RegionMode.CLICK].isEnabled()


def test_commands(qtbot, bar) -> None:
    bar.set_masked(True)
    bar.set_history(True, True)
    for button, signal in (
        (bar.undo, bar.undo_requested),
        (bar.redo, bar.redo_requested),
        (bar.clear, bar.clear_requested),
        (bar.invert, bar.invert_requested),
        (bar.cancel, bar.cancelled),
    ):
        with qtbot.waitSignal(signal):
            click(button)
    bar.set_masked(False)
    bar.set_history(False, True)
    assert not bar.clear.isEnabled() and not bar.undo.isEnabled() and bar.redo.isEnabled()


def test_every_control_says_what_it_does(bar) -> None:
    controls = (
        bar.findChildren(QAbstractButton) + bar.findChildren(QComboBox) + [bar.tags, bar.feather]
    )
    inner = [w for w in controls if isinstance(w.parent(), QLineEdit | QComboBox)]
    for control in controls:
        if control not in inner:
            assert control.toolTip(), control
            assert control.accessibleName() or control.text(), control


def test_it_fits_beside_the_docks(bar) -> None:
    """1280 px, less docks of 220 and 280 px."""
    assert bar.minimumSizeHint().width() <= 780
