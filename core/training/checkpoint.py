"""Checkpoints of a stage: `OUT/NAME.pt`, whole or not there, and what else needs their weights.

Keys: module, ema (of `AveragedModel`: module.*), step; optimiser and settings, except where
core.training.restart wrote the file or an older version of this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from core.errors import BadInput
from core.files import write_atomically

State = dict[str, Any]


def write_checkpoint(path: Path, state: Mapping[str, object]) -> None:
    """A kill at any moment leaves the former file or the new one. Raises StorageFailed."""
    write_atomically(path, lambda file: torch.save(dict(state), file))


def read_checkpoint(path: Path, lazily: bool = False) -> State:
    """On the CPU. lazily: tensors are read when they are used, from a file that must stay as it is.

    Raises BadInput.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True, mmap=lazily)
    except FileNotFoundError as error:
        raise BadInput(
            f"There is no {path.name} in {path.parent}. Run core.training.{path.stem} first."
        ) from error
    except Exception as error:  # torch reports a bad file by RuntimeError, UnpicklingError, ...
        raise BadInput(
            f"The checkpoint {path} cannot be read. Delete it to train this stage anew.",
            details=str(error),
        ) from error


def first_checkpoint(module: nn.Module, path: Path, step: int = 0) -> None:
    """A checkpoint whose EMA is the module itself, and which has no optimiser."""
    ema = AveragedModel(module).state_dict()
    write_checkpoint(path, {"module": module.state_dict(), "ema": ema, "step": step})


def ema_weights(name: str, module: nn.Module, out: Path) -> None:
    """Load the EMA weights of a finished (or running) stage into `module` and freeze it.

    Raises BadInput as `load_ema`.
    """
    load_ema(module, out / f"{name}.pt")
    module.eval().requires_grad_(False)


def first_weights(start: Path | None, own: Path) -> Path | None:
    """The checkpoint whose EMA weights a new run begins with; None where it goes on, or anew."""
    return None if own.exists() else start


def ema_state(path: Path) -> dict[str, Tensor]:
    """EMA weights by their names in the module. Raises BadInput as `read_checkpoint`."""
    state: Mapping[str, Tensor] = read_checkpoint(path, lazily=True)["ema"]
    prefix = "module."
    return {k[len(prefix) :]: v for k, v in state.items() if k.startswith(prefix)}


def load_ema(module: nn.Module, path: Path) -> None:
    """Raises BadInput where there are no EMA weights, or those of a network of another shape."""
    load_into(module, ema_state(path), path)


def load_into(module: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Raises BadInput where the weights do not fit."""
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        raise BadInput(
            f"The checkpoint {path} is of another network than these settings ask for. Use the "
            "settings it was made with, or another output folder.",
            details=str(error),
        ) from error
