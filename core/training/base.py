"""Stage 3, text to image with pose and puppet: `python -m core.training.base`.

The UNet learns rectified flow (Liu et al. 2023) on latents: x_t = (1 - t) x_0 + t e, target
v = e - x_0, t logit-normal (Esser et al. 2024). Text, pose and puppet are left out at random, so
that each works alone and together. The T2I-Adapter learns beside the UNet and is frozen after.
With `base.reference_share` AnimeAdapter learns here too: a small UNet trained from nothing learns
to read a second set of tokens far quicker while its own weights still move (docs/adr/0013).
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import T2IAdapter, UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from core.adapters.anime_adapter import AnimeAdapter
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.synthetic import vocabulary
from core.training.clip import ClipPair, token_ids
from core.training.config import BaseStage
from core.training.latents import Latents
from core.training.loop import Trainer, ema_weights, stage_arguments
from core.training.networks import ADAPTER_CONFIG, build_pose_adapter, build_unet
from core.training.prompts import training_prompt
from core.training.references import reference_conditions
from core.training.world import World

TRAIN_STEPS = 1000  # the schedulers' unit of time


class Drawer(nn.Module):
    """The UNet, its pose controller and its AnimeAdapter: what the base stage trains."""

    def __init__(self) -> None:
        super().__init__()
        self.unet: UNet2DConditionModel = build_unet()
        self.pose: T2IAdapter = build_pose_adapter()
        nn.init.zeros_(self.unet.conv_out.weight)
        self.adapter = AnimeAdapter.from_unet(self.unet, ADAPTER_CONFIG)

    def forward(
        self,
        noisy: Tensor,
        puppet: Tensor,
        t: Tensor,
        text: Tensor,
        control: Tensor,
        keep_pose: Tensor,
    ) -> Tensor:
        """Velocity (B, C, h, w). t: (B,) in 0 to 1. keep_pose: (B,) 0 or 1."""
        gate = keep_pose[:, None, None, None]
        residuals = [feature * gate for feature in self.pose(control)]
        return self.unet(
            torch.cat([noisy, puppet], dim=1),
            t * TRAIN_STEPS,
            encoder_hidden_states=text,
            down_intrablock_additional_residuals=residuals,
            return_dict=False,
        )[0]


def finished_clip(out: Path) -> tuple[ClipPair, CLIPTokenizer]:
    tokenizer = CLIPTokenizer.from_pretrained(str(out / "tokenizer"))
    pair = ClipPair(tokenizer, len(vocabulary()))
    ema_weights("clip", pair, out)
    return pair, tokenizer


def encode_prompts(
    text: CLIPTextModelWithProjection, tokenizer: CLIPTokenizer, prompts: list[str]
) -> Tensor:
    """(B, 77, d): the last hidden state, as Stable Diffusion 1.5 reads it."""
    with torch.no_grad():
        return text(input_ids=token_ids(tokenizer, prompts)).last_hidden_state


def control_images(poses: np.ndarray, size_px: int) -> Tensor:
    """(B, 18, 3) keypoints in px to control pictures (B, 3, H, W) in 0 to 1.

    Keypoints outside the picture are left out, as a detector would not have seen them.
    """
    drawn: list[np.ndarray] = []
    for keypoints in poses:
        drawn.append(draw_control_image([Pose.from_array(keypoints)], size_px, size_px))
    return torch.from_numpy(np.stack(drawn)).permute(0, 3, 1, 2).float() / 255


TIME_LOGIT = 0.2  # mean of the logit of t


def flow_sample(latents: Tensor, later: Tensor | float = 0.0) -> tuple[Tensor, Tensor, Tensor]:
    """Noisy latents, time (B,) and target velocity. later: (B,), added to the logit of t."""
    noise = torch.randn_like(latents)
    t = torch.sigmoid(torch.randn(latents.shape[0]) + TIME_LOGIT + later)
    mix = t[:, None, None, None]
    return (1 - mix) * latents + mix * noise, t, noise - latents


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.base
    torch.manual_seed(config.seed + 2)
    world, latents = World(arguments.out / "world"), Latents(arguments.out / "world")
    clip, tokenizer = finished_clip(arguments.out)
    drawer = Drawer().to(memory_format=torch.channels_last)
    rates = {"adapter.": stage.adapter_rate}
    trainer = Trainer("base", drawer, stage.optimisation, arguments.out, rates)
    if stage.reference_share:  # after the trainer's EMA copy, which would copy the UNet too
        drawer.adapter.inject(drawer.unet)
    rng = np.random.default_rng(config.seed + trainer.step)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rows = np.sort(rng.choice(world.count, stage.optimisation.batch, replace=False))
        referred = rng.random(len(rows)) < stage.reference_share
        prompts = [
            _prompt(world, int(i), rng, stage, config.adapter.drop_identity_tags if told else None)
            for i, told in zip(rows, referred, strict=True)
        ]
        clean = torch.from_numpy(latents.target[rows]).float()
        with_puppet = torch.from_numpy(
            (rng.random(len(rows)) >= stage.drop_puppet).astype(np.float32)
        )
        with_pose = torch.from_numpy((rng.random(len(rows)) >= stage.drop_pose).astype(np.float32))
        puppet = torch.from_numpy(latents.puppet[rows]).float() * with_puppet[:, None, None, None]
        by_reference = (1 - with_puppet) * torch.from_numpy(referred.astype(np.float32))
        noisy, t, velocity = flow_sample(clean, by_reference * stage.reference_time)
        control = control_images(world.poses[rows, 1], config.size_px)
        with trainer.autocast():
            text = encode_prompts(clip.text, tokenizer, prompts)
            conditions = None
            if stage.reference_share:
                conditions = reference_conditions(
                    drawer.adapter, clip, world, rows, referred, rng, config.adapter
                )
            with drawer.adapter.conditions(conditions):
                got = drawer(noisy, puppet, t, text, control, with_pose)
        weight = subject_weights(world.target_mask[rows], stage.subject_weight, clean.shape[-1])
        error = ((got.float() - velocity).square() * weight).mean((1, 2, 3))
        figures = {
            "with_puppet": mean_where(error, with_puppet),
            "by_reference": mean_where(error, by_reference),
        }
        return error.mean(), figures

    trainer.run(loss_of)


def subject_weights(masks: NDArray[np.uint8], subject: float, side: int) -> Tensor:
    """(B, H, W) masks to loss weights (B, 1, side, side): `subject` where the character is, and 1
    on average over each picture.
    """
    share = F.adaptive_avg_pool2d(torch.from_numpy(masks).float()[:, None] / 255, (side, side))
    weight = 1 + (subject - 1) * share
    return weight / weight.mean((2, 3), keepdim=True)


def mean_where(error: Tensor, chosen: Tensor) -> float:
    """Mean of `error` (B,) over the rows where `chosen` (B,) is 1; 0 where there are none."""
    return (error * chosen).sum().item() / max(1.0, chosen.sum().item())


def _prompt(
    world: World,
    index: int,
    rng: np.random.Generator,
    stage: BaseStage,
    drop_identity: float | None,
) -> str:
    return training_prompt(
        world.identity[index],
        world.shot[index],
        rng,
        drop_identity=stage.drop_identity_tags if drop_identity is None else drop_identity,
        drop_text=stage.drop_text,
    )


if __name__ == "__main__":
    main()
