"""The command line that all stages share."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.logging import RichHandler

from core.errors import KomaError
from core.training.config import TrainingConfig, load_config

DEFAULT_CONFIG = Path(__file__).parent / "configs" / "koma_toon.toml"


@dataclass(frozen=True)
class StageArguments:
    """What every stage's command line takes.

    stages: the folder of the finished stages that this one stands on; None is `out`.
    """

    config: TrainingConfig
    out: Path
    threads: int
    cpu: bool = False
    stages: Path | None = None

    @property
    def inputs(self) -> Path:
        """Where the finished stages lie."""
        return self.out if self.stages is None else self.stages


def stage_arguments(description: str, given: Sequence[str] | None = None) -> StageArguments:
    """The options of `given`, or of the process's own command line. Raises BadInput."""
    return arguments_of(stage_parser(description).parse_args(given))


def stage_parser(description: str) -> argparse.ArgumentParser:
    """--config, --out, --stages, --threads, --cpu."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, help="settings, TOML")
    parser.add_argument("--out", type=Path, default=Path("checkpoints"), help="output folder")
    parser.add_argument(
        "--stages", type=Path, help="folder of the finished stages that this one stands on"
    )
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--cpu", action="store_true", help="leave a GPU alone")
    return parser


def arguments_of(parsed: argparse.Namespace) -> StageArguments:
    """Raises BadInput where the settings cannot be read."""
    torch.set_num_threads(parsed.threads)
    parsed.out.mkdir(parents=True, exist_ok=True)
    return StageArguments(
        load_config(parsed.config), parsed.out, parsed.threads, parsed.cpu, parsed.stages
    )


def log_to_terminal() -> None:
    """Lines with the time; on a terminal they scroll above the progress bar."""
    if sys.stderr.isatty():
        handler = RichHandler(console=Console(stderr=True), show_path=False)
        logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
        return
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S")


def run_command(main: Callable[[], None]) -> None:
    """`main` of a stage as a command: what the user can mend is one line, not a traceback."""
    log_to_terminal()
    try:
        main()
    except KomaError as error:
        logging.getLogger(__name__).debug("details: %s", error.details)
        raise SystemExit(f"{error}\n{error.details}".rstrip()) from error
