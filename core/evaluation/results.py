"""What lies in a folder of results: of one run, or of a run for each of several variants.

Variants that had to be trained are models of their own, so each has a run of its own,
`FOLDER/VARIANT`; their rows are put together here by case, called as their variants are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from core.errors import BadInput
from core.evaluation.bench import RUN_FILE, TRUTH, read_description
from core.evaluation.scoring import Scores

CasesOfTask = dict[int, dict[str, Scores]]  # by number of the case, then by row
Results = dict[str, CasesOfTask]  # by task
Description = dict[str, Any]  # run.json
# Two runs with the same of these asked for the same pictures and scored them alike.
_ALIKE = (
    "tasks", "seed", "samples", "world", "references", "truth", "scorer", "distance", "detector",
    "judged_attributes",
)  # fmt: skip
_ALIKE_DRAWN = ("size_px", "steps", "guidance_scale")


def read_results(folder: Path) -> tuple[Description, Results]:
    """What was asked, and the scores of all finished cases.

    Of several runs: the cases that all of them have. Raises BadInput where there are none, or where
    the runs cannot be compared.
    """
    runs = _runs(folder)
    read = [(name, *_read(place)) for name, place in runs]
    if len(read) == 1 and read[0][0] is None:
        _, description, scores = read[0]
    else:
        description = _described([(str(name), about) for name, about, _ in read])
        scores = reduce(_beside, [_called(str(n), about, found) for n, about, found in read])
    if not any(scores.values()):
        raise BadInput(f"No case of {folder} is finished yet: let the drawing go on.")
    return description, {task: found for task, found in scores.items() if found}


def _runs(folder: Path) -> list[tuple[str | None, Path]]:
    if (folder / RUN_FILE).is_file():
        return [(None, folder)]
    found = sorted(folder.glob(f"*/{RUN_FILE}"))
    if not found:
        raise BadInput(f"There are no results in {folder}: draw them with “run” first.")
    return [(path.parent.name, path.parent) for path in found]


def _read(folder: Path) -> tuple[Description, Results]:
    description = read_description(folder)
    found: Results = {}
    for task in description["tasks"]:
        paths = sorted((folder / "scores" / task).glob("*.json"), key=lambda p: int(p.stem))
        found[task] = {int(p.stem): json.loads(p.read_text("utf-8")) for p in paths}
    return description, found


def _described(runs: Sequence[tuple[str, Description]]) -> Description:
    """One description of all. Raises BadInput where they differ in more than the variant."""
    first = runs[0][1]
    for name, about in runs[1:]:
        differ = [key for key in _ALIKE if about[key] != first[key]]
        differ += [key for key in _ALIKE_DRAWN if about["model"][key] != first["model"][key]]
        if differ:
            raise BadInput(
                f"{runs[0][0]} and {name} were drawn with other settings ({', '.join(differ)}), so "
                "they cannot be compared: draw them anew."
            )
    rows = [
        row | {"label": _label(name, about, row["label"])}
        for name, about in runs
        for row in about["rows"]
    ]
    ids = {about["model"]["model_digest"] for _, about in runs}
    model = first["model"] if len(ids) == 1 else first["model"] | {"model_digest": "variants"}
    cases = min(about["cases"] for _, about in runs)
    return {**first, "rows": rows, "model": model, "cases": cases}


def _label(name: str, about: Description, label: str) -> str:
    return name if len(about["rows"]) == 1 else f"{name}: {label}"


def _called(name: str, about: Description, found: Results) -> Results:
    """Rows with the variant's name; the true drawings are everyone's."""
    return {
        task: {
            number: {
                label if label == TRUTH else _label(name, about, label): scores
                for label, scores in case.items()
            }
            for number, case in cases.items()
        }
        for task, cases in found.items()
    }


def _beside(one: Results, other: Results) -> Results:
    """The rows of both in the cases that both have."""
    return {
        task: {
            number: {**cases[number], **other[task][number]}
            for number in cases.keys() & other[task].keys()
        }
        for task, cases in one.items()
    }


def strips(folder: Path, task: str) -> list[NDArray[np.uint8]]:
    """Of each kept case the pictures side by side: reference, truth if known, then all rows."""
    runs = _runs(folder)
    known = 2 if json.loads((runs[0][1] / RUN_FILE).read_text("utf-8"))["truth"] else 1
    read = [
        {
            int(path.stem): np.asarray(PillowImage.open(path).convert("RGB"))
            for path in (place / "pictures" / task).glob("*.png")
        }
        for _, place in runs
    ]
    numbers = sorted(set.intersection(*(set(one) for one in read)))
    return [
        np.hstack([read[0][n], *(one[n][:, known * one[n].shape[0] :] for one in read[1:])])
        for n in numbers
    ]
