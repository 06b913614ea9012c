"""Pixels to latents and back, for the three autoencoders of diffusers that Koma reads.

`AutoencoderKL`, `AutoencoderTiny` and `AutoencoderDC` return different types and keep different
factors in their configuration; everything else in the engine sees one pair of functions.

Shapes: pixels (B, 3, H, W) in -1..1, latents (B, C, h, w) as the UNet sees them, that is
(z - shift_factor) * scaling_factor, with H = h * downscale(vae).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

import torch
from diffusers import AutoencoderDC, AutoencoderKL, AutoencoderTiny
from torch import Tensor

Vae = AutoencoderKL | AutoencoderTiny | AutoencoderDC


def downscale(vae: Vae) -> int:
    """Pixels per latent along one axis (8 for Stable Diffusion)."""
    config: Any = vae.config
    if isinstance(vae, AutoencoderKL):
        return 2 ** (len(config.block_out_channels) - 1)
    return 2 ** (len(config.encoder_block_out_channels) - 1)


def latent_channels(vae: Vae) -> int:
    """Channels of one latent."""
    config: Any = vae.config
    return int(config.latent_channels)


def encode_pixels(vae: Vae, pixels: Tensor) -> Tensor:
    """Latents (B, C, h, w) float32 of pixels (B, 3, H, W) in -1..1.

    A variational encoder answers with its mode and not with a sample: the same picture must give
    the same latent, alone or in a batch.
    """
    pixels = pixels.to(device=vae.device, dtype=vae.dtype)
    if isinstance(vae, AutoencoderKL):
        raw = vae.encode(pixels, return_dict=False)[0].mode()
    else:
        raw = vae.encode(pixels, return_dict=False)[0]
    shift, scale = _factors(vae)
    return (raw.float() - shift) * scale


def decode_latents(vae: Vae, latents: Tensor) -> Tensor:
    """Pixels (B, 3, H, W) float32 in -1..1 of latents (B, C, h, w)."""
    shift, scale = _factors(vae)
    raw = (latents.float() / scale + shift).to(device=vae.device, dtype=vae.dtype)
    return cast(Any, vae).decode(raw, return_dict=False)[0].float().clamp(-1, 1)


@contextmanager
def tiled(vae: Vae) -> Generator[None]:
    """Decode in overlapping tiles inside the block; the autoencoder is left as it was found."""
    before = vae.use_tiling
    vae.enable_tiling()
    try:
        yield
    finally:
        vae.use_tiling = before


def noise_for(seed: int, shape: tuple[int, int, int]) -> tuple[Tensor, torch.Generator]:
    """Unit noise (C, h, w) float32 on the CPU, and the generator for later draws of this panel.

    One generator a panel, always on the CPU: a panel then starts from the same noise alone, in any
    batch and on any device.
    """
    generator = torch.Generator(device="cpu").manual_seed(seed)
    return torch.randn(shape, generator=generator), generator


def _factors(vae: Vae) -> tuple[float, float]:
    """(shift, scale); AutoencoderDC has no shift, AutoencoderKL's may be None."""
    config: Any = vae.config
    shift = getattr(config, "shift_factor", None)
    return (0.0 if shift is None else float(shift), float(config.scaling_factor))
