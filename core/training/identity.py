"""What an identity adapter is to the training: how it sees references and reaches the UNet.

To train another kind of adapter, write an `Identity` for it and add it to `identities.MAKERS`;
stage, data, dropout, checkpoints and sample sheets are the same for all.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.weights_file import save_adapter
from core.errors import BadInput
from core.training.config import AdapterStage
from core.training.painter import Networks
from core.training.turns import Batch


class Identity(Protocol):
    """An adapter joined to a frozen UNet, with the frozen networks that read references for it."""

    @property
    def trained(self) -> nn.Module:
        """The weights that are trained, kept in the checkpoint and averaged."""
        ...

    @property
    def frozen(self) -> nn.Module | None:
        """What reads references and is not trained."""
        ...

    def inject(self, unet: UNet2DConditionModel) -> None:
        """Join the UNet; after the trainer has made its copy for the EMA."""
        ...

    def seen(self, batch: Batch) -> Any:
        """What the references of a batch (reference, token_mask, has_reference, after_softmax) give
        the UNet, with gradients to `trained`. Rows without one get what stands for none.
        """
        ...

    def shown(self, seen: Any) -> AbstractContextManager[None]:
        """UNet calls inside are given `seen`; None is the plain network."""
        ...

    def save(self, folder: Path) -> None:
        """The weights in their published layout, float16."""
        ...


class AnimeIdentity:
    """AnimeAdapter (Eq. 2 to 6); see core.adapters.anime_adapter."""

    def __init__(self, adapter: AnimeAdapter, vision: nn.Module) -> None:
        self._adapter, self._vision = adapter, vision

    @property
    def trained(self) -> AnimeAdapter:
        return self._adapter

    @property
    def frozen(self) -> nn.Module:
        return self._vision

    def inject(self, unet: UNet2DConditionModel) -> None:
        self._adapter.inject(unet)

    def seen(self, batch: Batch) -> Any:
        has_reference = batch["has_reference"] > 0
        return self._adapter.training_conditions(
            self._tokens(batch["reference"], has_reference),
            batch["token_mask"],
            has_reference,
            (batch["after_softmax"] > 0) & self._masks_after_softmax,
        )

    @property
    def _masks_after_softmax(self) -> bool:
        """Never where nothing is drawn so: Eq. 5 is then both its training and its inference."""
        return self._adapter.config.inference_mask == "after_softmax"

    def _tokens(self, pixels: Tensor, wanted: Tensor) -> Tensor:
        """(B, N, d_c), zero where there is no reference: only the others are encoded."""
        rows = wanted.nonzero().flatten()
        if len(rows) == 0:  # one all the same, so that the adapter has a gradient in every step
            rows = rows.new_zeros(1)
        with torch.no_grad():
            hidden = self._vision(pixels[rows], output_hidden_states=True).hidden_states
        found = self._adapter.encode(hidden)
        return found.new_zeros(len(pixels), *found.shape[1:]).index_copy(0, rows, found)

    def shown(self, seen: Any) -> AbstractContextManager[None]:
        return self._adapter.conditions(seen)

    def save(self, folder: Path) -> None:
        save_adapter(self._adapter, folder, torch.float16)


def anime_identity(
    networks: Networks, stage: AdapterStage, begun: AnimeAdapter | None
) -> AnimeIdentity:
    """begun: where the base stage left the adapter that learned there."""
    own = networks.reading.adapter
    config = replace(
        own,
        vision_layers=stage.vision_layers or own.vision_layers,
        scope=stage.scope,
        inference_mask=stage.inference_mask,
    )
    if begun is None or replace(begun.config, inference_mask=stage.inference_mask) != config:
        begun = AnimeAdapter.from_unet(networks.unet, config).float()
    begun.config = config
    return AnimeIdentity(begun.requires_grad_(True), vision_of(networks))


def vision_of(networks: Networks) -> nn.Module:
    """Raises BadInput where there is none."""
    if networks.vision is None:
        raise BadInput(
            "This base model has no image encoder. Name one as image_encoder in [model]."
        )
    return networks.vision
