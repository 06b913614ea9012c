"""The group of all commands, and what happens when one of them fails."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from app import __version__
from app.cli.failures import report_failure
from app.workplace import Workplace

# Name -> module in app.cli with a command of that name. The order is that of the help text.
COMMANDS = (
    "window", "sample", "new", "character", "panel", "render", "export", "models", "doctor",
)  # fmt: skip


class KomaGroup(click.Group):
    """Loads commands when they are called, and turns every failure into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """A project in place of a command is opened in the window."""
        if args[0] not in COMMANDS and args[0].lower().endswith(".koma"):
            args = ["window", *args]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"app.cli.{cmd_name}"), cmd_name)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        workplace = extra.get("obj")
        try:
            code = super().main(*args, standalone_mode=False, **extra)
        except Exception as error:
            log_file = (workplace if isinstance(workplace, Workplace) else Workplace()).log_file
            code = report_failure(error, log_file)
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def _set_profile(ctx: click.Context, _: click.Parameter, value: Path | None) -> None:
    if value is not None:
        ctx.ensure_object(Workplace).profile = value


def _add_models(ctx: click.Context, _: click.Parameter, value: tuple[Path, ...]) -> None:
    ctx.ensure_object(Workplace).extra_models.extend(value)


def workplace_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--profile` and `--models`, allowed before and after the command's name."""
    folder = click.Path(path_type=Path)
    command = click.option(
        "--models", "models_folders", multiple=True, type=folder, metavar="DIR",
        expose_value=False, callback=_add_models, help="Look for models in this folder too.",
    )(command)  # fmt: skip
    return click.option(
        "--profile", type=folder, metavar="DIR", expose_value=False, callback=_set_profile,
        is_eager=True, help="Keep settings, logs and models of this run in a folder of its own.",
    )(command)  # fmt: skip


@click.group(
    cls=KomaGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96},
)
@click.version_option(__version__, prog_name="Koma")
@workplace_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Koma draws comic pages with the same characters in every panel.

    Without a command the window opens, on a project file where one is named.

    Begin with a sample:  koma sample DIR,  then  koma render DIR/sample.koma --out DIR.

    A page of your own:  koma new,  koma character,  koma panel,  koma render.
    """
    if ctx.invoked_subcommand is None:
        from app.window.startup import open_window

        ctx.exit(open_window(ctx.ensure_object(Workplace), None))
