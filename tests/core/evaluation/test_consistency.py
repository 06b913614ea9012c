"""The badge's rates: who is shown, what is counted, and how it is printed."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.consistency.scores import FigureScore
from core.evaluation.consistency import HAIR, OTHER, SAME, TOP, rates, recoloured, run_worlds, table
from core.synthetic import EDITIONS, Split


def test_the_same_character_is_left_alone_and_another_is_told() -> None:
    found = run_worlds(4, 1, None)
    assert list(found) == ["first", "second"]
    first = found["first"]
    assert list(first) == [SAME, OTHER, HAIR, TOP]
    assert first[SAME].count == 4 and first[SAME].alarms == 0
    assert first[OTHER].alarms >= 0.75
    assert first[HAIR].parts["hair"][1] >= 0.75 and first[HAIR].parts["bottom"][1] == 0
    printed = table(found)
    assert printed.count("\n") == 1 + 8 and "| first | same | 4 | 0 % |" in printed


def test_rates_count_figures_that_cannot_be_judged_but_no_parts() -> None:
    off = FigureScore("", "", {"hair": 30.0, "top": 1.0}, 0.4, True)
    unseen = FigureScore("", "", {})
    found = rates([off, unseen])
    assert found.count == 2 and found.alarms == 0.5
    assert found.parts["hair"] == (1, 1.0) and found.parts["top"] == (1, 0.0)
    assert found.parts["skin"][0] == 0 and math.isnan(found.parts["skin"][1])
    assert found.similarities == (0.4,)


@pytest.mark.parametrize("name", list(EDITIONS))
@pytest.mark.parametrize("part", ["hair", "top"])
def test_only_the_part_has_another_colour(name: str, part: str) -> None:
    edition = EDITIONS[name]
    character = edition.character(5, Split.HELD_OUT)
    other = recoloured(character, part, np.random.default_rng(1))
    tags = set(character.tags) ^ set(other.tags)
    assert tags and other != character
    if part == "hair":
        assert all("hair" in tag for tag in tags)
    else:
        assert not any("hair" in tag for tag in tags)
