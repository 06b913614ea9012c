"""Files of tensors for all adapters: safetensors, whole or refused."""

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
from torch import Tensor, nn

from core.adapters.cross_attention import CrossAttentionLayer
from core.adapters.errors import DamagedWeights
from core.errors import StorageFailed

LAYERS_FIELD = "koma_cross_attention_layers"
_LAYER_KEY = re.compile(r"ip_adapter\.(\d{1,6})\.to_k_ip\.weight")


def write_adapter_files(
    folder: Path,
    name: str,
    adapter: nn.Module,
    metadata: Mapping[str, str],
    dtype: torch.dtype,
    texts: Mapping[str, str] | None = None,
) -> Path:
    """Write the weights as `folder/name` and text files beside it; returns the weights' path.

    Each file appears whole or not at all. Raises StorageFailed, then older files are intact.
    """
    tensors = {
        key: tensor.detach().to("cpu", dtype).contiguous()
        for key, tensor in adapter.state_dict().items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".saving-") as scratch:
            save_file(tensors, Path(scratch, name), {**metadata, "format": "pt"})
            for text_name, text in (texts or {}).items():
                Path(scratch, text_name).write_text(text, encoding="utf-8")
            for written in (name, *(texts or {})):
                os.replace(Path(scratch, written), folder / written)
    except (OSError, SafetensorError) as error:
        raise StorageFailed(
            "The adapter could not be saved. Check that the disk has room and can be written to.",
            details=str(error),
        ) from error
    return folder / name


def read_tensors(file: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    """Metadata and tensors of a file. Raises DamagedWeights."""
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


def fill(adapter: nn.Module, tensors: Mapping[str, Tensor], dtype: torch.dtype | None) -> None:
    """Give an adapter made on the meta device its weights, in `dtype` or the file's own.

    Raises DamagedWeights where they are not exactly its own.
    """
    check_tensors(adapter.state_dict(), tensors)
    if dtype is not None:
        tensors = {key: tensor.to(dtype) for key, tensor in tensors.items()}
    adapter.load_state_dict(tensors, strict=True, assign=True)


def described_layers(layers: tuple[CrossAttentionLayer, ...]) -> str:
    """For `LAYERS_FIELD` of a file's metadata, see `cross_attention_layers`."""
    return json.dumps([[layer.index, layer.channels] for layer in layers])


def cross_attention_layers(
    metadata: Mapping[str, str], tensors: Mapping[str, Tensor]
) -> list[CrossAttentionLayer]:
    """As the file's own list says, so that a missing layer shows; else from its keys."""
    if LAYERS_FIELD in metadata:
        try:
            listed = json.loads(metadata[LAYERS_FIELD])
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
