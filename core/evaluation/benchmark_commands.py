"""`train-scorers`, `run`, `table` and `ablate` of `python -m core.evaluation`."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import KomaError
from core.evaluation.worlds import TASKS, WORLDS

if TYPE_CHECKING:
    from core.evaluation.bench import Plan
    from core.evaluation.rows import Row

DEFAULT_MODEL = Path("resources/models/koma-toon")
DEFAULT_SCORERS = Path("build/scorers")
_SEED_OF_SCORERS = 3

Command = Callable[..., None]


def _told(command: Command) -> Command:
    """Errors for artists as one sentence on standard error, exit code 2."""

    @functools.wraps(command)
    def wrapped(**options: Any) -> None:
        try:
            command(**options)
        except KomaError as error:
            click.echo(str(error), err=True)
            sys.exit(2)

    return wrapped


def _settings(command: Command) -> Command:
    """The options that `run` and `ablate` share."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--cases", default=200, show_default=True, type=click.IntRange(1, 50_000)),
        click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 40)),
        click.option("--samples", default=4, show_default=True, type=click.IntRange(1, 16)),
        click.option("--out", required=True, type=path),
        click.option("--world", default="first", show_default=True, type=click.Choice(WORLDS)),
        click.option("--model", default=DEFAULT_MODEL, show_default=True, type=path),
        click.option("--scorers", default=DEFAULT_SCORERS, show_default=True, type=path),
        click.option("--steps", default=None, type=click.IntRange(1, 150)),
        click.option("--guidance-scale", default=None, type=float),
    ):
        command = option(command)
    return command


@click.command("train-scorers")
@click.option("--out", default=DEFAULT_SCORERS, show_default=True, type=click.Path(path_type=Path))
@click.option("--minutes", default=6.0, show_default=True, type=click.FloatRange(0.01, 600))
@click.option("--world", default="first", show_default=True, type=click.Choice(WORLDS))
@click.option("--seed", default=_SEED_OF_SCORERS, show_default=True, type=click.IntRange(0, 900))
@_told
def train_scorers(out: Path, minutes: float, world: str, seed: int) -> None:
    """Train the scorers on the synthetic world and print their own accuracy."""
    from rich.console import Console
    from rich.progress import Progress

    from core.evaluation.scorers.exam import examine
    from core.evaluation.scorers.files import save_scorer
    from core.evaluation.scorers.teaching import teach
    from core.evaluation.worlds import world_of

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("training", total=1.0)
        teacher = teach(
            world_of(world),
            seed,
            minutes,
            lambda done, losses: bar.update(task, completed=done),
        )
    accuracy = examine(teacher.net, world_of(world))
    accuracy |= {"steps": teacher.steps, "seed": seed, "minutes": minutes}
    name = save_scorer(out, teacher.net, accuracy)
    Console().print(name, accuracy)


@click.command("run")
@click.option("--adapter", default="anime,none", show_default=True, help="Rows, by commas.")
@click.option("--task", default="all", show_default=True, type=click.Choice(("all", *TASKS)))
@_settings
@_told
def run(adapter: str, task: str, **options: Any) -> None:
    """Draw and score the five tasks; a run that was stopped goes on."""
    from core.evaluation.rows import rows_for

    tasks = TASKS if task == "all" else (task,)
    _draw(rows_for(adapter), tasks, options)


@click.command("table")
@click.argument("folder", type=click.Path(path_type=Path))
@_told
def table(folder: Path) -> None:
    """Print the tables of a run; write report.json and contact sheets beside it."""
    from rich.console import Console

    from core.evaluation.tables import write_tables

    write_tables(folder, Console())


@click.command("ablate")
@click.option("--what", default="all", show_default=True, help="all, or names by commas.")
@click.option(
    "--checkpoints",
    default=None,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of model folders, one a variant that had to be trained (scope, controller, K).",
)
@_settings
@_told
def ablate(what: str, checkpoints: Path | None, **options: Any) -> None:
    """Masks, scales and errors of the rig; with --checkpoints also trained variants."""
    from core.errors import BadInput
    from core.evaluation.ablation import ABLATIONS, PUPPET_ABLATIONS
    from core.evaluation.rows import rows_for

    names = list(ABLATIONS) if what == "all" else what.split(",")
    unknown = [name for name in names if name not in ABLATIONS]
    if unknown:
        raise BadInput(f"There is no ablation “{unknown[0]}”: choose {', '.join(ABLATIONS)}.")
    out: Path = options["out"]
    if checkpoints is not None:
        for folder in sorted(path for path in checkpoints.iterdir() if path.is_dir()):
            variant = options | {"model": folder, "out": out / folder.name}
            _draw(rows_for("anime"), TASKS, variant)
        return
    for name in names:
        tasks = ("pose",) if name in PUPPET_ABLATIONS else TASKS
        _draw(ABLATIONS[name], tasks, options | {"out": out / name})


def _draw(rows: tuple[Row, ...], tasks: tuple[str, ...], options: dict[str, Any]) -> None:
    """Run one plan on one model and print its tables."""
    from rich.console import Console

    from core.checkpoints.catalogue import scan
    from core.errors import BadInput
    from core.evaluation.bench import Plan
    from core.evaluation.rows import usable
    from core.evaluation.tables import write_tables

    model: Path = options["model"]
    info = scan([model.parent]).find(model.name)
    kept, sentences = usable(rows, info.adapter_kinds, info.title)
    for sentence in sentences:
        click.echo(sentence, err=True)
    if not kept:
        raise BadInput(f"{info.title} can draw none of these rows: choose others.")
    digests = tuple(
        replace(row, digest=info.adapter_digest("+".join(row.kinds)) if row.kinds else "")
        for row in kept
    )
    plan = Plan(tasks, digests, options["cases"], options["samples"], options["seed"])
    facts = {"commit": _commit(), "left_out": sentences}
    _run_plan(plan, info, options, facts)
    write_tables(options["out"], Console())


def _run_plan(plan: Plan, info: Any, options: dict[str, Any], facts: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.progress import Progress

    from core.detection.detector import KeypointDetector
    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource
    from core.evaluation.bench import Instruments, run_benchmark
    from core.evaluation.identity import Drawn
    from core.evaluation.scorers.files import load_scorer
    from core.evaluation.scorers.measuring import Scorers, legible
    from core.evaluation.worlds import world_of

    model: Path = options["model"]
    net, accuracy, name = load_scorer(options["scorers"])
    guidance = options["guidance_scale"]
    tools = Instruments(
        DiffusersEngine(
            CheckpointSource([model.parent]), EngineOptions(max_batch=16, previews=False)
        ),
        Drawn(
            info.id,
            info.native_px,
            options["steps"] or info.default_steps,
            info.default_guidance_scale if guidance is None else guidance,
            info.digest,
        ),
        world_of(options["world"]),
        Scorers(net, name, legible(accuracy)),
        KeypointDetector.load(DEFAULT_MODEL / "keypoint_detector"),
        "koma-toon's shipped detector (draws nothing; trained on the first edition)",
    )
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("cases", total=len(plan.tasks) * plan.cases)
        run_benchmark(
            plan, tools, options["out"], facts | {"scorer_accuracy": accuracy},
            lambda name, number: bar.advance(task),
        )  # fmt: skip
    tools.engine.close()


def _commit() -> str:
    """The commit of the source, with + where files were changed since."""
    try:
        head = subprocess.run(
            ["git", "describe", "--always", "--dirty=+"],
            capture_output=True, text=True, check=True, timeout=20,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return head.stdout.strip()
