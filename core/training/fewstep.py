"""Stage 7, drafts in 1 to 4 steps: `python -m core.training.fewstep`.

Reflow (Liu et al. 2023, "Flow Straight and Fast", section 2.2; on text-to-image models Liu et al.
2024, "InstaFlow"): the finished model draws `pool` pictures, guidance and all; then a LoRA learns
rectified flow again on the pairs (noise, drawing) that belong together. Paths from noise to picture
become straight, so that one to four large steps follow them, with any solver and without a second
half for guidance. Why this and not consistency distillation (Luo et al. 2023, "LCM-LoRA"): it is
the base's own objective with other pairs, the teacher works once and not in every step, and no
target moves with the student: all of which a few hundred steps on a CPU need. docs/adr/0019.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin
from numpy.typing import NDArray
from peft import LoraConfig, get_peft_model_state_dict
from torch import Tensor, nn

from core.errors import BadInput
from core.training.choices import fewstep_choice
from core.training.command import StageArguments, run_command, stage_arguments
from core.training.config import FewstepStage, section
from core.training.fresh import fill_array
from core.training.frozen import finished_adapter, networks_for, source_for
from core.training.identity import AnimeIdentity
from core.training.loop import Run, Trainer
from core.training.monitor import Sheet, figure
from core.training.noising import FlowNoising, ends_first, noising_of
from core.training.painter import Networks, Painter
from core.training.sampling import Sampler, sample_batch
from core.training.sheets import rows_of, to_uint8
from core.training.sources import Pictures, Source, subject_weights
from core.training.turns import Batch, Turn

PLACE = 7
DRAWN_AT_ONCE = 8
SHEET_STEPS = (1, 2, 4)
EARLY = 0.9  # times above it are the first step's


class Couples:
    """Noise and what the teacher drew from it, with all that the drawing was asked for."""

    def __init__(self, source: Source, stage: FewstepStage, seed: int) -> None:
        self._pictures = Pictures(source, fewstep_choice(stage))
        self._count, self._seed, self.pool = source.count, seed, stage.pool
        self.drawings: NDArray[np.float16] | None = None

    def asked(self, rows: NDArray[np.int64]) -> Batch:
        """The same for a row whenever it is asked for."""
        generators = [np.random.default_rng((self._seed, int(row), 5)) for row in rows]
        return self._pictures.of(rows % self._count, generators)

    def batch(self, turn: Turn) -> Batch:
        assert self.drawings is not None
        rows = turn.rows(self.pool)
        drawn = torch.from_numpy(self.drawings[rows].astype(np.float32))
        u = torch.tensor([rng.random() for rng in turn.generators()])
        return {**self.asked(rows), "latents": drawn, "u": u}


def draw_couples(
    couples: Couples, sampler: Sampler, out: Path, stage: FewstepStage, shape: tuple[int, int, int]
) -> None:
    """Let the teacher draw what is not drawn yet: OUT/fewstep_drawings.npy."""
    device = sampler.painter.unet.device

    def make(rows: NDArray[np.int64]) -> NDArray[np.float16]:
        batch = {key: value.to(device) for key, value in couples.asked(rows).items()}
        return sampler.latents(batch).half().cpu().numpy()

    # What is the student's own.
    kept = {"optimisation", "rank", "targets", "time_shape", "subject_weight", "pool"}
    about = {key: value for key, value in asdict(stage).items() if key not in kept}
    couples.drawings = fill_array(
        out / "fewstep_drawings.npy", (stage.pool, *shape), np.float16,
        json.dumps(about), make, DRAWN_AT_ONCE,
    )  # fmt: skip


def add_lora(unet: UNet2DConditionModel, rank: int, targets: Sequence[str]) -> nn.ParameterDict:
    """LoRA beside the frozen UNet, at first without effect; its parameters by their names.

    A dict of its own, so that checkpoint and EMA hold the LoRA and not the UNet.
    """
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, target_modules=list(targets)))
    named = [(name, p) for name, p in unet.named_parameters() if p.requires_grad]
    return nn.ParameterDict({name.replace(".", "/"): parameter for name, parameter in named})


def save_lora(unet: UNet2DConditionModel, folder: Path) -> None:
    """pytorch_lora_weights.safetensors with peft's keys as diffusers writes them, float16.

    Beside it config.json, which Koma's engine reads: two steps without guidance.
    """
    state: dict[str, Tensor] = get_peft_model_state_dict(unet)
    StableDiffusionLoraLoaderMixin.save_lora_weights(
        folder, unet_lora_layers={key: value.half().cpu() for key, value in state.items()}
    )
    drafts = json.dumps({"steps": 2, "guidance_scale": 1.0}, indent=2)
    (folder / "config.json").write_text(drafts + "\n", encoding="utf-8")


class ReflowObjective(nn.Module):
    """Rectified flow between a noise and what was drawn from it."""

    def __init__(
        self, lora: nn.ParameterDict, painter: Painter, identity: AnimeIdentity, stage: FewstepStage
    ) -> None:
        super().__init__()
        self.lora, self.painter, self.identity, self.stage = lora, painter, identity, stage
        self.adapter, self.vision = identity.trained, identity.frozen  # to the same device

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        t = ends_first(batch["u"], self.stage.time_shape)
        noised = FlowNoising().at(batch["latents"], batch["noise"], t)
        with torch.no_grad():
            given, seen = self.painter.given(batch), self.identity.seen(batch)
        with self.identity.shown(seen):
            got = self.painter(given, noised.latents, noised.timestep)
        weight = subject_weights(batch["subject"], self.stage.subject_weight)
        error = ((got - noised.target).square() * weight).mean((1, 2, 3))
        return error.mean(), {"first step": figure(error, t > EARLY)}


def fewstep_sheet(sampler: Sampler, batch: Batch) -> Sheet:
    """True pictures, then drawings in 1, 2 and 4 steps without guidance."""
    painter = sampler.painter
    rows = [to_uint8(painter.picture(painter.clean(batch)))]
    for steps in SHEET_STEPS:
        student = Sampler(painter, sampler.identity, sampler.scheduler_config, steps, 1.0)
        rows.append(student.pictures(batch))
    return rows_of(*rows)


def teacher_identity(arguments: StageArguments, networks: Networks) -> AnimeIdentity:
    """The model's finished AnimeAdapter. Raises BadInput where it has none."""
    adapter, vision = networks.adapter, networks.vision
    if adapter is None or vision is None:
        raise BadInput("This base model has no AnimeAdapter, which drafts are drawn with.")
    if arguments.config.model is None:
        adapter = finished_adapter(arguments.inputs) or adapter
    return AnimeIdentity(adapter.eval().requires_grad_(False), vision)


