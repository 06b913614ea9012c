"""koma export: pages as files, nothing drawn."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import page_file_options, project_argument
from app.cli.root import workplace_options
from app.page_files import Area, parse_formats, parse_pages, prepare_folder, write_pages
from core.storage import load_project


@click.command()
@project_argument
@page_file_options
@workplace_options
def export(
    project: Path, out: Path, pages: str | None, formats: str, dpi: float, area: Area
) -> None:
    """Write the pages as they are, without drawing anything."""
    kinds = parse_formats(formats)
    loaded = load_project(project)
    chosen = parse_pages(pages, loaded.document)
    prepare_folder(out)
    for path in write_pages(loaded, chosen, out, kinds, dpi, area):
        click.echo(path)
