"""State dicts from files, without running what a file says: safetensors or weights-only pickles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.adapters.errors import DamagedWeights
from core.checkpoints.errors import damaged, plain_errors

if TYPE_CHECKING:
    from torch import Tensor


def read_weights(path: Path) -> dict[str, Tensor]:
    """All tensors of a weights file, flat, on the CPU. Raises DamagedWeights."""
    if path.suffix.lower() != ".safetensors":
        return read_pickled(path)
    from safetensors.torch import load_file

    with plain_errors("This model file", "it is cut short or not a safetensors file"):
        return load_file(path)


def read_pickled(path: Path) -> dict[str, Tensor]:
    """From `.bin`, `.pt`, `.ckpt`: tensors and plain containers only, other objects are refused.

    Nested dicts become keys with dots. Raises DamagedWeights.
    """
    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except Exception as error:  # torch reports a bad file by RuntimeError, UnpicklingError, ...
        raise DamagedWeights(
            "This model file is damaged, or of an old kind that could run programs. "
            "Choose a .safetensors file instead.",
            details=str(error),
        ) from error
    tensors = _flat(loaded)
    if not tensors:
        raise damaged("This model file", "it holds no weights")
    return tensors


def _flat(loaded: Any, prefix: str = "") -> dict[str, Tensor]:
    import torch

    if not isinstance(loaded, Mapping):
        return {}
    tensors: dict[str, Tensor] = {}
    for key, value in loaded.items():
        if isinstance(value, torch.Tensor):
            tensors[f"{prefix}{key}"] = value
        elif isinstance(value, Mapping):
            # Checkpoints of training scripts wrap everything in one "state_dict".
            inner = "" if key == "state_dict" else f"{prefix}{key}."
            tensors |= _flat(value, inner)
    return tensors
