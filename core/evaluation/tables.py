"""From a folder of results to tables, report.json, tables.md and contact sheets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw
from rich.console import Console
from rich.table import Table

from core.errors import BadInput
from core.evaluation.bench import TRUTH, write_text
from core.evaluation.results import CasesOfTask, read_results, strips
from core.evaluation.scoring import METRICS, Metric, Scores
from core.evaluation.worlds import POSED_TASKS, TASK_TITLES

RESAMPLES = 2000
MEAN = "mean"
_BOUNDS = (2.5, 97.5)  # percentiles of the interval of 95 %
_CAPTION_PX = 18
_CELL_WIDTH = 24  # of a number with its interval and the lines around it

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


def differences(cases: CasesOfTask, base: str) -> CasesOfTask:
    """Each case's scores less those of the row `base` for the same case; none where it has none."""
    return {
        number: {
            label: {key: _less(value, case[base].get(key)) for key, value in found.items()}
            for label, found in case.items()
            if label != base
        }
        for number, case in cases.items()
        if base in case
    }


def _less(value: float | None, base: float | None) -> float | None:
    return None if value is None or base is None else value - base


def make_report(folder: Path, against: str | None = None) -> dict[str, Any]:
    """The report: settings, and a cell for every task, row and metric; "mean" is over tasks.

    against: a row; cells are then of differences to it. Raises BadInput as `read_results`, and
    where there is no such row.
    """
    description, scores = read_results(folder)
    labels = [row["label"] for row in description["rows"]]
    labels += [TRUTH] if description["truth"] else []
    if against is not None:
        if against not in labels:
            raise BadInput(f"There is no row “{against}”: choose {', '.join(labels)}.")
        compared = {task: differences(found, against) for task, found in scores.items()}
        scores = {task: found for task, found in compared.items() if found}
    tables = {
        task: {label: _cells(cases, label) for label in labels if label in cases[0]}
        for task, cases in ((task, list(found.values())) for task, found in scores.items())
    }
    tables[MEAN] = _over_tasks(scores, labels)
    return {"run": description, "resamples": RESAMPLES, "against": against, "tables": tables}


def _cells(cases: Sequence[dict[str, Scores]], label: str) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for metric in METRICS:
        values = [case[label].get(metric.key) for case in cases if label in case]
        known = [value for value in values if value is not None]
        if known:
            cells[metric.key] = bootstrap(known)
    return cells


def _over_tasks(
    scores: dict[str, CasesOfTask], labels: Sequence[str]
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
    """A table a task and one of the means, as in the paper; ids of model and scorers below.

    As many measures side by side as the console is wide. A measure that this run cannot give is
    there with a dash.
    """
    signed = report["against"] is not None
    for title, rows, metrics in _tables(report):
        widest = max(len(label) for label in rows)
        at_once = max(1, (console.width - widest - 4) // _CELL_WIDTH)
        for start in range(0, len(metrics), at_once):
            part = metrics[start : start + at_once]
            table = Table(title=title if start == 0 else None)
            table.add_column("", no_wrap=True)
            for metric in part:
                table.add_column(_title(metric, report["run"]), justify="right", min_width=21)
            for label, cells in rows.items():
                table.add_row(label, *(_shown(cells.get(m.key), m, signed) for m in part))
            console.print(table)
    for sentence in _about(report["run"]):
        console.print(sentence)


def _tables(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], list[Metric]]]:
    """Title, rows and measures of every table."""
    run, tables = report["run"], report["tables"]
    posed = any(task in POSED_TASKS for task in run["tasks"])
    for task in [task for task in (*run["tasks"], MEAN) if task in tables]:
        if task == MEAN and len(tables) == 2:  # that one task is its own mean
            continue
        has_pose = task in POSED_TASKS or (task == MEAN and posed)
        metrics = [metric for metric in METRICS if has_pose or not metric.pose_only]
        title = TASK_TITLES.get(task, "mean over tasks")
        if report["against"] is not None:
            title += f": differences to {report['against']}"
        yield title, tables[task], metrics


def markdown(report: dict[str, Any]) -> str:
    """The tables as Markdown, for a page about a model."""
    lines: list[str] = []
    signed = report["against"] is not None
    for title, rows, metrics in _tables(report):
        names = [_title(metric, report["run"]) for metric in metrics]
        lines += [
            f"## {title}",
            "",
            f"| | {' | '.join(names)} |",
            "|---" + "|--:" * len(names) + "|",
        ]
        for label, cells in rows.items():
            shown = [_shown(cells.get(metric.key), metric, signed) for metric in metrics]
            lines.append(f"| {label} | {' | '.join(shown)} |")
        lines.append("")
    return "\n".join((*lines, *(f"- {sentence}" for sentence in _about(report["run"])))) + "\n"


def _title(metric: Metric, run: dict[str, Any]) -> str:
    """With the name of what stands in the columns of LPIPS; its id is told below the tables."""
    name = metric.title.replace("lpips-koma", run["distance"].split(" ", 1)[0])
    return f"{name} {'↑' if metric.better == 'more' else '↓'}"


def _about(run: dict[str, Any]) -> list[str]:
    """The ids of all that drew and scored."""
    ids = [f"{what}: {name}" for what, name in run["scorer_ids"].items()]
    if run.get("adapters"):
        ids.insert(0, f"adapters from --adapters: {', '.join(run['adapters'])}; others: its own")
    judged = ", ".join(run["judged_attributes"]) or "none: nothing reads them well enough"
    return [
        f"model: {run['model']['model_id']} {run['model']['model_digest'][:12]}",
        f"scorer: {run['scorer']}",
        *ids,
        f"attributes judged: {judged}",
        f"keypoints: {run['detector']}",
        f"world: {run['world']}, references of kind {run['references']}, seed {run['seed']}, "
        f"{run['cases']} cases a task, {run['samples']} samples a case, "
        f"{run['model']['steps']} steps, commit {run.get('commit', 'unknown')}",
        *run.get("left_out", []),
    ]


def _shown(cell: Cell | None, metric: Metric, signed: bool) -> str:
    if cell is None:
        return "-"
    form = f"{'+' if signed else ''}.{metric.digits}f"
    mean, low, high = (format(cell[key], form) for key in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"


def write_tables(folder: Path, console: Console) -> dict[str, Any]:
    """Prints the tables; report.json, tables.md and a contact sheet a task beside the results."""
    report = make_report(folder)
    write_text(folder / "report.json", json.dumps(report, indent=2) + "\n")
    write_text(folder / "tables.md", markdown(report))
    known = ["reference", TRUTH] if report["run"]["truth"] else ["reference"]
    for task in report["run"]["tasks"]:
        rows = [x for x in report["tables"].get(task, {}) if x != TRUTH]
        write_sheet(folder, task, known + rows)
    print_tables(report, console)
    return report


def write_sheet(folder: Path, task: str, captions: Sequence[str]) -> None:
    """A row a case: what is known of it, and the first sample of every row of the table."""
    found = strips(folder, task)
    if not found:
        return
    body = np.vstack(found)
    sheet = PillowImage.new("RGB", (body.shape[1], body.shape[0] + _CAPTION_PX), "white")
    sheet.paste(PillowImage.fromarray(body), (0, _CAPTION_PX))
    pen = ImageDraw.Draw(sheet)
    side = found[0].shape[0]
    for column, caption in enumerate(captions):
        pen.text((column * side + 4, 3), caption, fill="black")
    sheet.save(folder / f"sheet_{task}.png")
