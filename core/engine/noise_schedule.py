"""One interface over diffusers' schedulers for one render.

A scheduler object holds state (step index, past outputs), so each render makes a fresh one from
its configuration; an exception in one render cannot reach the next.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import diffusers
import torch
from torch import Tensor


def first_step(steps: int, strength: float) -> int:
    """Index of the first of `steps` that runs at this strength (1.0 = all, at least one runs)."""
    return steps - max(1, min(steps, int(steps * strength + 1e-6)))


class NoiseSchedule:
    """A fresh scheduler with its timesteps set, from step `start` on.

    Works with every scheduler of diffusers that steps forward from `timesteps`: sigma-based ones
    (Euler, DPM-Solver, UniPC), alpha-based ones (DDIM) and flow matching, with epsilon, v or flow
    prediction; the kind of prediction is the scheduler's own business.

    config: as in scheduler_config.json, `_class_name` among it.
    """

    def __init__(
        self, config: Mapping[str, Any], steps: int, start: int, device: torch.device
    ) -> None:
        scheduler_class = getattr(diffusers, config["_class_name"])
        self.scheduler: Any = scheduler_class.from_config(dict(config))
        self.scheduler.set_timesteps(steps, device=device)
        order = getattr(self.scheduler, "order", 1)
        self.timesteps: Tensor = self.scheduler.timesteps[start * order :]
        self._from_pure_noise = start == 0
        if hasattr(self.scheduler, "set_begin_index"):
            self.scheduler.set_begin_index(start * order)
        parameters = inspect.signature(self.scheduler.step).parameters
        self._takes_generator = "generator" in parameters

    def __len__(self) -> int:
        return len(self.timesteps)

    def start_latents(self, noise: Tensor, image_latents: Tensor | None) -> Tensor:
        """Latents before the first step: scaled noise, or the image noised to the start's level."""
        if self._from_pure_noise or image_latents is None:
            return noise * getattr(self.scheduler, "init_noise_sigma", 1.0)
        return self._noised(image_latents, noise, self.timesteps[0])

    def model_input(self, latents: Tensor, timestep: Tensor) -> Tensor:
        """The latents as the network wants them at this timestep."""
        if hasattr(self.scheduler, "scale_model_input"):
            return self.scheduler.scale_model_input(latents, timestep)
        return latents

    def step(
        self,
        prediction: Tensor,
        timestep: Tensor,
        latents: Tensor,
        generators: Sequence[torch.Generator],
    ) -> Any:
        """One step; `.prev_sample` of the answer holds the new latents.

        Schedulers that draw noise draw it for each panel from that panel's own generator.
        """
        extra = {"generator": list(generators)} if self._takes_generator else {}
        return self.scheduler.step(prediction, timestep, latents, return_dict=True, **extra)

    def noised_after(self, index: int, image_latents: Tensor, noise: Tensor) -> Tensor:
        """The image at the noise level that step `index` (0 = first run) has just reached."""
        if index + 1 >= len(self.timesteps):
            return image_latents
        return self._noised(image_latents, noise, self.timesteps[index + 1])

    def _noised(self, image_latents: Tensor, noise: Tensor, timestep: Tensor) -> Tensor:
        timesteps = timestep.repeat(len(image_latents))
        if hasattr(self.scheduler, "scale_noise"):
            return self.scheduler.scale_noise(image_latents, timesteps, noise)
        return self.scheduler.add_noise(image_latents, noise, timesteps)
