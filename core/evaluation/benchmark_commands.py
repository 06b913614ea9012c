"""`train-scorers`, `run`, `table` and `ablate` of `python -m core.evaluation`."""

from __future__ import annotations

import functools
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core.errors import KomaError
from core.evaluation.worlds import REFERENCES, TASKS, WORLDS

if TYPE_CHECKING:
    from core.evaluation.bench import Finished
    from core.evaluation.rows import Row
    from core.evaluation.workshop import Setup

DEFAULT_MODEL = Path("resources/models/koma-toon")
DEFAULT_SCORERS = Path("resources/evaluation/scorers")  # what the tables were measured with
TRAINED_SCORERS = Path("build/scorers")
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
    folder = click.Path(path_type=Path, exists=True, file_okay=False)
    for option in (
        click.option("--cases", default=200, show_default=True, type=click.IntRange(1, 50_000)),
        click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 40)),
        click.option("--samples", default=4, show_default=True, type=click.IntRange(1, 16)),
        click.option("--out", required=True, type=path),
        click.option("--world", default="first", show_default=True, type=click.Choice(WORLDS)),
        click.option(
            "--references",
            default="sheet",
            show_default=True,
            type=click.Choice(REFERENCES),
            help="Model sheets, or pictures that suit the task.",
        ),
        click.option("--data", default=None, type=folder, help="Evaluation set of core.dataset."),
        click.option("--model", default=DEFAULT_MODEL, show_default=True, type=path),
        click.option(
            "--adapters", default=None, type=folder, help="Trained adapters, in place of its own."
        ),
        click.option(
            "--scorers",
            default=str(DEFAULT_SCORERS),
            show_default=True,
            help="Folder of trained scorers, or “published”.",
        ),
        click.option("--clip", default=None, type=folder, help="CLIP, for published scorers."),
        click.option("--sam", default=None, type=folder, help="SAM 3; else Koma's segmenter."),
        click.option("--openpose", default=None, type=folder, help="Else Koma's detector."),
        click.option("--lpips", default=None, type=folder, help="LPIPS, or trained scorers."),
        click.option("--steps", default=None, type=click.IntRange(1, 150)),
        click.option("--guidance-scale", default=None, type=float),
        click.option(
            "--jobs",
            default=1,
            show_default=True,
            type=click.IntRange(1, 64),
            help="Processes that draw side by side.",
        ),
    ):
        command = option(command)
    return command


@click.command("train-scorers")
@click.option("--out", default=TRAINED_SCORERS, show_default=True, type=click.Path(path_type=Path))
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
    _print_tables(options["out"])


@click.command("table")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--against", default=None, help="Print differences to this row, case by case.")
@_told
def table(folder: Path, against: str | None) -> None:
    """Print the tables of a run; write report.json, tables.md and contact sheets beside it."""
    from rich.console import Console

    from core.evaluation.tables import make_report, print_tables, write_tables

    if against is None:
        write_tables(folder, Console())
    else:
        print_tables(make_report(folder, against), Console())


@click.command("ablate")
@click.option("--what", default="all", show_default=True, help="all, or names by commas.")
@click.option(
    "--variants",
    default=None,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Folder of trained variants (core.training.variants), drawn beside each other.",
)
@_settings
@_told
def ablate(what: str, variants: Path | None, **options: Any) -> None:
    """Masks, scales and errors of the rig; or, with --variants, what had to be trained."""
    from core.errors import BadInput
    from core.evaluation.ablation import ABLATIONS

    out: Path = options["out"]
    if variants is not None:
        _draw_variants(variants, options)
        return
    for name in chosen_ablations(what, options["world"]):
        if name not in ABLATIONS:
            raise BadInput(f"There is no ablation “{name}”: choose {', '.join(ABLATIONS)}.")
        one = ABLATIONS[name]
        world = one.world or options["world"]
        _draw(one.rows, one.tasks, options | {"out": out / name, "world": world})
        _print_tables(out / name)


