"""AnimeAdapter on disk: safetensors in IP-Adapter's key layout, with its configuration inside."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.cross_attention import CrossAttentionLayer
from core.adapters.errors import DamagedWeights
from core.errors import StorageFailed

WEIGHTS_NAME = "anime_adapter.safetensors"
CONFIG_NAME = "config.json"
_CONFIG_FIELD, _LAYERS_FIELD = "koma_anime_adapter", "koma_cross_attention_layers"
_LAYER_KEY = re.compile(r"ip_adapter\.(\d{1,6})\.to_k_ip\.weight")


def save_adapter(adapter: AnimeAdapter, folder: Path, dtype: torch.dtype = torch.float32) -> Path:
    """Write `anime_adapter.safetensors` and `config.json` into `folder`; returns the weights' path.

    Each file appears whole or not at all. Raises StorageFailed, then older files are intact.
    """
    tensors = {
        key: tensor.detach().to("cpu", dtype).contiguous()
        for key, tensor in adapter.state_dict().items()
    }
    layers = [[layer.index, layer.channels] for layer in adapter.layers]
    config = adapter.config.to_json()
    metadata = {_CONFIG_FIELD: config, _LAYERS_FIELD: json.dumps(layers), "format": "pt"}
    path = folder / WEIGHTS_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            weights, text = Path(scratch, WEIGHTS_NAME), Path(scratch, CONFIG_NAME)
            save_file(tensors, weights, metadata)
            text.write_text(config + "\n", encoding="utf-8")
            os.replace(weights, path)
            os.replace(text, folder / CONFIG_NAME)
    except (OSError, SafetensorError) as error:
        raise StorageFailed(
            "The adapter could not be saved. Check that the disk has room and can be written to.",
            details=str(error),
        ) from error
    return path


def load_adapter(path: Path, dtype: torch.dtype | None = None) -> AnimeAdapter:
    """From the file or its folder, on the CPU, in `dtype` or the file's own.

    Raises DamagedWeights: file not readable, no configuration, keys missing, unknown or of
    another shape.
    """
    file = path / WEIGHTS_NAME if path.is_dir() else path
    metadata, tensors = _read(file)
    config = AnimeAdapterConfig.from_json(_config_text(metadata, file))
    with torch.device("meta"):
        adapter = AnimeAdapter(config, _layers(metadata, tensors))
    check_tensors(adapter.state_dict(), tensors)
    if dtype is not None:
        tensors = {key: tensor.to(dtype) for key, tensor in tensors.items()}
    adapter.load_state_dict(tensors, strict=True, assign=True)
    return adapter


def check_tensors(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> None:
    """Raises DamagedWeights unless keys and shapes are the same; the first difference is named."""
    missing = [key for key in expected if key not in found]
    unknown = [key for key in found if key not in expected]
    wrong = [key for key in expected if key in found and expected[key].shape != found[key].shape]
    if not (missing or unknown or wrong):
        return
    faults = (("missing", missing), ("unknown", unknown), ("of another shape", wrong))
    fault, keys = next(fault for fault in faults if fault[1])
    raise DamagedWeights(
        f"This adapter file is damaged: the weights {keys[0]} are {fault}. "
        "Choose another adapter file.",
        details="; ".join(f"{name}: {keys}" for name, keys in faults if keys),
    )


def _read(file: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        with safe_open(file, framework="pt") as opened:
            metadata: dict[str, str] = opened.metadata() or {}
            return metadata, {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise DamagedWeights(
            "This adapter file cannot be read: it is missing, cut short, or not a safetensors "
            "file. Choose another adapter file.",
            details=str(error),
        ) from error


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


def _layers(
    metadata: Mapping[str, str], tensors: Mapping[str, Tensor]
) -> list[CrossAttentionLayer]:
    """As the file's own list says, so that a missing layer shows; else from its keys."""
    if _LAYERS_FIELD in metadata:
        try:
            listed = json.loads(metadata[_LAYERS_FIELD])
            return [CrossAttentionLayer(int(index), int(channels)) for index, channels in listed]
        except (ValueError, TypeError, RecursionError) as error:
            raise DamagedWeights(
                "This adapter file is damaged: its list of layers cannot be read. "
                "Choose another adapter file.",
                details=str(error),
            ) from error
    matches = [(match, key) for key in tensors if (match := _LAYER_KEY.fullmatch(key))]
    layers = [CrossAttentionLayer(int(m[1]), int(tensors[key].shape[0])) for m, key in matches]
    return sorted(layers, key=lambda layer: layer.index)
