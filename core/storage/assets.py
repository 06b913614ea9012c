"""Asset stores: PNG files by the SHA-256 of their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from core.document import Digest
from core.errors import BadInput
from core.files import write_atomically
from core.geometry import Raster
from core.storage.images import decode_png, encode_png


class AssetStore(Protocol):
    """Holds PNG files; nothing is ever changed or overwritten in it."""

    def get(self, digest: Digest) -> bytes:
        """Raises BadInput where there is no such asset."""
        ...

    def put(self, data: bytes) -> Digest:
        """Keep a PNG file. Raises StorageFailed where it cannot be written."""
        ...

    def __contains__(self, digest: object) -> bool: ...

    def __iter__(self) -> Iterator[Digest]: ...


class MemoryAssets:
    """Assets in memory. Reading and adding from several threads is safe."""

    def __init__(self) -> None:
        self._files: dict[Digest, bytes] = {}

    def get(self, digest: Digest) -> bytes:
        try:
            return self._files[digest]
        except KeyError:
            raise missing(digest) from None

    def put(self, data: bytes) -> Digest:
        digest = digest_of(data)
        self._files.setdefault(digest, data)
        return digest

    def __contains__(self, digest: object) -> bool:
        return digest in self._files

    def __iter__(self) -> Iterator[Digest]:
        return iter(tuple(self._files))


class FolderAssets:
    """Assets as files <digest>.png in a folder, made when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, digest: Digest) -> bytes:
        """Raises BadInput also for a file whose contents changed."""
        if digest not in self:
            raise missing(digest)
        try:
            data = self._path(digest).read_bytes()
        except OSError as error:
            raise BadInput(f"{digest[:12]}.png cannot be read.", details=repr(error)) from error
        if digest_of(data) != digest:
            raise BadInput(f"The picture {digest[:12]}.png was changed.", code="damaged_asset")
        return data

    def put(self, data: bytes) -> Digest:
        digest = digest_of(data)
        if digest not in self:
            write_atomically(self._path(digest), lambda file: file.write(data))
        return digest

    def __contains__(self, digest: object) -> bool:
        return isinstance(digest, str) and is_digest(digest) and self._path(digest).is_file()

    def __iter__(self) -> Iterator[Digest]:
        return (p.stem for p in sorted(self._folder.glob("*.png")) if is_digest(p.stem))

    def _path(self, digest: Digest) -> Path:
        return self._folder / f"{digest}.png"


def digest_of(data: bytes) -> Digest:
    return hashlib.sha256(data).hexdigest()


def is_digest(text: str) -> bool:
    return len(text) == 64 and all(c in "0123456789abcdef" for c in text)


def missing(digest: Digest, use: str = "") -> BadInput:
    """The error for an asset that is not there; `use` says what it is needed for."""
    what = f" ({use})" if use else ""
    return BadInput(
        f"The picture {digest}.png{what} is missing from the project.", code="missing_asset"
    )


def put_image(assets: AssetStore, raster: Raster) -> Digest:
    return assets.put(encode_png(raster))


def put_mask(assets: AssetStore, mask: Raster) -> Digest:
    """Keep a mask. Raises BadInput where it has not 1 channel or no pixel set."""
    if mask.channels != 1:
        raise BadInput("A mask is a grey picture.", code="bad_mask")
    if not any(mask.data):
        raise BadInput("The mask is empty. Paint the area that it should cover.", code="empty_mask")
    return assets.put(encode_png(mask))


def get_image(assets: AssetStore, digest: Digest) -> Raster:
    """An image or a mask. Raises BadInput for what is missing or damaged."""
    return decode_png(assets.get(digest))
