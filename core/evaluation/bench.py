"""Draws and scores the benchmark, unit by unit, so that a run that was stopped goes on.

A folder of results holds `run.json` (what was asked), `scores/TASK/NUMBER.json` (a case's scores
by row) and `pictures/TASK/NUMBER_*.png` (what a contact sheet shows). A unit is a few characters
in all tasks: enough pictures of each row for a batch of the engine, and what is lost when a run is
stopped.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image as PillowImage

from core.detection.detector import PoseDetector
from core.engine.requests import Engine
from core.errors import BadInput
from core.evaluation.cases import STRIDE, BenchmarkCase, CaseSource, Image
from core.evaluation.identity import Drawn, render_all
from core.evaluation.rows import Row, request_of
from core.evaluation.scorers.figures import Measures
from core.evaluation.scoring import CaseScorer, Scores
from core.files import write_atomically

RUN_FILE = "run.json"
TRUTH = "truth"  # the row of the true drawings: what the scorers give to a perfect model
_AT_ONCE = 8  # pictures of one row; larger batches are hardly faster on a CPU


@dataclass(frozen=True)
class Plan:
    """What a run measures."""

    tasks: tuple[str, ...]
    rows: tuple[Row, ...]
    cases: int
    samples: int
    seed: int
    sheet_cases: int = 8

    @property
    def numbers(self) -> range:
        return range(self.seed * STRIDE, self.seed * STRIDE + self.cases)

    def rows_of(self, task: str) -> list[Row]:
        return [row for row in self.rows if row.fits(task)]

    @property
    def units(self) -> list[range]:
        """Case numbers that are drawn together."""
        size = math.ceil(_AT_ONCE / (self.samples * len(self.tasks)))
        numbers = self.numbers
        return [numbers[start : start + size] for start in range(0, len(numbers), size)]


@dataclass(frozen=True)
class Instruments:
    """What a run draws and measures with. detector_name: printed beside its scores."""

    engine: Engine
    how: Drawn
    source: CaseSource
    scorers: Measures
    detector: PoseDetector
    detector_name: str


@dataclass(frozen=True)
class Finished:
    """One finished unit: how many cases it holds, and how many of them and pictures are new."""

    cases: int
    new: int = 0
    pictures: int = 0


Work = Callable[[Sequence[range]], Iterable[Finished]]


def write_text(path: Path, text: str) -> None:
    """Whole or not at all, so that a run can be stopped at any time."""
    write_atomically(path, lambda stream: stream.write(text.encode("utf-8")))


def run_benchmark(
    plan: Plan,
    tools: Instruments,
    out: Path,
    facts: dict[str, Any],
    on_unit: Callable[[Finished], None],
    work: Work | None = None,
) -> None:
    """Draws what is missing in `out`. facts: also written into run.json.

    on_unit is told of every unit when it is there. work: draws units elsewhere (`jobs`). Raises
    BadInput where `out` holds a run with other settings.
    """
    _check_scorers(tools)
    if any(row.has_words for row in plan.rows) and not tools.source.has_truth:
        raise BadInput(
            "Nobody knows the tags of these characters' looks: leave out the rows with words."
        )
    _claim(out, _description(plan, tools, facts))
    here = (finish_unit(numbers, plan, tools, out) for numbers in plan.units)
    for unit in here if work is None else work(plan.units):
        on_unit(unit)


def _check_scorers(tools: Instruments) -> None:
    world, name = tools.scorers.world, tools.source.name
    if world is None or world == name:
        return
    todo = "train scorers for it" if tools.source.has_truth else "take “--scorers published”"
    raise BadInput(
        f"These scorers were trained on the {world} world and the benchmark is of the {name}: "
        f"{todo}."
    )


def finish_unit(numbers: Sequence[int], plan: Plan, tools: Instruments, out: Path) -> Finished:
    """Draws and scores the cases of these numbers that are missing in `out`."""
    wanted = [
        (task, number)
        for number in numbers
        for task in plan.tasks
        if plan.rows_of(task) and tools.source.has(task, number % STRIDE)
    ]
    missing = [(t, n) for t, n in wanted if not _scores_path(out, t, n).is_file()]
    cases = [tools.source.case(task, number, tools.how.size_px) for task, number in missing]
    drawn = _drawn(cases, plan, tools)
    for case, pictures in zip(cases, drawn, strict=True):
        if case.number % STRIDE < plan.sheet_cases:
            _keep(out, case, pictures, tools.how.size_px)
        path = _scores_path(out, case.task, case.number)
        write_text(path, json.dumps(_scored(case, pictures, tools)))
    return Finished(len(wanted), len(missing), sum(len(p) for one in drawn for p in one.values()))


def _scores_path(out: Path, task: str, number: int) -> Path:
    return out / "scores" / task / f"{number}.json"


def _description(plan: Plan, tools: Instruments, facts: dict[str, Any]) -> dict[str, Any]:
    scorers = tools.scorers
    return {
        **asdict(plan),
        "model": asdict(tools.how),
        "world": tools.source.name,
        "references": tools.source.references,
        "truth": tools.source.has_truth,
        "scorer": scorers.name,
        "distance": scorers.distance_name,
        "scorer_ids": scorers.ids,
        "detector": tools.detector_name,
        "judged_attributes": list(scorers.groups),
        **facts,
    }


def read_description(folder: Path) -> dict[str, Any]:
    """What the run in this folder asked for; older ones knew only model sheets."""
    return {"references": "sheet"} | json.loads((folder / RUN_FILE).read_text("utf-8"))


def _claim(out: Path, description: dict[str, Any]) -> None:
    """Writes run.json, or checks that the one there asks for the same (any commit)."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / RUN_FILE
    description = json.loads(json.dumps(description))
    if path.is_file():
        there = read_description(out)
        changed = sorted(
            key
            for key in description.keys() | there.keys()
            if key not in ("commit", "cases") and there.get(key) != description.get(key)
        )
        if changed:
            raise BadInput(
                f"{out} holds a run with other settings ({', '.join(changed)}): choose another "
                "folder."
            )
    write_text(path, json.dumps(description, indent=2) + "\n")


