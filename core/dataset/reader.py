"""Reading a finished set: what training and evaluation use. Needs neither pyarrow nor torch.

with DatasetReader(folder) as data:
    for stored in data:
        stored.training_prompt, stored.references["original"].image
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.dataset.shards import VERSION, members
from core.errors import BadInput
from core.storage.images import decode_png

INDEX = "set.json"
SHARDS = "shards"


@dataclass(frozen=True, eq=False)
class StoredReference:
    """image: (H, W, 3) uint8. mask: (H, W) uint8, 255 = subject. token_mask: bool (grid, grid).

    keypoints: float32 (18, 3), x and y in px of the image, confidence; None where none was found.
    """

    kind: str
    prompt: str
    image: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    token_mask: NDArray[np.bool_]
    keypoints: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class StoredEdit:
    """An editing task: draw `prompt` with the figure of `reference`.

    keypoints: of the pose to take, as in `StoredReference`, in px of a picture of `pose_size`.
    """

    task: str
    reference: str
    prompt: str
    added: tuple[str, ...]
    keypoints: NDArray[np.float32] | None = None
    pose_size: tuple[int, int] | None = None


@dataclass(frozen=True, eq=False)
class StoredSample:
    """One post of the set. Pictures are decoded when the sample is read."""

    id: int
    rating: str
    training_prompt: str
    references: dict[str, StoredReference]
    edits: tuple[StoredEdit, ...]


class DatasetReader:
    """The samples of a set, by number or in order. One open file; not to be shared by threads."""

    def __init__(self, folder: Path) -> None:
        """Raises BadInput where the set is not finished or a shard is damaged."""
        try:
            self.about: dict[str, Any] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
            names = [str(shard["name"]) for shard in self.about["shards"]]
        except FileNotFoundError as error:
            raise BadInput(
                f"{folder} holds no finished set. Run `python -m core.dataset images` on it."
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(f"The set in {folder} is damaged.", details=str(error)) from error
        self._places = [
            (folder / SHARDS / name, key, files)
            for name in names
            for key, files in members(folder / SHARDS / name).items()
        ]
        self._open: tuple[Path, BinaryIO] | None = None

    def __enter__(self) -> DatasetReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, number: int) -> StoredSample:
        """Raises IndexError beyond the end, BadInput where a sample is damaged."""
        path, key, files = self._places[number]
        try:
            return self._sample(path, files)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise BadInput(
                f"The shard {path.name} is damaged at {key}. Make it again.", details=str(error)
            ) from error

    def __iter__(self) -> Iterator[StoredSample]:
        return (self[number] for number in range(len(self)))

    def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _sample(self, path: Path, files: dict[str, tuple[int, int]]) -> StoredSample:
        about = json.loads(self._bytes(path, files["json"]))
        if about["version"] != VERSION:
            raise ValueError(f"version {about['version']}")
        references = {
            kind: self._reference(path, kind, values, files)
            for kind, values in about["references"].items()
        }
        edits = tuple(_edit(values) for values in about["edits"])
        return StoredSample(
            about["id"], about["rating"], about["training_prompt"], references, edits
        )

    def _reference(
        self, path: Path, kind: str, about: dict[str, Any], files: dict[str, tuple[int, int]]
    ) -> StoredReference:
        rows = [[mark == "1" for mark in row] for row in about["token_mask"]]
        return StoredReference(
            kind,
            about["prompt"],
            decode_png(self._bytes(path, files[f"{kind}.png"])).array,
            decode_png(self._bytes(path, files[f"{kind}.mask.png"])).array,
            np.array(rows, dtype=np.bool_),
            _keypoints(about["keypoints"]),
        )

    def _bytes(self, path: Path, place: tuple[int, int]) -> bytes:
        if self._open is None or self._open[0] != path:
            self.close()
            self._open = (path, path.open("rb"))
        file = self._open[1]
        file.seek(place[0])
        return file.read(place[1])


def _keypoints(values: Any) -> NDArray[np.float32] | None:
    return None if values is None else np.array(values, dtype=np.float32).reshape(-1, 3)


def _edit(about: dict[str, Any]) -> StoredEdit:
    pose = about["pose"]
    return StoredEdit(
        about["task"],
        about["reference"],
        about["prompt"],
        tuple(about["added"]),
        None if pose is None else _keypoints(pose["keypoints"]),
        None if pose is None else (pose["width"], pose["height"]),
    )
