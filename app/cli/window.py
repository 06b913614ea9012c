"""koma window: the application itself."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli.root import workplace_options
from app.workplace import Workplace


@click.command()
@click.argument("project", required=False, type=click.Path(path_type=Path))
@workplace_options
@click.pass_context
def window(ctx: click.Context, project: Path | None) -> None:
    """Open the window on PROJECT, or on the sample."""
    from app.window.startup import open_window

    ctx.exit(open_window(ctx.ensure_object(Workplace), project))
