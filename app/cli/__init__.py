"""The command line. Commands import what they need when they run, so that help is there at once."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.root import cli
from app.workplace import Workplace

__all__ = ["cli", "run"]


def run(arguments: Sequence[str], workplace: Workplace | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 partly, 2 bad input, 130 stopped."""
    try:
        cli.main(args=list(arguments), prog_name="koma", obj=workplace or Workplace())
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0
