from __future__ import annotations

import json

import pytest

from app.settings import (
    Settings,
    bad_file,
    changed_settings,
    load_or_reset_settings,
    load_settings,
    save_settings,
)
from core.errors import BadInput


@pytest.fixture
def file(tmp_path):
    return tmp_path / "profile" / "settings.json"


def write(file, **values: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


def test_without_a_file_the_defaults_apply(file) -> None:
    settings, problem = load_or_reset_settings(file)
    assert settings == Settings() and problem == ""
    assert (settings.language, settings.theme, settings.welcome) == ("system", "system", True)
    assert not file.parent.exists()


def test_every_setting_comes_back(file) -> None:
    settings = Settings(
        model_folders=("/models",), sam3_folder="/sam", language="ja", theme="light",
        autosave_minutes=0, draft_after_edit=False, engine_threads=3, window_geometry="AQID",
        window_state="/+8=", last_folder="/本", welcome=False, best_of=8,
    )  # fmt: skip
    changed = {name for name in Settings.model_fields if getattr(settings, name) != getattr(
        Settings(), name
    )}  # fmt: skip
    assert changed == set(Settings.model_fields) - {"schema_version"}
    save_settings(settings, file)
    assert load_settings(file) == settings


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().theme = "dark"  # type: ignore[misc]


def test_old_files_and_unknown_keys_are_read(file) -> None:
    write(file, schema_version=1, model_folders=["/a"], balloons="round")
    assert load_settings(file) == Settings(model_folders=("/a",))
    write(file, theme="dark")
    assert load_settings(file).theme == "dark"


@pytest.mark.parametrize(
    "values",
    [
        {"theme": "pink"},
        {"language": 5},
        {"autosave_minutes": -1},
        {"autosave_minutes": "5"},
        {"engine_threads": 1.5},
        {"window_geometry": "not base64!"},
        {"schema_version": "1"},
        {"schema_version": 2},
    ],
)
def test_a_wrong_value_is_refused_and_kept_aside(file, values) -> None:
    write(file, **values)
    written = file.read_bytes()
    with pytest.raises(BadInput) as caught:
        load_settings(file)
    assert str(file) in str(caught.value)
    settings, problem = load_or_reset_settings(file)
    assert settings == Settings() and problem == str(caught.value)
    assert not file.exists() and bad_file(file).read_bytes() == written
    assert bad_file(file).name == "settings.json.bad"
    save_settings(settings, file)
    assert load_or_reset_settings(file) == (Settings(), "")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 10_000, b" " * 2**21])
def test_no_file_is_too_damaged(file, data) -> None:
    file.parent.mkdir()
    file.write_bytes(data)
    settings, problem = load_or_reset_settings(file)
    assert settings == Settings() and problem and bad_file(file).read_bytes() == data


def test_a_newer_koma_is_named(file) -> None:
    write(file, schema_version=2)
    with pytest.raises(BadInput, match="newer Koma") as caught:
        load_settings(file)
    assert caught.value.code == "newer_file"


def test_a_folder_in_its_place_does_not_stop_the_start(file) -> None:
    file.mkdir(parents=True)
    assert load_or_reset_settings(file)[0] == Settings()


def test_changes_are_checked() -> None:
    settings = changed_settings(Settings(), theme="dark", autosave_minutes=1)
    assert (settings.theme, settings.autosave_minutes) == ("dark", 1)
    for wrong in ({"theme": "pink"}, {"autosave_minutes": 999}, {"colour": "red"}):
        with pytest.raises(BadInput):
            changed_settings(settings, **wrong)
