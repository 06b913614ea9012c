"""AnimeAdapter on disk: safetensors in IP-Adapter's key layout, with its configuration inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.errors import DamagedWeights
from core.adapters.tensor_files import (
    LAYERS_FIELD,
    cross_attention_layers,
    described_layers,
    fill,
    read_tensors,
    write_adapter_files,
)

WEIGHTS_NAME = "anime_adapter.safetensors"
CONFIG_NAME = "config.json"
_CONFIG_FIELD = "koma_anime_adapter"


def save_adapter(adapter: AnimeAdapter, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write `anime_adapter.safetensors` and `config.json` into `folder`; returns the weights' path.

    Each file appears whole or not at all. Raises StorageFailed, then older files are intact.
    """
    config = adapter.config.to_json()
    metadata = {_CONFIG_FIELD: config, LAYERS_FIELD: described_layers(adapter.layers)}
    texts = {CONFIG_NAME: config + "\n"}
    return write_adapter_files(folder, WEIGHTS_NAME, adapter, metadata, dtype, texts)


def load_adapter(path: Path, dtype: torch.dtype | None = None) -> AnimeAdapter:
    """From the file or its folder, on the CPU, in `dtype` or the file's own.

    Raises DamagedWeights: file not readable, no configuration, keys missing, unknown or of
    another shape.
    """
    file = path / WEIGHTS_NAME if path.is_dir() else path
    metadata, tensors = read_tensors(file)
    config = AnimeAdapterConfig.from_json(_config_text(metadata, file))
    with torch.device("meta"):
        adapter = AnimeAdapter(config, cross_attention_layers(metadata, tensors))
    fill(adapter, tensors, dtype)
    return adapter


def _config_text(metadata: Mapping[str, str], file: Path) -> str:
    if _CONFIG_FIELD in metadata:
        return metadata[_CONFIG_FIELD]
    try:
        return (file.parent / CONFIG_NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedWeights(
            "This adapter file has no configuration. Put its config.json beside it, or choose "
            "another adapter file.",
            details=str(error),
        ) from error
