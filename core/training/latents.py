"""Between stages 1 and 3: every training picture and puppet as latents, computed once."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderDC
from numpy.typing import NDArray
from torch import nn

from core.engine.latents import encode_pixels
from core.engine.puppet_condition import puppet_condition
from core.training.loop import ema_weights, stage_arguments
from core.training.networks import LATENT_CHANNELS, build_vae
from core.training.world import World

log = logging.getLogger(__name__)
Half = NDArray[np.float16]


def finished_vae(out: Path) -> AutoencoderDC:
    """The trained autoencoder in inference mode; scaling_factor makes latents of unit variance."""
    vae = build_vae()
    ema_weights("vae", vae, out)
    nn.Module.to(vae, memory_format=torch.channels_last)
    return vae


def measure_scaling(vae: AutoencoderDC, world: World) -> float:
    """1 / standard deviation of the latents of 64 pictures."""
    with torch.no_grad():
        latents = encode_pixels(
            vae, torch.from_numpy(world.target[:64]).permute(0, 3, 1, 2) / 127.5 - 1
        )
    return float(1 / latents.std())


def published_scaling(folder: Path) -> float | None:
    """The scale of a model that is trained further: its UNet knows latents at that scale only."""
    file = folder / "published_scaling.txt"
    return float(file.read_text(encoding="utf-8")) if file.exists() else None


class Latents:
    """target: (N, C, h, w) and puppet: (N, C + 1, h, w), float16, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        self.target: Half = np.load(folder / "target_latents.npy", mmap_mode="r")
        self.puppet: Half = np.load(folder / "puppet_latents.npy", mmap_mode="r")
        self.scaling = float((folder / "scaling.txt").read_text(encoding="utf-8"))


def build(folder: Path, vae: AutoencoderDC, world: World, batch: int = 32) -> None:
    scaling = published_scaling(folder) or measure_scaling(vae, world)
    vae.register_to_config(scaling_factor=scaling)
    grid = world.about["size_px"] // 16
    shape = (world.count, LATENT_CHANNELS, grid, grid)
    target = np.lib.format.open_memmap(folder / "target_latents.npy", "w+", np.float16, shape)
    shape = (world.count, LATENT_CHANNELS + 1, grid, grid)
    puppet = np.lib.format.open_memmap(folder / "puppet_latents.npy", "w+", np.float16, shape)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, world.count, batch):
            rows = slice(start, start + batch)
            pixels = torch.from_numpy(world.target[rows]).permute(0, 3, 1, 2) / 127.5 - 1
            target[rows] = encode_pixels(vae, pixels).half().numpy()
            rgba = torch.from_numpy(world.puppet[rows]).permute(0, 3, 1, 2) / 255
            puppet[rows] = puppet_condition(rgba, vae).half().numpy()
            if start % 1024 == 0:
                log.info("latents %d of %d", start, world.count)
    target.flush()
    puppet.flush()
    (folder / "scaling.txt").write_text(repr(scaling), encoding="utf-8")


def main() -> None:
    arguments = stage_arguments(__doc__ or "")
    folder = arguments.out / "world"
    if not (folder / "scaling.txt").exists():
        build(folder, finished_vae(arguments.out), World(folder))


if __name__ == "__main__":
    main()
