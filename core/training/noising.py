"""How pictures are noised in training, and what the network is to say of them.

Shapes: latents (B, C, h, w), u (B,) uniform in 0 to 1, of which the time of each row is made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from diffusers import DDPMScheduler
from torch import Tensor

from core.errors import BadInput

TRAIN_STEPS = 1000  # the schedulers' unit of time
TIME_LOGIT = 0.2  # mean of the logit of t in rectified flow
Times = Literal["base", "late", "even"]


@dataclass(frozen=True)
class Noised:
    """latents: as the network sees them. timestep: (B,), its unit of time. target: what it is to
    answer, as latents.
    """

    latents: Tensor
    timestep: Tensor
    target: Tensor


class Noising(Protocol):
    """The forward process of a base model."""

    def noised(
        self, clean: Tensor, noise: Tensor, u: Tensor, later: Tensor | float = 0.0
    ) -> Noised:
        """later: (B,), added to the logit of the time; noise and result as `clean`."""
        ...


@dataclass(frozen=True)
class FlowNoising:
    """Rectified flow (Liu et al. 2023): x_t = (1 - t) x_0 + t e, target v = e - x_0.

    times: "base" is logit-normal (Esser et al. 2024), spread: the standard deviation of its logit;
    "late" is t = 1 - u^3; "even" is t = u.
    """

    times: Times = "base"
    spread: float = 1.0

    def noised(
        self, clean: Tensor, noise: Tensor, u: Tensor, later: Tensor | float = 0.0
    ) -> Noised:
        if self.times == "base":
            logit = self.spread * torch.special.ndtri(u) + TIME_LOGIT
        else:
            logit = torch.logit(_shaped(u, self.times), eps=1e-6)
        return self.at(clean, noise, torch.sigmoid(logit + later))

    def at(self, clean: Tensor, noise: Tensor, t: Tensor) -> Noised:
        """At the times t (B,), 0 is clean."""
        mix = t[:, None, None, None]
        return Noised((1 - mix) * clean + mix * noise, t * TRAIN_STEPS, noise - clean)


@dataclass(frozen=True, eq=False)
class DiffusionNoising:
    """DDPM (Ho et al. 2020) with epsilon or v prediction, as Stable Diffusion 1.5 was trained.

    alphas: (T,), the product of 1 - beta. Times are whole steps, each as likely unless `times` says
    "late" (t = 1 - u^3, T2I-Adapter).
    """

    alphas: Tensor
    prediction: Literal["epsilon", "v_prediction"]
    times: Times = "base"

    def noised(
        self, clean: Tensor, noise: Tensor, u: Tensor, later: Tensor | float = 0.0
    ) -> Noised:
        share = torch.sigmoid(torch.logit(_shaped(u, self.times), eps=1e-6) + later)
        count = len(self.alphas)
        step = (share * count).long().clamp(0, count - 1)
        alpha = self.alphas.to(clean.device)[step][:, None, None, None]
        signal, spread = alpha.sqrt(), (1 - alpha).sqrt()
        target = noise if self.prediction == "epsilon" else signal * noise - spread * clean
        return Noised(signal * clean + spread * noise, step, target)


def noising_of(scheduler_config: Mapping[str, Any], times: Times = "base") -> Noising:
    """The process that a model's scheduler undoes. Raises BadInput where it is of another kind."""
    prediction = scheduler_config.get("prediction_type", "epsilon")
    if prediction == "flow_prediction" or scheduler_config.get("use_flow_sigmas"):
        return FlowNoising(times)
    if prediction not in ("epsilon", "v_prediction"):
        raise BadInput(
            f"The base model predicts “{prediction}”, which cannot be trained. Choose another."
        )
    known = ("num_train_timesteps", "beta_start", "beta_end", "beta_schedule", "trained_betas")
    settings = {key: scheduler_config[key] for key in known if key in scheduler_config}
    return DiffusionNoising(DDPMScheduler(**settings).alphas_cumprod, prediction, times)


def _shaped(u: Tensor, times: Times) -> Tensor:
    return 1 - u**3 if times == "late" else u


def ends_first(u: Tensor, shape: float) -> Tensor:
    """u (B,) to times whose density is cosh(shape * (t - 1/2)): both ends more than the middle.

    A U shape as in "Improving the Training of Rectified Flows" (Lee et al. 2024): straight paths
    are learned in the middle first, while the one step from pure noise decides the picture. shape
    0 leaves u as it is.
    """
    if shape == 0:
        return u
    return 0.5 + torch.asinh((2 * u - 1) * math.sinh(shape / 2)) / shape
