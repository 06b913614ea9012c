"""Stage 4, identity adapters on the frozen base and controller: `python -m core.training.adapter`.

As the paper trains AnimeAdapter (section 3.3, 3.4): the target's own picture is the reference,
background tokens are masked in the logits (Eq. 5), the pose of the target goes to the frozen pose
controller, image, text and both are dropped at 5 % each. `pair_share` of the rows use another
picture of the same character instead (their loss is shown apart), `puppet_share` have the puppet
condition on. On Stable Diffusion 1.5: configs/anime_adapter_sd15.toml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
from torch import Tensor, nn

from core.adapters.kinds import AdapterKind
from core.training.choices import adapter_choice
from core.training.command import StageArguments, arguments_of, run_command, stage_parser
from core.training.config import AdapterStage, section
from core.training.frozen import networks_for, source_for
from core.training.identities import MAKERS, checkpoint_name, identity_of, reference_form
from core.training.identity import Identity
from core.training.loop import Run, Trainer
from core.training.monitor import figure
from core.training.noising import Noising, noising_of
from core.training.painter import Painter
from core.training.sampling import sample_sheet
from core.training.sources import Pictures, Reading, subject_weights
from core.training.turns import Batch

PLACE = 3


class AdapterObjective(nn.Module):
    """The base model's own loss, with the references of the batch shown."""

    def __init__(
        self, painter: Painter, identity: Identity, noising: Noising, stage: AdapterStage
    ) -> None:
        super().__init__()
        self.painter, self.identity, self.noising = painter, identity, noising
        self.trained, self.frozen = identity.trained, identity.frozen
        self.stage = stage

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        alone = 1 - batch["has_puppet"]
        noised = self.noising.noised(
            self.painter.clean(batch), batch["noise"], batch["u"], alone * self.stage.lone_time
        )
        given = self.painter.given(batch)
        with self.identity.shown(self.identity.seen(batch)):
            got = self.painter(given, noised.latents, noised.timestep)
        weight = subject_weights(batch["subject"], self.stage.subject_weight)
        error = ((got - noised.target).square() * weight).mean((1, 2, 3))
        pair = batch["is_pair"]
        figures = {
            "alone": figure(error, alone),
            "same picture": figure(error, batch["has_reference"] * (1 - pair)),
            "pairs": figure(error, pair),
        }
        return error.mean(), figures


def adapter_reading(reading: Reading, stage: AdapterStage) -> Reading:
    """How references are read for this adapter."""
    return replace(reading, form=reference_form(stage), masks=stage.masks)


def main(given: Sequence[str] | None = None) -> None:
    parser = stage_parser(__doc__ or "")
    parser.add_argument("--kind", choices=list(MAKERS), help="in place of the settings' own")
    parsed = parser.parse_args(given)
    arguments = arguments_of(parsed)
    train(arguments if parsed.kind is None else of_kind(arguments, parsed.kind))


def of_kind(arguments: StageArguments, kind: AdapterKind) -> StageArguments:
    """The same settings for another adapter, so that all are trained alike."""
    stage = section(arguments.config.adapter, "adapter")
    config = replace(arguments.config, adapter=replace(stage, kind=kind))
    return replace(arguments, config=config)


def train(arguments: StageArguments) -> None:
    """The stage, to its end or a signal. Raises BadInput, SystemExit."""
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.adapter, "adapter")
    run = Run.start(arguments, stage.optimisation, PLACE)
    networks, drawer = networks_for(arguments, stage.optimisation.bf16)
    source = source_for(arguments, adapter_reading(networks.reading, stage))
    # Where the base stage left it, if it learned there; else W'_k, W'_v copied from the base.
    begun = drawer.adapter if drawer and config.base and config.base.reference_share else None
    identity = identity_of(networks, stage, begun)
    name = checkpoint_name(stage)
    trainer = Trainer(name, identity.trained, stage.own_optimisation, run)
    identity.inject(networks.unet)
    objective = AdapterObjective(
        Painter(networks),
        identity,
        noising_of(networks.scheduler_config),
        stage,
    )
    trainer.run(
        objective,
        Pictures(source, adapter_choice(stage)),
        lambda: sample_sheet(networks, objective.painter, identity, source, config),
    )
    if run.accelerator.is_main_process:
        with trainer.showing_ema():
            identity.save(arguments.out / name)


if __name__ == "__main__":
    run_command(main)
