"""What a base model makes of words: `python -m core.training.probe`.

Its loss on the figure, at fixed times, of pictures that are never trained on: with the right tags,
without those of the looks, and with another character's. Where the three are equal the words are
not read; the more the first falls below the second, the more of the figure they decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from core.errors import BadInput
from core.training.choices import Choice
from core.training.command import run_command, stage_arguments
from core.training.frozen import networks_for, source_for
from core.training.noising import FlowNoising, noising_of
from core.training.painter import Painter
from core.training.sources import Pictures, Source
from core.training.turns import Batch

TIMES = (1.0, 0.97, 0.9, 0.8, 0.6, 0.4)  # 1 is noise alone
NOISES = 4  # of each picture
_TELLING = Choice(drop_identity_tags=0.0)
_SILENT = Choice(drop_identity_tags=1.0)


@dataclass(frozen=True)
class Heard:
    """Mean square error of the velocity on the figure at one time, a latent channel."""

    time: float
    right: float
    none: float
    other: float


@torch.no_grad()
def probe(painter: Painter, source: Source, seed: int) -> list[Heard]:
    """At each of `TIMES`, with the same pictures and the same noise."""
    told, silent = (_batch(source, choice, seed) for choice in (_TELLING, _SILENT))
    # By pictures, not rows: neighbours are one picture with other noise.
    other = {**told, "ids": told["ids"].roll(NOISES, 0)}
    return [
        Heard(time, *(_error(painter, batch, time) for batch in (told, silent, other)))
        for time in TIMES
    ]


def _batch(source: Source, choice: Choice, seed: int) -> Batch:
    rows = np.repeat(np.array(source.samples), NOISES)
    generators = [np.random.default_rng((seed, place, 4)) for place in range(len(rows))]
    return Pictures(source, lambda rng: choice).of(rows, generators)


def _error(painter: Painter, batch: Batch, time: float) -> float:
    clean = painter.clean(batch)
    noised = FlowNoising().at(clean, batch["noise"], torch.full((len(clean),), time))
    got: Tensor = painter(painter.given(batch), noised.latents, noised.timestep)
    error = (got - noised.target).square().mean(1, keepdim=True)
    return float((error * batch["subject"]).sum() / batch["subject"].sum())


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    networks, _ = networks_for(arguments, bf16=False)
    if not isinstance(noising_of(networks.scheduler_config), FlowNoising):
        raise BadInput("Only a model of rectified flow can be probed; koma-toon is one.")
    source = source_for(arguments, networks.reading)
    table = Table(title="loss on the figure, without puppet and reference")
    for column in ("t", "right tags", "without looks", "another's tags"):
        table.add_column(column, justify="right")
    for heard in probe(Painter(networks), source, arguments.config.seed):
        values = heard.time, heard.right, heard.none, heard.other
        table.add_row(*(f"{value:.3f}" for value in values))
    Console().print(table)


if __name__ == "__main__":
    run_command(main)