def teacher_of(
    stage: FewstepStage, networks: Networks, painter: Painter, identity: AnimeIdentity
) -> Sampler:
    """As the finished model draws a final picture."""
    config = networks.scheduler_config
    return Sampler(painter, identity, config, stage.teacher_steps, stage.guidance_scale)


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    stage = section(config.fewstep, "fewstep")
    run = Run.start(arguments, stage.optimisation, PLACE)
    networks, _ = networks_for(arguments, stage.optimisation.bf16)
    if not isinstance(noising_of(networks.scheduler_config), FlowNoising):
        raise BadInput("Reflow needs a rectified-flow model, which this base model is not.")
    source = source_for(arguments, networks.reading)
    identity = teacher_identity(arguments, networks)
    painter = Painter(networks).to(run.device)
    identity.trained.to(run.device)
    identity.frozen.to(run.device)
    identity.inject(networks.unet)
    sampler = teacher_of(stage, networks, painter, identity)
    couples = Couples(source, stage, run.seed)
    shape = networks.reading.latent_shape
    with run.first_alone() as main_process, run.accelerator.autocast():
        if main_process:
            draw_couples(couples, sampler, arguments.out, stage, shape)
    with run.accelerator.autocast():
        draw_couples(couples, sampler, arguments.out, stage, shape)  # the others: only open it
    lora = add_lora(networks.unet, stage.rank, stage.targets)
    trainer = Trainer("fewstep", lora, stage.optimisation, run)
    trainer.run(
        ReflowObjective(lora, painter, identity, stage),
        couples,
        lambda: fewstep_sheet(sampler, sample_batch(source, config, run.device)),
    )
    if run.accelerator.is_main_process:
        with trainer.showing_ema():
            save_lora(networks.unet, arguments.out / "fewstep")


if __name__ == "__main__":
    run_command(main)
