from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.region_editor import mask_outline
from widgets.region_editor.mask_outline import outline
from widgets.region_editor.mask_strokes import paint_capsule


def area_of(loop: np.ndarray) -> float:
    x, y = loop[:, 0].astype(float), loop[:, 1].astype(float)
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_nothing_has_no_outline() -> None:
    assert outline(np.zeros((9, 7), np.uint8)) == ()


def test_everything_is_outlined_along_the_edge_of_the_picture() -> None:
    (loop,) = outline(np.full((30, 50), 255, np.uint8))
    assert loop.min(axis=0).tolist() == pytest.approx([0, 0], abs=0.01)
    assert loop.max(axis=0).tolist() == pytest.approx([50, 30], abs=0.01)


def test_a_disc_is_outlined_at_sub_pixel_precision() -> None:
    mask = np.zeros((100, 120), np.uint8)
    paint_capsule(mask, (60.3, 47.6), (60.3, 47.6), 30.0)
    (loop,) = outline(mask)
    distances = np.hypot(loop[:, 0] - 60.3, loop[:, 1] - 47.6)
    assert np.abs(distances - 30.0).max() < 0.15
    assert abs(area_of(loop)) == pytest.approx(np.pi * 900, rel=0.02)
    assert len(loop) < 60  # simplified


def test_a_hole_runs_the_other_way_round() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[5:55, 5:55] = 255
    mask[20:40, 25:35] = 0
    outer, inner = outline(mask)
    assert abs(area_of(outer)) == pytest.approx(2500, rel=0.01)
    assert abs(area_of(inner)) == pytest.approx(200, rel=0.01)
    assert area_of(outer) * area_of(inner) < 0


def test_pixels_that_touch_at_a_corner_stay_apart() -> None:
    mask = np.zeros((6, 6), np.uint8)
    mask[2, 2] = mask[3, 3] = 255
    assert len(outline(mask)) == 2


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_the_area_inside_the_loops_is_near_that_of_the_mask(seed, height, width) -> None:
    coarse = np.random.default_rng(seed).random((height, width)) < 0.5
    mask = np.kron(coarse, np.ones((4, 4))).astype(np.uint8) * 255
    total = sum(area_of(loop) for loop in outline(mask))
    corners = 0.25 * 4 * coarse.sum()  # each loses an eighth of a pixel, simplified a little more
    assert total == pytest.approx(mask.sum() / 255, abs=0.5 + corners)


def test_speckles_are_outlined_coarsely_instead_of_slowly(monkeypatch) -> None:
    monkeypatch.setattr(mask_outline, "MAX_CROSSINGS", 500)
    mask = np.zeros((81, 64), np.uint8)
    mask[::4, ::4] = 255
    mask[20:60, 20:50] = 255
    loops = outline(mask)
    assert sum(len(loop) for loop in loops) < 500
    assert max(abs(area_of(loop)) for loop in loops) == pytest.approx(1200, rel=0.1)
