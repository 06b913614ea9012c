"""The settings of an AnimeAdapter that its weights depend on; saved with them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, cast

from core.adapters.errors import DamagedWeights

Scope = Literal["full", "up"]
InferenceMask = Literal["after_softmax", "before_softmax"]
CONFIG_VERSION = 1


@dataclass(frozen=True)
class AnimeAdapterConfig:
    """AnimeAdapter, main model by default: CLIP ViT-L/14 into SD1.5, K = 7.

    vision_hidden: width d of the vision encoder. vision_layers: K, how many of its last layers are
    read. cross_attention_dim: width d_c of the UNet's text tokens. bias: whether each W_l has one.
    scope: every cross-attention layer of the UNet, or those of its up blocks only. image_size,
    patch_size: of the vision encoder, in px. letterbox_colour: RGB around a reference that is not
    square. keep_cls: also use the class token, which no mask can reach. encoder_id: which vision
    encoder the weights were trained with. inference_mask: background tokens are masked after the
    softmax (Eq. 6), as the paper draws, or before it, as it trains (Eq. 5).
    """

    vision_hidden: int = 1024
    vision_layers: int = 7
    cross_attention_dim: int = 768
    bias: bool = True
    scope: Scope = "full"
    image_size: int = 224
    patch_size: int = 14
    letterbox_colour: tuple[int, int, int] = (255, 255, 255)
    keep_cls: bool = False
    encoder_id: str = "openai/clip-vit-large-patch14"
    inference_mask: InferenceMask = "after_softmax"

    def __post_init__(self) -> None:
        sizes = (self.vision_hidden, self.vision_layers, self.cross_attention_dim, self.patch_size)
        if min(sizes) < 1 or self.image_size < self.patch_size:
            raise ValueError("the sizes of an adapter are positive")
        if self.image_size % self.patch_size:
            raise ValueError("image_size is a multiple of patch_size")
        if self.scope not in ("full", "up"):
            raise ValueError("scope is 'full' or 'up'")
        if self.inference_mask not in ("after_softmax", "before_softmax"):
            raise ValueError("inference_mask is 'after_softmax' or 'before_softmax'")

    @property
    def grid(self) -> int:
        """Patches along one side."""
        return self.image_size // self.patch_size

    @property
    def num_patches(self) -> int:
        return self.grid * self.grid

    @property
    def num_tokens(self) -> int:
        """Tokens of one reference: the patches, and the class token where it is kept."""
        return self.num_patches + int(self.keep_cls)

    def to_json(self) -> str:
        return json.dumps({"schema_version": CONFIG_VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> AnimeAdapterConfig:
        """Raises DamagedWeights where the text is not the configuration of an adapter."""
        try:
            return cls(**_checked(json.loads(text)))
        except (ValueError, TypeError, RecursionError) as error:
            raise DamagedWeights(
                "The configuration of this adapter cannot be read. Choose another adapter file.",
                details=str(error),
            ) from error


def _checked(loaded: object) -> dict[str, Any]:
    """The fields of the JSON object, each of the type of its default."""
    if not isinstance(loaded, dict):
        raise ValueError("not an object")
    values = dict(cast(dict[str, Any], loaded))
    version = values.pop("schema_version", CONFIG_VERSION)
    if version != CONFIG_VERSION:
        raise ValueError(f"schema_version {version!r}")
    if isinstance(colour := values.get("letterbox_colour"), list):
        values["letterbox_colour"] = _colour(cast(list[object], colour))
    for spec in fields(AnimeAdapterConfig):
        if spec.name in values and type(values[spec.name]) is not type(spec.default):
            raise ValueError(f"{spec.name} is {values[spec.name]!r}")
    return values


def _colour(channels: list[object]) -> tuple[object, ...]:
    if len(channels) != 3 or not all(type(c) is int and 0 <= c <= 255 for c in channels):
        raise ValueError("letterbox_colour is not three values from 0 to 255")
    return tuple(channels)
