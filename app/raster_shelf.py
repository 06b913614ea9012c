"""Decoded pictures by their digest, so that the same reference is not decoded for each plan."""

from __future__ import annotations

from core.document import Digest
from core.engine.byte_cache import ByteCache
from core.geometry import Raster
from core.storage import AssetStore, get_image

DEFAULT_BYTES = 256 * 2**20


class RasterShelf:
    """The most recently used pictures up to `max_bytes` of pixels; belongs to one thread.

    A digest names its pixels, so one shelf serves any number of projects.
    """

    def __init__(self, max_bytes: int = DEFAULT_BYTES) -> None:
        self._kept: ByteCache[Raster] = ByteCache(max_bytes, lambda raster: len(raster.data))

    def get(self, assets: AssetStore, digest: Digest) -> Raster:
        """Raises BadInput where the picture is missing or damaged."""
        return self._kept.get_or_make(digest, lambda: get_image(assets, digest))
