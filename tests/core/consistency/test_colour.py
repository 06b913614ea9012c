"""Colours of parts: the formula, the palettes, and what is told of them."""

from __future__ import annotations

import numpy as np
import pytest

from core.consistency.colour import ciede2000, is_monochrome, palette, palette_distance

# Of the supplementary test data of Sharma, Wu and Dalal 2005: pairs that strain each term.
PAIRS = [
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
]


@pytest.mark.parametrize(("first", "second", "wanted"), PAIRS)
def test_ciede2000_is_that_of_the_paper(first, second, wanted) -> None:
    assert ciede2000(np.array(first), np.array(second), k_l=1.0) == pytest.approx(wanted, abs=1e-4)
    assert ciede2000(np.array(second), np.array(first), k_l=1.0) == pytest.approx(wanted, abs=1e-4)


def striped(*colours: tuple[int, int, int], line: bool = True) -> np.ndarray:
    """Broad stripes with dark outlines between them."""
    picture = np.zeros((60, 20 * len(colours), 3), np.uint8)
    for index, colour in enumerate(colours):
        picture[:, 20 * index : 20 * (index + 1)] = colour
        if line:
            picture[:, 20 * index : 20 * index + 2] = (30, 20, 25)
    return picture


def whole(picture: np.ndarray) -> np.ndarray:
    return np.ones(picture.shape[:2], bool)


def test_a_palette_has_the_fills_and_not_the_lines() -> None:
    picture = striped((230, 60, 60), (60, 90, 220))
    found = palette(picture, whole(picture))
    assert found is not None
    assert len(found.lab) == 2
    assert found.share == pytest.approx([0.5, 0.5], abs=0.05)
    plain = striped((230, 60, 60), (60, 90, 220), line=False)
    other = palette(plain, whole(plain))
    assert other is not None and palette_distance(other, found) < 1


def test_only_the_wanted_colours_must_be_there() -> None:
    red, both = striped((230, 60, 60)), striped((230, 60, 60), (60, 200, 90))
    wanted, got = palette(red, whole(red)), palette(both, whole(both))
    assert wanted is not None and got is not None
    assert palette_distance(wanted, got) < 1
    assert palette_distance(got, wanted) > 15, "half of it is green, which is not there"


def test_nothing_has_no_palette() -> None:
    picture = striped((230, 60, 60))
    assert palette(picture, np.zeros(picture.shape[:2], bool)) is None


def test_greys_and_sepia_tints_are_monochrome() -> None:
    grey = np.repeat(np.linspace(0, 255, 64, dtype=np.uint8)[None], 64, axis=0)
    assert is_monochrome(np.dstack([grey, grey, grey]))
    assert not is_monochrome(striped((230, 60, 60), (240, 240, 240)))
