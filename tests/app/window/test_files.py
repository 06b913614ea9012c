"""Files and settings in the real window: damaged, read-only, typed at the last moment, changed."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox, QLabel, QPushButton, QSpinBox

from app.window.path_chooser import DialogPathChooser
from core.document import Quality
from core.document.edits import update_settings
from core.storage import load_project
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.common import TagEdit, theme
from widgets.dialogs import SettingsDialog
from widgets.page_view import PanelState

CTRL = Qt.KeyboardModifier.ControlModifier


def prompt_field(artist: Artist) -> TagEdit:
    return artist.window.inspector.panel_section.prompt.findChild(TagEdit)


def type_prompt(artist: Artist, text: str) -> str:
    panel_id = artist.panel(0).id
    artist.click(artist.middle(panel_id))
    prompt = prompt_field(artist)
    QApplication.processEvents()  # the inspector takes its shape
    QTest.mouseClick(prompt.viewport(), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is prompt
    prompt.selectAll()
    QTest.keyClicks(prompt, text)
    return panel_id


def test_typed_and_saved_at_once(artist: Artist) -> None:
    panel_id = type_prompt(artist, "rainy street")
    artist.press_key(Qt.Key.Key_S, CTRL)
    artist.until(lambda: not artist.session.files.busy)
    path = artist.session.controller.path
    assert load_project(path).document.panel(panel_id).prompt == "rainy street"
    assert not artist.session.controller.modified and artist.undo_text == "Change prompt"
    prompt = prompt_field(artist)
    assert QApplication.focusWidget() is prompt, "typing goes on"
    QTest.keyClicks(prompt, ", night")
    assert prompt.toPlainText() == "rainy street, night"


def test_another_model_brings_its_own_settings_but_not_over_what_was_typed(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    large = studio.add_model(studio.folder / "shipped", "large") / "koma.json"
    manifest = json.loads(large.read_text())
    large.write_text(json.dumps({**manifest, "default_steps": 30, "native_px": 512}))
    artist = window_on(studio.small())
    artist.do("new")
    section = artist.window.inspector.drawing_section
    rows = section.numbers

    def arrows() -> list[str]:
        return [name for name, row in rows.items() if row.reset_button.isVisible()]

    assert arrows() == []
    field = rows["guidance_scale"].field.findChild(QDoubleSpinBox)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, QLocale().toString(4.5))
    section.model.box.setFocus()
    QTest.keyClick(section.model.box, Qt.Key.Key_Down)
    settings = artist.document.settings
    assert (settings.model_id, settings.steps, settings.base_px) == ("large", 30, 512)
    assert settings.guidance_scale == 4.5
    artist.until(lambda: arrows() == ["guidance_scale"])
    assert artist.undo_text == "Change model"
    artist.do("undo")
    settings = artist.document.settings
    assert (settings.model_id, settings.steps, settings.base_px) == ("koma-toon", 5, 64)
    assert settings.guidance_scale == 4.5, "which was a step of its own"


def test_a_project_may_draw_with_a_model_of_no_folder(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    elsewhere = studio.add_model(studio.folder / "elsewhere", "other")
    path = studio.folder / "book.koma"
    studio.ok("new", path, "--model", elsewhere)
    artist = window_on(path)
    section = artist.window.inspector.drawing_section
    artist.until(lambda: section.model.box.currentText() == "Tiny")
    assert artist.document.settings.model_id == str(elsewhere.resolve())
    warning = "This model is not on this computer. Choose another."
    assert not [label for label in section.findChildren(QLabel) if label.text() == warning]


def test_typed_and_drawn_at_once(artist: Artist) -> None:
    panel_id = type_prompt(artist, "rainy street")
    artist.press_key(Qt.Key.Key_Return, CTRL)
    assert artist.document.panel(panel_id).prompt == "rainy street"
    artist.until(lambda: artist.is_idle() and artist.state_of(panel_id) is PanelState.FRESH)


def test_typed_and_closed_at_once_asks(artist: Artist) -> None:
    type_prompt(artist, "rainy street")
    artist.window.close()
    assert artist.answers.asked == ["save changes"]


@pytest.mark.parametrize("content", [b"no project", b"", None])
def test_a_file_that_cannot_be_opened_is_one_sentence_over_the_sample(
    window_on: Callable[..., Artist], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "mine.koma"
    if content is not None:
        path.write_bytes(content)
    artist = window_on(path)
    assert "mine.koma" in artist.sentence() and "\n" not in artist.sentence()
    assert "Error" not in artist.sentence() and artist.session.notifications.waiting == 0
    assert artist.session.controller.path.name == "sample.koma"
    assert artist.window.notification_bar.isVisible() and len(artist.document.pages) > 0
    artist.do("page_duplicate")


def test_without_a_place_for_the_sample_there_is_an_empty_project(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    studio.workplace.profile.mkdir(parents=True)
    studio.workplace.projects_folder.write_text("a file where the folder should be")
    artist = window_on(None)
    assert artist.sentence() != "" and len(artist.document.pages) == 1
    assert artist.session.controller.path is None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_full_or_locked_folder_loses_nothing(
    artist: Artist, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    path = artist.session.controller.path
    whole = path.read_bytes()
    artist.session.pages.next_seed(("panel-1",))

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        artist.press_key(Qt.Key.Key_S, CTRL)
        artist.until(lambda: artist.sentence() != "")
    assert "small.koma" in artist.sentence() and "Errno" not in artist.sentence()
    assert artist.session.controller.modified and path.read_bytes() == whole
    assert not [p for p in path.parent.iterdir() if p.suffix not in ("", ".koma")]
    artist.do("save")
    artist.until(lambda: not artist.session.controller.modified)
    assert load_project(path).document.panel("panel-1").seed == 2


def test_a_folder_that_is_none_is_told(artist: Artist, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    artist.answers.save_as = tmp_path / "file" / "mine.koma"
    artist.do("save_as")
    artist.until(lambda: artist.sentence() != "")
    assert artist.session.controller.path.name == "small.koma"


def test_settings_are_used_and_kept_at_once(artist: Artist, studio: Studio) -> None:
    artist.do("settings")
    dialog = artist.window.findChild(SettingsDialog)
    looks = next(c for c in dialog.findChildren(QComboBox) if c.accessibleName() == "Theme")
    looks.setCurrentIndex(looks.findData("light"))
    minutes = next(
        s for s in dialog.findChildren(QSpinBox) if s.accessibleName() == "Safety copy every"
    )
    minutes.setValue(0)
    apply = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Apply")
    QTest.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert theme.current() is theme.LIGHT
    kept = studio.workplace.settings()
    assert (kept.theme, kept.autosave_minutes) == ("light", 0)
    artist.session.pages.next_seed(("panel-1",))
    assert not artist.session.autosave._idle.isActive(), "no safety copies any more"
    dialog.reject()
    artist.session.apply_settings(kept.model_copy(update={"theme": "dark", "autosave_minutes": 1}))
    assert theme.current() is theme.DARK
    artist.session.pages.next_seed(("panel-1",))
    assert artist.session.autosave._idle.isActive()


def test_a_model_folder_chosen_in_the_settings_serves_the_running_engine(
    artist: Artist, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    artist.until(lambda: bool(studio.engines))
    from app.window.model_folders import ModelFolders

    folders = ModelFolders(studio.workplace)
    before = len(folders)
    studio.add_model(tmp_path / "more", "ink")
    artist.session.apply_settings(
        artist.session.settings.model_copy(update={"model_folders": (str(tmp_path / "more"),)})
    )
    assert len(folders) == before + 1 and folders[-1] == tmp_path / "more"
    assert tmp_path / "more" in folders
    artist.session.controller.edit("Model", lambda d: update_settings(d, model_id="ink"))
    artist.do("render_page")
    artist.until(lambda: artist.is_idle() and artist.state_of("panel-1") is PanelState.FRESH)


@pytest.mark.parametrize("quality", ["draft", "final"])
def test_the_tool_bar_follows_the_project(artist: Artist, quality: Quality) -> None:
    artist.session.controller.edit("Quality", lambda d: update_settings(d, quality=quality))
    assert artist.window.actions_table[f"quality_{quality}"].isChecked()
    assert artist.session.state.quality == quality


def test_each_kind_of_file_has_a_folder_of_its_own(artist: Artist, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    first = tmp_path / "project"
    first.mkdir()
    chooser = DialogPathChooser(artist.window, lambda: first)
    assert chooser.start("Pictures") == first
    chooser._remembered(str(tmp_path / "pictures" / "a.png"), "Pictures")
    assert chooser.start("Pictures") == tmp_path / "pictures"
    assert chooser.start("LoRA") == first
    first.rmdir()
    assert chooser.start("LoRA") == Path.home(), "a folder that is gone is not offered"
