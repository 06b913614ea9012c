"""Stage 6b, crisp lines: `python -m core.training.sharpen`.

The finishing network learned to be near the truth, and where two drawings are equally likely (an
open mouth or a closed one) what is nearest to both is a blur. Here it goes on against a critic, a
small network of patches (Isola et al. 2017, pix2pix, without the condition) that learns to tell
finished pictures from true ones by their figures and what is around them; the features of the
critic are compared too (Wang et al. 2018, pix2pixHD, eq. 3). Traces of the figure that the UNet
left beside it are to go.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call

from core.engine.finishing import finish
from core.training.checkpoint import first_weights, load_ema
from core.training.command import run_command, stage_arguments
from core.training.config import SharpenStage, section
from core.training.critic import PATCH_PX, FinisherAndCritic
from core.training.finisher import (
    Crops,
    Drawings,
    finishing_sheet,
    likeness,
    on_drawn_ground,
    unlike,
)
from core.training.loop import Run, Trainer
from core.training.monitor import figure
from core.training.turns import Batch
from core.training.world import World

PLACE = 8
SAME_GROUND = 0.06  # mean difference, of 2, up to which a drawn ground is the true one


class SharpenObjective(nn.Module):
    def __init__(self, networks: FinisherAndCritic, stage: SharpenStage) -> None:
        super().__init__()
        self.networks, self.stage = networks, stage

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        stage, drawn, subject = self.stage, batch["drawn"], batch["subject"]
        truth = wanted(batch, stage.halo_px)
        got = finish(self.networks.finisher, drawn, batch["puppet"], batch["word"]).float()
        near = patches_near(subject, stage.halo_px)
        judged_true, features_true = self.networks.critic(truth)
        judged_got, _ = self.networks.critic(got.detach())
        critic = _mean(F.relu(1 - judged_true) + F.relu(1 + judged_got), near)
        opinion, features = self._measured(got)
        pairs = zip(features, features_true, strict=True)
        alike = torch.stack([(a - b.detach()).abs().mean() for a, b in pairs]).mean()
        finisher = (
            stage.fidelity_weight * unlike(got, truth, batch, ~subject, stage)
            + stage.feature_weight * alike
            - stage.adversarial_weight * _mean(opinion, near)
        )
        return finisher + critic, {
            **likeness(batch, got.detach(), truth),
            "critic": figure(critic),
            "features": figure(alike),
        }

    def _measured(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """The critic's answer, through which the finisher learns and the critic does not."""
        fixed = {name: one.detach() for name, one in self.networks.critic.named_parameters()}
        return functional_call(self.networks.critic, fixed, (pictures,))


def wanted(batch: Batch, halo_px: int) -> Tensor:
    """The true figure on the drawn ground without traces of the figure, (B, 3, H, W)."""
    truth, subject = batch["truth"], batch["subject"]
    ground = cleared_ground(batch["drawn"], truth, subject, halo_px)
    # Beside the mask lies the outline's outer half, darker than any ground behind it.
    figures = torch.where(subject, truth, torch.minimum(truth, ground))
    return on_drawn_ground(figures, ground, subject, batch["puppet"])


def cleared_ground(drawn: Tensor, truth: Tensor, subject: Tensor, halo_px: int) -> Tensor:
    """The drawn ground, without what is near the figure: that is filled from further away.

    All (B, C, H, W), subject bool. Where ground and true ground are alike, the true one: it is
    what was asked for. Pictures whose figure leaves nothing further away stay as they are.
    """
    far = 1 - _grown(subject, halo_px)
    area = far.sum((1, 2, 3), keepdim=True)
    apart = ((drawn - truth).abs().mean(1, keepdim=True) * far).sum((1, 2, 3), keepdim=True)
    same = (apart / area.clamp(min=1) < SAME_GROUND) & (area > 0)
    soft = F.avg_pool2d(far, 5, 1, 2, count_include_pad=False)
    filled = torch.lerp(_filled(drawn, far), drawn, soft)
    filled = torch.where(area > 0, filled, drawn)
    return torch.where(same, truth, filled)


def patches_near(subject: Tensor, halo_px: int) -> Tensor:
    """Which of the critic's patches touch the figure or what is around it: float (B, 1, h, w)."""
    return F.max_pool2d(_grown(subject, halo_px), PATCH_PX)


def _grown(mask: Tensor, by_px: int) -> Tensor:
    """A mask (B, 1, H, W) that also covers all within `by_px` across and down, as float."""
    width = 2 * by_px + 1
    across = F.max_pool2d(mask.float(), (1, width), 1, (0, by_px))
    return F.max_pool2d(across, (width, 1), 1, (by_px, 0))


def _filled(pictures: Tensor, known: Tensor) -> Tensor:
    """Smoothly filled where `known` (B, 1, H, W) is 0, from coarser and coarser copies."""
    if min(pictures.shape[-2:]) < 4:
        mean = (pictures * known).sum((2, 3), keepdim=True)
        mean = mean / known.sum((2, 3), keepdim=True).clamp(min=1e-6)
        return mean.expand_as(pictures)
    weight = F.avg_pool2d(known, 2)
    half = F.avg_pool2d(pictures * known, 2) / weight.clamp(min=1e-6)
    below = _filled(half, weight.clamp(max=1))
    rest = F.interpolate(below, size=pictures.shape[-2:], mode="bilinear", align_corners=False)
    return torch.lerp(rest, pictures, known)


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / weight.sum().clamp(min=1)


def learning_rates(stage: SharpenStage) -> dict[str, float]:
    """Factors of the learning rate by network."""
    return {"critic": stage.critic_rate}


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.sharpen, "sharpen")
    crops = section(config.finisher, "finisher")
    run = Run.start(arguments, stage.optimisation, PLACE)
    networks = FinisherAndCritic()
    load_ema(networks.finisher, arguments.inputs / "finisher.pt")
    if start := first_weights(stage.start, arguments.out / "sharpen.pt"):
        load_ema(networks, start)
    nn.Module.to(networks, memory_format=torch.channels_last)
    trainer = Trainer("sharpen", networks, stage.optimisation, run, learning_rates(stage))
    examples = Crops(World(arguments.inputs / "world"), Drawings(arguments.inputs), crops)
    count = min(config.monitoring.sheet_pictures, len(examples))
    trainer.run(
        SharpenObjective(networks, stage),
        examples,
        lambda: finishing_sheet(networks.finisher, examples, count),
    )


if __name__ == "__main__":
    run_command(main)
