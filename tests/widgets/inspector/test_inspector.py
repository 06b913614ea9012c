from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QWidget,
)

from core.document import PAGE_FORMATS, PageFormat, edits
from widgets.common import EmptyState
from widgets.inspector import ModelChoice, Selection

from .conftest import MODELS, Desk
from .test_figures_and_regions import record

CONTROLS = (
    QAbstractButton,
    QComboBox,
    QAbstractSpinBox,
    QAbstractSlider,
    QLineEdit,
    QPlainTextEdit,
)


def controls(inspector) -> list[QWidget]:
    found: list[QWidget] = []
    for kind in CONTROLS:
        found += inspector.findChildren(kind)
    return [
        w
        for w in found
        if not isinstance(w, QScrollBar)
        and not w.objectName().startswith("qt_")
        and not isinstance(w.parent(), QAbstractSpinBox | QComboBox | EmptyState)
    ]


def has_tooltip(widget: QWidget) -> bool:
    """Its own, or that of the field it is a part of, which Qt then shows."""
    parent = widget.parentWidget()
    return bool(widget.toolTip() or (parent is not None and parent.toolTip()))


@pytest.mark.parametrize("panels", [(), ("left",), ("left", "right")])
def test_every_control_has_a_tooltip_and_a_name(desk: Desk, panels):
    desk.select(*panels, **({"figure_id": "back", "region_edit_id": "low"} if panels else {}))
    found = controls(desk.inspector)
    assert len(found) > 30
    silent = [type(w).__name__ for w in found if not has_tooltip(w) or not (w.accessibleName())]
    assert silent == []


@pytest.mark.parametrize("panels", [(), ("left",), ("left", "right")])
def test_all_of_it_fits_into_280_px_beside_the_scroll_bar(desk: Desk, panels):
    desk.select(*panels, **({"figure_id": "back", "region_edit_id": "low"} if panels else {}))
    bar = desk.inspector.verticalScrollBar().sizeHint().width()
    assert desk.inspector.widget().minimumSizeHint().width() <= 280 - bar


def test_nothing_selected_shows_the_project(desk, inspector):
    desk.select()
    shown = [s for s in inspector._sections if s.isVisible()]
    project = [inspector.project_section, inspector.drawing_section, inspector.lora_section]
    assert shown == project
    desk.select("gone")
    assert [s for s in inspector._sections if s.isVisible()] == project
    desk.select("left")
    assert not any(s.isVisible() for s in project)


def test_no_project_says_so(inspector):
    inspector.show_document(None, Selection(), ())
    assert inspector._empty.isVisible()
    assert not any(s.isVisible() for s in inspector._sections)


def test_showing_documents_tells_nothing(desk, inspector):
    told = [
        record(getattr(inspector, name))
        for name in ("panel_edited", "settings_edited", "region_edited", "title_edited")
    ]
    for panels in ((), ("left",), ("right",), ("left", "lower"), ()):
        desk.select(*panels)
    desk.change(edits.update_settings(desk.document, steps=31, style="soft", model_id="large"))
    assert told == [[], [], [], []]
    assert inspector.drawing_section.numbers["steps"].field.value() == 31


def test_the_model_is_chosen_by_its_title(qtbot, desk, inspector):
    calls = record(inspector.settings_edited)
    section = inspector.drawing_section
    assert section._model_note.text() == "small and quick"
    section.model.box.setFocus()
    qtbot.keyClick(section.model.box, Qt.Key.Key_Down)
    assert calls[0][1:] == ("model_id", "large")
    assert desk.finished == [calls[0][0]]


def test_a_model_that_is_not_here_is_shown_with_a_warning(desk, inspector):
    desk.change(edits.update_settings(desk.document, model_id="lost"))
    section = inspector.drawing_section
    assert section.model.box.currentText() == "lost"
    assert section._model_note.property("role") == "warning"
    desk.change(edits.update_settings(desk.document, model_id="large"))
    assert section.model.box.count() == len(MODELS)
    assert not section._model_note.isVisible()


