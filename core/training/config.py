"""Training settings as frozen dataclasses read from TOML; unknown keys are refused."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked_dataclass

from core.errors import BadInput

_STRICT = ConfigDict(extra="forbid")


@checked_dataclass(frozen=True, config=_STRICT)
class Optimisation:
    """AdamW with warm-up and square-root decay to zero at `steps`; EMA weights are what ships."""

    steps: int
    batch: int
    learning_rate: float
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.99)
    warmup_steps: int = 50
    ema_decay: float = 0.998
    clip_norm: float = 1.0
    bf16: bool = True
    checkpoint_seconds: int = 100


@checked_dataclass(frozen=True, config=_STRICT)
class VaeStage:
    optimisation: Optimisation
    crop_px: int = 128
    pool: int = 2500
    fresh_per_step: int = 6
    subject_weight: float = 1.5
    face_weight: float = 2.0
    gradient_weight: float = 0.5
    latent_noise: float = 0.05


@checked_dataclass(frozen=True, config=_STRICT)
class ClipStage:
    optimisation: Optimisation
    pool: int = 6000
    keep_patches: float = 0.5
    tag_weight: float = 1.0


@checked_dataclass(frozen=True, config=_STRICT)
class BaseStage:
    """drop_X: how often text, pose, puppet or the tags of the character's looks are left out.

    reference_share: how often a row also sees a reference through AnimeAdapter, which then learns
    beside the UNet, at `adapter_rate` times its learning rate; 0 trains the text-to-image model
    alone. reference_time: added to the logit of t where a row has a reference and no puppet: a
    character's colours are decided while there is nearly only noise. subject_weight: of latent
    cells that show the character, in the loss.
    """

    optimisation: Optimisation
    pool: int = 9000
    drop_text: float = 0.12
    drop_pose: float = 0.1
    drop_puppet: float = 0.4
    drop_identity_tags: float = 0.5
    skeleton_noise: float = 0.012
    reference_share: float = 0.0
    reference_time: float = 0.0
    adapter_rate: float = 1.0
    subject_weight: float = 1.0


@checked_dataclass(frozen=True, config=_STRICT)
class AdapterStage:
    """Image, text and both are dropped at 5 % each, as IP-Adapter and the paper do.

    pair_share: how often the reference is another picture of the same character; 0 is the
    paper's own scheme (reference = target). puppet_share: how often the puppet condition is on.
    after_softmax_share: how often the token mask acts as at inference (Eq. 6) instead of Eq. 5, so
    that the network learns to look at the subject by itself.
    """

    optimisation: Optimisation
    drop_image: float = 0.05
    drop_text: float = 0.05
    drop_both: float = 0.05
    drop_identity_tags: float = 0.7
    pair_share: float = 0.0
    puppet_share: float = 0.3
    after_softmax_share: float = 0.0


@checked_dataclass(frozen=True, config=_STRICT)
class DetectorStage:
    optimisation: Optimisation
    pool: int = 3000
    fresh_per_step: int = 8


@checked_dataclass(frozen=True, config=_STRICT)
class FinisherStage:
    """pool: how many training pairs the model draws. steps_drawn, guidance_scales: taken by turns,
    so that the network meets pictures drawn well and badly.
    """

    optimisation: Optimisation
    pool: int = 1500
    steps_drawn: tuple[int, ...] = (8, 12, 6, 10)
    guidance_scales: tuple[float, ...] = (1.5, 2.0, 1.0, 3.0)
    drop_puppet: float = 0.25
    latent_noise: float = 0.1
    crop_px: int = 128
    ground_weight: float = 0.4
    gradient_weight: float = 0.3


@checked_dataclass(frozen=True, config=_STRICT)
class TrainingConfig:
    """Everything that decides the trained weights beside the code."""

    seed: int
    size_px: int
    vae: VaeStage
    clip: ClipStage
    base: BaseStage
    adapter: AdapterStage
    detector: DetectorStage
    finisher: FinisherStage


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


@dataclass(frozen=True)
class StageArguments:
    """What every stage's command line takes."""

    config: TrainingConfig
    out: Path
    threads: int
