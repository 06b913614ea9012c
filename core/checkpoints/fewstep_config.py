"""FOLDER/fewstep/ of a base model: a few-step LoRA for its drafts, and how to draw with it.

The LoRA is any one `.safetensors` file there: what `core.training.fewstep` makes, or a published
LCM, Hyper-SD or DMD LoRA. `config.json` says how it is drawn with; without one the file counts as
an LCM-LoRA, the most common kind (Luo et al. 2023: 4 steps, no guidance, LCM's own scheduler).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.checkpoints.errors import damaged
from core.checkpoints.files import read_json_object

FEWSTEP_FOLDER = "fewstep"
CONFIG_NAME = "config.json"
WHAT = "This model's few-step LoRA"


class FewStepConfig(BaseModel):
    """steps, guidance_scale: of drafts. scale: of the LoRA.

    scheduler: settings of a scheduler that stand in for the base model's own, `_class_name` among
    them; {} = the base model's scheduler as it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: Annotated[int, Field(ge=1, le=50)] = 4
    guidance_scale: Annotated[float, Field(ge=0.0, le=50.0)] = 1.0
    scale: Annotated[float, Field(gt=0.0, le=2.0)] = 1.0
    scheduler: dict[str, Any] = Field(default_factory=dict[str, Any])


LCM = FewStepConfig(scheduler={"_class_name": "LCMScheduler"})


def read_fewstep_config(model_folder: Path) -> FewStepConfig | None:
    """None where the model has no such folder. Raises DamagedWeights for wrong settings."""
    folder = model_folder / FEWSTEP_FOLDER
    if not folder.is_dir():
        return None
    if not (folder / CONFIG_NAME).is_file():
        return LCM
    loaded = read_json_object(folder / CONFIG_NAME, WHAT)
    try:
        return FewStepConfig.model_validate(loaded)
    except ValidationError as error:
        raise damaged(WHAT, f"its {CONFIG_NAME} holds wrong values", str(error)) from error


def fewstep_file(model_folder: Path) -> Path:
    """The LoRA. Raises DamagedWeights where there is none, or several."""
    files = sorted((model_folder / FEWSTEP_FOLDER).glob("*.safetensors"))
    if len(files) != 1:
        fault = f"its folder {FEWSTEP_FOLDER} must hold exactly one .safetensors file"
        raise damaged(WHAT, fault, ", ".join(file.name for file in files))
    return files[0]