def test_the_arrow_says_that_a_value_is_not_what_the_model_recommends(qtbot, desk, inspector):
    calls = record(inspector.settings_edited)
    rows = inspector.drawing_section.numbers

    def show(recommended: dict[str, float], **settings: object) -> list[str]:
        desk.document = edits.update_settings(desk.document, **settings)
        models = (ModelChoice("toon", "Toon", recommended=recommended), *MODELS[1:])
        inspector.show_document(desk.document, Selection("one"), models)
        return [name for name, row in rows.items() if row.reset_button.isVisible()]

    best = {"steps": 12, "guidance_scale": 2.0, "base_px": 256}
    assert show(best, **best) == []
    assert show(best, steps=20, guidance_scale=3.0) == ["steps", "guidance_scale"]
    assert show({**best, "steps": 20}) == ["guidance_scale"]
    assert show({}) == [], "of a model that says nothing there is nothing to go back to"
    assert show(best, model_id="lost") == []
    assert show(best, model_id="toon", puppet_strength_img2img=0.5)[-1] == "puppet_strength_img2img"
    button = rows["guidance_scale"].reset_button
    assert button.toolTip() == "Back to 2, which this model recommends"
    assert calls == []
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [call[1:] for call in calls] == [("guidance_scale", 2.0)]


def test_settings_are_told_with_their_fields(qtbot, desk, inspector):
    calls = record(inspector.settings_edited)
    section = inspector.drawing_section
    spin = section.numbers["base_px"].field.focusProxy()
    spin.setFocus()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    section.quality.box.setFocus()
    qtbot.keyClick(section.quality.box, Qt.Key.Key_Up)
    section.prompts["style"].edit.setFocus()
    section.prompts["style"].edit.selectAll()
    qtbot.keyClicks(section.prompts["style"].edit, "pencil")
    qtbot.waitUntil(lambda: len(calls) == 3)
    assert [call[1:] for call in calls] == [
        ("base_px", 320),
        ("quality", "draft"),
        ("style", "pencil"),
    ]


def test_reading_direction_and_page_are_chosen(qtbot, desk, inspector):
    directions, formats = (
        record(inspector.reading_direction_chosen),
        record(inspector.page_format_chosen),
    )
    section = inspector.project_section
    for box in (section.direction.box, section.page_format.box):
        box.setFocus()
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert (directions, formats) == ([("ltr",)], [(list(PAGE_FORMATS)[1],)])


def test_a_page_of_an_own_size_is_no_format(qtbot, desk, inspector):
    own = replace(PageFormat(), trim_width_mm=150.0)
    desk.change(edits.set_page_format(desk.document, own))
    section = inspector.project_section
    assert section.page_format.box.currentText() == "Own size"
    assert section._size.text().startswith("150 × 257 mm")


def test_the_title_is_told_when_it_is_left(qtbot, desk, inspector):
    calls = record(inspector.title_edited)
    edit = inspector.project_section.title_edit
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, "Sea")
    inspector.drawing_section.quality.box.setFocus()
    assert [call[1] for call in calls] == ["Sea"]


def test_lora_files_by_name_and_place(qtbot, desk, inspector):
    section = inspector.lora_section
    scaled, removed = record(inspector.lora_scale_edited), record(inspector.lora_removed)
    added = record(inspector.lora_add_requested)
    rows = list(section.rows.rows.values())
    assert [row.name.text() for row in rows] == ["soft.safetensors", "hard.safetensors"]
    spin = rows[0].scale.field.focusProxy()
    qtbot.keyClick(spin, Qt.Key.Key_Up)
    qtbot.mouseClick(rows[1].remove_button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(section.add_button, Qt.MouseButton.LeftButton)
    assert scaled[0][1:] == (0, pytest.approx(0.55))
    assert (removed, added) == ([(1,)], [()])


def test_there_is_no_room_for_more_lora_files_than_a_project_may_have(desk, inspector):
    lora = desk.document.settings.loras[0]
    desk.change(edits.update_settings(desk.document, loras=(lora,) * 16))
    assert not inspector.lora_section.add_button.isEnabled()
    desk.change(edits.update_settings(desk.document, loras=()))
    assert inspector.lora_section.add_button.isEnabled()
    assert inspector.lora_section.rows.rows == {}
