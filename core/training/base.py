"""Stage 3, text to image with pose and puppet: `python -m core.training.base`.

The UNet learns rectified flow on latents (core.training.noising). Text, pose and puppet are left
out at random, so that each works alone and together. The T2I-Adapter learns beside the UNet and is
frozen after. With `base.reference_share` AnimeAdapter learns here too: a small UNet trained from
nothing learns to read a second set of tokens far quicker while its own weights still move
(docs/adr/0013).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import torch
from torch import Tensor, nn

from core.training.checkpoint import first_weights, load_ema
from core.training.choices import base_choice
from core.training.command import run_command, stage_arguments
from core.training.config import BaseStage, section
from core.training.drawer import Drawer
from core.training.frozen import source_for, stage_networks
from core.training.identity import AnimeIdentity
from core.training.loop import Run, Trainer
from core.training.monitor import figure
from core.training.noising import FlowNoising
from core.training.painter import Painter
from core.training.sampling import sample_sheet
from core.training.sources import Pictures, subject_weights
from core.training.turns import Batch

PLACE = 2


class BaseObjective(nn.Module):
    """Rectified flow, weighted by subject; references are shown where there is an `identity`."""

    def __init__(
        self, drawer: Drawer, painter: Painter, identity: AnimeIdentity | None, stage: BaseStage
    ) -> None:
        super().__init__()
        self.drawer, self.painter, self.identity = drawer, painter, identity
        self.frozen = None if identity is None else identity.frozen
        self.stage, self.noising = stage, FlowNoising(spread=stage.time_spread)

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        with_puppet = batch["has_puppet"]
        by_reference = (1 - with_puppet) * batch["has_reference"]
        noised = self.noising.noised(
            self.painter.clean(batch), batch["noise"], batch["u"],
            (1 - with_puppet) * self.stage.lone_time,
        )  # fmt: skip
        given = self.painter.given(batch)
        seen = None if self.identity is None else self.identity.seen(batch)
        with self.drawer.adapter.conditions(seen):
            got = self.painter(given, noised.latents, noised.timestep)
        weight = subject_weights(batch["subject"], self.stage.subject_weight)
        error = ((got - noised.target).square() * weight).mean((1, 2, 3))
        figures = {
            "with puppet": figure(error, with_puppet),
            "by reference": figure(error, by_reference),
            "by words": figure(error, (1 - with_puppet) * (1 - batch["has_reference"])),
        }
        return error.mean(), figures


def rates(stage: BaseStage) -> dict[str, float]:
    """Factors of the learning rate by the beginning of a parameter's name in `Drawer`."""
    return {"adapter.": stage.adapter_rate}


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.base, "base")
    referred = stage.reference_share > 0
    run = Run.start(arguments, stage.optimisation, PLACE, unused=not referred)
    drawer = Drawer().to(memory_format=torch.channels_last)
    first = first_weights(stage.start, arguments.out / "base.pt")
    if first is not None:
        load_ema(drawer, first)
    networks = stage_networks(arguments.inputs, config.size_px, drawer)
    masks = config.adapter is None or config.adapter.masks
    source = source_for(arguments, replace(networks.reading, masks=masks))
    trainer = Trainer("base", drawer, stage.optimisation, run, rates(stage))
    identity = None
    if referred:
        assert networks.vision is not None
        identity = AnimeIdentity(drawer.adapter, networks.vision)
        identity.inject(drawer.unet)
    objective = BaseObjective(drawer, Painter(networks), identity, stage)
    trainer.run(
        objective,
        Pictures(source, base_choice(stage, config.adapter)),
        lambda: sample_sheet(networks, objective.painter, identity, source, config),
    )


if __name__ == "__main__":
    run_command(main)
