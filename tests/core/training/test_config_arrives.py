"""Every value of every settings class changes what it is there to change.

For each class `CHANGES` names another value of each key, and `seen` what the training makes of the
settings; a key whose change changes nothing, or that is missing here, fails.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.synthetic import Part, vocabulary
from core.training import clip as clip_module
from core.training import config as settings_module
from core.training import world as world_module
from core.training.adapter import AdapterObjective, adapter_reading
from core.training.base import BaseObjective, rates
from core.training.checkpoint import first_weights
from core.training.choices import adapter_choice, base_choice, fewstep_choice, pose_choice
from core.training.clip import CaptionedPictures, ContrastiveObjective
from core.training.command import StageArguments
from core.training.config import (
    AdapterStage,
    BaseStage,
    ClipStage,
    DetectorStage,
    FewstepStage,
    FinisherStage,
    FrozenModel,
    Monitoring,
    Optimisation,
    PictureFolder,
    PoseStage,
    SharpenStage,
    TrainingConfig,
    VaeStage,
)
from core.training.critic import FinisherAndCritic
from core.training.detector import Examples
from core.training.fewstep import Couples, ReflowObjective, add_lora, teacher_of
from core.training.finisher import (
    Crops,
    FinishObjective,
    puppets_shown,
    request,
    through_vae,
)
from core.training.identities import checkpoint_name, identity_of
from core.training.loop import Trainer
from core.training.monitor import Monitor
from core.training.networks import build_finisher, build_vae
from core.training.noising import FlowNoising
from core.training.pose import build_controller, stage_noising
from core.training.sharpen import SharpenObjective, learning_rates
from core.training.turns import Batch, Turn
from core.training.vae import Crops as VaeCrops
from core.training.vae import ReconstructionObjective
from core.training.world import World
from tests.core.training.tiny import Line, Points, optimisation, tiny_networks, tiny_unet

config_name = settings_module.__name__
OPT = optimisation()
TURN = Turn(1, 6, 0, 4, 4)
FLOW = {"prediction_type": "flow_prediction"}


def plain(value: Any) -> Any:
    """Something that == compares, whatever tensors are inside."""
    if isinstance(value, Tensor | np.ndarray):
        return np.asarray(value).tobytes(), tuple(value.shape)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in cast(dict[str, Any], value).items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in cast(list[Any], value)]
    return value


@dataclass(frozen=True)
class Bench:
    tmp_path: Path
    world: World
    run_in: Callable[..., Any]


class Watched(Line):
    """Notes how many rows come at once and from which process."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer, dropout=0.0)
        self.notes: list[tuple[int, bool]] = []

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        self.notes.append((len(batch["x"]), bool((batch["pid"] == os.getpid()).all())))
        return super().forward(batch)


class PointsAndWhere(Points):
    def batch(self, turn: Turn) -> Batch:
        made = super().batch(turn)
        return {**made, "pid": torch.full((turn.count,), os.getpid())}


def optimisation_seen(settings: Optimisation, bench: Bench) -> Any:
    torch.manual_seed(0)
    layer = nn.Linear(2, 1)
    folder = bench.tmp_path / str(len(list(bench.tmp_path.iterdir())))
    trainer = Trainer("line", layer, settings, bench.run_in(folder, settings))
    saves: list[int] = []
    save = trainer.save

    def noted_save() -> None:
        saves.append(trainer.step)
        save()

    trainer.save = noted_save
    watched = Watched(layer)
    trainer.run(watched, PointsAndWhere())
    return trainer.module.state_dict(), trainer.ema.state_dict(), saves, watched.notes


