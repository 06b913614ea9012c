"""Stage 4, AnimeAdapter on the frozen base and pose controller: `python -m core.training.adapter`.

As the paper trains it (section 3.3, 3.4): the target's own picture is the reference, background
tokens are masked in the logits (Eq. 5), the pose of the target goes to the frozen T2I-Adapter,
image, text and both are dropped at 5 % each. `pair_share` of the steps use another picture of the
same character instead, `puppet_share` have the puppet condition on.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.training.base import (
    Drawer,
    control_images,
    encode_prompts,
    finished_clip,
    flow_sample,
    mean_where,
)
from core.training.config import BaseStage
from core.training.latents import Latents
from core.training.loop import Trainer, ema_weights, stage_arguments
from core.training.networks import ADAPTER_CONFIG
from core.training.prompts import training_prompt
from core.training.references import dropped, reference_conditions
from core.training.world import World


def first_adapter(drawer: Drawer, stage: BaseStage) -> AnimeAdapter:
    """Where training begins: as the base stage left it, or W'_k, W'_v copied from the base."""
    if stage.reference_share:
        return drawer.adapter.requires_grad_(True)
    return AnimeAdapter.from_unet(drawer.unet, ADAPTER_CONFIG)


def finished_base(out: Path) -> Drawer:
    drawer = Drawer()
    ema_weights("base", drawer, out)
    return drawer.to(memory_format=torch.channels_last)


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.adapter
    torch.manual_seed(config.seed + 3)
    world, latents = World(arguments.out / "world"), Latents(arguments.out / "world")
    clip, tokenizer = finished_clip(arguments.out)
    drawer = finished_base(arguments.out)
    adapter = first_adapter(drawer, config.base)
    trainer = Trainer("adapter", adapter, stage.optimisation, arguments.out)
    adapter.inject(drawer.unet)  # after the trainer's EMA copy, which would copy the UNet too
    rng = np.random.default_rng(config.seed + trainer.step)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rows = np.sort(rng.choice(world.count, stage.optimisation.batch, replace=False))
        no_image, no_text = dropped(rng, len(rows), stage)
        prompts = [
            training_prompt(
                world.identity[i], world.shot[i], rng,
                drop_identity=stage.drop_identity_tags, drop_text=float(skip),
            )
            for i, skip in zip(rows, no_text, strict=True)
        ]  # fmt: skip
        clean = torch.from_numpy(latents.target[rows]).float()
        puppet_on = torch.from_numpy(
            (rng.random(len(rows)) < stage.puppet_share).astype(np.float32)
        )
        puppet = torch.from_numpy(latents.puppet[rows]).float() * puppet_on[:, None, None, None]
        noisy, t, velocity = flow_sample(clean, (1 - puppet_on) * config.base.reference_time)
        control = control_images(world.poses[rows, 1], config.size_px)
        with trainer.autocast():
            text = encode_prompts(clip.text, tokenizer, prompts)
            conditions = reference_conditions(adapter, clip, world, rows, ~no_image, rng, stage)
            with adapter.conditions(conditions):
                got = drawer(noisy, puppet, t, text, control, torch.ones(len(rows)))
        error = (got.float() - velocity).square().mean((1, 2, 3))
        return error.mean(), {"alone": mean_where(error, 1 - puppet_on)}

    trainer.run(loss_of)


if __name__ == "__main__":
    main()
