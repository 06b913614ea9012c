"""`koma.json`: what a model made for Koma says about itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from core.adapters.kinds import DEFAULT_CHOICE, parse_choice
from core.checkpoints.errors import damaged
from core.checkpoints.files import read_json_object
from core.errors import BadInput

MANIFEST_NAME = "koma.json"
PuppetInput = Literal["unet_channels", "none"]
DRAFT_STEPS = 6  # of a model that says nothing about drafts


def _choice(choice: str) -> str:
    try:
        parse_choice(choice)
    except BadInput as error:
        raise ValueError(str(error)) from error
    return choice


class Manifest(BaseModel):
    """native_px: the side it was trained at. size_multiple: widths and heights are multiples of it.

    puppet: how the puppet's latent enters: extra input channels of the UNet, or not at all.
    puppet_dropout_value: what these channels hold when there is no puppet.
    default_adapter: the choice of identity adapters that it keeps characters best with.
    draft_steps, draft_guidance_scale: what drafts are drawn with; None = guidance as in a final
    picture. finisher_words: what its finishing network knows, see core.engine.finishing.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    native_px: Annotated[int, Field(ge=64, le=4096)]
    size_multiple: Annotated[int, Field(ge=8, le=512)] = 64
    puppet: PuppetInput = "none"
    puppet_dropout_value: float = 0.0
    default_guidance_scale: Annotated[float, Field(ge=0.0, le=50.0)] = 7.5
    default_steps: Annotated[int, Field(ge=1, le=1000)] = 30
    default_adapter: Annotated[str, AfterValidator(_choice)] = DEFAULT_CHOICE
    draft_steps: Annotated[int, Field(ge=1, le=1000)] = DRAFT_STEPS
    draft_guidance_scale: Annotated[float, Field(ge=0.0, le=50.0)] | None = None
    finisher_words: tuple[str, ...] = ()


def read_manifest(path: Path) -> Manifest:
    """Raises DamagedWeights where the file is not such a description."""
    loaded = read_json_object(path, "This model")
    try:
        return Manifest.model_validate(loaded)
    except ValidationError as error:
        raise damaged("This model", "its koma.json holds wrong values", str(error)) from error
