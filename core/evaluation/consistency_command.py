"""`python -m core.evaluation consistency --cases N --seed S`: detections and false alarms."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.errors import KomaError


@click.command()
@click.option("--cases", default=200, show_default=True, type=click.IntRange(2, 5000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 10_000))
@click.option(
    "--model",
    default=Path("resources/models/koma-toon"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="Whose image encoder judges the likeness, and whose drawings are judged.",
)
@click.option(
    "--drawn", default=0, show_default=True, type=click.IntRange(0, 5000),
    help="Cases that the model draws itself; each takes as long as two panels.",
)  # fmt: skip
@click.option("--json", "json_file", default=None, type=click.Path(path_type=Path))
def consistency(cases: int, seed: int, model: Path, drawn: int, json_file: Path | None) -> None:
    """How often the window's consistency badge is right."""
    from core.checkpoints.catalogue import scan
    from core.engine.device import EngineOptions
    from core.engine.diffusers_engine import DiffusersEngine
    from core.engine.model_source import CheckpointSource
    from core.engine.picture_encoder import PictureEncoder
    from core.evaluation.consistency import as_json, run_model, run_worlds, table
    from core.evaluation.identity import Drawn, write_json

    try:
        encoder = PictureEncoder.load(model)
        found = run_worlds(cases, seed, encoder)
        if drawn:
            info = scan([model.parent]).find(model.name)
            options = EngineOptions(max_batch=16, previews=False)
            engine = DiffusersEngine(CheckpointSource([model.parent]), options)
            found |= run_model(engine, Drawn.best(info), drawn, seed, encoder)
    except KomaError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(table(found))
    if json_file is not None:
        write_json(json_file, as_json(found))
