"""UNet, text encoder and pose controller of a training, whichever base model they are from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import ControlNetModel, T2IAdapter, UNet2DConditionModel
from torch import Tensor, nn

from core.adapters.anime_adapter import AnimeAdapter
from core.engine.latents import Vae, decode_latents, encode_pixels
from core.training.sources import Reading
from core.training.turns import Batch


@dataclass(frozen=True, eq=False)
class Networks:
    """A base model to train on or for; what is not trained is frozen.

    vae: with the scale of the UNet's latents in its configuration. vision: of the identity adapter.
    pose: None where the model has no controller. adapter: the AnimeAdapter that came with it.
    default_guidance_scale, default_steps: of sample sheets.
    """

    unet: UNet2DConditionModel
    text: nn.Module
    vae: Vae
    scheduler_config: Mapping[str, Any]
    reading: Reading
    vision: nn.Module | None = None
    pose: nn.Module | None = None
    adapter: AnimeAdapter | None = None
    default_guidance_scale: float = 2.0
    default_steps: int = 12


@dataclass(frozen=True, eq=False)
class Given:
    """What a batch gives the UNet beside latents and time; the same for all steps of a drawing.

    text: (B, T, d). residuals: of a T2I-Adapter. control: for a ControlNet, (B, 3, H, W), with
    gate: (B, 1, 1, 1), 0 where there is no pose. puppet: (B, C + 1, h, w).
    """

    text: Tensor
    residuals: tuple[Tensor, ...] = ()
    control: Tensor | None = None
    gate: Tensor | None = None
    puppet: Tensor | None = None


class Painter(nn.Module):
    """What the UNet says of noisy latents, given what a batch holds."""

    def __init__(self, networks: Networks) -> None:
        super().__init__()
        self.unet = networks.unet
        self.text = networks.text
        self.pose = networks.pose
        self.vae: Any = networks.vae
        self.latent_channels = networks.reading.latent_shape[0]

    @property
    def takes_puppet(self) -> bool:
        return int(self.unet.config["in_channels"]) > self.latent_channels

    def clean(self, batch: Batch) -> Tensor:
        """Latents (B, C, h, w) float32 of the target, encoded here where they are not at hand."""
        if "latents" in batch:
            return batch["latents"]
        with torch.no_grad():
            return encode_pixels(self.vae, batch["pixels"])

    def picture(self, latents: Tensor) -> Tensor:
        """(B, 3, H, W) float32 in -1 to 1."""
        return decode_latents(self.vae, latents)

    def given(self, batch: Batch) -> Given:
        with torch.no_grad():
            text = self.text(input_ids=batch["ids"]).last_hidden_state
        puppet = None
        if self.takes_puppet:
            puppet = batch.get("puppet")
            if puppet is None:  # a model with puppet channels, pictures without puppets
                shape = (len(text), self.latent_channels + 1, *batch["noise"].shape[-2:])
                puppet = torch.zeros(shape, device=text.device)
        if self.pose is None:
            return Given(text, puppet=puppet)
        gate = batch["has_pose"][:, None, None, None]
        if isinstance(self.pose, ControlNetModel):
            return Given(text, control=batch["control"], gate=gate, puppet=puppet)
        assert isinstance(self.pose, T2IAdapter)
        residuals = tuple(_gated(one, gate) for one in self.pose(batch["control"]))
        return Given(text, residuals, puppet=puppet)

    def forward(self, given: Given, latents: Tensor, timestep: Tensor) -> Tensor:
        """The UNet's prediction (B, C, h, w) float32. timestep: (B,), in the schedulers' unit."""
        extra: dict[str, Any] = {}
        if given.residuals:
            extra["down_intrablock_additional_residuals"] = list(given.residuals)  # the UNet pops
        if given.control is not None:
            assert self.pose is not None and given.gate is not None
            down, middle = self.pose(
                latents, timestep, given.text, given.control, return_dict=False
            )
            extra["down_block_additional_residuals"] = [_gated(one, given.gate) for one in down]
            extra["mid_block_additional_residual"] = _gated(middle, given.gate)
        if given.puppet is not None:
            latents = torch.cat([latents, given.puppet.to(latents)], dim=1)
        return self.unet(
            latents, timestep, encoder_hidden_states=given.text, return_dict=False, **extra
        )[0].float()


def _gated(feature: Tensor, gate: Tensor) -> Tensor:
    """In the feature's own format: norms in bf16 take no float32."""
    return feature * gate.to(feature.dtype)
