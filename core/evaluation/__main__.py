"""`python -m core.evaluation identity --cases 64 --seed 1 [--out DIR] [--json FILE]`.

Also `train-scorers`, `run`, `table` and `ablate`: the benchmark (docs/benchmark.md).
`draft`: what drafts cost and lose (docs/performance.md).
`consistency`: how often the window's consistency badge is right (docs/consistency.md).
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from core.errors import KomaError
from core.evaluation import benchmark_commands
from core.evaluation.consistency_command import consistency
from core.evaluation.draft_command import draft

DEFAULT_MODEL = Path("resources/models/koma-toon")


@click.group()
def main() -> None:
    """Measure how well Koma keeps a character."""


@main.command()
@click.option("--cases", default=64, show_default=True, type=click.IntRange(2, 5000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 10_000))
@click.option("--model", default=DEFAULT_MODEL, show_default=True, type=click.Path(path_type=Path))
@click.option(
    "--steps", default=None, type=click.IntRange(1, 150), help="Default: the model's own."
)
@click.option("--guidance-scale", default=None, type=float, help="Default: the model's own.")
@click.option("--adapter", default=None, help="As anime+reference. Default: the model's own.")
@click.option("--out", default=None, type=click.Path(path_type=Path), help="Folder for the sheets.")
@click.option("--json", "json_file", default=None, type=click.Path(path_type=Path))
def identity(
    cases: int,
    seed: int,
    model: Path,
    steps: int | None,
    guidance_scale: float | None,
    adapter: str | None,
    out: Path | None,
    json_file: Path | None,
) -> None:
    """Held-out characters in new poses, with the right, another's and no reference."""
    from core.checkpoints.catalogue import scan
    from core.detection.detector import KeypointDetector
    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource
    from core.evaluation.identity import Drawn, write_json
    from core.evaluation.report import print_report, run_identity

    try:
        catalogue = scan([model.parent])
        info = catalogue.find(model.name)
        how = Drawn.best(info, steps, guidance_scale)
        how = how if adapter is None else replace(how, adapter=adapter)
        engine = DiffusersEngine(
            CheckpointSource([model.parent]), EngineOptions(max_batch=16, previews=False)
        )
        detector = KeypointDetector.load(model / "keypoint_detector")
        report = run_identity(engine, how, cases, seed, detector, out)
    except KomaError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    print_report(report)
    if json_file is not None:
        write_json(json_file, report)


for _command in (
    benchmark_commands.train_scorers,
    benchmark_commands.run,
    benchmark_commands.table,
    benchmark_commands.ablate,
    consistency,
    draft,
):
    main.add_command(_command)


if __name__ == "__main__":
    main()
