"""K' and V' of the references in use, so that a page computes each reference once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from core.adapters.conditions import ReferenceKV


@dataclass(frozen=True)
class ReferenceKey:
    """Everything that K' and V' depend on: equal keys have bit-identical values.

    image_digest, mask_digest: of the pixels ("" without a mask). encoder_id, adapter_id: digests
    of the weights. dtype: what they are computed in.
    """

    image_digest: str
    mask_digest: str
    encoder_id: str
    adapter_id: str
    dtype: str


@dataclass(frozen=True, eq=False)
class CachedReference:
    """key_values: for `ReferenceCondition`. mask_was_empty: see `PreparedReference`.

    absent: as in `ReferenceCondition`. parts: Character-Adapter's parts by name, where any was
    found.
    """

    key_values: ReferenceKV
    mask_was_empty: bool
    absent: ReferenceKV | None = None
    parts: tuple[tuple[str, ReferenceKV], ...] = ()

    @property
    def nbytes(self) -> int:
        return self.key_values.nbytes + sum(key_values.nbytes for _, key_values in self.parts)


class ReferenceCache:
    """Above `max_bytes` the least recently used goes first. For one thread, the engine's."""

    def __init__(self, max_bytes: int = 512 * 2**20) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._entries: OrderedDict[ReferenceKey, CachedReference] = OrderedDict()

    @property
    def nbytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: ReferenceKey, compute: Callable[[], CachedReference]) -> CachedReference:
        """The entry, computed only if it is not there; kept even if alone above the limit."""
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        entry = compute()
        self._entries[key] = entry
        self._bytes += entry.nbytes
        while self._bytes > self._max_bytes and len(self._entries) > 1:
            _, dropped = self._entries.popitem(last=False)
            self._bytes -= dropped.nbytes
        return entry

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0
