"""Reference attention on disk: one safetensors file with Koma's own keys."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from core.adapters.errors import DamagedWeights
from core.adapters.reference_attention import ReferenceAttention
from core.adapters.self_attention import SelfAttentionLayer
from core.adapters.tensor_files import fill, read_tensors, write_adapter_files

LAYERS_FIELD = "koma_self_attention_layers"
_LAYER_KEY = re.compile(r"reference_attention\.(\d{1,6})\.to_q_lora\.down\.weight")


def save_reference_attention(
    adapter: ReferenceAttention, path: Path, dtype: torch.dtype = torch.float32
) -> Path:
    """Write `path`, whole or not at all. Raises StorageFailed, then an older file is intact."""
    layers = json.dumps([[layer.index, layer.channels] for layer in adapter.layers])
    return write_adapter_files(path.parent, path.name, adapter, {LAYERS_FIELD: layers}, dtype)


def load_reference_attention(path: Path, dtype: torch.dtype | None = None) -> ReferenceAttention:
    """On the CPU, in `dtype` or the file's own.

    Raises DamagedWeights: not readable, or keys missing, unknown or of another shape.
    """
    metadata, tensors = read_tensors(path)
    try:
        layers, rank = _layers(metadata, tensors)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DamagedWeights(
            "This adapter file is damaged: its list of layers cannot be read. "
            "Choose another adapter file.",
            details=repr(error),
        ) from error
    with torch.device("meta"):
        adapter = ReferenceAttention(layers, rank)
    fill(adapter, tensors, dtype)
    return adapter


def _layers(
    metadata: Mapping[str, str], tensors: Mapping[str, Tensor]
) -> tuple[list[SelfAttentionLayer], int]:
    """The layers of the file's own list, so that a missing one shows, and the LoRAs' rank."""
    downs = {m[1]: tensor for key, tensor in tensors.items() if (m := _LAYER_KEY.fullmatch(key))}
    if not downs:
        raise ValueError("no layer")
    rank, _ = next(iter(downs.values())).shape
    listed = json.loads(metadata[LAYERS_FIELD])
    return [SelfAttentionLayer(int(index), int(channels)) for index, channels in listed], rank
