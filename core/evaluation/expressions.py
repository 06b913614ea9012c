"""Whether a drawn face has the expression that was asked for, told by true drawings alone.

The world can draw the same picture with every expression. Which of them a drawn face is nearest
to, needs no network that reads faces, and one in `len(EXPRESSIONS)` is right by chance.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.synthetic import CharacterSpec, Shot
from core.synthetic.first.expressions import telling, with_every_expression
from core.synthetic.first.face import EXPRESSIONS

_LEAST_PX = 24


class Faces:
    """The true drawing with every expression."""

    def __init__(self, character: CharacterSpec, shot: Shot) -> None:
        self._asked = list(EXPRESSIONS).index(shot.expression)
        pictures = with_every_expression(character, shot)
        self._where = telling(pictures)
        self._true = pictures[:, self._where].astype(np.float32)

    def right(self, picture: NDArray[np.uint8]) -> bool | None:
        """Whether the face is nearest to the one asked for, by squared error where they differ.

        None where too little of the face is in sight.
        """
        if int(self._where.sum()) < _LEAST_PX:
            return None
        apart = (self._true - picture[self._where]) ** 2
        return int(apart.mean((1, 2)).argmin()) == self._asked
