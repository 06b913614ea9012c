"""The base model in memory: one at a time, with its pose controllers and preview."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from core.adapters.kinds import AdapterKind
from core.checkpoints.fewstep import FewStep
from core.checkpoints.identity_adapters import LoadedAdapter
from core.checkpoints.loading import LoadedModel, check_controller
from core.engine.memory import free_memory
from core.engine.model_source import ModelSource, PoseController
from core.engine.preview import LatentPreview
from core.engine.requests import Quality

BUILTIN = "builtin"


@dataclass
class ShelvedModel:
    """A loaded model and what was made for it since.

    adapters: by kind and digest of their files. image_encoders: theirs, by folder.
    """

    networks: LoadedModel
    controllers: dict[str, PoseController] = field(default_factory=dict[str, PoseController])
    adapters: dict[tuple[AdapterKind, str], LoadedAdapter] = field(
        default_factory=dict[tuple[AdapterKind, str], LoadedAdapter]
    )
    image_encoders: dict[Path, Any] = field(default_factory=dict[Path, Any])
    _preview: LatentPreview | None = None

    @property
    def has_puppet_channels(self) -> bool:
        return self.networks.puppet == "unet_channels"

    def scheduler_config(self, quality: Quality) -> dict[str, Any]:
        few = self._few_steps(quality)
        return self.networks.scheduler_config if few is None else few.scheduler_config

    def drawing(self, quality: Quality) -> AbstractContextManager[None]:
        """The UNet as pictures of this quality are drawn with, inside the block alone."""
        few = self._few_steps(quality)
        return nullcontext() if few is None else few.merged_into(self.networks.unet)

    def few_steps_id(self, quality: Quality) -> str:
        """Differs where `drawing` changes the UNet."""
        return "" if self._few_steps(quality) is None else "+fewstep"

    def _few_steps(self, quality: Quality) -> FewStep | None:
        return self.networks.fewstep if quality == "draft" else None

    def preview(self) -> LatentPreview:
        """Fitted at the first call, a few small encodes."""
        if self._preview is None:
            self._preview = LatentPreview.fit(self.networks.vae)
        return self._preview


class ModelShelf:
    """Loads the model asked for and lets the one before go first: two may not fit side by side.

    on_unload: called when a model leaves, so that its cached prompts and references leave too.
    """

    def __init__(
        self,
        source: ModelSource,
        dtype: torch.dtype,
        device: torch.device,
        on_unload: Callable[[], None],
    ) -> None:
        self._source = source
        self._dtype = dtype
        self._device = device
        self._on_unload = on_unload
        self._key: tuple[str, str] | None = None
        self._model: ShelvedModel | None = None

    def get(self, model_id: str, digest: str) -> ShelvedModel:
        """Raises a KomaError where the model is missing or damaged; then none is in memory."""
        if self._model is not None and self._key == (model_id, digest):
            return self._model
        self.clear()
        networks = self._source.load(model_id, self._dtype, self._device)
        for network in networks.modules:
            _for_drawing(network)
        self._model, self._key = ShelvedModel(networks), (model_id, digest)
        return self._model

    def controller(self, model: ShelvedModel, name: str) -> PoseController | None:
        """The model's own pose controller (None where it has none), or one from a path."""
        if name == BUILTIN:
            own = model.networks
            return own.t2i_adapter if own.t2i_adapter is not None else own.controlnet
        if name not in model.controllers:
            network = self._source.load_controller(name, self._dtype, self._device)
            check_controller(model.networks, network)
            _for_drawing(network)
            model.controllers[name] = network
        return model.controllers[name]

    def adapter(self, model: ShelvedModel, kind: AdapterKind, digest: str) -> LoadedAdapter:
        """One of the model's identity adapters; files of another digest are loaded anew.

        Raises a KomaError where it is missing or damaged.
        """
        if (kind, digest) not in model.adapters:
            for old in [key for key in model.adapters if key[0] == kind]:
                del model.adapters[old]
                model.image_encoders.clear()
            loaded = self._source.load_adapter(
                model.networks, kind, self._dtype, self._device, model.image_encoders
            )
            for network in (loaded.adapter, loaded.image_encoder):
                if network is not None:
                    _for_drawing(network)
            model.adapters[kind, digest] = loaded
        return model.adapters[kind, digest]

    def clear(self) -> None:
        if self._model is None:
            return
        self._model = self._key = None
        self._on_unload()
        free_memory()


def _for_drawing(network: Any) -> None:
    """No dropout, no gradients; channels_last, which convolutions of 16 bits run fastest in."""
    network.eval().requires_grad_(False)
    network.to(memory_format=torch.channels_last)
