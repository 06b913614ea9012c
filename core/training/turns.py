"""What is drawn in which step: a function of seed, step and place, so that nothing is lost.

Every example has a place in the whole run: step * batch + its row. Its random numbers come from a
generator of its own, seeded by the run's seed and that place. A training that was killed goes on
with the very same examples, noise and dropped conditions, and so does one that is spread over
another number of processes or cut into smaller passes; no generator's state has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from core.errors import BadInput

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Turn:
    """Rows `first` to `first + count` of the `batch` examples of one step."""

    seed: int
    step: int
    first: int
    count: int
    batch: int

    def generators(self) -> list[np.random.Generator]:
        """One a row; each call gives them anew."""
        start = self.step * self.batch + self.first
        return [np.random.default_rng((self.seed, start + row)) for row in range(self.count)]

    def shared(self) -> np.random.Generator:
        """The same for all rows and processes of the step."""
        return np.random.default_rng((self.seed, self.step, 1))

    def rows(self, available: int) -> NDArray[np.int64]:
        """Which of `available` examples these are, (count,).

        Every example once before any comes again, in another order each time; no step holds one
        twice unless `available` is less than a batch. Raises BadInput where there are none.
        """
        if available < 1:
            raise BadInput("There is no picture to train on. Add pictures to the training folder.")
        usable = available // self.batch * self.batch or available
        places = np.arange(self.count) + self.step * self.batch + self.first
        return np.array([_order(self.seed, p // usable, available)[p % usable] for p in places])


@lru_cache(maxsize=4)
def _order(seed: int, epoch: int, available: int) -> NDArray[np.int64]:
    return np.random.default_rng((seed, epoch, 2)).permutation(available)


class Examples(Protocol):
    """Where a stage's examples come from. The same turn always gives the same tensors."""

    def batch(self, turn: Turn) -> Batch:
        """Tensors on the CPU whose first axis is the turn's rows, unless a stage says otherwise."""
        ...


@dataclass(frozen=True)
class Share:
    """Which rows of a step's batch one process takes, and in passes of how many.

    Raises BadInput where `batch` cannot be divided so.
    """

    batch: int
    process: int = 0
    processes: int = 1
    micro_batch: int | None = None

    def __post_init__(self) -> None:
        if self.batch % self.processes or self.count % self.passes_of:
            raise BadInput(
                f"A batch of {self.batch} cannot be shared by {self.processes} processes in passes "
                f"of {self.passes_of}. Choose another batch or micro_batch."
            )

    @property
    def count(self) -> int:
        """Rows of this process."""
        return self.batch // self.processes

    @property
    def passes_of(self) -> int:
        return min(self.micro_batch or self.count, self.count)

    @property
    def passes(self) -> int:
        return self.count // self.passes_of

    def turns(self, seed: int, step: int) -> list[Turn]:
        start = self.process * self.count
        return [
            Turn(seed, step, start + first, self.passes_of, self.batch)
            for first in range(0, self.count, self.passes_of)
        ]


class _Passes(Dataset[Batch]):
    def __init__(self, examples: Examples, share: Share, seed: int, steps: range) -> None:
        self._examples, self._share, self._seed, self._steps = examples, share, seed, steps

    def __len__(self) -> int:
        return len(self._steps) * self._share.passes

    def __getitem__(self, index: int) -> Batch:
        step, part = divmod(index, self._share.passes)
        return self._examples.batch(self._share.turns(self._seed, self._steps[step])[part])


def loader(
    examples: Examples, share: Share, seed: int, steps: range, workers: int, device: torch.device
) -> Iterator[Batch]:
    """The batches of these steps in order, prepared by `workers` processes, or here where 0."""
    options: dict[str, Any] = {"persistent_workers": True} if workers else {}
    return iter(
        DataLoader(
            _Passes(examples, share, seed, steps),
            batch_size=None,  # a turn is a batch already
            num_workers=workers,
            pin_memory=device.type == "cuda",
            **options,
        )
    )


def chance(generators: list[np.random.Generator], share: float) -> NDArray[np.bool_]:
    """(count,), True in `share` of the rows."""
    return np.array([rng.random() < share for rng in generators])


def noise(generators: list[np.random.Generator], shape: tuple[int, ...]) -> Tensor:
    """(count, *shape) float32, standard normal."""
    rows = [rng.standard_normal(shape, dtype=np.float32) for rng in generators]
    return torch.from_numpy(np.stack(rows))


def uniform(generators: list[np.random.Generator]) -> Tensor:
    """(count,) float32, within 0 and 1 but neither of them."""
    return torch.tensor([rng.random() for rng in generators]).clamp(1e-6, 1 - 1e-6)
