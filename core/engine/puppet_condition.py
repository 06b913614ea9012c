"""The puppet as extra UNet input channels: one definition for training and for drawing.

The UNet of such a model takes cat([noisy latent (C), puppet latent (C), alpha (1)]) on its channel
axis. A puppet is the reference's own pixels moved into the target pose (core.puppet).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from core.engine.latents import Vae, encode_pixels

ALPHA_FLOOR = 0.02  # below this share of covered pixels a latent cell holds ground, not puppet


def puppet_condition(puppet_rgba: Tensor, vae: Vae) -> Tensor:
    """(B, C + 1, h, w) float32 of puppets (B, 4, H, W), RGBA with straight alpha, values 0..1.

    The puppet is laid on mid grey (127.5, which is 0 in the autoencoder's range) and encoded; cells
    whose mean alpha is at most `ALPHA_FLOOR` are set to zero, so that "no puppet here" looks the
    same everywhere and equals the condition of a panel without any puppet. The last channel is the
    alpha itself, averaged over each latent cell.
    """
    colour, alpha = puppet_rgba[:, :3], puppet_rgba[:, 3:4]
    latents = encode_pixels(vae, (colour * 2 - 1) * alpha)
    alpha_latent = F.adaptive_avg_pool2d(
        alpha.to(device=latents.device, dtype=latents.dtype),
        (latents.shape[-2], latents.shape[-1]),
    )
    covered = (alpha_latent > ALPHA_FLOOR).to(latents.dtype)
    return torch.cat([latents * covered, alpha_latent], dim=1)
