"""A small picture of unfinished latents at almost no cost, for any autoencoder.

The map from one latent cell to its mean colour is close to linear. The published factors for
Stable Diffusion fit only its own autoencoder, so ours are fitted once per autoencoder: encode
flat patches of known colours, solve least squares, keep a (C + 1, 3) matrix.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.engine.latents import Vae, downscale, encode_pixels

_LEVELS = (-0.9, -0.3, 0.3, 0.9)
_CELLS = 4  # latent cells along the side of one patch; the outer ring is left out of the fit


class LatentPreview:
    """Turns latents into small RGB pictures by one matrix product."""

    def __init__(self, matrix: Tensor) -> None:
        self._matrix = matrix

    @classmethod
    @torch.no_grad()
    def fit(cls, vae: Vae) -> LatentPreview:
        """Fit the matrix to this autoencoder by 64 flat patches: the work of one small picture."""
        colours = torch.tensor(list(product(_LEVELS, repeat=3)))  # (64, 3)
        side = _CELLS * downscale(vae)
        pixels = colours[:, :, None, None].expand(-1, -1, side, side)
        inputs = encode_pixels(vae, pixels).cpu()[:, :, 1:-1, 1:-1].mean(dim=(2, 3))
        inputs = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1).double()
        # A ridge keeps the answer finite where a latent channel does not depend on colour.
        gram = inputs.T @ inputs + 1e-4 * torch.eye(inputs.shape[1], dtype=torch.double)
        return cls(torch.linalg.solve(gram, inputs.T @ colours.double()).float())

    def __call__(self, latents: Tensor) -> NDArray[np.uint8]:
        """(B, h, w, 3) uint8 of latents (B, C, h, w)."""
        cells = latents.detach().float().cpu().permute(0, 2, 3, 1)
        colours = cells @ self._matrix[:-1] + self._matrix[-1]
        return ((colours.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).numpy()


def clean_estimate(scheduler: Any, step_output: Any) -> Tensor:
    """The scheduler's guess of the finished latents after a step, or its noisy sample.

    DDIM and Euler return it; the multistep solvers keep their converted outputs, which are data
    predictions where the solver predicts data (DPM-Solver++, UniPC).
    """
    estimate = getattr(step_output, "pred_original_sample", None)
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
