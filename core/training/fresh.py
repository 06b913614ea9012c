"""Work that goes on where it was stopped: pools of fresh drawings, and arrays filled bit by bit."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.files import write_atomically

log = logging.getLogger(__name__)
_Drawn = TypeVar("_Drawn")
_SECONDS = 30.0  # between two notes of how far an array is filled


class FreshPool(Generic[_Drawn]):
    """The newest `size` of an endless row of drawings, of which `fresh` are new in each step.

    Drawn when they are first chosen, so that a training which goes on at a later step has the very
    same ones without drawing those before.
    """

    def __init__(self, make: Callable[[int], _Drawn], size: int, fresh: int) -> None:
        self._make, self._size, self._fresh = make, size, fresh
        self._drawn: dict[int, _Drawn] = {}

    def choose(self, step: int, rng: np.random.Generator) -> _Drawn:
        """Any of the pool as it is in this step."""
        newest = (step + 1) * self._fresh
        oldest = max(0, newest - self._size)
        for gone in [index for index in self._drawn if index < oldest]:
            del self._drawn[gone]
        index = int(rng.integers(oldest, newest))
        if index not in self._drawn:
            self._drawn[index] = self._make(index)
        return self._drawn[index]


def fill_array(
    path: Path,
    shape: tuple[int, ...],
    dtype: Any,
    about: str,
    make: Callable[[NDArray[np.int64]], NDArray[Any]],
    at_once: int,
) -> NDArray[Any]:
    """The array in `path` (.npy), filled by `make(rows)` where it is not yet; memory-mapped.

    A kill loses half a minute at most. about: what decides the values; what was filled with another
    `about` is made anew, while more rows than before go on from the former ones.
    """
    note = path.with_suffix(".json")
    array, done = _begun(path, note, shape, dtype, about)
    if done >= shape[0]:
        return array
    noted = time.monotonic()
    for start in range(done, shape[0], at_once):
        rows = np.arange(start, min(start + at_once, shape[0]))
        array[rows] = make(rows)
        if time.monotonic() - noted > _SECONDS:
            noted = time.monotonic()
            _note(array, note, about, start + len(rows))
            log.info("%s: %d of %d", path.name, start + len(rows), shape[0])
    _note(array, note, about, shape[0])
    return array


def _begun(
    path: Path, note: Path, shape: tuple[int, ...], dtype: Any, about: str
) -> tuple[NDArray[Any], int]:
    """The array to fill and how many of its rows are there."""
    before: NDArray[Any] | None = None
    done = 0
    if path.exists() and note.exists():
        noted = json.loads(note.read_text(encoding="utf-8"))
        before = _opened(path)
        fits = before.shape[1:] == shape[1:] and before.dtype == dtype
        done = int(noted["done"]) if fits and noted["about"] == about else 0
        if done and before.shape[0] >= shape[0]:
            return before[: shape[0]], min(done, shape[0])
    longer = path.with_suffix(".part.npy")
    array = np.lib.format.open_memmap(longer, "w+", dtype, shape)
    if done and before is not None:
        array[:done] = before[:done]
    array.flush()
    longer.replace(path)
    _note(array, note, about, done)
    return array, done


def _opened(path: Path) -> NDArray[Any]:
    return np.load(path, mmap_mode="r+")


def _note(array: Any, note: Path, about: str, done: int) -> None:
    array.flush()
    text = json.dumps({"about": about, "done": done})
    write_atomically(note, lambda file: file.write(text.encode()))
