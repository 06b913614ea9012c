"""koma new: an empty project."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.options import FILE, new_project_path
from app.cli.root import workplace_options
from app.new_project import layout_named, new_document
from app.workplace import SHIPPED_MODEL, Workplace
from core.document import PAGE_FORMATS, ReadingDirection
from core.storage import Project, save_project

MAX_PAGES = 500


@click.command()
@click.argument("project", type=FILE, metavar="PROJECT.koma")
@click.option("--title", default="", help="Title of the book.")
@click.option("--pages", type=click.IntRange(1, MAX_PAGES), default=1, show_default=True)
@click.option("--layout", default="four-panels", show_default=True, help="Panels of each page.")
@click.option(
    "--reading-direction", type=click.Choice(["rtl", "ltr", "vertical"]), default="rtl",
    show_default=True, help="rtl as in manga.",
)  # fmt: skip
@click.option(
    "--format", "page_format", type=click.Choice(list(PAGE_FORMATS)), default="b5",
    show_default=True, help="Size of the printed page.",
)  # fmt: skip
@click.option("--model", default=SHIPPED_MODEL, show_default=True, help="Model to draw with.")
@workplace_options
@click.pass_obj
def new(
    workplace: Workplace,
    project: Path,
    title: str,
    pages: int,
    layout: str,
    reading_direction: ReadingDirection,
    page_format: str,
    model: str,
) -> None:
    """Begin a project with empty pages."""
    path = new_project_path(project)
    document = new_document(
        workplace,
        layout_named(layout),
        title=title,
        pages=pages,
        reading_direction=reading_direction,
        page_format=page_format,
        model=model,
    )
    save_project(Project(document), path)
    click.echo(path)