def _draw_variants(folder: Path, options: dict[str, Any]) -> None:
    """Every variant into a folder of its own, and one table of all of them."""
    from core.evaluation.variants import is_model, row_of, variants_in

    out: Path = options["out"]
    for variant in variants_in(folder):
        click.echo(variant.name, err=True)
        given = {"model": variant} if is_model(variant) else {"adapters": variant}
        _draw((row_of(variant),), TASKS, options | given | {"out": out / variant.name})
    _print_tables(out)


def chosen_ablations(what: str, world: str) -> list[str]:
    """Names by commas; “all” is those that this world has, because each has scorers of its own."""
    from core.evaluation.ablation import ABLATIONS

    if what != "all":
        return what.split(",")
    return [name for name, one in ABLATIONS.items() if one.world in (None, world)]


def _draw(rows: tuple[Row, ...], tasks: tuple[str, ...], options: dict[str, Any]) -> None:
    """Run one plan on one model."""
    from core.errors import BadInput
    from core.evaluation.bench import Plan, run_benchmark
    from core.evaluation.rows import usable
    from core.evaluation.workshop import in_processes, instruments, model_info

    out: Path = options["out"]
    setup = _setup(options)
    info = model_info(setup.model)
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
    facts = {"commit": _commit(), "left_out": sentences, "adapters": _stand_ins(options)}
    facts |= _accuracy(setup)
    tools = instruments(setup)
    jobs: int = options["jobs"]
    work = in_processes(jobs, setup, plan, out) if jobs > 1 else None
    with _progress(len(plan.tasks) * plan.cases) as on_unit:
        run_benchmark(plan, tools, out, facts, on_unit, work)
    tools.engine.close()


def _print_tables(folder: Path) -> None:
    from rich.console import Console

    from core.evaluation.tables import write_tables

    write_tables(folder, Console())


def _setup(options: dict[str, Any]) -> Setup:
    """What the options ask for; with --adapters, a model folder is made in --out first."""
    from core.errors import BadInput
    from core.evaluation.overlay import with_adapters
    from core.evaluation.workshop import ScorerChoice, Setup, threads_for

    if options["data"] is not None and options["references"] != "sheet":
        raise BadInput("A set of pictures has references of its own: leave out “--references”.")
    model: Path = options["model"]
    if options["adapters"] is not None:
        model = with_adapters(model, options["adapters"], options["out"] / "model")
    choice = ScorerChoice(
        options["scorers"], options["clip"], options["sam"], options["openpose"], options["lpips"]
    )
    choice.check()
    return Setup(
        model,
        options["world"],
        choice,
        options["data"],
        options["steps"],
        options["guidance_scale"],
        threads_for(options["jobs"]),
        options["references"],
    )


def _stand_ins(options: dict[str, Any]) -> list[str]:
    """The kinds of adapters that are not the model's own."""
    from core.evaluation.overlay import adapters_in

    return [] if options["adapters"] is None else sorted(adapters_in(options["adapters"]))


def _accuracy(setup: Setup) -> dict[str, Any]:
    """That of trained scorers; published ones were measured by others."""
    from core.evaluation.scorers.files import load_scorer
    from core.evaluation.workshop import PUBLISHED

    if setup.scorers.scorers == PUBLISHED:
        return {}
    return {"scorer_accuracy": load_scorer(Path(setup.scorers.scorers))[1]}


@contextmanager
def _progress(cases: int) -> Generator[Callable[[Finished], None]]:
    """A bar of cases, and at the end how many were drawn a minute."""
    from rich.console import Console
    from rich.progress import Progress

    started, drawn, pictures = time.monotonic(), 0, 0
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("cases", total=cases)

        def on_unit(unit: Finished) -> None:
            nonlocal drawn, pictures
            drawn, pictures = drawn + unit.new, pictures + unit.pictures
            minutes = (time.monotonic() - started) / 60
            rate = f"cases ({drawn / minutes:.1f} a minute)"
            bar.update(task, advance=unit.cases, description=rate)

        yield on_unit
    minutes = (time.monotonic() - started) / 60
    click.echo(
        f"{drawn} cases with {pictures} pictures drawn and scored in {minutes:.1f} minutes: "
        f"{drawn / minutes:.1f} cases, {pictures / minutes:.1f} pictures a minute.",
        err=True,
    )


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
