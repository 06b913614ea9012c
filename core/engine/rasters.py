"""Rasters to tensors and pictures back. Tensors are (C, H, W) float32 in 0..1 on the CPU."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.geometry import Raster


def to_tensor(raster: Raster) -> Tensor:
    """(C, H, W) in 0..1; one channel for a mask, three for RGB, four for RGBA."""
    pixels = raster.array.reshape(raster.height, raster.width, raster.channels)
    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)


def to_picture(pixels: Tensor) -> NDArray[np.uint8]:
    """Contiguous (H, W, 3) uint8 of pixels (3, H, W) in -1..1."""
    levels = ((pixels.float().cpu() + 1) * 127.5).round().clamp(0, 255)
    return np.ascontiguousarray(levels.to(torch.uint8).permute(1, 2, 0).numpy())


def latent_mask(mask: Raster, scale: int) -> Tensor:
    """(1, h, w), 1 where any pixel of the cell is masked, so that all of it is covered."""
    painted = (to_tensor(mask) > 0).float()
    return F.max_pool2d(painted, kernel_size=scale)


def puppet_over_picture(puppet: Raster, picture: Raster | None) -> Tensor:
    """(3, H, W): the puppet laid over a picture, or over a blurred ground of its own colours.

    A hard edge against flat grey would be drawn as a line; the ground is the puppet itself on mid
    grey, averaged over 1/8 of the sides and smoothed, so that colours fade away from the figure.
    """
    rgba = to_tensor(puppet)
    colour, alpha = rgba[:3], rgba[3:4]
    if picture is not None:
        ground = to_tensor(picture)
    else:
        ground = _blurred(colour * alpha + 0.5 * (1 - alpha))
    return colour * alpha + ground * (1 - alpha)


def _blurred(pixels: Tensor) -> Tensor:
    height, width = pixels.shape[-2:]
    small = F.adaptive_avg_pool2d(pixels[None], (max(1, height // 8), max(1, width // 8)))
    small = F.avg_pool2d(F.pad(small, (1, 1, 1, 1), mode="replicate"), kernel_size=3, stride=1)
    return F.interpolate(small, size=(height, width), mode="bilinear", align_corners=False)[0]
