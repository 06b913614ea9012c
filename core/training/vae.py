"""Stage 1, the autoencoder: `python -m core.training.vae`."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import AutoencoderDC
from numpy.typing import NDArray
from torch import Tensor, nn

from core.synthetic import Part, Split, character_for, draw, generator, sample_shot
from core.training.config import VaeStage
from core.training.loop import Trainer, ema_weights, stage_arguments
from core.training.networks import build_vae


class CropPool:
    """Drawings of training characters, a few replaced by fresh ones at every step."""

    def __init__(self, stage: VaeStage, size_px: int, seed: int) -> None:
        self._stage = stage
        self._size = size_px
        self._rng = np.random.default_rng(seed)
        self._next = 0
        self._pictures: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []

    def _draw(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        index, self._next = self._next, self._next + 1
        shot = sample_shot(generator(index, Split.TRAIN, 1), width=self._size, height=self._size)
        drawing = draw(character_for(index, Split.TRAIN), shot)
        return drawing.image, drawing.parts

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Crops (B, 3, c, c) in -1 to 1 and weights (B, 1, c, c)."""
        fresh = [self._draw() for _ in range(self._stage.fresh_per_step)]
        self._pictures = (self._pictures + fresh)[-self._stage.pool :]
        crop, high = self._stage.crop_px, self._size - self._stage.crop_px + 1
        images: list[NDArray[np.uint8]] = []
        parts: list[NDArray[np.uint8]] = []
        for _ in range(count):
            image, label = self._pictures[int(self._rng.integers(len(self._pictures)))]
            x, y = (int(v) for v in self._rng.integers(0, high, 2))
            images.append(image[y : y + crop, x : x + crop])
            parts.append(label[y : y + crop, x : x + crop])
        pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1
        label = torch.from_numpy(np.stack(parts))[:, None]
        weight = 1 + (self._stage.subject_weight - 1) * (label > 0).float()
        weight += (self._stage.face_weight - 1) * (label == int(Part.FACE)).float()
        return pixels.to(memory_format=torch.channels_last), weight


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


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    cv2.setNumThreads(1)
    config, stage = arguments.config, arguments.config.vae
    torch.manual_seed(config.seed)
    vae = build_vae()
    nn.Module.to(vae, memory_format=torch.channels_last)
    trainer = Trainer("vae", vae, stage.optimisation, arguments.out)
    pool = CropPool(stage, config.size_px, config.seed + trainer.step)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        pixels, weight = pool.batch(stage.optimisation.batch)
        with trainer.autocast():
            latents = encoded(vae, pixels)
            noisy = latents + stage.latent_noise * torch.randn_like(latents)
            got = decoded(vae, noisy).float()
        loss = reconstruction_loss(got, pixels, weight, stage.gradient_weight)
        psnr = 10 * torch.log10(4 / (got.detach() - pixels).square().mean())
        return loss + 0.02 * _latent_penalty(latents.float()), {"psnr": psnr.item()}

    trainer.run(loss_of, lambda _: _sheet(arguments.out, config.size_px))


def _sheet(out: Path, size_px: int) -> None:
    """Truth above reconstruction for six characters that the training never saw."""
    vae = build_vae()
    ema_weights("vae", vae, out)
    columns: list[NDArray[np.uint8]] = []
    for index in range(6):
        shot = sample_shot(generator(index, Split.HELD_OUT, 1), width=size_px, height=size_px)
        image = draw(character_for(index, Split.HELD_OUT), shot).image
        pixels = torch.from_numpy(image).permute(2, 0, 1)[None].float() / 127.5 - 1
        with torch.no_grad():
            got = decoded(vae, encoded(vae, pixels)).clamp(-1, 1)
        again = ((got[0].permute(1, 2, 0) + 1) * 127.5).round().numpy().astype(np.uint8)
        columns.append(np.vstack([image, again]))
    cv2.imwrite(str(out / "vae.png"), np.hstack(columns)[:, :, ::-1])


if __name__ == "__main__":
    main()
