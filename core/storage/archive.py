"""Zip files with one JSON file and PNG assets, written by Koma and read with suspicion.

    <name>.json               compressed
    assets/<sha256>.png       stored: a PNG is compressed already

Nothing is ever unpacked to disk. Members that Koma does not know are ignored if their names are
harmless.
"""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NoReturn, cast

from core.document import Digest
from core.errors import BadInput
from core.files import write_atomically
from core.storage.assets import AssetStore, MemoryAssets, digest_of, is_digest, missing

MAX_MEMBERS = 50_000
MAX_JSON_BYTES = 64 * 1024**2
MAX_ASSET_BYTES = 256 * 1024**2
MAX_TOTAL_BYTES = 4 * 1024**3
MAX_RATIO = 200  # of a picture's size to its compressed size: PNG is compressed already
SMALL_BYTES = 1024**2  # below this a high ratio does no harm

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same contents give the same bytes
_ENCRYPTED = 0x1
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)

Payload = dict[str, Any]


def read_archive(path: Path, json_name: str) -> tuple[Payload, MemoryAssets]:
    """The JSON object and all assets.

    Raises BadInput with the file's name for anything that is not a whole, harmless archive.
    """
    if not path.is_file():
        raise BadInput(f"There is no file {path.name}.", code="no_file")
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked_members(archive, path.name)
            if json_name not in members:
                raise BadInput(f"{path.name} is not a Koma file: it has no {json_name}.")
            payload = _parse_json(archive.read(members[json_name]), path.name)
            return payload, _read_assets(archive, members, path.name)
    except BadInput:
        raise
    except PermissionError as error:
        raise BadInput(
            f"{path.name} cannot be opened: you have no permission to read it.",
            details=repr(error),
        ) from error
    except _DAMAGE as error:
        raise BadInput(
            f"{path.name} is damaged or not a Koma file. Try its .bak file.",
            code="damaged_file",
            details=repr(error),
        ) from error


def write_archive(
    path: Path, json_name: str, payload: Payload, assets: AssetStore, needed: Iterable[Digest]
) -> None:
    """Write the payload and the needed assets, and keep the former file as .bak.

    Raises StorageFailed where that is not possible, BadInput for a payload that would be too large
    to read; the former file is then as it was.
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    data = text.encode()
    if len(data) > MAX_JSON_BYTES:
        raise BadInput(f"{path.name} would be too large. Split it into two.", code="too_many")

    def write(file: BinaryIO) -> None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr(_entry(json_name), data, zipfile.ZIP_DEFLATED, 6)
            for digest in sorted(set(needed)):
                archive.writestr(_entry(f"assets/{digest}.png"), assets.get(digest))

    write_atomically(path, write, backup=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # Unix, on every system
    return entry


def _checked_members(archive: zipfile.ZipFile, file_name: str) -> dict[str, zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise BadInput(f"{file_name} holds more than {MAX_MEMBERS} files.", code="too_many")
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        _check_entry(entry, file_name)
        if entry.filename in members:
            raise BadInput(f"{file_name} holds {_shown(entry)} twice.", code="unsafe_file")
        members[entry.filename] = entry
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise BadInput(f"{file_name} would unpack to more than 4 GB.", code="unsafe_file")
    return members


def _check_entry(entry: zipfile.ZipInfo, file_name: str) -> None:
    name = entry.orig_filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if "\0" in name or "\\" in name or ":" in name or name.startswith("/") or ".." in parts:
        raise BadInput(
            f"{file_name} is not safe: it holds the path {_shown(entry)}.", code="unsafe_file"
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise BadInput(f"{file_name} is not safe: {_shown(entry)} is a link.", code="unsafe_file")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _COMPRESSIONS:
        raise BadInput(f"{file_name} is packed in a way that Koma does not read.")
    if not _fits(entry):
        raise BadInput(
            f"{file_name} is not safe: {_shown(entry)} is too large.", code="unsafe_file"
        )


def _fits(entry: zipfile.ZipInfo) -> bool:
    if entry.filename.endswith(".json"):  # pages that are alike compress without limit
        return entry.file_size <= MAX_JSON_BYTES
    ratio = entry.file_size / max(entry.compress_size, 1)
    return entry.file_size <= MAX_ASSET_BYTES and (
        entry.file_size <= SMALL_BYTES or ratio <= MAX_RATIO
    )


def _shown(entry: zipfile.ZipInfo) -> str:
    return ascii(entry.orig_filename)[:100]


def _read_assets(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file_name: str
) -> MemoryAssets:
    assets = MemoryAssets()
    for name, entry in members.items():
        digest = name.removeprefix("assets/").removesuffix(".png")
        if name != f"assets/{digest}.png" or not is_digest(digest):
            continue
        data = archive.read(entry)
        if digest_of(data) != digest:
            raise BadInput(
                f"The picture {name} in {file_name} is damaged. Try its .bak file.",
                code="damaged_asset",
            )
        assets.put(data)
    return assets


def _parse_json(data: bytes, file_name: str) -> Payload:
    try:
        payload: object = json.loads(data.decode(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"{file_name} is damaged: its contents are not JSON. Try its .bak file.",
            code="damaged_file",
            details=repr(error),
        ) from error
    if not isinstance(payload, dict):
        raise BadInput(f"{file_name} is not a Koma file.", code="damaged_file")
    return cast(Payload, payload)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def check_assets(needed: dict[Digest, str], assets: AssetStore) -> None:
    """Raises BadInput naming the first asset that is needed and not there."""
    for digest, use in needed.items():
        if digest not in assets:
            raise missing(digest, use)
