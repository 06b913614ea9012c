"""Which characters are for training and which only for measuring."""

from __future__ import annotations

from enum import Enum

import numpy as np


class Split(Enum):
    """Training code draws only TRAIN. The random streams of the splits are disjoint.

    HELD_OUT: characters that training never sees. COMBINATIONS (second edition only): characters
    with pairs of attributes that training never sees together, though it sees each alone.
    """

    TRAIN = 1
    HELD_OUT = 2
    COMBINATIONS = 3


def generator(seed: int, split: Split, stream: int = 0) -> np.random.Generator:
    """The random stream of one character (stream 0) or of its pictures (stream > 0)."""
    return np.random.default_rng([split.value, seed, stream])
