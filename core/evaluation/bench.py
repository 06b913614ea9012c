"""Draws and scores the benchmark, case by case, so that a run that was stopped goes on.

A folder of results holds `run.json` (what was asked), `scores/TASK/NUMBER.json` (a case's scores
by row) and `pictures/TASK/NUMBER_*.png` (what a contact sheet shows).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PillowImage

from core.detection.detector import PoseDetector
from core.engine.requests import Engine
from core.errors import BadInput
from core.evaluation.identity import Drawn, Image, render_all
from core.evaluation.rows import Row, request_of
from core.evaluation.scorers.measuring import Scorers
from core.evaluation.scoring import Scores, score_case
from core.evaluation.worlds import AnyWorld, TaskCase
from core.files import write_atomically

RUN_FILE = "run.json"
TRUTH = "truth"  # the row of the true drawings: what the scorers give to a perfect model
_STRIDE = 100_000  # case numbers of a seed


@dataclass(frozen=True)
class Plan:
    """What a run measures. first_case: number of the first held-out character."""

    tasks: tuple[str, ...]
    rows: tuple[Row, ...]
    cases: int
    samples: int
    seed: int
    sheet_cases: int = 8

    @property
    def numbers(self) -> range:
        return range(self.seed * _STRIDE, self.seed * _STRIDE + self.cases)


@dataclass(frozen=True)
class Instruments:
    """What a run draws and measures with. detector_name: printed beside its scores."""

    engine: Engine
    how: Drawn
    world: AnyWorld
    scorers: Scorers
    detector: PoseDetector
    detector_name: str


def write_text(path: Path, text: str) -> None:
    """Whole or not at all, so that a run can be stopped at any time."""
    write_atomically(path, lambda stream: stream.write(text.encode("utf-8")))


def run_benchmark(
    plan: Plan,
    tools: Instruments,
    out: Path,
    facts: dict[str, Any],
    on_case: Callable[[str, int], None],
) -> None:
    """Draws what is missing in `out`. facts: also written into run.json.

    on_case gets task and number of every case when it is there. Raises BadInput where `out` holds
    a run with other settings.
    """
    if tools.scorers.world != tools.world.name:
        raise BadInput(
            f"These scorers were trained on the {tools.scorers.world} world and the benchmark is "
            f"of the {tools.world.name}: train scorers for it."
        )
    _claim(out, _description(plan, tools, facts))
    for task in plan.tasks:
        rows = [row for row in plan.rows if row.fits(task)]
        for number in plan.numbers:
            path = out / "scores" / task / f"{number}.json"
            if rows and not path.is_file():
                case = tools.world.case(task, number, tools.how.size_px)
                scores = _measure(case, rows, plan, tools, out)
                path.parent.mkdir(parents=True, exist_ok=True)
                write_text(path, json.dumps(scores))
            on_case(task, number)


def _description(plan: Plan, tools: Instruments, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        **asdict(plan),
        "model": asdict(tools.how),
        "world": tools.world.name,
        "scorer": tools.scorers.name,
        "detector": tools.detector_name,
        "judged_attributes": list(tools.scorers.groups),
        **facts,
    }


def _claim(out: Path, description: dict[str, Any]) -> None:
    """Writes run.json, or checks that the one there asks for the same (any commit)."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / RUN_FILE
    description = json.loads(json.dumps(description))
    if path.is_file():
        there = json.loads(path.read_text("utf-8"))
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


def _measure(
    case: TaskCase, rows: Sequence[Row], plan: Plan, tools: Instruments, out: Path
) -> dict[str, Scores]:
    asked = {
        row.label: [request_of(row, case, sample, tools.how) for sample in range(plan.samples)]
        for row in rows
    }
    everything = [request for requests in asked.values() for request in requests]
    images = render_all(tools.engine, everything, lambda progress: None)
    pictures = {
        label: [images[request.content_hash()] for request in requests]
        for label, requests in asked.items()
    }
    if case.case.seed - plan.numbers.start < plan.sheet_cases:
        _keep(out, case, pictures)
    pictures[TRUTH] = [case.case.truth.image]
    return {
        label: score_case(case, drawn, tools.scorers, tools.detector)
        for label, drawn in pictures.items()
    }


def _keep(out: Path, case: TaskCase, pictures: dict[str, list[Image]]) -> None:
    """The strip of a case for the sheet: reference, truth, the first sample of every row."""
    folder = out / "pictures" / case.task
    folder.mkdir(parents=True, exist_ok=True)
    firsts = [drawn[0] for drawn in pictures.values()]
    strip = np.hstack([case.case.reference.image, case.case.truth.image, *firsts])
    PillowImage.fromarray(strip).save(folder / f"{case.case.seed}.png")
