"""The same picture with every expression, and where a face tells them apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.synthetic.first.character import CharacterSpec
from core.synthetic.first.draw import Shot, draw
from core.synthetic.first.face import EXPRESSIONS

DIFFERENT = 40  # of 255: of one pixel in two expressions


def with_every_expression(character: CharacterSpec, shot: Shot) -> NDArray[np.uint8]:
    """(E, H, W, 3) in the order of EXPRESSIONS."""
    return np.stack([draw(character, replace(shot, expression=name)).image for name in EXPRESSIONS])


def telling(pictures: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(H, W): the pixels of `with_every_expression` that an expression changes."""
    return np.ptp(pictures, axis=0).max(-1) > DIFFERENT
