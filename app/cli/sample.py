"""koma sample: the project that comes with Koma."""

from __future__ import annotations

from pathlib import Path

import click

import resources
from app.cli.options import FILE, new_project_path
from app.cli.root import workplace_options
from core.files import write_atomically

SAMPLE = "sample.koma"


@click.command()
@click.argument("folder", type=FILE, metavar="DIR")
@workplace_options
def sample(folder: Path) -> None:
    """Write the sample project into DIR: two characters, two pages, ready to be drawn."""
    path = new_project_path(folder / SAMPLE)
    data = resources.path("samples", SAMPLE).read_bytes()
    write_atomically(path, lambda file: file.write(data))
    click.echo(path)
