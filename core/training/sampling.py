"""Draw with the networks of a training: for sample sheets, and as the teacher of `fewstep`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.engine.noise_schedule import NoiseSchedule
from core.training.config import TrainingConfig
from core.training.identity import Identity
from core.training.monitor import Sheet
from core.training.painter import Networks, Painter
from core.training.sheets import rows_of, to_uint8
from core.training.sources import Pictures, Source
from core.training.turns import Batch


@dataclass(frozen=True, eq=False)
class Sampler:
    """The engine's own schedule and guidance, on what a training batch holds.

    As in the engine, text and reference are left out of the other half of guidance, pose and
    puppet stay; a guidance scale of 1 or less draws without it.
    """

    painter: Painter
    identity: Identity | None
    scheduler_config: Mapping[str, Any]
    steps: int
    guidance_scale: float

    @torch.no_grad()
    def latents(self, batch: Batch) -> Tensor:
        """Finished latents (B, C, h, w) float32, from the batch's noise."""
        batch = {**batch, "after_softmax": torch.ones_like(batch["after_softmax"])}
        schedule = NoiseSchedule(self.scheduler_config, self.steps, 0, batch["noise"].device)
        given = self.painter.given(batch)
        without = self.painter.given({**batch, "ids": batch["empty"]})
        seen = unseen = None
        if self.identity is not None:
            seen = self.identity.seen(batch)
            nobody = torch.zeros_like(batch["has_reference"])
            unseen = self.identity.seen({**batch, "has_reference": nobody})
        latents = schedule.start_latents(batch["noise"], None)
        for timestep in schedule.timesteps:
            shown = schedule.model_input(latents, timestep)
            times = timestep.expand(len(latents))
            answer = self._answer(seen, given, shown, times)
            if self.guidance_scale > 1:
                plain = self._answer(unseen, without, shown, times)
                answer = plain + self.guidance_scale * (answer - plain)
            latents = schedule.step(answer, timestep, latents, []).prev_sample
        return latents

    def _answer(self, seen: Any, given: Any, latents: Tensor, times: Tensor) -> Tensor:
        if self.identity is None:
            return self.painter(given, latents, times)
        with self.identity.shown(seen):
            return self.painter(given, latents, times)

    def pictures(self, batch: Batch) -> NDArray[np.uint8]:
        """(B, H, W, 3)."""
        return to_uint8(self.painter.picture(self.latents(batch)))


def sample_sheet(
    networks: Networks,
    painter: Painter,
    identity: Identity | None,
    source: Source,
    config: TrainingConfig,
) -> Sheet:
    """Rows: references (with an identity adapter), poses, true pictures, drawings."""
    words = identity is None  # which then alone say what the character looks like
    batch = sample_batch(source, config, painter.unet.device, words)
    sampler = Sampler(
        painter, identity, networks.scheduler_config,
        networks.default_steps, networks.default_guidance_scale,
    )  # fmt: skip
    rows = [
        to_uint8(batch["control"] * 2 - 1),
        to_uint8(painter.picture(painter.clean(batch))),
        sampler.pictures(batch),
    ]
    if identity is not None:
        rows.insert(0, to_uint8(source.reading.picture(batch["reference"])))
    return rows_of(*rows)


def sample_batch(
    source: Source, config: TrainingConfig, device: torch.device, words: bool = False
) -> Batch:
    """The examples of sample sheets, always the same ones. words: with the tags of looks."""
    choice = source.sample_choice
    if words:
        choice = replace(choice, drop_identity_tags=0.0)
    rows = np.array(source.samples[: config.monitoring.sheet_pictures])
    generators = [np.random.default_rng((config.seed, int(row), 3)) for row in rows]
    batch = Pictures(source, lambda rng: choice).of(rows, generators)
    return {key: value.to(device) for key, value in batch.items()}
