"""The settings dialog gives back what it was given, but for what the artist changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
    QTabWidget,
)

from widgets.common import IconButton
from widgets.dialogs import SettingsChoice, SettingsDialog

FULL = SettingsChoice(
    language="ja",
    theme="light",
    model_folders=("/models", "/more"),
    sam3_folder="/sam3",
    autosave_minutes=10,
    draft_after_edit=False,
    engine_threads=4,
)
CHOICES = st.builds(
    SettingsChoice,
    language=st.sampled_from(["system", "en", "ja"]),
    theme=st.sampled_from(["system", "dark", "light"]),
    model_folders=st.lists(st.text("/ab", min_size=1), unique=True).map(tuple),
    sam3_folder=st.text("/ab"),
    autosave_minutes=st.integers(0, 120),
    draft_after_edit=st.booleans(),
    engine_threads=st.integers(0, 256),
)


@pytest.fixture
def dialog(qtbot, dark) -> SettingsDialog:
    dialog = SettingsDialog(FULL, choose=lambda parent, title, start: "/new")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


@pytest.fixture
def applied(dialog) -> list[SettingsChoice]:
    heard: list[SettingsChoice] = []
    dialog.applied.connect(heard.append)
    return heard


@given(CHOICES)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_is_what_was_given(dialog, choice):
    dialog.set_choice(choice)
    assert dialog.choice() == choice


def test_ok_without_a_change_applies_nothing(dialog, applied):
    _click(dialog, "OK")
    assert applied == []
    assert not dialog.isVisible()


def test_each_field_changes_its_own_setting(dialog, applied):
    _named(dialog, QComboBox, "Language").setCurrentIndex(1)
    _named(dialog, QComboBox, "Theme").setCurrentIndex(1)
    _named(dialog, QSpinBox, "Safety copy every").setValue(0)
    _named(dialog, QSpinBox, "Processor threads").setValue(8)
    dialog.findChild(QCheckBox).click()
    _named(dialog, QLineEdit, "Folder with SAM 3").setText("/other")
    _click(dialog, "OK")
    assert applied == [SettingsChoice("en", "dark", FULL.model_folders, "/other", 0, True, 8)]


def test_apply_stays_open_and_is_offered_only_for_changes(dialog, applied):
    apply = _button(dialog, "Apply")
    assert not apply.isEnabled()
    _named(dialog, QComboBox, "Theme").setCurrentIndex(1)
    assert apply.isEnabled()
    _click(dialog, "Apply")
    assert applied == [replace(FULL, theme="dark")]
    assert dialog.isVisible()
    assert not apply.isEnabled()


def test_cancel_applies_nothing(dialog, applied):
    _named(dialog, QComboBox, "Theme").setCurrentIndex(1)
    _click(dialog, "Cancel")
    assert applied == []


def test_folders_are_added_once_and_removed(dialog, applied):
    dialog.show_tab("models")
    assert dialog.findChild(QTabWidget).currentIndex() == 1
    for _ in range(2):
        _icon(dialog, "Add a folder").click()
    assert dialog.choice().model_folders == ("/models", "/more", "/new")
    folders = dialog.findChild(QListWidget)
    folders.setCurrentRow(0)
    folders.setFocus()
    QTest.keyClick(folders, Qt.Key.Key_Delete)
    folders.setCurrentRow(0)
    _icon(dialog, "Remove the folder from this list").click()
    assert dialog.choice().model_folders == ("/new",)


def test_a_folder_dialog_without_an_answer_changes_nothing(qtbot):
    dialog = SettingsDialog(FULL, choose=lambda parent, title, start: "")
    qtbot.addWidget(dialog)
    _icon(dialog, "Add a folder").click()
    _button(dialog, "Choose…").click()
    assert dialog.choice() == FULL


def test_zero_is_said_in_words(dialog):
    dialog.set_choice(SettingsChoice(autosave_minutes=0, engine_threads=0))
    assert _named(dialog, QSpinBox, "Safety copy every").text() == "Never"
    assert _named(dialog, QSpinBox, "Processor threads").text() == "Automatic"


def test_every_control_says_what_it_does(dialog):
    for kind in (QComboBox, QSpinBox, QCheckBox, QPushButton, IconButton):
        for control in dialog.findChildren(kind):
            assert control.toolTip(), control


def _button(dialog, text: str) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == text)


def _icon(dialog, name: str) -> IconButton:
    return next(b for b in dialog.findChildren(IconButton) if b.accessibleName() == name)


def _named(dialog, kind, name: str):
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def _click(dialog, text: str) -> None:
    QTest.mouseClick(_button(dialog, text), Qt.MouseButton.LeftButton)