def monitoring_seen(settings: Monitoring, bench: Bench) -> Any:
    """Which lines and sheets appear in 100 steps of 10 seconds each."""
    now, lines, sheets = [0.0], list[int](), list[int]()
    run = bench.run_in(bench.tmp_path / f"m{len(list(bench.tmp_path.iterdir()))}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("core.training.monitor.time.monotonic", lambda: now[0])
        patch.setattr(
            "core.training.monitor.log.info", lambda text, step, *rest: lines.append(step)
        )
        monitor = Monitor("m", 1000, 0, run.out, settings, run.accelerator)
        for step in range(1, 101):
            now[0] += 10
            monitor.add(step, {"loss": torch.tensor([1.0, 1.0])})

            def draw(step: int = step) -> np.ndarray:
                sheets.append(step)
                return np.zeros((4, 4, 3), np.uint8)

            monitor.sheet(draw)
    return lines, sheets


def vae_seen(stage: VaeStage, bench: Bench) -> Any:
    batch = VaeCrops(stage, 64).batch(TURN)
    torch.manual_seed(0)
    with torch.no_grad():
        loss, _ = ReconstructionObjective(build_vae(), stage)(batch)
    return batch, loss


class Pair(nn.Module):
    """Encoders that answer with what they are shown."""

    log_temperature = torch.tensor(1.0)

    def __init__(self) -> None:
        super().__init__()
        self.text = nn.Linear(1, 1)

    def embed_pictures(self, pixels: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        return pixels[:, 0, 0, :8], pixels[:, 0, : len(kept), :8]

    def embed_text(self, ids: Tensor) -> Tensor:
        return torch.ones(len(ids), 8)

    def tag_reader(self, patches: Tensor, parts: Tensor) -> tuple[Tensor, Tensor]:
        return patches[:, 0, :1].expand(-1, len(vocabulary())), patches[:, :, :1] * parts


def no_words(prompts: list[str], **options: object) -> dict[str, Tensor]:
    return {"input_ids": torch.zeros(len(prompts), 3, dtype=torch.long)}


def clip_seen(stage: ClipStage, bench: Bench) -> Any:
    batch = CaptionedPictures(bench.world, stage, cast(Any, no_words), 64, 16).batch(TURN)
    pair, read = cast(Any, Pair()), list[Path]()

    def read_nothing(path: Path) -> dict[str, Tensor]:
        read.append(path)
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clip_module, "ema_state", read_nothing)
        clip_module.begin(pair, stage, bench.tmp_path)
    trained = [parameter.requires_grad for parameter in pair.parameters()]
    return batch, ContrastiveObjective(pair, stage)(batch)[0], read, trained


class Painting(nn.Module):
    """A painter that answers with latents times time."""

    def clean(self, batch: Batch) -> Tensor:
        return batch["latents"]

    def given(self, batch: Batch) -> None:
        return None

    def forward(self, given: None, latents: Tensor, timestep: Tensor) -> Tensor:
        return latents * timestep[:, None, None, None] / 1000


class Blind(nn.Module):
    """An adapter, drawer and identity that sees nothing."""

    trained = frozen = None

    @property
    def adapter(self) -> Blind:
        return self

    def conditions(self, seen: None) -> nullcontext[None]:
        return nullcontext()

    def seen(self, batch: Batch) -> None:
        return None

    def shown(self, seen: None) -> nullcontext[None]:
        return nullcontext()


def drawn_batch() -> Batch:
    generator = torch.Generator().manual_seed(0)
    return {
        "latents": torch.randn(4, 2, 4, 4, generator=generator),
        "noise": torch.randn(4, 2, 4, 4, generator=generator),
        "u": torch.rand(4, generator=generator),
        "subject": torch.rand(4, 1, 4, 4, generator=generator),
        "has_puppet": torch.tensor([1.0, 0.0, 1.0, 0.0]),
        "has_reference": torch.tensor([1.0, 1.0, 0.0, 0.0]),
        "is_pair": torch.tensor([1.0, 0.0, 0.0, 0.0]),
    }


def choices(choose: Any) -> list[Any]:
    return [choose(np.random.default_rng(seed)) for seed in range(60)]


def base_seen(stage: BaseStage, bench: Bench) -> Any:
    asked: list[Any] = []
    config = TrainingConfig(seed=1, size_px=64, base=stage)
    arguments = StageArguments(config, bench.tmp_path, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "build", lambda folder, *given: asked.append(given))
        patch.setattr(world_module, "stage_arguments", lambda text, given: arguments)
        world_module.main([])
    objective = BaseObjective(cast(Any, Blind()), cast(Any, Painting()), None, stage)
    loss = objective(drawn_batch())[0]
    first = first_weights(stage.start, bench.tmp_path / "base.pt")
    return asked, choices(base_choice(stage, None)), loss, rates(stage), first


def pose_seen(stage: PoseStage, bench: Bench) -> Any:
    return choices(pose_choice(stage)), stage_noising(FLOW, stage), _class(stage)


def _class(stage: PoseStage) -> str:
    return type(build_controller(tiny_networks(), stage, 64)).__name__


def adapter_seen(stage: AdapterStage, bench: Bench) -> Any:
    networks = tiny_networks()
    identity = identity_of(networks, stage)
    reading = adapter_reading(networks.reading, stage)
    picture, mask = bench.world.target[0], bench.world.target_mask[0]
    shapes = {key: tuple(value.shape) for key, value in identity.trained.state_dict().items()}
    seen = reading.reference(picture, mask)
    objective = AdapterObjective(cast(Any, Painting()), cast(Any, Blind()), FlowNoising(), stage)
    loss = objective(drawn_batch())[0]
    masked = getattr(identity.trained, "config", None)
    name, rate = checkpoint_name(stage), stage.own_optimisation.learning_rate
    return choices(adapter_choice(stage)), shapes, seen, name, rate, loss, masked


def fewstep_seen(stage: FewstepStage, bench: Bench) -> Any:
    folder = bench.tmp_path / str(len(list(bench.tmp_path.iterdir())))
    folder.mkdir()
    teacher = teacher_of(stage, tiny_networks(), cast(Any, Painting()), cast(Any, Blind()))
    lora = add_lora(tiny_unet(), stage.rank, stage.targets)
    objective = ReflowObjective(lora, cast(Any, Painting()), cast(Any, Blind()), stage)
    loss = objective(drawn_batch())[0]
    sizes = sorted(tuple(p.shape) for p in lora.parameters())
    pool = Couples(cast(Any, SimpleNamespace(count=50)), stage, 1).pool
    asked = (teacher.steps, teacher.guidance_scale, pool)
    return choices(fewstep_choice(stage)), asked, loss, sizes


def detector_seen(stage: DetectorStage, bench: Bench) -> Any:
    return Examples(stage, 32).batch(TURN)


def drawings_of(world: World) -> SimpleNamespace:
    faces = np.where(world.target_parts == Part.FACE, np.uint8(255), np.uint8(0))
    return SimpleNamespace(picture=world.target, with_puppet=np.ones(6, bool), face=faces)


def finisher_seen(stage: FinisherStage, bench: Bench) -> Any:
    drawings = cast(Any, drawings_of(bench.world))
    batch = Crops(bench.world, drawings, stage).batch(TURN)
    torch.manual_seed(0)
    with torch.no_grad():
        loss = FinishObjective(build_finisher(), stage)(batch)[0]
    first = first_weights(stage.start, bench.tmp_path / "finisher.pt")
    asked = [request(bench.world, index, stage) for index in range(2)]
    latents = cast(Any, SimpleNamespace(target=np.zeros((1, 32, 2, 2), np.float16), scaling=1.0))
    drawn = puppets_shown(50, stage), through_vae(build_vae(), latents, 0, stage)
    return batch, loss, asked, drawn, first


def sharpen_seen(stage: SharpenStage, bench: Bench) -> Any:
    drawings = cast(Any, drawings_of(bench.world))
    batch = Crops(bench.world, drawings, FinisherStage(OPT, crop_px=32)).batch(TURN)
    batch["drawn"] = batch["drawn"].flip(2)
    torch.manual_seed(0)
    with torch.no_grad():
        loss = SharpenObjective(FinisherAndCritic(), stage)(batch)[0]
    return loss, learning_rates(stage), first_weights(stage.start, bench.tmp_path / "sharpen.pt")


Changes = dict[str, Any]
CHANGES: dict[type, tuple[Any, Any, Changes]] = {
    Optimisation: (optimisation_seen, optimisation(checkpoint_seconds=110), {
        "steps": 9, "batch": 2, "learning_rate": 0.01, "weight_decay": 0.3, "betas": (0.5, 0.9),
        "warmup_steps": 5, "schedule": "constant", "ema_decay": 0.9, "clip_norm": 0.1,
        "bf16": True, "micro_batch": 2, "checkpoint_seconds": 0, "workers": 1,
    }),
    Monitoring: (monitoring_seen, Monitoring(), {
        "log_seconds": 50.0, "sheet_minutes": 3.0, "sheet_pictures": 0,
    }),
    VaeStage: (vae_seen, VaeStage(OPT, crop_px=32, pool=8, fresh_per_step=2), {
        "crop_px": 48, "pool": 3, "fresh_per_step": 1, "subject_weight": 4.0, "face_weight": 9.0,
        "gradient_weight": 2.0, "latent_noise": 0.5,
    }),
    ClipStage: (clip_seen, ClipStage(OPT), {
        "pool": 4, "keep_patches": 0.25, "tag_weight": 3.0, "part_weight": 3.0,
        "start": Path("clip.pt"), "train_text": False,
    }),
    BaseStage: (base_seen, BaseStage(OPT, reference_share=0.5), {
        "pool": 70, "drop_text": 0.5, "drop_pose": 0.5, "drop_puppet": 0.9,
        "drop_identity_tags": 0.1, "skeleton_noise": 0.3, "reference_share": 0.9,
        "lone_time": 1.0, "time_spread": 2.0, "start": Path("base.pt"),
        "adapter_rate": 3.0, "subject_weight": 3.0,
    }),
    PoseStage: (pose_seen, PoseStage(OPT), {
        "kind": "controlnet", "times": "even", "drop_text": 0.6, "drop_identity_tags": 0.9,
    }),
    AdapterStage: (adapter_seen, AdapterStage(OPT), {
        "kind": "reference", "drop_image": 0.3, "drop_text": 0.4, "drop_both": 0.5,
        "drop_identity_tags": 0.1, "pair_share": 0.5, "puppet_share": 0.8,
        "after_softmax_share": 0.5, "inference_mask": "before_softmax", "vision_layers": 2,
        "scope": "up", "masks": False, "pose": False, "lone_time": 1.0, "subject_weight": 3.0,
        "learning_rates": {"anime": 0.3},
    }),
    FewstepStage: (fewstep_seen, FewstepStage(OPT), {
        "pool": 7, "teacher_steps": 3, "guidance_scale": 5.0, "rank": 3, "time_shape": 0.0,
        "reference_share": 0.2, "drop_puppet": 0.9, "drop_identity_tags": 0.1,
        "subject_weight": 4.0, "targets": ("to_q",),
    }),
    DetectorStage: (detector_seen, DetectorStage(OPT, pool=8, fresh_per_step=2), {
        "pool": 3, "fresh_per_step": 1,
    }),
    FinisherStage: (finisher_seen, FinisherStage(OPT, crop_px=32), {
        "pool": 2, "steps_drawn": (3,), "guidance_scales": (7.0,), "drop_puppet": 0.9,
        "latent_noise": 0.9, "crop_px": 48, "ground_weight": 2.0, "gradient_weight": 2.0,
        "face_crops": 1.0, "drop_word": 0.0, "face_weight": 2.0, "start": Path("finisher.pt"),
    }),
    SharpenStage: (sharpen_seen, SharpenStage(OPT, halo_px=4), {
        "fidelity_weight": 2.0, "ground_weight": 2.0, "gradient_weight": 2.0,
        "adversarial_weight": 2.0, "feature_weight": 3.0, "critic_rate": 5.0, "halo_px": 1,
        "face_weight": 2.0, "start": Path("sharpen.pt"),
    }),
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind, (_, _, keys) in CHANGES.items() for key in keys],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)  # fmt: skip
def test_every_value_arrives(
    kind: type, key: str, bench: Bench, as_they_are: dict[type, Any]
) -> None:
    seen, settings, changes = CHANGES[kind]
    assert getattr(settings, key) != changes[key]
    if kind not in as_they_are:
        as_they_are[kind] = plain(seen(settings, bench))
        assert as_they_are[kind] == plain(seen(settings, bench)), "the same gives the same"
    changed = plain(seen(replace(settings, **{key: changes[key]}), bench))
    assert changed != as_they_are[kind]


@pytest.fixture
def bench(tmp_path: Path, world: World, run_in: Callable[..., Any]) -> Bench:
    return Bench(tmp_path, world, run_in)


@pytest.fixture(scope="module")
def as_they_are() -> dict[type, Any]:
    """What each settings class gives unchanged, once for all its keys."""
    return {}


def test_no_key_is_left_out() -> None:
    classes = [one for one in vars(settings_module).values() if isinstance(one, type)]
    stages = {one for one in classes if is_dataclass(one) and one.__module__ == config_name}
    elsewhere = {TrainingConfig, PictureFolder, FrozenModel}  # test_adapter_stage.py
    assert stages - elsewhere == set(CHANGES)
    for kind, (_, _, changes) in CHANGES.items():
        assert {one.name for one in fields(kind)} - {"optimisation"} == set(changes)
