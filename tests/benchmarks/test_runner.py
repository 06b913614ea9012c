"""The runner of the benchmarks, with scripts of a line."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("runner", Path(__file__).with_name("__main__.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bench_bad.py").write_text('"""It fails. Always."""\nraise SystemExit(3)\n')
    (tmp_path / "bench_good.py").write_text('"""It works."""\nprint("12 ms")\n')
    return tmp_path


def test_scripts_are_found_by_name(runner: ModuleType, folder: Path) -> None:
    assert [path.name for path in runner.found([], folder)] == ["bench_bad.py", "bench_good.py"]
    assert [path.name for path in runner.found(["good"], folder)] == ["bench_good.py"]
    with pytest.raises(SystemExit, match=r"No benchmark slow. There are: bad, good."):
        runner.found(["slow"], folder)


def test_a_failure_is_told_and_stops_no_other(
    runner: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    every = runner.found([], folder)
    monkeypatch.setattr(runner, "found", lambda names: every)
    assert runner.main([]) == 1
    printed = capfd.readouterr().out
    assert "It fails\n========\nbench_bad.py failed." in printed
    assert "It works\n========\n12 ms" in printed


def test_all_well_is_exit_code_0(
    runner: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "found", lambda names: [folder / "bench_good.py"])
    assert runner.main([]) == 0
