"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app.page_files import DEFAULT_DPI
from core.errors import BadInput
from core.storage.project import SUFFIX

FILE = click.Path(path_type=Path)
pass_workplace = click.pass_obj
project_argument = click.argument("project", type=FILE, metavar="PROJECT.koma")
json_option = click.option("--json", "as_json", is_flag=True, help="Print a summary as JSON.")


def page_file_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """--out, --pages, --formats, --dpi, --area."""
    options = (
        click.option("--out", required=True, type=FILE, metavar="DIR", help="Where to."),
        click.option("--pages", metavar="1-3", help="Only these pages."),
        click.option(
            "--formats", default="png", show_default=True, metavar="png,psd", help="Kinds of file."
        ),
        click.option(
            "--dpi", type=float, default=DEFAULT_DPI, show_default=True, help="Resolution."
        ),
        click.option(
            "--area", type=click.Choice(["trim", "bleed"]), default="trim", show_default=True,
            help="Where the picture ends: at the cut, or with the bleed around it.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def new_project_path(path: Path) -> Path:
    """With the ending .koma. Raises BadInput where a file is there already."""
    path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
    if path.exists():
        raise BadInput(f"{path} is there already. Choose another name.", code="exists")
    return path
