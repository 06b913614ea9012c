"""The numbering of the second edition's characters, and the splits by number and by attributes.

A character's seed is one number; its split is the range that the number lies in. `TrainingSource`
is the only way by which training code gets characters, and refuses the other ranges.
"""

from __future__ import annotations

import numpy as np

from core.errors import BadInput
from core.synthetic.palette import CLOTH_COLOURS, HAIR_COLOURS
from core.synthetic.second.design import CharacterDesign, sample_design
from core.synthetic.second.outfits import OUTFITS
from core.synthetic.second.words import ACCESSORIES, HAIR_BACKS, PATTERNS
from core.synthetic.split import Split

SEEDS: dict[Split, range] = {
    Split.TRAIN: range(0, 1_000_000_000),
    Split.HELD_OUT: range(1_000_000_000, 1_100_000_000),
    Split.COMBINATIONS: range(1_100_000_000, 1_200_000_000),
}
_EDITION = 2  # first number of every random stream, so that no stream is the first edition's
_EVERY = 9  # one pair of nine is held out


class HeldOut(BadInput):
    """Training code asked for a character that only measures may see."""


def split_of(seed: int) -> Split:
    """The split that a seed belongs to. Raises BadInput outside all ranges."""
    for split, seeds in SEEDS.items():
        if seed in seeds:
            return split
    raise BadInput(f"There is no character {seed}: numbers go from 0 to 1,199,999,999.")


def seed_for(number: int, split: Split) -> int:
    """Seed of the character with this number (from 0) in a split."""
    seeds = SEEDS[split]
    if not 0 <= number < len(seeds):
        raise BadInput(f"There is no character {number} in this split: take 0 to {len(seeds) - 1}.")
    return seeds[number]


def stream(seed: int, number: int) -> np.random.Generator:
    """Random numbers of a character (number 0) or of its pictures (number > 0)."""
    return np.random.default_rng([_EDITION, seed, number])


def _held(first: int, second: int) -> bool:
    """A fixed ninth of all pairs; every attribute keeps pairs on both sides."""
    return (first * 4 + second * 7) % _EVERY == 3


def held_out_pairs(design: CharacterDesign) -> tuple[tuple[str, str], ...]:
    """The pairs of attributes of this character that training never sees together.

    Looked at: hair and outfit, colour of hair and of the main garment, fabric and accessory.
    """
    hair, clothes = design.hair, design.clothes
    accessories = [accessory.name for accessory in design.accessories]
    pairs = [
        (hair.back, clothes.outfit, list(HAIR_BACKS), list(OUTFITS)),
        (hair.colour.name, clothes.main.name, list(HAIR_COLOURS), list(CLOTH_COLOURS)),
        *(
            (clothes.fabric.kind, name, list(PATTERNS), list(ACCESSORIES))
            for name in accessories
            if clothes.fabric.kind != "plain"
        ),
    ]
    return tuple((a, b) for a, b, of, to in pairs if _held(of.index(a), to.index(b)))


def design_for_seed(seed: int) -> CharacterDesign:
    """The character with this seed; always the same.

    Only characters of COMBINATIONS have held-out pairs, and each of them has one at least.
    """
    wanted = split_of(seed) is Split.COMBINATIONS
    rng = stream(seed, 0)
    while True:
        design = sample_design(rng)
        if bool(held_out_pairs(design)) == wanted:
            return design


def design_for(number: int, split: Split) -> CharacterDesign:
    """The character with this number (from 0) in a split."""
    return design_for_seed(seed_for(number, split))


class TrainingSource:
    """Characters and random streams for training code: of the training range, or `HeldOut`."""

    def character(self, seed: int) -> CharacterDesign:
        self._check(seed)
        return design_for_seed(seed)

    def generator(self, seed: int, number: int = 1) -> np.random.Generator:
        """Random numbers for pictures of a training character."""
        self._check(seed)
        return stream(seed, number)

    @staticmethod
    def _check(seed: int) -> None:
        if split_of(seed) is not Split.TRAIN:
            raise HeldOut(f"Character {seed} is held out for measuring: train on others.")
