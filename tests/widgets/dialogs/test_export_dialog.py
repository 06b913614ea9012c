"""The export dialog gives a complete choice, or says what is missing; then shows the work."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QRadioButton,
)

from core.document import PageFormat
from widgets.dialogs import ExportChoice, ExportDialog
from widgets.dialogs.export_choice import parse_page_range


@pytest.fixture
def dialog(qtbot, dark, tmp_path) -> ExportDialog:
    dialog = ExportDialog(
        12,
        tmp_path,
        page_format=PageFormat(),
        current_page=3,
        choose=lambda parent, title, start: str(tmp_path / "chosen"),
    )
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_the_first_offer_is_all_pages_as_png_for_print(qtbot, dialog, tmp_path):
    with qtbot.waitSignal(dialog.export_requested) as asked:
        _click(dialog, "Export")
    assert asked.args == [ExportChoice(tmp_path, ("png",), 350, None, "trim")]


def test_every_field_reaches_the_choice(qtbot, dialog, tmp_path):
    QTest.keyClicks(_named(dialog, QLineEdit, "Page numbers"), "1-3, 7")
    _button(dialog, QCheckBox, "PSD with layers").click()
    _named(dialog, QComboBox, "Resolution in dpi").setCurrentText("600")
    _named(dialog, QComboBox, "Area").setCurrentIndex(1)
    _click(dialog, "Choose…")
    with qtbot.waitSignal(dialog.export_requested) as asked:
        _click(dialog, "Export")
    assert asked.args == [
        ExportChoice(tmp_path / "chosen", ("png", "psd"), 600, (1, 2, 3, 7), "bleed")
    ]


def test_the_page_at_work_alone(qtbot, dialog):
    _button(dialog, QRadioButton, "Page 3").click()
    with qtbot.waitSignal(dialog.export_requested) as asked:
        _click(dialog, "Export")
    assert asked.args[0].pages == (3,)


def test_what_is_missing_is_said_and_stops_the_export(dialog):
    png = _button(dialog, QCheckBox, "PNG pictures")
    png.click()
    assert not _button(dialog, QPushButton, "Export").isEnabled()
    assert "Choose at least one format." in _texts(dialog)
    png.click()
    pages = _named(dialog, QLineEdit, "Page numbers")
    QTest.keyClicks(pages, "11-13")
    assert not _button(dialog, QPushButton, "Export").isEnabled()
    assert any("There are 12" in text for text in _texts(dialog))
    pages.clear()
    QTest.keyClicks(pages, "11-12")
    assert _button(dialog, QPushButton, "Export").isEnabled()
    _named(dialog, QLineEdit, "Folder for the files").clear()
    assert "Choose a folder." in _texts(dialog)
    _named(dialog, QComboBox, "Resolution in dpi").setCurrentText("5")
    assert any("30 to 1200" in text for text in _texts(dialog))


def test_a_project_without_pages_has_nothing_to_export(qtbot, tmp_path):
    dialog = ExportDialog(0, tmp_path)
    qtbot.addWidget(dialog)
    assert not _button(dialog, QPushButton, "Export").isEnabled()


def test_it_says_how_large_a_page_becomes(dialog):
    assert "2508 × 3541 px a page" in _texts(dialog)
    _named(dialog, QComboBox, "Area").setCurrentIndex(1)
    assert "2591 × 3624 px a page" in _texts(dialog)


def test_progress_is_shown_and_the_fields_wait(dialog):
    _click(dialog, "Export")
    dialog.set_progress(7, 24, "Writing page 8")
    bar = dialog.findChild(QProgressBar)
    assert bar.isVisible()
    assert (bar.value(), bar.maximum()) == (7, 24)
    assert "Writing page 8" in _texts(dialog)
    assert not _named(dialog, QLineEdit, "Page numbers").isEnabled()
    assert not _button(dialog, QPushButton, "Export").isEnabled()


def test_escape_during_the_export_stops_it_once_and_keeps_the_dialog(dialog):
    stopped: list[None] = []
    dialog.cancelled.connect(lambda: stopped.append(None))
    _click(dialog, "Export")
    for _ in range(2):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.close()
    assert len(stopped) == 1
    assert dialog.isVisible()
    dialog.set_finished("3 files were written before you stopped.")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert len(stopped) == 1


def test_after_the_export_the_folder_can_be_opened(qtbot, dialog, tmp_path):
    _click(dialog, "Export")
    dialog.set_finished("12 files were written.")
    assert "12 files were written." in _texts(dialog)
    assert _button(dialog, QPushButton, "Export").isEnabled()
    with qtbot.waitSignal(dialog.folder_opened) as asked:
        _click(dialog, "Open folder")
    assert asked.args == [tmp_path]


def test_a_failure_is_said_in_the_dialog(dialog):
    _click(dialog, "Export")
    dialog.set_failed("The disk is full. Choose another folder.")
    label = next(x for x in dialog.findChildren(QLabel) if x.text().startswith("The disk"))
    assert label.property("role") == "danger"
    assert not _button(dialog, QPushButton, "Open folder").isVisible()
    assert not dialog.is_running


def test_closing_without_an_export_tells_nothing(qtbot, dialog):
    with qtbot.assertNotEmitted(dialog.cancelled):
        _click(dialog, "Cancel")
    assert not dialog.isVisible()


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("5", (5,)),
        ("1-3, 5", (1, 2, 3, 5)),
        ("5,1–2", (1, 2, 5)),
        (" 2 - 2 , 2", (2,)),
        ("１、３", (1, 3)),
        ("3-1", None),
        ("0", None),
        ("13", None),
        ("", None),
        ("1,,2", None),
        ("-3", None),
        ("2-", None),
        ("²", None),
        ("9" * 5000, None),
    ],
)
def test_page_ranges(text, pages):
    assert parse_page_range(text, 12) == pages


@given(st.sets(st.integers(1, 40), min_size=1))
def test_every_set_of_pages_can_be_written(pages):
    text = ", ".join(str(page) for page in sorted(pages, reverse=True))
    assert parse_page_range(text, 40) == tuple(sorted(pages))


@given(st.text(max_size=20))
def test_no_text_breaks_the_range_field(text):
    pages = parse_page_range(text, 12)
    assert pages is None or set(pages) <= set(range(1, 13))


def test_the_home_folder_may_be_written_short(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    dialog = ExportDialog(1, Path("~/comics"))
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.export_requested) as asked:
        _click(dialog, "Export")
    assert asked.args[0].folder == tmp_path / "comics"


def _button(dialog, kind, text):
    return next(b for b in dialog.findChildren(kind) if b.text() == text)


def _named(dialog, kind, name):
    return next(w for w in dialog.findChildren(kind) if w.accessibleName() == name)


def _click(dialog, text: str) -> None:
    QTest.mouseClick(_button(dialog, QPushButton, text), Qt.MouseButton.LeftButton)


def _texts(dialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(QLabel)]
