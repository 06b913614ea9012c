"""Shards: plain tar files in WebDataset's layout, one key a post, written whole or not at all."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from core.dataset.pictures import TOKEN_GRID, Picture
from core.dataset.plan import Sample
from core.errors import BadInput
from core.files import write_atomically

VERSION = 1


@dataclass(frozen=True)
class ShardSample:
    """A post as it is stored. pose_of: keypoints that condition an edit, by task."""

    sample: Sample
    pictures: dict[str, Picture]
    pose_of: dict[str, Picture]


def shard_name(number: int) -> str:
    return f"set-{number:05d}.tar"


def write_shard(path: Path, samples: Sequence[ShardSample]) -> None:
    """Raises StorageFailed. The same samples give the same bytes."""

    def fill(file: BinaryIO) -> None:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for sample in samples:
                for name, data in _files(sample):
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    info.mode = 0o644
                    tar.addfile(info, io.BytesIO(data))

    write_atomically(path, fill)


def _files(stored: ShardSample) -> Iterator[tuple[str, bytes]]:
    """`ID.json` first, then the pictures. The key is the text before the first dot."""
    key = f"{stored.sample.id:010d}"
    about = json.dumps(_about(stored), ensure_ascii=False)
    yield f"{key}.json", about.encode()
    for kind, picture in stored.pictures.items():
        yield f"{key}.{kind}.png", picture.png
        yield f"{key}.{kind}.mask.png", picture.mask_png


def _about(stored: ShardSample) -> dict[str, Any]:
    sample = stored.sample
    return {
        "version": VERSION,
        "id": sample.id,
        "rating": sample.rating,
        "training_prompt": sample.training,
        "references": {
            kind: {
                "prompt": sample.references[kind],
                "width": picture.width,
                "height": picture.height,
                "token_grid": TOKEN_GRID,
                "token_mask": picture.token_mask,
                "keypoints": picture.keypoints,
            }
            for kind, picture in stored.pictures.items()
        },
        "edits": [
            {
                **asdict(edit),
                "pose": _pose(stored.pose_of[edit.task]) if edit.task in stored.pose_of else None,
            }
            for edit in sample.edits
        ],
    }


def _pose(picture: Picture) -> dict[str, Any]:
    return {"width": picture.width, "height": picture.height, "keypoints": picture.keypoints}


def members(path: Path) -> dict[str, dict[str, tuple[int, int]]]:
    """By key and file ending: where the bytes lie, (offset, size). Nothing is unpacked.

    Raises BadInput for a file that is not a whole shard.
    """
    found: dict[str, dict[str, tuple[int, int]]] = {}
    try:
        with tarfile.open(path, mode="r:") as tar:
            for info in tar:
                key, _, ending = info.name.partition(".")
                if not info.isreg() or not key or not ending or "/" in info.name:
                    raise tarfile.ReadError(f"not a file of a shard: {info.name}")
                found.setdefault(key, {})[ending] = (info.offset_data, info.size)
            end = path.stat().st_size
    except (OSError, tarfile.TarError) as error:
        raise BadInput(
            f"The shard {path.name} is damaged. Make it again.", details=str(error)
        ) from error
    for key, files in found.items():
        if "json" not in files or any(at + size > end for at, size in files.values()):
            raise BadInput(f"The shard {path.name} is damaged at {key}. Make it again.")
    return found
