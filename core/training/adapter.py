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
from numpy.typing import NDArray
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.token_mask import Letterbox, token_mask
from core.training.base import (
    Drawer,
    control_images,
    encode_prompts,
    finished_clip,
    flow_sample,
)
from core.training.clip import picture_tensor
from core.training.config import AdapterStage
from core.training.latents import Latents
from core.training.loop import Trainer, ema_weights, stage_arguments
from core.training.networks import WIDTH
from core.training.prompts import training_prompt
from core.training.world import World


def build_adapter(drawer: Drawer, stage: AdapterStage) -> AnimeAdapter:
    config = AnimeAdapterConfig(
        vision_hidden=WIDTH,
        vision_layers=stage.layers,
        cross_attention_dim=WIDTH,
        image_size=256,
        patch_size=16,
        encoder_id="koma-toon/image_encoder",
    )
    return AnimeAdapter.from_unet(drawer.unet, config)


def finished_base(out: Path) -> Drawer:
    drawer = Drawer()
    ema_weights("base", drawer, out)
    return drawer.to(memory_format=torch.channels_last)


def subject_tokens(masks: NDArray[np.uint8]) -> Tensor:
    """(B, H, W) masks to bool (B, 256), as at inference."""
    size = masks.shape[1]
    return torch.stack(
        [token_mask(np.ascontiguousarray(m), Letterbox.fit(size, size, 256), 16)[0] for m in masks]
    )


def _dropped(
    rng: np.random.Generator, count: int, stage: AdapterStage
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows lose their image and which their text: one draw decides both (IP-Adapter)."""
    draw = rng.random(count)
    image, text = stage.drop_image, stage.drop_image + stage.drop_text
    both = text + stage.drop_both
    no_image = (draw < image) | ((draw >= text) & (draw < both))
    return no_image, (draw >= image) & (draw < both)


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.adapter
    torch.manual_seed(config.seed + 3)
    world, latents = World(arguments.out / "world"), Latents(arguments.out / "world")
    clip, tokenizer = finished_clip(arguments.out)
    drawer = finished_base(arguments.out)
    adapter = build_adapter(drawer, stage)
    trainer = Trainer("adapter", adapter, stage.optimisation, arguments.out)
    adapter.inject(drawer.unet)  # after the trainer's EMA copy, which would copy the UNet too
    rng = np.random.default_rng(config.seed + trainer.step)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rows = np.sort(rng.choice(world.count, stage.optimisation.batch, replace=False))
        no_image, no_text = _dropped(rng, len(rows), stage)
        pair = rng.random(len(rows)) < stage.pair_share
        pictures = np.where(pair[:, None, None, None], world.reference[rows], world.target[rows])
        masks = np.where(pair[:, None, None], world.reference_mask[rows], world.target_mask[rows])
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
        if config.base.puppet_residual:
            clean = clean - puppet[:, :-1]
        noisy, t, velocity = flow_sample(clean)
        control = control_images(world.poses[rows, 1], config.size_px)
        with trainer.autocast():
            text = encode_prompts(clip.text, tokenizer, prompts)
            with torch.no_grad():
                seen = clip.vision(
                    picture_tensor(pictures), output_hidden_states=True
                ).hidden_states
            tokens = adapter.encode(seen)
            conditions = adapter.training_conditions(
                tokens, subject_tokens(masks), torch.from_numpy(~no_image)
            )
            with adapter.conditions(conditions):
                got = drawer(noisy, puppet, t, text, control, torch.ones(len(rows)))
        error = (got.float() - velocity).square().mean((1, 2, 3))
        alone = 1 - puppet_on
        return error.mean(), {"alone": (error * alone).sum().item() / max(1, alone.sum().item())}

    trainer.run(loss_of)


if __name__ == "__main__":
    main()
