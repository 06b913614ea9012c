"""Which identity adapters a base model can be drawn with, from headers and JSON alone.

An adapter is the model's own (in its folder: `anime_adapter`, and safetensors files in `adapters`),
or a published file of the artist's that fits the model's text width. Those that read CLIP need a
vision encoder of the right size: the model's own, one in a folder `image_encoder` beside the file,
or any other among the artist's models. For the published SD1.5 files that is OpenCLIP ViT-H/14.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from core.adapters.ip_layout import IPAdapterConfig
from core.adapters.kinds import ADAPTER_KINDS, TITLES, AdapterKind
from core.checkpoints.families import TRAITS
from core.checkpoints.files import model_digest, read_header, read_json_object
from core.errors import BadInput

if TYPE_CHECKING:
    from core.checkpoints.catalogue import ModelInfo

Gap = Literal["weights", "pickled", "encoder", "encoder_size"]
OWN_FOLDER = "adapters"
_PUBLISHED_CHANNELS = [320, 640, 1280]  # of the UNet of either family


class AdapterMissing(BadInput):
    """The chosen adapter cannot be used with the chosen model."""

    code = "adapter_missing"


@dataclass(frozen=True)
class AdapterOption:
    """One kind of adapter for one base model: its files, or what is missing.

    weights: file, or the folder of AnimeAdapter. image_encoder: folder; None where none is needed.
    own: both are in the base model's folder, whose digest covers them. gap: None if all is there;
    "weights": no file fits; "pickled": only one of the old kind; "encoder", "encoder_size": no
    vision encoder, or none of the right size.
    """

    kind: AdapterKind
    weights: Path | None = None
    image_encoder: Path | None = None
    own: bool = False
    gap: Gap | None = None

    @property
    def digest(self) -> str:
        """Of the files; "" where the digest of the base model says it all."""
        if self.gap is not None or self.own:
            return ""
        hasher = hashlib.sha256(self.kind.encode())
        for path in (self.weights, self.image_encoder):
            hasher.update(b"" if path is None else model_digest(path).encode())
        return hasher.hexdigest()

    def check(self, model_title: str, known: Iterable[AdapterKind]) -> None:
        """Raises AdapterMissing with what is missing and what to do."""
        title = TITLES[self.kind]
        if self.gap == "weights":
            choices = ", ".join(known) or "none"
            raise AdapterMissing(
                f"There is no {title} for {model_title}. Choose one of these: {choices}."
            )
        if self.gap == "pickled":
            raise AdapterMissing(
                f"The file of {title} is of an old kind that could run programs. Download its "
                ".safetensors file instead."
            )
        if self.gap is not None:
            raise AdapterMissing(
                f"{title} needs its vision encoder, CLIP ViT-H/14 for the published files. Put the "
                "folder image_encoder beside the adapter file."
            )


@dataclass(frozen=True)
class _Found:
    """A file that fits, and the width of its vision encoder."""

    path: Path
    own: bool
    vision_width: int = 0


def adapter_options(
    base: ModelInfo, models: Sequence[ModelInfo], pickled: Sequence[Path]
) -> tuple[AdapterOption, ...]:
    """One for each kind. models: all of the catalogue. pickled: IP-Adapter files of the old kind.

    Raises DamagedWeights where the base model's configuration cannot be read.
    """
    width, channels = _text_width(base), _channels(base)
    options: list[AdapterOption] = [_anime(base)]
    for kind in ("ip", "ip-plus"):
        found = _first_ip(base, models, kind, width)
        options.append(_with_encoder(kind, found, base, models, pickled))
    plus = options[-1]
    options.append(AdapterOption("character", plus.weights, plus.image_encoder, plus.own, plus.gap))
    options.append(_reference(base, models, channels))
    return tuple(sorted(options, key=lambda option: ADAPTER_KINDS.index(option.kind)))


def vision_width(folder: Path, kind: AdapterKind) -> int:
    """What a CLIP vision encoder gives an adapter of this kind: its embedding or hidden width.

    0 where it gives no embedding. Raises DamagedWeights.
    """
    config = read_json_object(folder / "config.json", "This vision encoder")
    if kind != "ip":
        return _whole(config.get("hidden_size"))
    has_embedding = "CLIPVisionModelWithProjection" in (config.get("architectures") or [])
    return _whole(config.get("projection_dim")) if has_embedding else 0


def is_pickled_adapter(path: Path) -> bool:
    """Whether this is an IP-Adapter file of the old kind, by its name."""
    return path.suffix.lower() in (".bin", ".pt", ".ckpt") and path.stem.startswith("ip-adapter")


def _anime(base: ModelInfo) -> AdapterOption:
    weights, encoder = base.path / "anime_adapter", base.path / "image_encoder"
    if not weights.is_dir():
        return AdapterOption("anime", gap="weights")
    return AdapterOption("anime", weights, encoder, own=True)


def _first_ip(
    base: ModelInfo, models: Sequence[ModelInfo], kind: AdapterKind, text_width: int
) -> _Found | None:
    """The model's own file, else the first that fits; files for faces alone come last."""

    def measured(path: Path) -> IPAdapterConfig:
        header = read_header(path)
        return IPAdapterConfig.of_file(header.shapes, header.metadata.get("koma_ip_adapter"))

    files = [(path, True) for path in _own_files(base)]
    others = [model.path for model in models if model.kind == "ip_adapter"]
    files += [(path, False) for path in sorted(others, key=lambda path: "face" in path.stem)]
    for path, own in files:
        config = _or_none(lambda path=path: measured(path))
        if config and config.kind == kind and config.cross_attention_dim == text_width:
            return _Found(path, own, config.vision_width)
    return None


