"""A least-recently-used cache bounded by bytes; counts its hits and misses for tests and logs."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """Values under hashable keys; the least recently used leave when `max_bytes` is exceeded.

    A single value larger than the bound is handed out but not kept. Not thread-safe: the engine
    runs in one thread.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Value], int]) -> None:
        self._max_bytes = max_bytes
        self._size_of = size_of
        self._entries: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self.bytes_held = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._entries

    def get_or_make(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value under `key`, made and kept where it is not there; makes nothing on error."""
        entry = self._entries.get(key)
        if entry is not None:
            self.hits += 1
            self._entries.move_to_end(key)
            return entry[0]
        self.misses += 1
        value = make()
        self._keep(key, value)
        return value

    def clear(self) -> None:
        self._entries.clear()
        self.bytes_held = 0

    def _keep(self, key: Hashable, value: Value) -> None:
        size = self._size_of(value)
        if size > self._max_bytes:
            return
        self._entries[key] = (value, size)
        self.bytes_held += size
        while self.bytes_held > self._max_bytes:
            _, (_, dropped) = self._entries.popitem(last=False)
            self.bytes_held -= dropped
