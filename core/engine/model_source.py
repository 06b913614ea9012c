"""Where the engine's networks come from."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch
from diffusers import ControlNetModel, T2IAdapter

from core.adapters.kinds import AdapterKind
from core.checkpoints.catalogue import scan
from core.checkpoints.identity_adapters import LoadedAdapter, load_identity_adapter
from core.checkpoints.loading import LoadedModel, load_base, load_controller
from core.checkpoints.lora import loras_applied
from core.engine.requests import LoraInput

PoseController = T2IAdapter | ControlNetModel


class ModelSource(Protocol):
    """Loads networks; raises a KomaError with a sentence where they are missing or damaged."""

    def load(self, model_id: str, dtype: torch.dtype, device: torch.device) -> LoadedModel: ...

    def load_controller(
        self, path: str, dtype: torch.dtype, device: torch.device
    ) -> PoseController: ...

    def load_adapter(
        self,
        model: LoadedModel,
        kind: AdapterKind,
        dtype: torch.dtype,
        device: torch.device,
        encoders: MutableMapping[Path, Any],
    ) -> LoadedAdapter:
        """See `core.checkpoints.identity_adapters`."""
        ...

    def loras(
        self, model: LoadedModel, loras: Sequence[LoraInput]
    ) -> AbstractContextManager[object]:
        """The LoRAs are in effect inside the block and gone after it, also after an exception."""
        ...


class CheckpointSource:
    """Models from folders of the disk (see `core.checkpoints.catalogue`).

    The folders are looked through at each load, so that a model put there later is found, and one
    in a folder that was added to the sequence later.
    config_dir: configurations for models in a single file, see `load_base`.
    """

    def __init__(self, folders: Sequence[Path], config_dir: Path | None = None) -> None:
        self._folders = folders
        self._config_dir = config_dir

    def load(self, model_id: str, dtype: torch.dtype, device: torch.device) -> LoadedModel:
        info = scan(self._folders).find(model_id)
        return load_base(info, dtype, device, self._config_dir)

    def load_controller(
        self, path: str, dtype: torch.dtype, device: torch.device
    ) -> PoseController:
        return load_controller(Path(path), dtype, device, self._config_dir)

    def load_adapter(
        self,
        model: LoadedModel,
        kind: AdapterKind,
        dtype: torch.dtype,
        device: torch.device,
        encoders: MutableMapping[Path, Any],
    ) -> LoadedAdapter:
        # Looked for anew: the files may have come since the model was loaded.
        known = replace(model, info=scan(self._folders).find(model.id))
        return load_identity_adapter(known, kind, dtype, device, encoders)

    def loras(
        self, model: LoadedModel, loras: Sequence[LoraInput]
    ) -> AbstractContextManager[object]:
        return loras_applied(model, [(Path(lora.path), lora.scale) for lora in loras])
