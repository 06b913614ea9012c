"""A pose controller on a frozen UNet: `python -m core.training.pose`.

A T2I-Adapter (Mou et al. 2023) or a ControlNet (Zhang et al. 2023), for koma-toon's base or, with
[model] and [data], for a published one. koma-toon's own T2I-Adapter learned beside its UNet (stage
`base`); one trained here is a plug for a UNet that is finished. It is written to OUT/pose_KIND.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import cv2
import torch
from diffusers import ControlNetModel, T2IAdapter, UNet2DConditionModel
from torch import Tensor, nn

from core.training.choices import pose_choice
from core.training.command import run_command, stage_arguments
from core.training.config import PoseStage, section
from core.training.frozen import networks_for, source_for
from core.training.loop import Run, Trainer
from core.training.monitor import figure
from core.training.noising import Noising, noising_of
from core.training.painter import Networks, Painter
from core.training.sampling import sample_sheet
from core.training.sources import Pictures
from core.training.turns import Batch

PLACE = 6


def build_t2i_adapter(unet: UNet2DConditionModel, downscale: int) -> T2IAdapter:
    """With one feature for each level of the UNet; published SD1.5 ones have this shape."""
    config: Any = unet.config
    return T2IAdapter(
        in_channels=3,
        channels=list(config.block_out_channels),
        num_res_blocks=config.layers_per_block,
        downscale_factor=downscale,
        adapter_type="full_adapter",
    )


def build_controlnet(
    unet: UNet2DConditionModel, latent_channels: int, downscale: int
) -> ControlNetModel:
    """A copy of the UNet's encoder behind convolutions that begin at zero, so that it changes
    nothing at first. It does not see the puppet: of `conv_in` it gets the latents' share.
    """
    widths = (16, 32, 96, 256) if downscale == 8 else (16, 32, 64, 96, 256)
    plain: Any = UNet2DConditionModel.from_config({**unet.config, "in_channels": latent_channels})
    state = {key: value.float() for key, value in unet.state_dict().items()}
    state["conv_in.weight"] = state["conv_in.weight"][:, :latent_channels]
    plain.load_state_dict(state)
    return ControlNetModel.from_unet(plain, conditioning_embedding_out_channels=widths)


def build_controller(networks: Networks, stage: PoseStage, size_px: int) -> nn.Module:
    """In float32, as trained."""
    channels, height, _ = networks.reading.latent_shape
    if stage.kind == "controlnet":
        return build_controlnet(networks.unet, channels, size_px // height)
    return build_t2i_adapter(networks.unet, size_px // height)


def stage_noising(scheduler_config: Mapping[str, Any], stage: PoseStage) -> Noising:
    return noising_of(scheduler_config, "late" if stage.times == "late" else "base")


class PoseObjective(nn.Module):
    """The base model's own loss, with the pose of the target given to the controller."""

    def __init__(self, painter: Painter, noising: Noising) -> None:
        super().__init__()
        self.painter, self.noising = painter, noising

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        noised = self.noising.noised(self.painter.clean(batch), batch["noise"], batch["u"])
        got = self.painter(self.painter.given(batch), noised.latents, noised.timestep)
        error = (got - noised.target).square().mean((1, 2, 3))
        wordless = (batch["ids"] == batch["empty"]).all(1).float()
        return error.mean(), {"without words": figure(error, wordless)}


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.pose, "pose")
    run = Run.start(arguments, stage.optimisation, PLACE)
    networks, _ = networks_for(arguments, stage.optimisation.bf16)
    source = source_for(arguments, networks.reading)
    controller: Any = build_controller(networks, stage, config.size_px)
    controller.to(memory_format=torch.channels_last)
    name = f"pose_{stage.kind}"
    trainer = Trainer(name, controller, stage.optimisation, run)
    networks = replace(networks, pose=controller)
    objective = PoseObjective(Painter(networks), stage_noising(networks.scheduler_config, stage))
    trainer.run(
        objective,
        Pictures(source, pose_choice(stage)),
        lambda: sample_sheet(networks, objective.painter, None, source, config),
    )
    if run.accelerator.is_main_process:
        with trainer.showing_ema():
            controller.save_pretrained(arguments.out / name)


if __name__ == "__main__":
    run_command(main)
