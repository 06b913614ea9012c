"""A small picture of unfinished latents at almost no cost, for any autoencoder.

The map from one latent cell to its mean colour is close to linear. The published factors for
Stable Diffusion fit only its own autoencoder, so ours are fitted once per autoencoder: encode
patterns, solve least squares between cells and their mean colours, keep a (C + 1, 3) matrix.

The patterns have edges and slopes of every size: over flat patches the latents of an autoencoder
with many channels vary in three directions only, and what the fit says about the others is noise.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.engine.latents import Vae, downscale, encode_pixels

_PATTERNS = 8
_CELLS = 8  # latent cells along the side of a pattern
_GRAINS = (2, 4, 8, 16)  # patches along the side of a pattern, from coarse to fine
_STRENGTH = 0.6  # of one grain: their sums reach black and white
_RIDGE = 1e-4  # a cell; keeps the answer finite where a channel does not depend on colour


class LatentPreview:
    """Turns latents into small RGB pictures by one matrix product."""

    def __init__(self, matrix: Tensor) -> None:
        self._matrix = matrix

    @classmethod
    @torch.no_grad()
    def fit(cls, vae: Vae) -> LatentPreview:
        """Fit the matrix to this autoencoder: the work of one small picture."""
        step = downscale(vae)
        pixels = _patterns(_CELLS * step)
        cells = encode_pixels(vae, pixels).cpu().permute(0, 2, 3, 1)
        colours = functional.avg_pool2d(pixels, step).permute(0, 2, 3, 1)
        inputs = cells.reshape(-1, cells.shape[-1]).double()
        inputs = torch.cat([inputs, torch.ones(len(inputs), 1).double()], dim=1)
        gram = inputs.T @ inputs + _RIDGE * len(inputs) * torch.eye(inputs.shape[1]).double()
        return cls(torch.linalg.solve(gram, inputs.T @ colours.reshape(-1, 3).double()).float())

    def __call__(self, latents: Tensor) -> NDArray[np.uint8]:
        """(B, h, w, 3) uint8 of latents (B, C, h, w)."""
        cells = latents.detach().float().cpu().permute(0, 2, 3, 1)
        colours = cells @ self._matrix[:-1] + self._matrix[-1]
        return ((colours.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy()


def _patterns(side_px: int) -> Tensor:
    """(B, 3, side, side) in -1..1, always the same: half of them of sharp patches, half of soft."""
    random = torch.Generator().manual_seed(0)
    pictures: list[Tensor] = []
    for number in range(_PATTERNS):
        picture = torch.zeros(1, 3, side_px, side_px)
        for grain in _GRAINS:
            patches = torch.rand(1, 3, grain, grain, generator=random) * 2 - 1
            mode = "nearest" if number % 2 else "bicubic"
            picture += functional.interpolate(patches, size=(side_px, side_px), mode=mode)
        pictures.append((_STRENGTH * picture).clamp(-1, 1))
    return torch.cat(pictures)


def clean_estimate(scheduler: Any, step_output: Any) -> Tensor:
    """The scheduler's guess of the finished latents after a step, or its noisy sample.

    DDIM, Euler and LCM return it; the multistep solvers keep their converted outputs, which are
    data predictions where the solver predicts data (DPM-Solver++, UniPC).
    """
    for name in ("pred_original_sample", "denoised"):
        estimate = getattr(step_output, name, None)
        if isinstance(estimate, torch.Tensor):
            return estimate
    config = scheduler.config
    predicts_data = getattr(config, "predict_x0", False) or "++" in str(
        getattr(config, "algorithm_type", "")
    )
    outputs = getattr(scheduler, "model_outputs", None)
    if predicts_data and outputs and isinstance(outputs[-1], torch.Tensor):
        return outputs[-1]
    return step_output.prev_sample
