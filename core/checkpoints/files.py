"""Reading small facts from model files without loading them: JSON, safetensors headers, digests."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from core.checkpoints.errors import damaged

MAX_JSON_BYTES = 8 * 2**20
MAX_HEADER_BYTES = 100 * 2**20  # the limit of the safetensors format itself
WHOLE_FILE_BYTES = 64 * 2**20  # files up to this size are hashed by content
_BITS = {
    "F64": 64, "I64": 64, "U64": 64, "F32": 32, "I32": 32, "U32": 32, "F16": 16, "BF16": 16,
    "I16": 16, "U16": 16, "I8": 8, "U8": 8, "BOOL": 8, "F8_E4M3": 8, "F8_E5M2": 8,
}  # fmt: skip

Shapes = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class SafetensorsHeader:
    """The tensors' shapes by key, and the file's own metadata."""

    shapes: Shapes
    metadata: Mapping[str, str]


def read_json_object(path: Path, what: str) -> dict[str, Any]:
    """Raises DamagedWeights, naming `what`, where the file is not a JSON object."""
    try:
        if path.stat().st_size > MAX_JSON_BYTES:
            raise ValueError("too large")
        loaded = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(loaded, dict):
            raise ValueError("not an object")
        return cast(dict[str, Any], loaded)
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(what, f"its file {path.name} cannot be read", str(error)) from error


def read_header(path: Path) -> SafetensorsHeader:
    """Raises DamagedWeights where this is no safetensors file, or one that was cut short."""
    try:
        return _parse_header(path)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise damaged(
            "This model file", "it is cut short or not a safetensors file", str(error)
        ) from error


def _parse_header(path: Path) -> SafetensorsHeader:
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= min(MAX_HEADER_BYTES, size - 8):
            raise ValueError(f"header of {length} bytes in a file of {size}")
        entries: dict[str, Any] = json.loads(stream.read(length))
    metadata = entries.pop("__metadata__", {})
    shapes = {key: _checked_shape(entry, size - 8 - length) for key, entry in entries.items()}
    return SafetensorsHeader(shapes, {str(k): str(v) for k, v in metadata.items()})


def _checked_shape(entry: Any, available: int) -> tuple[int, ...]:
    """The shape, once its bytes are known to lie within the file."""
    shape = tuple(int(side) for side in entry["shape"])
    start, end = entry["data_offsets"]
    if not 0 <= start <= end <= available:
        raise ValueError("tensor data beyond the end of the file")
    bits = _BITS.get(entry["dtype"])
    if bits is not None and (end - start) * 8 != math.prod(shape) * bits:
        raise ValueError("tensor data of another size than its shape")
    return shape


def model_digest(path: Path) -> str:
    """SHA-256 of a model file or folder: changes when a file is added, removed or edited.

    What is written about a model (*.md) does not count: it draws nothing. Files up to 64 MiB count
    by content, larger ones by name, size, time and first MiB. Raises DamagedWeights where a file
    cannot be read.
    """
    hasher = hashlib.sha256(b"koma-model-1")
    try:
        for file in _files(path):
            stat = file.stat()
            name = file.relative_to(path).as_posix() if path.is_dir() else file.name
            content = _file_digest(str(file), stat.st_size, stat.st_mtime_ns)
            hasher.update(f"{name}\0{stat.st_size}\0{content}\n".encode())
    except OSError as error:
        raise damaged("This model", "a file of it cannot be read", str(error)) from error
    return hasher.hexdigest()


def _files(path: Path) -> Iterator[Path]:
    """The file, or all of the folder but hidden ones and texts for people, in a fixed order."""
    if not path.is_dir():
        yield path
        return
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.lower().endswith(".md"):
                yield Path(folder, name)


@lru_cache(maxsize=4096)
def _file_digest(path: str, size: int, mtime_ns: int) -> str:
    hasher = hashlib.sha256()
    with open(path, "rb") as stream:
        if size > WHOLE_FILE_BYTES:
            hasher.update(f"{mtime_ns}".encode() + stream.read(2**20))
        else:
            hasher.update(stream.read())
    return hasher.hexdigest()
