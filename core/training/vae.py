"""Stage 1, the autoencoder: `python -m core.training.vae`."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import torch
from diffusers import AutoencoderDC
from numpy.typing import NDArray
from torch import Tensor, nn

from core.synthetic import Part, Split, character_for, draw, generator, sample_shot
from core.training.command import run_command, stage_arguments
from core.training.config import VaeStage, section
from core.training.fresh import FreshPool
from core.training.loop import Run, Trainer
from core.training.monitor import Sheet, figure
from core.training.networks import LATENT_CHANNELS, build_vae
from core.training.sheets import rows_of, to_uint8
from core.training.turns import Batch, Turn, noise

PLACE = 0
SHEET_SEED = 500_000


class Crops:
    """pixels (B, 3, c, c) in -1 to 1, weight (B, 1, c, c) and noise for the latents, of drawings of
    training characters.
    """

    def __init__(self, stage: VaeStage, size_px: int) -> None:
        self._stage, self._size = stage, size_px
        self._pool = FreshPool(self._draw, stage.pool, stage.fresh_per_step)

    def _draw(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        shot = sample_shot(generator(index, Split.TRAIN, 1), width=self._size, height=self._size)
        drawing = draw(character_for(index, Split.TRAIN), shot)
        return drawing.image, drawing.parts

    def batch(self, turn: Turn) -> Batch:
        crop, high = self._stage.crop_px, self._size - self._stage.crop_px + 1
        generators = turn.generators()
        images: list[NDArray[np.uint8]] = []
        parts: list[NDArray[np.uint8]] = []
        for rng in generators:
            image, label = self._pool.choose(turn.step, rng)
            x, y = (int(v) for v in rng.integers(0, high, 2))
            images.append(image[y : y + crop, x : x + crop])
            parts.append(label[y : y + crop, x : x + crop])
        label = torch.from_numpy(np.stack(parts))[:, None]
        weight = 1 + (self._stage.subject_weight - 1) * (label > 0).float()
        weight += (self._stage.face_weight - 1) * (label == int(Part.FACE)).float()
        pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1
        cells = noise(generators, (LATENT_CHANNELS, crop // 16, crop // 16))
        return {"pixels": pixels, "weight": weight, "noise": cells}


def encoded(vae: AutoencoderDC, pixels: Tensor) -> Tensor:
    """(B, 3, H, W) in -1 to 1 to (B, C, H / 16, W / 16)."""
    return vae.encode(pixels, return_dict=False)[0]


def decoded(vae: AutoencoderDC, latents: Tensor) -> Tensor:
    """The inverse of `encoded`, not clamped."""
    return vae.decode(latents, return_dict=False)[0]


def _gradient(x: Tensor) -> tuple[Tensor, Tensor]:
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def reconstruction_loss(
    got: Tensor, truth: Tensor, weight: Tensor, gradient_weight: float
) -> Tensor:
    """Weighted L1 + L2 + L1 of the picture's gradients (keeps lines sharp)."""
    error = got - truth
    loss = ((error.abs() + error.square()) * weight).mean()
    return loss + gradient_weight * gradient_loss(got, truth)


def gradient_loss(got: Tensor, truth: Tensor) -> Tensor:
    """L1 of the differences of neighbouring pixels, down and across."""
    pairs = zip(_gradient(got), _gradient(truth), strict=True)
    return torch.stack([(a - b).abs().mean() for a, b in pairs]).sum()


def _latent_penalty(latents: Tensor) -> Tensor:
    """Each channel near zero mean and unit variance, so that one noise schedule fits all."""
    mean = latents.mean((0, 2, 3))
    spread = latents.var((0, 2, 3)).add(1e-6).sqrt()
    return (mean.square() + (spread - 1).square()).mean()


class ReconstructionObjective(nn.Module):
    def __init__(self, vae: AutoencoderDC, stage: VaeStage) -> None:
        super().__init__()
        self.vae, self.stage = vae, stage

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        pixels = batch["pixels"].contiguous(memory_format=torch.channels_last)
        latents = encoded(self.vae, pixels)
        got = decoded(self.vae, latents + self.stage.latent_noise * batch["noise"]).float()
        loss = reconstruction_loss(got, pixels, batch["weight"], self.stage.gradient_weight)
        error = (got.detach() - pixels).square().mean((1, 2, 3))
        psnr = 10 * torch.log10(4 / error.clamp(min=1e-8))
        return loss + 0.02 * _latent_penalty(latents.float()), {"psnr": figure(psnr)}


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.vae, "vae")
    run = Run.start(arguments, stage.optimisation, PLACE)
    vae = build_vae()
    nn.Module.to(vae, memory_format=torch.channels_last)
    trainer = Trainer("vae", vae, stage.optimisation, run)
    trainer.run(
        ReconstructionObjective(vae, stage),
        Crops(stage, config.size_px),
        lambda: reconstruction_sheet(vae, config.size_px, config.monitoring.sheet_pictures),
    )


def reconstruction_sheet(vae: AutoencoderDC, size_px: int, count: int) -> Sheet:
    """Truth above reconstruction, of training characters far beyond those of any pool."""
    pictures: list[NDArray[np.uint8]] = []
    for index in range(count):
        seed = SHEET_SEED + index
        shot = sample_shot(generator(seed, Split.TRAIN, 1), width=size_px, height=size_px)
        pictures.append(draw(character_for(seed, Split.TRAIN), shot).image)
    truth = np.stack(pictures)
    pixels = torch.from_numpy(truth).permute(0, 3, 1, 2).float() / 127.5 - 1
    again = decoded(vae, encoded(vae, pixels.to(vae.device)))
    return rows_of(truth, to_uint8(again))


if __name__ == "__main__":
    run_command(main)
