"""IP-Adapter files: one safetensors file with the published keys (image_proj, ip_adapter)."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import torch

from core.adapters.character_adapter import CharacterAdapter
from core.adapters.errors import DamagedWeights
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig
from core.adapters.tensor_files import (
    LAYERS_FIELD,
    cross_attention_layers,
    described_layers,
    fill,
    read_tensors,
    write_adapter_files,
)

Adapter = TypeVar("Adapter", bound=IPAdapter)
CONFIG_FIELD = "koma_ip_adapter"


def save_ip_adapter(adapter: IPAdapter, path: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write `path`, whole or not at all; what other programs read lies in keys and shapes alone.

    Raises StorageFailed, then an older file is intact.
    """
    metadata = {
        CONFIG_FIELD: adapter.config.to_json(),
        LAYERS_FIELD: described_layers(adapter.layers),
    }
    return write_adapter_files(path.parent, path.name, adapter, metadata, dtype)


def load_ip_adapter(path: Path, dtype: torch.dtype | None = None) -> IPAdapter:
    """A published file or one of `save_ip_adapter`, on the CPU, in `dtype` or the file's own.

    Raises DamagedWeights: a file of the old kind that could run programs, not readable, or keys
    missing, unknown or of another shape.
    """
    return _loaded(path, dtype, IPAdapter)


def load_character_adapter(path: Path, dtype: torch.dtype | None = None) -> CharacterAdapter:
    """As `load_ip_adapter`, from a file of IP-Adapter-Plus."""
    return _loaded(path, dtype, CharacterAdapter)


def _loaded(path: Path, dtype: torch.dtype | None, kind: type[Adapter]) -> Adapter:
    refuse_pickles(path)
    metadata, tensors = read_tensors(path)
    shapes = {key: tuple(tensor.shape) for key, tensor in tensors.items()}
    config = IPAdapterConfig.of_file(shapes, metadata.get(CONFIG_FIELD))
    with torch.device("meta"):
        adapter = kind(config, cross_attention_layers(metadata, tensors))
    fill(adapter, tensors, dtype)
    return adapter


def refuse_pickles(path: Path) -> None:
    """Raises DamagedWeights for a file whose name says that it is no safetensors file."""
    if path.suffix.lower() != ".safetensors":
        raise DamagedWeights(
            f"{path.name} is of an old kind that could run programs. Choose the .safetensors file "
            "of the same adapter."
        )
