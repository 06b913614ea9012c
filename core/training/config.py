"""Training settings as frozen dataclasses read from TOML; unknown keys are refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from core.adapters.config import InferenceMask
from core.adapters.kinds import AdapterKind
from core.errors import BadInput

_STRICT = ConfigDict(extra="forbid")
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(gt=0)]
_Stage = TypeVar("_Stage")


@checked_dataclass(frozen=True, config=_STRICT)
class Optimisation:
    """AdamW on `batch` examples a step, over all processes together; EMA weights are what ships.

    schedule: of the learning rate after `warmup_steps`: constant, or falling to 0 at `steps`, by
    half a cosine or by the square root of what is left. micro_batch: examples in one pass through
    the network, for small memories; None is as many as a process has. checkpoint_seconds: most
    seconds of work that a kill loses, at most 110. workers: processes that prepare examples beside
    each training process.
    """

    steps: Count
    batch: Count
    learning_rate: Rate
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.99)
    warmup_steps: int = 50
    schedule: Literal["square-root", "cosine", "constant"] = "square-root"
    ema_decay: Share = 0.998
    clip_norm: float = 1.0
    bf16: bool = True
    micro_batch: Count | None = None
    checkpoint_seconds: Annotated[int, Field(ge=0, le=110)] = 100
    workers: Annotated[int, Field(ge=0)] = 0


@checked_dataclass(frozen=True, config=_STRICT)
class Monitoring:
    """log_seconds: between two lines of figures. sheet_minutes: between two sample sheets, and
    sheet_pictures: how many pictures one shows; 0 shows none.
    """

    log_seconds: Annotated[float, Field(ge=0)] = 20.0
    sheet_minutes: Annotated[float, Field(ge=0)] = 10.0
    sheet_pictures: Annotated[int, Field(ge=0, le=16)] = 6


@checked_dataclass(frozen=True, config=_STRICT)
class PictureFolder:
    """The pictures to train on; see core.training.folder for what lies in `folder`."""

    folder: Path


@checked_dataclass(frozen=True, config=_STRICT)
class FrozenModel:
    """A published base model to train on instead of the stages in the output folder.

    base: a folder in diffusers' layout or a single file. image_encoder: of the adapter, where the
    base has none. pose_controller: a T2I-Adapter or ControlNet, where the base has none.
    frozen_bf16: keep the frozen networks in bf16, which halves their memory.
    """

    base: Path
    image_encoder: Path | None = None
    pose_controller: Path | None = None
    frozen_bf16: bool = True


@checked_dataclass(frozen=True, config=_STRICT)
class VaeStage:
    """pool: drawings that crops are taken from, of which `fresh_per_step` are new in each step.

    subject_weight, face_weight: of their pixels in the loss. gradient_weight: of the loss on
    differences of neighbouring pixels. latent_noise: added before decoding.
    """

    optimisation: Optimisation
    crop_px: Count = 128
    pool: Count = 2500
    fresh_per_step: Count = 6
    subject_weight: float = 1.5
    face_weight: float = 2.0
    gradient_weight: float = 0.5
    latent_noise: float = 0.05


@checked_dataclass(frozen=True, config=_STRICT)
class ClipStage:
    """keep_patches: share of a picture's patches seen in a step. tag_weight, part_weight: in the
    loss, of the tags and parts read from patches. start: a checkpoint of this stage whose encoders
    it begins with. train_text: False where a base model stands on the text encoder.
    """

    optimisation: Optimisation
    pool: Count = 6000
    keep_patches: Share = 0.5
    tag_weight: float = 1.0
    part_weight: float = 1.0
    start: Path | None = None
    train_text: bool = True


@checked_dataclass(frozen=True, config=_STRICT)
class BaseStage:
    """drop_X: how often text, pose, puppet or the tags of the character's looks are left out.

    pool, skeleton_noise: pairs that `core.training.world` draws, and the standard deviation of the
    errors in their references' skeletons, as a share of the height. reference_share: how often a
    row also sees a reference through AnimeAdapter, which then learns beside the UNet, at
    `adapter_rate` times its learning rate; 0 trains the text-to-image model alone.
    lone_time: added to the logit of t where a row has no puppet: a character's colours are then
    decided while there is nearly only noise. time_spread: standard deviation of that logit: the
    wider, the more is also learned of the last steps, in which outlines become clean. start: a
    checkpoint of this stage, made with other settings, whose EMA weights it begins with.
    subject_weight: of latent cells that show the character, in the loss.
    """

    optimisation: Optimisation
    pool: Count = 9000
    drop_text: Share = 0.12
    drop_pose: Share = 0.1
    drop_puppet: Share = 0.4
    drop_identity_tags: Share = 0.5
    skeleton_noise: float = 0.012
    reference_share: Share = 0.0
    lone_time: float = 0.0
    time_spread: Annotated[float, Field(gt=0)] = 1.0
    start: Path | None = None
    adapter_rate: float = 1.0
    subject_weight: float = 1.0


@checked_dataclass(frozen=True, config=_STRICT)
class PoseStage:
    """A pose controller on a frozen UNet.

    times: "late" draws more of the noisy steps, where the layout is decided (T2I-Adapter, Mou et
    al. 2023, cubic sampling); "even" draws as the base model was trained. drop_text: so that the
    pose is read without words, 0.5 for ControlNet (Zhang et al. 2023).
    """

    optimisation: Optimisation
    kind: Literal["t2i_adapter", "controlnet"] = "t2i_adapter"
    times: Literal["late", "even"] = "late"
    drop_text: Share = 0.1
    drop_identity_tags: Share = 0.3


@checked_dataclass(frozen=True, config=_STRICT)
class AdapterStage:
    """An identity adapter; image, text and both are dropped at 5 % each, as the paper does.

    pair_share: how often the reference is another picture of the same character; 0 is the
    paper's own scheme (reference = target). puppet_share: how often the puppet condition is on.
    after_softmax_share: how often the token mask acts as at inference (Eq. 6) instead of Eq. 5, so
    that the network learns to look at the subject by itself. inference_mask: which of the two the
    finished AnimeAdapter draws with; "before_softmax" trains with Eq. 5 alone. vision_layers: K of
    Eq. 2 and scope: which cross-attention layers it joins, None as the model's own. masks: whether
    background tokens are masked, pose: whether the frozen pose controller is on (Tables 3 to 6).
    lone_time and subject_weight as in `BaseStage`; the paper has neither (0 and 1).
    learning_rates: of the kinds that learn at another rate than `optimisation` has.
    """

    optimisation: Optimisation
    kind: AdapterKind = "anime"
    learning_rates: Mapping[AdapterKind, Rate] = field(default_factory=dict[AdapterKind, float])
    drop_image: Share = 0.05
    drop_text: Share = 0.05
    drop_both: Share = 0.05
    drop_identity_tags: Share = 0.7
    pair_share: Share = 0.0
    puppet_share: Share = 0.3
    after_softmax_share: Share = 0.0
    inference_mask: InferenceMask = "after_softmax"
    vision_layers: Count | None = None
    scope: Literal["full", "up"] = "full"
    masks: bool = True
    pose: bool = True
    lone_time: float = 0.0
    subject_weight: float = 1.0

    @property
    def own_optimisation(self) -> Optimisation:
        """`optimisation` at the learning rate of this kind."""
        rate = self.learning_rates.get(self.kind, self.optimisation.learning_rate)
        return replace(self.optimisation, learning_rate=rate)


@checked_dataclass(frozen=True, config=_STRICT)
class FewstepStage:
    """A LoRA of rank `rank` that draws in 1 to 4 steps what the model draws in `teacher_steps`.

    pool: drawings of the teacher, made with `guidance_scale`. reference_share, drop_puppet: how
    often these have a reference, and no puppet. time_shape: how much more the ends of the noise
    schedule are trained than its middle (Lee et al. 2024); 0 is all alike. targets: ends of the
    names of the layers that get a LoRA; as LCM-LoRA every projection and convolution of the
    UNet's blocks, fewer where the file must be small.
    """

    optimisation: Optimisation
    targets: tuple[str, ...] = (
        "to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2",
        "conv1", "conv2", "conv_shortcut", "downsamplers.0.conv", "upsamplers.0.conv",
        "time_emb_proj",
    )  # fmt: skip
    pool: Count = 1500
    teacher_steps: Count = 20
    guidance_scale: float = 2.0
    rank: Count = 32
    time_shape: Annotated[float, Field(ge=0)] = 4.0
    reference_share: Share = 0.8
    drop_puppet: Share = 0.5
    drop_identity_tags: Share = 0.7
    subject_weight: float = 1.0


@checked_dataclass(frozen=True, config=_STRICT)
class DetectorStage:
    """pool: drawings to choose from, of which `fresh_per_step` are new in each step."""

    optimisation: Optimisation
    pool: Count = 3000
    fresh_per_step: Count = 8


@checked_dataclass(frozen=True, config=_STRICT)
class FinisherStage:
    """pool: how many training pairs the model draws. steps_drawn, guidance_scales: taken by turns,
    so that the network meets pictures drawn well and badly. face_crops: how many of the squares lie
    around the face. drop_word: how often the expression is left out where the puppet shows the same
    one, so that a prompt without any keeps the reference's. face_weight: in nearness to the truth,
    of what an expression changes in a face, beside the figure. start: a checkpoint of this stage,
    made with other settings, whose EMA weights it begins with.
    """

    optimisation: Optimisation
    pool: Count = 1500
    steps_drawn: tuple[int, ...] = (8, 12, 6, 10)
    guidance_scales: tuple[float, ...] = (1.5, 2.0, 1.0, 3.0)
    drop_puppet: Share = 0.25
    latent_noise: float = 0.1
    crop_px: Count = 128
    face_crops: Share = 0.0
    drop_word: Share = 0.5
    ground_weight: float = 0.4
    face_weight: float = 0.0
    gradient_weight: float = 0.3
    start: Path | None = None


@checked_dataclass(frozen=True, config=_STRICT)
class SharpenStage:
    """The finishing network goes on against a critic, on the drawings and crops of [finisher].

    fidelity_weight: of nearness to the truth, in which ground_weight is that of what lies beside
    the figure, face_weight and gradient_weight as in `FinisherStage`. adversarial_weight: of the
    critic's opinion, feature_weight: of likeness in its features. critic_rate: factor of its
    learning rate. halo_px: how far around a figure its traces are to go. start: a checkpoint of
    this stage, made with other settings, whose EMA weights it begins with.
    """

    optimisation: Optimisation
    fidelity_weight: float = 1.0
    ground_weight: float = 0.5
    face_weight: float = 0.0
    gradient_weight: float = 1.0
    adversarial_weight: float = 0.3
    feature_weight: float = 1.0
    critic_rate: float = 2.0
    halo_px: Count = 24
    start: Path | None = None


@checked_dataclass(frozen=True, config=_STRICT)
class TrainingConfig:
    """Everything that decides the trained weights beside the code; a file holds what it needs.

    data, model: what is trained on and for; without them the synthetic world and the stages of the
    output folder.
    """

    seed: int
    size_px: Annotated[int, Field(ge=16, le=4096)]
    monitoring: Monitoring = field(default_factory=Monitoring)
    data: PictureFolder | None = None
    model: FrozenModel | None = None
    vae: VaeStage | None = None
    clip: ClipStage | None = None
    base: BaseStage | None = None
    pose: PoseStage | None = None
    adapter: AdapterStage | None = None
    fewstep: FewstepStage | None = None
    detector: DetectorStage | None = None
    finisher: FinisherStage | None = None
    sharpen: SharpenStage | None = None


def section(stage: _Stage | None, name: str) -> _Stage:
    """The settings of a stage. Raises BadInput where the file has none."""
    if stage is None:
        raise BadInput(f"The training settings have no section [{name}]. Add it, or another file.")
    return stage


def load_config(path: Path) -> TrainingConfig:
    """Read a TOML file. Raises BadInput naming the first wrong or unknown key."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
        return TypeAdapter(TrainingConfig).validate_python(values)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            f"The training settings {path.name} cannot be read.", details=str(error)
        ) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadInput(
            f"The training settings {path.name} are wrong at '{key}': {first['msg']}.",
            details=str(error),
        ) from error
