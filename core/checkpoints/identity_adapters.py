"""The identity adapters of a base model, loaded whole or refused."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.adapters.kinds import TITLES, AdapterKind
from core.checkpoints.catalogue import VISION_CLASSES
from core.checkpoints.components import class_of, load_network
from core.checkpoints.errors import damaged
from core.checkpoints.files import read_json_object
from core.checkpoints.loading import LoadedModel

if TYPE_CHECKING:
    import torch

    from core.adapters.injection import InjectedAdapter
    from core.adapters.ip_adapter import IPAdapter


@dataclass(frozen=True, eq=False)
class LoadedAdapter:
    """An adapter for one base model, frozen, on its device.

    image_encoder, image_processor_config: of those that read CLIP, as in `LoadedModel`.
    """

    kind: AdapterKind
    adapter: InjectedAdapter
    image_encoder: Any = None
    image_processor_config: dict[str, Any] | None = None


def load_identity_adapter(
    model: LoadedModel,
    kind: AdapterKind,
    dtype: torch.dtype,
    device: torch.device | str,
    encoders: MutableMapping[Path, Any],
) -> LoadedAdapter:
    """encoders: vision encoders in memory by folder; one that is loaded here is put in.

    Raises AdapterMissing, DamagedWeights, WrongBaseModel.
    """
    if kind == "anime" and model.anime_adapter is not None:
        return LoadedAdapter(
            kind, model.anime_adapter, model.image_encoder, model.image_processor_config
        )
    option = model.info.adapter(kind)
    assert option.weights is not None
    if kind == "reference":
        from core.adapters.reference_weights_file import load_reference_attention

        reference = load_reference_attention(option.weights, dtype)
        return LoadedAdapter(kind, _ready(reference, model, device))
    adapter = _load_ip(option.weights, kind, dtype)
    assert option.image_encoder is not None
    folder = option.image_encoder
    own = model.image_encoder if folder == model.info.path / "image_encoder" else None
    encoder = own or encoders.get(folder)
    if encoder is None:
        encoder = encoders[folder] = _load_encoder(folder, dtype).to(device)
    _check_encoder(adapter, encoder, kind)
    processor = model.image_processor_config if own is not None else _processor_config(folder)
    return LoadedAdapter(kind, _ready(adapter, model, device), encoder, processor)


def _load_ip(path: Path, kind: AdapterKind, dtype: torch.dtype) -> IPAdapter:
    """Its attention in `dtype`; the projection never in fp16, which CLIP may overflow."""
    import torch

    from core.adapters.ip_weights_file import load_character_adapter, load_ip_adapter

    load = load_character_adapter if kind == "character" else load_ip_adapter
    adapter = load(path, dtype)
    if dtype == torch.float16:
        adapter.image_proj.to(torch.float32)
    return adapter


def _load_encoder(folder: Path, dtype: torch.dtype) -> Any:
    import transformers

    what = "This vision encoder"
    return load_network(transformers, class_of(folder, VISION_CLASSES, what), folder, dtype, what)


def _check_encoder(adapter: IPAdapter, encoder: Any, kind: AdapterKind) -> None:
    widths = {"ip": encoder.config.projection_dim}
    if widths.get(kind, encoder.config.hidden_size) != adapter.config.vision_width:
        raise damaged(TITLES[kind], "its weights and its vision encoder do not fit")


def _processor_config(folder: Path) -> dict[str, Any] | None:
    path = folder / "preprocessor_config.json"
    return read_json_object(path, "This vision encoder") if path.is_file() else None


def _ready(
    adapter: InjectedAdapter, model: LoadedModel, device: torch.device | str
) -> InjectedAdapter:
    adapter.eval().requires_grad_(False)
    adapter.check_fit(model.unet)
    return adapter.to(device)
