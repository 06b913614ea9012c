"""References of a request to what the adapters' attention reads, each computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from core.adapters.conditions import ReferenceCondition
from core.adapters.encoders import ReferenceEncoder, Words
from core.adapters.injection import InjectedAdapter
from core.adapters.reference_cache import CachedReference, ReferenceCache, ReferenceKey
from core.engine.rasters import to_tensor
from core.engine.requests import ReferenceInput

EMPTY_MASK_NOTE = "The mask of reference {number} reaches no part of it; all of it was used."


@dataclass(frozen=True, eq=False)
class UsedAdapter:
    """An adapter with its encoder. id: changes with its weights and those of its encoder.

    dtype: the number format of what it computes.
    """

    adapter: InjectedAdapter
    encoder: ReferenceEncoder
    id: str
    dtype: str


@dataclass(frozen=True, eq=False)
class EncodedReferences:
    """conditions: for each adapter, in the order of the request's references without scale 0."""

    conditions: tuple[tuple[ReferenceCondition, ...], ...]
    notes: tuple[str, ...]


class ReferenceEncoding:
    """Runs the adapters' encoders through the engine's cache.

    `owner` identifies the base model, `loras` the LoRA files in effect: what reads the base model's
    own weights depends on these too.
    """

    def __init__(
        self, adapters: Sequence[UsedAdapter], cache: ReferenceCache, owner: str, loras: str = ""
    ) -> None:
        self.adapters = tuple(adapters)
        self._cache = cache
        self._owner = owner
        self._loras = loras

    @property
    def added_words(self) -> tuple[str, ...]:
        """What the prompts of panels with references must say for the adapters."""
        words = (word for used in self.adapters for word in used.encoder.added_words)
        return tuple(dict.fromkeys(words))

    def encode(self, references: tuple[ReferenceInput, ...], words: Words) -> EncodedReferences:
        """words: where the panel's prompt has the added words.

        Several adapters share a reference's scale evenly: each was trained to show all of it, and
        together at full strength they paint over ground and prompt (ADR 25).
        """
        share = 1 / max(1, len(self.adapters))
        chosen = [(n, item) for n, item in enumerate(references, start=1) if item.scale != 0]
        cached = [[self._cached(used, item) for _, item in chosen] for used in self.adapters]
        conditions = tuple(
            tuple(
                condition
                for (_, item), entry in zip(chosen, entries, strict=True)
                for condition in used.encoder.conditions(
                    entry, item.scale * share, _region(item), words
                )
            )
            for used, entries in zip(self.adapters, cached, strict=True)
        )
        empty = {
            number
            for entries in cached
            for (number, _), entry in zip(chosen, entries, strict=True)
            if entry.mask_was_empty
        }
        notes = tuple(EMPTY_MASK_NOTE.format(number=number) for number in sorted(empty))
        return EncodedReferences(conditions, notes)

    def _cached(self, used: UsedAdapter, reference: ReferenceInput) -> CachedReference:
        key = ReferenceKey(
            image_digest=reference.image.digest,
            mask_digest="" if reference.mask is None else reference.mask.digest,
            encoder_id=self._owner + (self._loras if used.encoder.reads_base_model else ""),
            adapter_id=used.id,
            dtype=used.dtype,
        )
        mask = None if reference.mask is None else reference.mask.array
        return self._cache.get(key, lambda: used.encoder.encode(reference.image.array, mask))


def _region(reference: ReferenceInput) -> Tensor | None:
    return None if reference.region is None else to_tensor(reference.region)[0]
