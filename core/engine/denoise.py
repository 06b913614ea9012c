"""The denoising loop: a batch of panels, each with its own prompt, references, pose and region.

No pipeline of diffusers pairs different references with different prompts in one batch, nor joins
an image adapter with a T2I-Adapter; hence a loop of our own around diffusers' networks.

Shapes: N panels, G = 2 with guidance else 1, latents (N, C, h, w), text (N, T, D).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.adapters.conditions import ReferenceCondition
from core.adapters.injection import InjectedAdapter
from core.engine.device import placed
from core.engine.noise_schedule import NoiseSchedule
from core.engine.pooled_text import PooledText, added_conditions
from core.engine.requests import CancelToken, Unexpected

OnStep = Callable[[int, Any], None]


@dataclass(frozen=True, eq=False)
class ControlNetInput:
    """A ControlNet with control images (N, 3, H, W) in 0..1 and one conditioning scale a panel."""

    network: Any
    images: Tensor
    scales: Tensor


@dataclass(frozen=True, eq=False)
class RegionLatents:
    """mask: (N, 1, h, w), 1 = redraw. original: (N, C, h, w), the picture around the region.

    Without the first axis where it stands for one panel.
    """

    mask: Tensor
    original: Tensor


@dataclass(frozen=True, eq=False)
class AdapterInputs:
    """What one adapter is given: the conditions of each panel's references, none for some."""

    adapter: InjectedAdapter
    panels: Sequence[Sequence[ReferenceCondition]]


@dataclass(frozen=True, eq=False)
class BatchInputs:
    """What the steps of one batch need; everything that does not change from step to step.

    negative_text: None without guidance. references: one entry an adapter. pose_residuals: of a
    T2I-Adapter, each (N, c, h', w'), already scaled. puppet: (N, C + 1, h, w), already scaled,
    for a UNet with puppet channels. start_image: latents that a shortened schedule starts from.
    pooled_text: for SDXL.
    """

    noise: Tensor
    generators: Sequence[torch.Generator]
    text: Tensor
    negative_text: Tensor | None = None
    references: Sequence[AdapterInputs] = ()
    pose_residuals: tuple[Tensor, ...] = ()
    controlnet: ControlNetInput | None = None
    puppet: Tensor | None = None
    start_image: Tensor | None = None
    region: RegionLatents | None = None
    pooled_text: PooledText | None = None

    @property
    def panels(self) -> int:
        return len(self.noise)


