"""The published layouts of IP-Adapter files, read from their keys and shapes (methods: IP-Adapter,
arXiv 2308.06721, and its released checkpoints). No torch, so that a window can list the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, cast

from core.adapters.errors import DamagedWeights

IPKind = Literal["ip", "ip-plus"]
Shapes = Mapping[str, tuple[int, ...]]
HEAD_WIDTH = 64  # of the resampler in every published file; no shape tells it


@dataclass(frozen=True)
class ResamplerShape:
    """depth blocks of `heads` heads of `head_width`; inner width `width`, feed-forward x `ff`."""

    width: int = 768
    depth: int = 4
    heads: int = 12
    head_width: int = HEAD_WIDTH
    ff: int = 4


@dataclass(frozen=True)
class IPAdapterConfig:
    """An IP-Adapter ("ip") or IP-Adapter-Plus ("ip-plus"); SD1.5's by default.

    vision_width: what the projection reads: the width of the vision encoder's image embedding
    ("ip", 1024 for OpenCLIP ViT-H/14) or of its hidden states ("ip-plus", 1280). tokens: image
    tokens of one reference. resampler: of "ip-plus" only.
    """

    kind: IPKind
    vision_width: int
    tokens: int
    cross_attention_dim: int = 768
    resampler: ResamplerShape | None = None

    @classmethod
    def sd15(cls) -> IPAdapterConfig:
        """ip-adapter_sd15: 22,319,616 parameters."""
        return cls("ip", 1024, 4)

    @classmethod
    def plus_sd15(cls) -> IPAdapterConfig:
        """ip-adapter-plus_sd15: 49,087,488 parameters."""
        return cls("ip-plus", 1280, 16, resampler=ResamplerShape())

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def of_file(cls, shapes: Shapes, metadata_json: str | None = None) -> IPAdapterConfig:
        """Of the file with these tensors; the file's own description wins, where it has one.

        Raises DamagedWeights: another kind of IP-Adapter, or shapes that are none.
        """
        try:
            return _described(metadata_json) if metadata_json else _measured(shapes)
        except (KeyError, IndexError, TypeError, ValueError, ZeroDivisionError) as error:
            raise DamagedWeights(
                "This IP-Adapter is damaged or of a kind that Koma does not know. Choose "
                "ip-adapter_sd15 or ip-adapter-plus_sd15.",
                details=repr(error),
            ) from error


def _described(text: str) -> IPAdapterConfig:
    values = dict(cast(dict[str, Any], json.loads(text)))
    shape = values.pop("resampler")
    config = IPAdapterConfig(**values, resampler=None if shape is None else ResamplerShape(**shape))
    numbers = [config.vision_width, config.tokens, config.cross_attention_dim]
    numbers += [] if config.resampler is None else list(asdict(config.resampler).values())
    if not all(type(number) is int and number > 0 for number in numbers):
        raise ValueError("sizes are positive whole numbers")
    if (config.kind == "ip-plus") != (config.resampler is not None):
        raise ValueError("a resampler belongs to ip-plus")
    return config


def _measured(shapes: Shapes) -> IPAdapterConfig:
    if "image_proj.latents" in shapes:
        return _measured_plus(shapes)
    rows, vision_width = shapes["image_proj.proj.weight"]
    (width,) = shapes["image_proj.norm.weight"]
    if rows % width:
        raise ValueError("tokens of unequal width")
    return IPAdapterConfig("ip", vision_width, rows // width, width)


def _measured_plus(shapes: Shapes) -> IPAdapterConfig:
    _, tokens, width = shapes["image_proj.latents"]
    inner = shapes["image_proj.layers.0.0.to_q.weight"][0]
    depth = sum(key.endswith(".0.to_q.weight") for key in shapes)
    shape = ResamplerShape(
        width,
        depth,
        inner // HEAD_WIDTH,
        HEAD_WIDTH,
        shapes["image_proj.layers.0.1.1.weight"][0] // width,
    )
    if inner % HEAD_WIDTH or inner == 0:
        raise ValueError(f"heads of {HEAD_WIDTH} do not fill {inner}")
    vision_width = shapes["image_proj.proj_in.weight"][1]
    text_width = shapes["image_proj.proj_out.weight"][0]
    return IPAdapterConfig("ip-plus", vision_width, tokens, text_width, shape)
