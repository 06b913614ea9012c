"""Runs the identity task and writes its table, JSON and contact sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from core.detection.detector import KeypointDetector
from core.engine.requests import Engine, RenderProgress
from core.errors import BadInput
from core.evaluation.identity import (
    SETTINGS,
    Case,
    Drawn,
    Image,
    Scores,
    expressions_right,
    make_cases,
    mean_of,
    on_grey,
    puppet_picture,
    render_all,
    request_for,
    score,
    shuffled,
)
from core.evaluation.metrics import average_keypoint_distance, masked_psnr

SHEET_ROWS = 16


def run_identity(
    engine: Engine, how: Drawn, count: int, seed: int, detector: KeypointDetector, out: Path | None
) -> dict[str, object]:
    """The report as written to --json: a dict a setting, and the puppet's own picture's PSNR."""
    cases = make_cases(count, seed, how.size_px)
    others = shuffled(cases)
    asked = {
        setting: {
            "right": [request_for(c, c, setting, how) for c in cases],
            "shuffled": [
                request_for(c, o, setting, how) for c, o in zip(cases, others, strict=True)
            ],
            "none": [request_for(c, None, setting, how) for c in cases],
        }
        for setting in SETTINGS
    }
    everything = [r for lists in asked.values() for requests in lists.values() for r in requests]
    with Progress(console=Console(stderr=True)) as bar:
        unique = len({request.content_hash() for request in everything})
        task = bar.add_task("drawing", total=unique * how.steps)

        def on_step(progress: RenderProgress) -> None:
            bar.advance(task)

        images = render_all(engine, everything, on_step)
    pictures = {
        setting: {name: [images[r.content_hash()] for r in rs] for name, rs in lists.items()}
        for setting, lists in asked.items()
    }

    def keypoints_of(picture: Image) -> NDArray[np.floating] | None:
        try:
            return detector.detect(picture).pose.to_array()
        except BadInput:
            return None

    report: dict[str, object] = {
        setting: asdict(score(cases, pictures[setting], keypoints_of)) for setting in SETTINGS
    }
    puppets = [on_grey(puppet_picture(case, case)) for case in cases]
    report["psnr_puppet_image"] = mean_of(
        [masked_psnr(p, c.truth.image, c.subject) for p, c in zip(puppets, cases, strict=True)]
    )
    report["expression_puppet_image"] = expressions_right(cases, puppets)
    report["akd_of_truth"] = _detector_floor(cases, detector)
    report |= {
        "cases": count,
        "seed": seed,
        "steps": how.steps,
        "guidance_scale": how.guidance_scale,
    }
    report["model"], report["adapters"] = how.model_id, how.adapter
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_sheet(out / "identity.png", cases, puppets, pictures["both"]["right"])
        write_sheet(out / "identity_adapter.png", cases, puppets, pictures["adapter"]["right"])
    return report


def _detector_floor(cases: Sequence[Case], detector: KeypointDetector) -> float:
    """AKD of the detector on the true drawings: what no model can be measured below."""
    errors: list[float | None] = []
    for case in cases:
        try:
            found = detector.detect(case.truth.image).pose.to_array()
        except BadInput:
            continue
        height, width = case.truth.mask.shape
        errors.append(average_keypoint_distance(found, case.truth.keypoints, width, height))
    return mean_of(errors)


def write_sheet(
    path: Path, cases: Sequence[Case], puppets: Sequence[Image], drawn: Sequence[Image]
) -> None:
    """Rows of reference | puppet | pose | truth | Koma; two cases a row."""
    strips = [
        np.hstack([c.reference.image, p, c.control, c.truth.image, d])
        for c, p, d in zip(cases[:SHEET_ROWS], puppets, drawn, strict=False)
    ]
    if len(strips) % 2:
        strips.append(np.full_like(strips[0], 255))
    gap = np.full((strips[0].shape[0], 24, 3), 255, np.uint8)
    rows = [np.hstack([a, gap, b]) for a, b in zip(strips[::2], strips[1::2], strict=True)]
    PillowImage.fromarray(np.vstack(rows)).save(path)


def print_report(report: dict[str, object]) -> None:
    """The same numbers as a table."""
    table = Table(title="identity: held-out characters against their true drawing")
    columns = list(Scores.__dataclass_fields__)
    for name in ("setting", *columns):
        table.add_column(name, justify="left" if name == "setting" else "right")
    for setting in SETTINGS:
        row = report[setting]
        assert isinstance(row, dict)
        table.add_row(
            setting, *(f"{row[c]:.4f}" if c == "akd" else f"{row[c]:.2f}" for c in columns)
        )
    console = Console()
    console.print(table)
    for key in (
        "psnr_puppet_image",
        "expression_puppet_image",
        "akd_of_truth",
        "cases",
        "seed",
        "steps",
        "guidance_scale",
        "model",
        "adapters",
    ):
        value = report[key]
        console.print(f"{key}: {value:.4f}" if isinstance(value, float) else f"{key}: {value}")
