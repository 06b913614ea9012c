"""An immutable, hashable image: what requests, caches and documents hold instead of arrays."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Channels = Literal[1, 3, 4]


@dataclass(frozen=True)
class Raster:
    """Pixels, 8 bits a channel, rows top to bottom: 1 channel mask, 3 RGB, 4 RGBA (straight alpha).

    Two rasters are equal when their pixels are; `digest` is the SHA-256 of size and pixels.
    """

    width: int
    height: int
    channels: Channels
    data: bytes

    def __post_init__(self) -> None:
        if self.channels not in (1, 3, 4):
            raise ValueError(f"a raster has 1, 3 or 4 channels, not {self.channels}")
        if len(self.data) != self.width * self.height * self.channels:
            raise ValueError("raster data does not fit its size")

    @classmethod
    def from_array(cls, array: NDArray[np.uint8]) -> Raster:
        """From (H, W), (H, W, 3) or (H, W, 4) uint8; copies."""
        if array.dtype != np.uint8 or array.ndim not in (2, 3):
            raise ValueError("a raster is made from a uint8 array of 2 or 3 dimensions")
        height, width = array.shape[:2]
        channels = 1 if array.ndim == 2 else array.shape[2]
        return cls(width, height, channels, np.ascontiguousarray(array).tobytes())  # type: ignore[arg-type]

    @property
    def array(self) -> NDArray[np.uint8]:
        """Read-only view: (H, W) for one channel, else (H, W, C)."""
        flat = np.frombuffer(self.data, dtype=np.uint8)
        if self.channels == 1:
            return flat.reshape(self.height, self.width)
        return flat.reshape(self.height, self.width, self.channels)

    @cached_property
    def digest(self) -> str:
        head = f"{self.width}x{self.height}x{self.channels}:".encode()
        return hashlib.sha256(head + self.data).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)
