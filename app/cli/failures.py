"""From exceptions to one sentence and an exit code."""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import click

from core.errors import KomaError

DONE, PARTLY, BAD_INPUT, STOPPED = 0, 1, 2, 130
MAX_LOG_BYTES = 2**20


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


def write_log(log_file: Path, text: str) -> bool:
    """Append to the log, begun anew when it has grown large. False where that is impossible."""
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True)
        mode = "a" if log_file.exists() and log_file.stat().st_size < MAX_LOG_BYTES else "w"
        with log_file.open(mode, encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"--- {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{text.rstrip()}\n")
    except OSError:
        logging.getLogger(__name__).debug("no log", exc_info=True)
        return False
    return True


def _usage(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    hint = "" if ctx is None else f" See {ctx.command_path} --help."
    return message + hint