def _with_encoder(
    kind: AdapterKind,
    found: _Found | None,
    base: ModelInfo,
    models: Sequence[ModelInfo],
    pickled: Sequence[Path],
) -> AdapterOption:
    if found is None:
        old = any(_is_old(path, kind, base) for path in pickled)
        return AdapterOption(kind, gap="pickled" if old else "weights")
    inside = base.path / "image_encoder"
    beside = found.path.parent / "image_encoder"
    folders = [inside] if found.own else [beside]
    folders += [model.path for model in models if model.kind == "image_encoder"]
    there = [folder for folder in folders if (folder / "config.json").is_file()]
    for folder in there:
        if _or_none(lambda folder=folder: vision_width(folder, kind)) == found.vision_width:
            return AdapterOption(kind, found.path, folder, found.own and folder == inside)
    return AdapterOption(kind, found.path, gap="encoder_size" if there else "encoder")


def _is_old(path: Path, kind: AdapterKind, base: ModelInfo) -> bool:
    """Whether the name of this pickled file says that it is of the kind and fits the base model."""
    named = ("plus" in path.stem) == (kind == "ip-plus")
    same_family = ("sdxl" in path.stem) == (base.family == "sdxl")
    return named and same_family and _text_width(base) == TRAITS[base.family].text_width


def _reference(
    base: ModelInfo, models: Sequence[ModelInfo], channels: frozenset[int]
) -> AdapterOption:
    files = [(path, True) for path in _own_files(base)]
    files += [(model.path, False) for model in models if model.kind == "reference_attention"]
    for path, own in files:
        widths = _or_none(lambda path=path: _lora_widths(path))
        if widths and widths <= channels:
            return AdapterOption("reference", path, own=own)
    return AdapterOption("reference", gap="weights")


def _lora_widths(path: Path) -> frozenset[int]:
    shapes = read_header(path).shapes
    return frozenset(
        shape[1]
        for key, shape in shapes.items()
        if key.startswith("reference_attention.") and key.endswith(".to_q_lora.down.weight")
    )


def _own_files(base: ModelInfo) -> list[Path]:
    return sorted((base.path / OWN_FOLDER).glob("*.safetensors")) if base.path.is_dir() else []


def _unet_config(base: ModelInfo) -> dict[str, Any]:
    if not base.path.is_dir():
        return {
            "cross_attention_dim": TRAITS[base.family].text_width,
            "block_out_channels": _PUBLISHED_CHANNELS,
        }
    return read_json_object(base.path / "unet" / "config.json", "This model folder")


def _text_width(base: ModelInfo) -> int:
    return _whole(_unet_config(base).get("cross_attention_dim"))


def _channels(base: ModelInfo) -> frozenset[int]:
    widths = _unet_config(base).get("block_out_channels")
    return frozenset(map(_whole, widths)) if isinstance(widths, list) else frozenset()


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _or_none(read: Callable[[], Any]) -> Any:
    """A file that cannot be read is no choice; the catalogue says what is wrong with it."""
    try:
        return read()
    except BadInput:
        return None