class Denoiser:
    """Runs one batch through a UNet.

    Classifier-free guidance is one batch [without; with] and guides over text and references:
    eps(negative, 0) + w (eps(text, references) - eps(negative, 0)). What stands for no reference is
    the adapter's own business: nothing at all (AnimeAdapter, reference attention), or the tokens of
    no image (IP-Adapter). Pose and puppet stay in *both* halves: they say
    where things are, and guidance away from "no pose" would exaggerate lines of the skeleton
    instead of following the prompt; ControlNet pipelines do the same. A guidance scale of 1 or
    less runs the second half only, at half the price.

    Latents and the scheduler's arithmetic stay in float32; only the networks run in 16 bits.
    """

    def __init__(
        self,
        unet: Any,
        schedule: NoiseSchedule,
        inputs: BatchInputs,
        guidance_scale: float,
    ) -> None:
        self._unet = unet
        self._schedule = schedule
        self._inputs = inputs
        self._guidance_scale = guidance_scale
        self._halves = 1 if inputs.negative_text is None else 2
        self._device, self._dtype = placed(unet)
        self._text = self._network(self._text_batch())
        self._added = self._added_conditions()
        self._puppet = None if inputs.puppet is None else self._network(self._both(inputs.puppet))
        self._residuals = [self._network(self._both(r)) for r in inputs.pose_residuals]
        self._control_images = self._prepare_control_images()

    def run(self, token: CancelToken, on_step: OnStep) -> Tensor:
        """Finished latents (N, C, h, w) float32; calls `on_step(steps done, scheduler output)`.

        Reads the token before every step. Whatever happens, the adapters are ejected and the UNet
        is left as it was. Raises Cancelled, Unexpected where the numbers overflow.
        """
        size = (self._inputs.noise.shape[-2], self._inputs.noise.shape[-1])
        with ExitStack() as stack:
            for entry in self._inputs.references:
                if any(entry.panels):
                    prepared = entry.adapter.batch_conditions(entry.panels, self._halves, size)
                    entry.adapter.inject(self._unet)
                    stack.callback(entry.adapter.eject)
                    stack.enter_context(entry.adapter.conditions(prepared))
            return self._loop(token, on_step)

    def _loop(self, token: CancelToken, on_step: OnStep) -> Tensor:
        inputs, schedule = self._inputs, self._schedule
        noise = inputs.noise.to(self._device)
        start = None if inputs.start_image is None else inputs.start_image.to(self._device)
        latents = schedule.start_latents(noise, start)
        for index, timestep in enumerate(schedule.timesteps):
            token.raise_if_cancelled()
            prediction = self._predict(latents, timestep)
            output = schedule.step(prediction, timestep, latents, inputs.generators)
            latents = self._put_back(output.prev_sample, index, noise)
            on_step(index + 1, output)
        if not bool(torch.isfinite(latents).all()):
            raise Unexpected(
                "The model's numbers overflowed and left no picture; lower the guidance scale or "
                "the LoRA strength, or let the engine draw in float32."
            )
        return latents

    def _predict(self, latents: Tensor, timestep: Tensor) -> Tensor:
        sample = self._network(self._both(self._schedule.model_input(latents, timestep)))
        extra = dict(self._added)
        if self._residuals:
            extra["down_intrablock_additional_residuals"] = list(self._residuals)  # the UNet pops
        if self._control_images is not None:
            down, mid = self._controlnet_residuals(sample, timestep, self._control_images)
            extra["down_block_additional_residuals"] = down
            extra["mid_block_additional_residual"] = mid
        if self._puppet is not None:
            sample = torch.cat([sample, self._puppet], dim=1)
        answer: Tensor = self._unet(
            sample, timestep, encoder_hidden_states=self._text, return_dict=False, **extra
        )[0].float()
        if self._halves == 1:
            return answer
        without, with_ = answer.chunk(2)
        return without + self._guidance_scale * (with_ - without)

    def _controlnet_residuals(
        self, sample: Tensor, timestep: Tensor, images: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        assert self._inputs.controlnet is not None
        down, mid = self._inputs.controlnet.network(
            sample, timestep, self._text, images, return_dict=False, **self._added
        )
        scales = self._network(self._both(self._inputs.controlnet.scales))[:, None, None, None]
        return [residual * scales for residual in down], mid * scales

    def _put_back(self, latents: Tensor, index: int, noise: Tensor) -> Tensor:
        """Outside a redrawn region: the original at the noise level just reached."""
        region = self._inputs.region
        if region is None:
            return latents
        mask = region.mask.to(self._device)
        original = region.original.to(self._device)
        around = self._schedule.noised_after(index, original, noise)
        return latents * mask + around * (1 - mask)

    def _prepare_control_images(self) -> Tensor | None:
        control = self._inputs.controlnet
        return None if control is None else self._network(self._both(control.images))

    def _text_batch(self) -> Tensor:
        if self._inputs.negative_text is None:
            return self._inputs.text
        return torch.cat([self._inputs.negative_text, self._inputs.text])

    def _added_conditions(self) -> dict[str, Any]:
        """Keyword arguments of UNet and ControlNet."""
        told = self._inputs.pooled_text
        if told is None:
            return {}
        texts = told.pooled if told.negative is None else torch.cat([told.negative, told.pooled])
        sizes = self._both(told.size_ids).to(self._device)
        return added_conditions(self._network(texts), sizes)

    def _both(self, panels: Tensor) -> Tensor:
        """The same rows for each half of the guidance batch."""
        return panels if self._halves == 1 else torch.cat([panels, panels])

    def _network(self, tensor: Tensor) -> Tensor:
        return tensor.to(device=self._device, dtype=self._dtype)
