"""Runs of trained variants, put beside each other by case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from rich.console import Console

from core.errors import BadInput
from core.evaluation.bench import Plan, run_benchmark
from core.evaluation.results import read_results
from core.evaluation.rows import Row
from core.evaluation.tables import make_report, write_tables
from core.evaluation.variants import is_model, row_of, variants_in
from tests.core.evaluation.test_benchmark import GreyEngine, tools


def drawn(folder: Path, cases: int = 3, samples: int = 1, **row: str) -> None:
    plan = Plan(("scene", "pose"), (Row("anime", "anime", **row),), cases, samples, 1)  # type: ignore[arg-type]
    run_benchmark(plan, tools(GreyEngine()), folder, {}, lambda unit: None)


def better(folder: Path, by: float) -> None:
    for path in (folder / "scores").glob("*/*.json"):
        scores = json.loads(path.read_text("utf-8"))
        scores["anime"]["clip_i"] = int(path.stem) % 5 + by
        path.write_text(json.dumps(scores), encoding="utf-8")


def test_variants_are_rows_of_one_table(tmp_path: Path) -> None:
    for name, by in (("full", 0.0), ("k2", 0.25)):
        drawn(tmp_path / name)
        better(tmp_path / name, by)
    report = write_tables(tmp_path, Console(quiet=True))
    assert list(report["tables"]["scene"]) == ["full", "k2", "truth"]
    assert (tmp_path / "tables.md").is_file()
    cell = make_report(tmp_path, "full")["tables"]["mean"]["k2"]["clip_i"]
    assert [cell[key] for key in ("mean", "low", "high")] == pytest.approx([0.25] * 3)
    with PillowImage.open(tmp_path / "sheet_pose.png") as sheet:
        columns = sheet.width / 128
    assert columns == 4  # reference, truth and both variants


def test_cases_that_one_variant_has_not_drawn_yet_are_left_out(tmp_path: Path) -> None:
    drawn(tmp_path / "full", cases=4)
    drawn(tmp_path / "k2", cases=2)
    description, results = read_results(tmp_path)
    assert description["cases"] == 2
    assert {task: len(cases) for task, cases in results.items()} == {"scene": 2, "pose": 2}


def test_runs_with_other_settings_are_not_compared(tmp_path: Path) -> None:
    drawn(tmp_path / "full")
    drawn(tmp_path / "k2", samples=2)
    with pytest.raises(BadInput, match=r"full and k2 .*samples"):
        read_results(tmp_path)


def test_a_variant_says_how_it_is_asked(tmp_path: Path) -> None:
    model = tmp_path / "no-masks"
    model.mkdir()
    (model / "model_index.json").write_text("{}")
    assert variants_in(tmp_path) == [model]
    assert is_model(model) and row_of(model) == Row("no-masks", "anime")
    (model / "row.json").write_text('{"mask": "off"}')
    assert row_of(model).mask == "off"
    for wrong in ('{"mask": "none"}', '{"steps": 3}', "[]", "{"):
        (model / "row.json").write_text(wrong)
        with pytest.raises(BadInput, match=r"row\.json"):
            row_of(model)
    with pytest.raises(BadInput, match="no variants"):
        variants_in(model)
