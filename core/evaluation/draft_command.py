"""`python -m core.evaluation draft --cases 48 --seed 1`: what drafts cost and lose."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from core.errors import KomaError

DEFAULT_MODEL = Path("resources/models/koma-toon")


@click.command()
@click.option("--cases", default=48, show_default=True, type=click.IntRange(1, 5000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 10_000))
@click.option("--rounds", default=7, show_default=True, help="Timings of each way.")
@click.option("--model", default=DEFAULT_MODEL, show_default=True, type=click.Path(path_type=Path))
@click.option("--threads", type=int, help="Default: all cores but one, as beside a window.")
@click.option("--plain", is_flag=True, help="Draw drafts without the model's few-step LoRA.")
@click.option("--out", default=None, type=click.Path(path_type=Path), help="Folder for the sheets.")
@click.option("--json", "json_file", default=None, type=click.Path(path_type=Path))
def draft(
    cases: int,
    seed: int,
    rounds: int,
    model: Path,
    threads: int | None,
    plain: bool,
    out: Path | None,
    json_file: Path | None,
) -> None:
    """Time and likeness of drafts against a picture in 20 steps."""
    from rich.console import Console
    from rich.progress import Progress

    from core.checkpoints.catalogue import scan
    from core.engine.device import EngineOptions, use_threads
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource
    from core.evaluation.drafts import SETTINGS, run_drafts, ways_of
    from core.evaluation.identity import write_json

    used = use_threads(threads)
    try:
        info = scan([model.parent]).find(model.name)
        engine = DiffusersEngine(CheckpointSource([model.parent]), EngineOptions(max_batch=16))
        with Progress(console=Console(stderr=True)) as bar:
            pictures = cases * len(ways_of(info, plain)) * len(SETTINGS)
            task = bar.add_task("drawing", total=pictures)
            report = run_drafts(
                engine, info, cases, seed, rounds, plain, lambda: bar.advance(task), out
            )
    except KomaError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    report["threads"] = used
    print_drafts(report)
    if json_file is not None:
        write_json(json_file, report)


def print_drafts(report: dict[str, Any]) -> None:
    """Milliseconds, dB and SSIM as a table, and whether the goals hold."""
    from rich.console import Console
    from rich.table import Table

    from core.evaluation.drafts import GOAL_LOSS_DB, GOAL_SHARE, SETTINGS

    table = Table(title="drafts: one panel at a time, against 20 steps")
    stages = ("seconds", "prepare", "denoise", "decode", "rest")
    scores = [f"{setting} {name}" for setting in SETTINGS for name in ("PSNR", "loss", "SSIM")]
    for name in ("steps", "guidance", "ms", "share", *stages[1:], *scores):
        table.add_column(name, justify="right")
    for way in report["ways"]:
        milliseconds = [f"{1000 * way[stage]:.0f}" for stage in stages]
        likeness = [
            f"{way[setting][name]:.{digits}f}"
            for setting in SETTINGS
            for name, digits in (("psnr", 2), ("loss", 2), ("ssim", 3))
        ]
        table.add_row(
            str(way["steps"]), f"{way['guidance_scale']:g}", milliseconds[0],
            f"{way['share']:.3f}", *milliseconds[1:], *likeness,
        )  # fmt: skip
    console = Console(width=150)
    console.print(table)
    own = report["draft"]
    losses = ", ".join(f"{name} {loss:.2f}" for name, loss in own["loss"].items())
    console.print(
        f"The model's draft: {own['steps']} steps, guidance {own['guidance_scale']:g}: "
        f"{own['share']:.3f} of the time (goal {GOAL_SHARE:.3f}), loss in dB: {losses} "
        f"(goal {GOAL_LOSS_DB}): {'holds' if report['holds'] else 'does not hold'}."
    )
    for key in ("model", "few_step_lora", "cases", "seed", "rounds", "threads"):
        console.print(f"{key}: {report[key]}")
