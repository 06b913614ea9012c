"""Between stages 1 and 3: every training picture and puppet as latents, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderDC
from numpy.typing import NDArray
from torch import nn

from core.engine.latents import encode_pixels
from core.engine.puppet_condition import puppet_condition
from core.training.checkpoint import ema_weights
from core.training.command import run_command, stage_arguments
from core.training.fresh import fill_array
from core.training.networks import LATENT_CHANNELS, build_vae
from core.training.world import World

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
            vae, torch.from_numpy(np.array(world.target[:64])).permute(0, 3, 1, 2) / 127.5 - 1
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


def build(
    folder: Path, vae: AutoencoderDC, world: World, device: torch.device, batch: int = 32
) -> None:
    """Goes on after a stop; `scaling.txt` is written last."""
    scaling = published_scaling(folder) or measure_scaling(vae, world)
    vae.register_to_config(scaling_factor=scaling)
    nn.Module.to(vae, device)
    grid = world.about["size_px"] // 16
    about = f"{scaling!r}, {world.count} pairs of {world.about['size_px']} px"

    def target(rows: NDArray[np.int64]) -> Half:
        pixels = torch.from_numpy(world.target[rows]).permute(0, 3, 1, 2) / 127.5 - 1
        return encode_pixels(vae, pixels).half().cpu().numpy()

    def puppet(rows: NDArray[np.int64]) -> Half:
        rgba = torch.from_numpy(world.puppet[rows]).permute(0, 3, 1, 2) / 255
        return puppet_condition(rgba.to(device), vae).half().cpu().numpy()

    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
        for name, make, channels in (("target", target, 0), ("puppet", puppet, 1)):
            shape = (world.count, LATENT_CHANNELS + channels, grid, grid)
            fill_array(folder / f"{name}_latents.npy", shape, np.float16, about, make, batch)
    (folder / "scaling.txt").write_text(repr(scaling), encoding="utf-8")


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    folder = arguments.out / "world"
    if not (folder / "scaling.txt").exists():
        cuda = torch.cuda.is_available() and not arguments.cpu
        device = torch.device("cuda" if cuda else "cpu")
        build(folder, finished_vae(arguments.out), World(folder), device)


if __name__ == "__main__":
    run_command(main)
