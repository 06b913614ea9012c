from __future__ import annotations

import builtins

import pytest

from core.adapters.errors import DamagedWeights


def test_all_is_well_where_everything_is_there(studio):
    shown = studio.ok("doctor")
    assert "All is well." in shown
    for word in ("Koma", "torch", "Device", "Memory", "Disk", "koma-toon (base folder, 64 px)"):
        assert word in shown


def test_what_is_missing_is_said_in_plain_words_with_exit_code_1(studio, tmp_path):
    def missing(folder):
        raise DamagedWeights("The files of the keypoint detector are missing or damaged.")

    studio.workplace.shipped_models = tmp_path / "empty"
    studio.workplace.make_detector = missing
    studio.workplace.settings_file.parent.mkdir(parents=True)
    result = studio.run("doctor")
    assert result.exit_code == 1
    marked = [line for line in result.stdout.splitlines() if line.startswith("! ")]
    assert len(marked) == 3
    assert "koma-toon is missing" in marked[0]
    assert "No model to draw with" in marked[1]
    assert "keypoint detector" in marked[2]
    assert "3 things to mend" in result.stdout


def test_a_broken_torch_and_damaged_settings_do_not_stop_it(studio, monkeypatch):
    real = builtins.__import__

    def without_torch(name, *rest, **more):
        if name == "torch":
            raise OSError("libcudart.so.12: cannot open shared object file")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    studio.workplace.settings_file.parent.mkdir(parents=True)
    studio.workplace.settings_file.write_text("{")
    result = studio.run("doctor")
    assert result.exit_code == 1
    assert "! Device               PyTorch does not start (OSError)" in result.stdout
    assert "settings.json cannot be read" in result.stdout
    assert "Memory" in result.stdout


@pytest.mark.parametrize("place", ["before", "after"])
def test_profile_and_models_stand_before_or_after_the_command(studio, tmp_path, place):
    studio.add_model(tmp_path / "mine", "mine")
    options = ("--profile", tmp_path / "other", "--models", tmp_path / "mine")
    words = (*options, "doctor") if place == "before" else ("doctor", *options)
    shown = studio.ok(*words)
    assert "mine (base folder" in shown
    assert str(tmp_path / "other" / "settings.json") in shown
