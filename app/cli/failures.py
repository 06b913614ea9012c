"""From exceptions to one sentence and an exit code."""

from __future__ import annotations

import traceback
from pathlib import Path

import click

from app.log_file import write_log
from core.errors import KomaError

DONE, PARTLY, BAD_INPUT, STOPPED = 0, 1, 2, 130


def report_failure(error: Exception, log_file: Path) -> int:
    """Tell the artist in one sentence on stderr, keep details in the log; returns the exit code."""
    if isinstance(error, click.exceptions.Abort):
        click.echo("Stopped.", err=True)
        return STOPPED
    if isinstance(error, click.ClickException):
        click.echo(_usage(error), err=True)
        return BAD_INPUT
    if isinstance(error, KomaError):
        if error.details:
            write_log(log_file, f"{error.code}: {error}\n{error.details}")
        click.echo(one_line(error), err=True)
        return BAD_INPUT
    text = "".join(traceback.format_exception(error))
    if write_log(log_file, text):
        click.echo(f"Something unexpected went wrong; details are in {log_file}", err=True)
    else:
        click.echo(f"Something unexpected went wrong, and {log_file} cannot be written.", err=True)
        click.echo(text, err=True)
    return PARTLY


def one_line(error: KomaError) -> str:
    return " ".join(str(error).split())


def _usage(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    hint = "" if ctx is None else f" See {ctx.command_path} --help."
    return message + hint
