"""Random choices that depend on a key and nothing else: not on Python's version, not on order."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
_BLOCK_BYTES = 64
_WORD_BYTES = 4
_WORD_RANGE = 2**32


class Draws:
    """An endless series of numbers, the same for the same key."""

    def __init__(self, *key: str | int) -> None:
        self._key = "/".join(map(str, key)).encode()
        self._block = b""
        self._at = 0
        self._blocks = 0

    def word(self) -> int:
        """A number from 0 to 2**32 - 1."""
        if self._at == len(self._block):
            salt = self._blocks.to_bytes(8, "little")
            self._block = blake2b(self._key, digest_size=_BLOCK_BYTES, salt=salt).digest()
            self._blocks += 1
            self._at = 0
        start = self._at
        self._at = start + _WORD_BYTES
        return int.from_bytes(self._block[start : self._at], "little")

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.word() < share * _WORD_RANGE

    def below(self, count: int) -> int:
        """A number from 0 to count - 1; the bias of 2**-32 * count does not matter here."""
        return self.word() * count >> 32

    def choice(self, values: Sequence[T]) -> T:
        return values[self.below(len(values))]


def id_order(ids: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A number for each id that looks random; sorting by it shuffles. SplitMix64's finaliser."""
    with np.errstate(over="ignore"):
        x = ids.astype(np.uint64) + np.uint64(seed * 2 + 1) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))
