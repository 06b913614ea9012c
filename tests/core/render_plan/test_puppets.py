"""Puppets laid over each other: only where they are, and as the formula of alpha says."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.pose import Pose
from core.render_plan import PuppetShelf
from core.render_plan.puppets import PuppetPlace, laid_over

SIZE = 12


def painted(seed: int, box: tuple[int, int, int, int]) -> np.ndarray:
    """Random straight RGBA inside the box, nothing outside."""
    picture = np.zeros((SIZE, SIZE, 4), np.uint8)
    x, y, width, height = box
    shape = picture[y : y + height, x : x + width].shape
    picture[y : y + height, x : x + width] = np.random.default_rng(seed).integers(0, 256, shape)
    picture[picture[..., 3] == 0] = 0
    return picture


def formula(under: np.ndarray, over: np.ndarray) -> np.ndarray:
    upper = over[..., 3:] / 255
    lower = under[..., 3:] / 255 * (1 - upper)
    alpha = upper + lower
    colour = over[..., :3] * upper + under[..., :3] * lower
    colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    return np.dstack([colour, alpha * 255])


sides = st.integers(0, SIZE)
boxes = st.tuples(sides, sides, sides, sides)


@given(st.integers(0, 99), boxes, boxes)
def test_over_is_alpha_compositing(seed, first, second):
    under, over = painted(seed, first), painted(seed + 1, second)
    before = under.copy()
    laid = laid_over(under, over)
    assert np.abs(laid - formula(under, over)).max() <= 0.51
    assert np.array_equal(under, before)
    outside = over[..., 3] == 0
    assert np.array_equal(laid[outside], under[outside])


def test_one_figure_is_a_part_of_the_picture(desk):
    shelf = PuppetShelf()
    (figure,) = desk.panel.figures[:1]
    pose = figure.pose.mapped(2, 2, 10, 4)
    place = PuppetPlace("x", desk.document.figure_references(figure), pose)
    drawn = shelf.figure(place, desk.load, 120, 100)
    picture = shelf.picture([place], desk.load, 120, 100)
    assert picture is not None and np.array_equal(picture.array, drawn)
    hidden = Pose.from_array(pose.to_array() * (1, 1, 0))
    nobody = PuppetPlace("x", place.references, hidden)
    assert shelf.figure(nobody, desk.load, 120, 100) is None
    assert shelf.figure(PuppetPlace("x", (), pose), desk.load, 120, 100) is None
    assert shelf.picture([nobody], desk.load, 120, 100) is None
