"""A model with other identity adapters than its own: a folder of links, nothing is copied.

Adapters that were trained with the same budget are compared on one base model; the folder that
this makes is what the engine draws with, so their files are found and loaded as an artist's are.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from core.adapters.ip_layout import IPAdapterConfig
from core.checkpoints.adapter_options import OWN_FOLDER
from core.checkpoints.catalogue import ModelInfo, inspect, scan
from core.checkpoints.files import read_header
from core.errors import BadInput

_ANIME_FOLDER = "anime_adapter"
_ENCODERS = "image_encoders"  # of published adapters, where they lie beside them


def adapters_in(folder: Path) -> dict[str, Path]:
    """Kind of adapter -> its file, for AnimeAdapter its folder.

    Looked for three folders deep, as training writes them with `--out folder/NAME`. Raises BadInput
    where there is none, or two of one kind.
    """
    found: dict[str, Path] = {}
    for info in scan([folder]).models:
        kind = _kind(info)
        if kind is None:
            continue
        if kind in found:
            raise BadInput(
                f"There are two adapters of the kind {kind}, {found[kind]} and {info.path}: leave "
                "one of them in the folder."
            )
        found[kind] = info.path
    if not found:
        raise BadInput(f"There are no trained adapters in {folder}: choose the folder above them.")
    return found


def _kind(info: ModelInfo) -> str | None:
    if info.kind == "anime_adapter":
        return "anime"
    if info.kind == "reference_attention":
        return "reference"
    if info.kind != "ip_adapter":
        return None
    header = read_header(info.path)
    return IPAdapterConfig.of_file(header.shapes, header.metadata.get("koma_ip_adapter")).kind


def with_adapters(model: Path, folder: Path, into: Path) -> Path:
    """The folder of `model`, within `into`, with the adapters found in `folder`.

    A kind that is found there stands in for the model's own; the model's others stay. Vision
    encoders in `folder` come along. What `into` held is replaced. Raises BadInput as `adapters_in`.
    """
    found = adapters_in(folder)
    if not model.is_dir():
        raise BadInput("Adapters can be put on a model folder only, not on a model in one file.")
    made = into / model.resolve().name
    shutil.rmtree(into, ignore_errors=True)
    for file in _files(model):
        place = file.relative_to(model)
        if "anime" in found and place.parts[0] == _ANIME_FOLDER:
            continue
        if place.parts[0] == OWN_FOLDER and _kind_of_own(file) in found:
            continue
        _link(file, made / place)
    for kind, path in found.items():
        if kind == "anime":
            for file in _files(path):
                _link(file, made / _ANIME_FOLDER / file.relative_to(path))
        else:
            _link(path, made / OWN_FOLDER / f"{kind}.safetensors")
    encoders = [info.path for info in scan([folder]).models if info.kind == "image_encoder"]
    for number, path in enumerate(encoders):
        for file in _files(path):
            _link(file, into / _ENCODERS / str(number) / file.relative_to(path))
    return made


def _kind_of_own(file: Path) -> str | None:
    try:
        return _kind(inspect(file))
    except BadInput:
        return None


def _files(folder: Path) -> Iterable[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _link(file: Path, place: Path) -> None:
    """Files, not folders: the digest of a model does not follow links to folders."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.symlink_to(file.resolve())
    except OSError:  # Windows lets only some users make links
        shutil.copy2(file, place)
