"""From a folder of results to tables, report.json and contact sheets."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw
from rich.console import Console
from rich.table import Table

from core.errors import BadInput
from core.evaluation.bench import RUN_FILE, TRUTH, write_text
from core.evaluation.scoring import METRICS, Metric, Scores
from core.evaluation.worlds import TASK_TITLES, TASKS

RESAMPLES = 2000
MEAN = "mean"
_BOUNDS = (2.5, 97.5)  # percentiles of the interval of 95 %
_CAPTION_PX = 18

Cell = dict[str, float]  # mean, low, high, cases


def bootstrap(values: Sequence[float], seed: int = 0) -> Cell:
    """Mean over cases with its percentile interval of 95 % (Efron 1979, 2,000 resamples)."""
    array = np.asarray(values, np.float64)
    rng = np.random.default_rng([seed, len(array)])
    picks = rng.integers(0, len(array), (RESAMPLES, len(array)))
    low, high = np.percentile(array[picks].mean(axis=1), _BOUNDS)
    return {
        "mean": float(array.mean()), "low": float(low), "high": float(high),
        "cases": float(len(array)),
    }  # fmt: skip


def read_scores(
    folder: Path, description: dict[str, Any]
) -> dict[str, dict[int, dict[str, Scores]]]:
    """Scores of all finished cases by task and number."""
    found: dict[str, dict[int, dict[str, Scores]]] = {}
    for task in description["tasks"]:
        paths = sorted((folder / "scores" / task).glob("*.json"), key=lambda p: int(p.stem))
        if paths:
            found[task] = {int(p.stem): json.loads(p.read_text("utf-8")) for p in paths}
    return found


def make_report(folder: Path) -> dict[str, Any]:
    """The report: settings, and a cell for every task, row and metric; "mean" is over tasks.

    Raises BadInput where the folder holds no results.
    """
    path = folder / RUN_FILE
    if not path.is_file():
        raise BadInput(f"There are no results in {folder}: draw them with “run” first.")
    description = json.loads(path.read_text("utf-8"))
    scores = read_scores(folder, description)
    if not scores:
        raise BadInput(f"No case of {folder} is finished yet: let “run” go on.")
    labels = [*(row["label"] for row in description["rows"]), TRUTH]
    tables = {
        task: {label: _cells(cases, label) for label in labels if label in cases[0]}
        for task, cases in ((task, list(found.values())) for task, found in scores.items())
    }
    tables[MEAN] = _over_tasks(scores, labels)
    return {"run": description, "resamples": RESAMPLES, "tables": tables}


def _cells(cases: Sequence[dict[str, Scores]], label: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for metric in METRICS:
        values = [case[label].get(metric.key) for case in cases if label in case]
        known = [value for value in values if value is not None]
        if known:
            cells[metric.key] = bootstrap(known)
    return cells


def _over_tasks(
    scores: dict[str, dict[int, dict[str, Scores]]], labels: Sequence[str]
) -> dict[str, dict[str, Cell]]:
    """Macro average of the rows that are in every task."""
    numbers = sorted({number for cases in scores.values() for number in cases})
    found: dict[str, dict[str, Cell]] = {}
    for label in labels:
        if not all(label in next(iter(cases.values())) for cases in scores.values()):
            continue
        found[label] = {}
        for metric in METRICS:
            values = np.full((len(scores), len(numbers)), np.nan)
            for row, cases in enumerate(scores.values()):
                for column, number in enumerate(numbers):
                    value = cases.get(number, {}).get(label, {}).get(metric.key)
                    values[row, column] = np.nan if value is None else value
            values = values[~np.isnan(values).all(axis=1)]
            if len(values):
                found[label][metric.key] = _macro(values)
    return found


def _macro(values: NDArray[np.float64]) -> Cell:
    """Mean of the tasks' means of (tasks, characters), nan where there is no score.

    The same characters are in all tasks, so characters are resampled and not single cases.
    """

    def means(table: NDArray[np.float64]) -> NDArray[np.float64]:
        known = ~np.isnan(table)
        sums, counts = np.where(known, table, 0).sum(-1), known.sum(-1)
        return (sums / np.maximum(counts, 1)).mean(0)

    rng = np.random.default_rng([0, values.shape[1]])
    picks = rng.integers(0, values.shape[1], (RESAMPLES, values.shape[1]))
    low, high = np.percentile(means(values[:, picks]), _BOUNDS)
    return {
        "mean": float(means(values)),
        "low": float(low),
        "high": float(high),
        "cases": float((~np.isnan(values)).sum()),
    }


def print_tables(report: dict[str, Any], console: Console) -> None:
    """A table a task and one of the means, ids of model and scorers below."""
    tables = report["tables"]
    for task in [task for task in (*TASKS, MEAN) if task in tables]:
        rows = tables[task]
        used = [m for m in METRICS if any(m.key in cells for cells in rows.values())]
        table = Table(title=TASK_TITLES.get(task, "mean over tasks"))
        table.add_column("measure", justify="left")
        for label in rows:
            table.add_column(label, justify="right")
        for metric in used:
            arrow = "↑" if metric.better == "more" else "↓"
            shown = [_shown(cells.get(metric.key), metric) for cells in rows.values()]
            table.add_row(f"{metric.title} {arrow}", *shown)
        console.print(table)
    run = report["run"]
    console.print(f"model: {run['model']['model_id']} {run['model']['model_digest'][:12]}")
    console.print(f"scorer: {run['scorer']} (CLIP-T, CLIP-I, lpips-koma, Div, attributes, parts)")
    judged = ", ".join(run["judged_attributes"]) or "none: the classifier reads none well enough"
    console.print(f"attributes judged: {judged}")
    console.print(f"keypoints: {run['detector']}")
    console.print(
        f"world: {run['world']}, seed {run['seed']}, {run['cases']} cases a task, "
        f"{run['samples']} samples a case, commit {run.get('commit', 'unknown')}"
    )
    for sentence in run.get("left_out", []):
        console.print(sentence)


def _shown(cell: Cell | None, metric: Metric) -> str:
    if cell is None:
        return "-"
    mean, low, high = (f"{cell[key]:.{metric.digits}f}" for key in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"


def write_tables(folder: Path, console: Console) -> dict[str, Any]:
    """Prints the tables and writes report.json and a contact sheet a task beside them."""
    report = make_report(folder)
    write_text(folder / "report.json", json.dumps(report, indent=2) + "\n")
    for task in report["run"]["tasks"]:
        write_sheet(folder, task, [x for x in report["tables"].get(task, {}) if x != TRUTH])
    print_tables(report, console)
    return report


def write_sheet(folder: Path, task: str, labels: Sequence[str]) -> None:
    """Rows of reference, truth and the first sample of every row of the table; captions above."""
    paths = sorted((folder / "pictures" / task).glob("*.png"), key=lambda p: int(p.stem))
    if not paths:
        return
    strips = [np.asarray(PillowImage.open(path).convert("RGB")) for path in paths]
    body = np.vstack(strips)
    sheet = PillowImage.new("RGB", (body.shape[1], body.shape[0] + _CAPTION_PX), "white")
    sheet.paste(PillowImage.fromarray(body), (0, _CAPTION_PX))
    pen = ImageDraw.Draw(sheet)
    side = strips[0].shape[0]
    for column, caption in enumerate(("reference", "truth", *labels)):
        pen.text((column * side + 4, 3), caption, fill="black")
    sheet.save(folder / f"sheet_{task}.png")
