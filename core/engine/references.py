"""References of a request to what the adapter's cross-attention reads, each computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import ReferenceCondition
from core.adapters.reference_cache import CachedReference, ReferenceCache, ReferenceKey
from core.adapters.token_mask import preprocess_reference
from core.engine.rasters import to_tensor
from core.engine.requests import ReferenceInput

EMPTY_MASK_NOTE = "The mask of reference {number} reaches no part of it; all of it was used."


@dataclass(frozen=True, eq=False)
class EncodedReferences:
    """conditions: in the order of the request's references, those of scale 0 left out."""

    conditions: tuple[ReferenceCondition, ...]
    notes: tuple[str, ...]


class ReferenceEncoding:
    """Runs the vision encoder and the adapter's projections through the engine's cache.

    normalisation: mean and standard deviation a channel, of the encoder's image processor. `owner`
    identifies the model whose encoder and adapter these are. LoRA files change neither.
    """

    def __init__(
        self,
        adapter: AnimeAdapter,
        image_encoder: Any,
        normalisation: tuple[tuple[float, ...], tuple[float, ...]],
        cache: ReferenceCache,
        owner: str,
    ) -> None:
        self._adapter = adapter
        self._image_encoder = image_encoder
        self._mean, self._std = normalisation
        self._cache = cache
        self._owner = owner

    def encode(self, references: tuple[ReferenceInput, ...]) -> EncodedReferences:
        conditions: list[ReferenceCondition] = []
        notes: list[str] = []
        for number, reference in enumerate(references, start=1):
            if reference.scale == 0:
                continue
            cached = self._cached(reference)
            region = None if reference.region is None else to_tensor(reference.region)[0]
            conditions.append(ReferenceCondition(cached.key_values, reference.scale, region))
            if cached.mask_was_empty:
                notes.append(EMPTY_MASK_NOTE.format(number=number))
        return EncodedReferences(tuple(conditions), tuple(notes))

    def _cached(self, reference: ReferenceInput) -> CachedReference:
        key = ReferenceKey(
            image_digest=reference.image.digest,
            mask_digest="" if reference.mask is None else reference.mask.digest,
            encoder_id=self._owner,
            adapter_id=self._owner,
            dtype=str(self._image_encoder.dtype),
        )
        return self._cache.get(key, lambda: self._run(reference))

    @torch.no_grad()
    def _run(self, reference: ReferenceInput) -> CachedReference:
        prepared = preprocess_reference(
            reference.image.array,
            None if reference.mask is None else reference.mask.array,
            self._adapter.config,
            self._mean,
            self._std,
        )
        encoder = self._image_encoder
        pixels = prepared.pixel_values[None].to(device=encoder.device, dtype=encoder.dtype)
        hidden_states = encoder(pixels, output_hidden_states=True).hidden_states
        tokens = self._adapter.encode(hidden_states)
        key_values = self._adapter.key_values(tokens, prepared.token_mask.to(tokens.device))
        return CachedReference(key_values, prepared.mask_was_empty)
