"""The editions of the synthetic world behind one interface.

A model's numbers belong to the world that it was measured on, so an edition never changes its
pictures once numbers are published: what is new goes into the next edition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from core.synthetic.drawing import Drawing
from core.synthetic.first import character as first_character
from core.synthetic.first import draw as first_draw
from core.synthetic.first.character import CharacterSpec
from core.synthetic.second import draw as second_draw
from core.synthetic.second import seeds as second_seeds
from core.synthetic.second import shot as second_shot
from core.synthetic.second.design import CharacterDesign
from core.synthetic.split import Split, generator

CharacterT = TypeVar("CharacterT")
ShotT = TypeVar("ShotT")
ShotOut_co = TypeVar("ShotOut_co", covariant=True)


class ReferenceShot(Protocol[ShotOut_co]):
    def __call__(
        self, rng: np.random.Generator, width: int = 256, height: int = 256
    ) -> ShotOut_co: ...


class SampleShot(Protocol[ShotOut_co]):
    def __call__(
        self,
        rng: np.random.Generator,
        *,
        framing: str | None = None,
        scene: str | None = None,
        width: int = 256,
        height: int = 256,
    ) -> ShotOut_co: ...


@dataclass(frozen=True)
class Edition(Generic[CharacterT, ShotT]):
    """How one edition makes characters, shots and drawings.

    character: by number and split; generator: random numbers of pictures, by number, split and
    stream (> 0); the other functions are as in the package.
    """

    name: str
    character: Callable[[int, Split], CharacterT]
    generator: Callable[[int, Split, int], np.random.Generator]
    reference_shot: ReferenceShot[ShotT]
    sample_shot: SampleShot[ShotT]
    draw: Callable[[CharacterT, ShotT], Drawing]
    vocabulary: Callable[[], tuple[str, ...]]


def _second_stream(number: int, split: Split, stream: int) -> np.random.Generator:
    return second_seeds.stream(second_seeds.seed_for(number, split), stream)


FIRST: Edition[CharacterSpec, first_draw.Shot] = Edition(
    "first",
    first_character.character_for,
    generator,
    first_draw.reference_shot,
    first_draw.sample_shot,
    first_draw.draw,
    first_draw.vocabulary,
)
SECOND: Edition[CharacterDesign, second_shot.Shot] = Edition(
    "second",
    second_seeds.design_for,
    _second_stream,
    second_shot.reference_shot,
    second_shot.sample_shot,
    second_draw.draw,
    second_draw.vocabulary,
)
EDITIONS = {edition.name: edition for edition in (FIRST, SECOND)}