def _drawn(
    cases: Sequence[BenchmarkCase], plan: Plan, tools: Instruments
) -> list[dict[str, list[Image]]]:
    """For each case the samples of every row, all drawn in one call: it makes the batches."""
    asked = [
        {
            row.label: [request_of(row, case, sample, tools.how) for sample in range(plan.samples)]
            for row in plan.rows_of(case.task)
        }
        for case in cases
    ]
    everything = [r for rows in asked for requests in rows.values() for r in requests]
    images = render_all(tools.engine, everything, lambda progress: None) if everything else {}
    return [
        {label: [images[r.content_hash()] for r in requests] for label, requests in rows.items()}
        for rows in asked
    ]


def _scored(
    case: BenchmarkCase, pictures: dict[str, list[Image]], tools: Instruments
) -> dict[str, Scores]:
    if case.truth is not None:
        pictures = pictures | {TRUTH: [case.truth.image]}
    scorer = CaseScorer(case, tools.scorers, tools.detector)
    return {label: scorer.scores(drawn) for label, drawn in pictures.items()}


def _keep(out: Path, case: BenchmarkCase, pictures: dict[str, list[Image]], side_px: int) -> None:
    """The strip of a case for the sheet: reference, truth, the first sample of every row."""
    folder = out / "pictures" / case.task
    folder.mkdir(parents=True, exist_ok=True)
    known = [case.reference.image, *([] if case.truth is None else [case.truth.image])]
    tiles = [
        _tile(image, side_px) for image in (*known, *(drawn[0] for drawn in pictures.values()))
    ]
    PillowImage.fromarray(np.hstack(tiles)).save(folder / f"{case.number}.png")


def _tile(image: Image, side_px: int) -> Image:
    """On a white square; a square picture of this size is left alone."""
    height, width = image.shape[:2]
    if (height, width) == (side_px, side_px):
        return image
    scale = side_px / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    tile = np.full((side_px, side_px, 3), 255, np.uint8)
    top, left = (side_px - size[1]) // 2, (side_px - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = small
    return tile
