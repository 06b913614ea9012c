from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import Rect
from widgets.painting.placement import PixelRect
from widgets.painting.resampling import resample_mask, resample_picture

PICTURE = np.random.default_rng(0).integers(0, 256, (12, 16, 3), dtype=np.uint8)


def test_a_pixel_for_a_pixel_is_exact() -> None:
    result = resample_picture(PICTURE, Rect(5.0, -3.0, 16.0, 12.0), PixelRect(5, -3, 21, 9))
    assert np.array_equal(result, PICTURE)


def test_a_part_of_a_picture_is_that_part_of_the_whole() -> None:
    area = Rect(-0.3, 0.7, 100.0, 70.0)
    whole = resample_picture(PICTURE, area, PixelRect(0, 1, 99, 70))
    part = resample_picture(PICTURE, area, PixelRect(40, 21, 70, 50))
    assert np.abs(whole[20:49, 40:70].astype(int) - part).max() <= 1


def test_beyond_its_edges_a_picture_goes_on() -> None:
    result = resample_picture(PICTURE, Rect(0.0, 0.0, 16.0, 12.0), PixelRect(-2, -1, 19, 12))
    assert np.array_equal(result[1:, 2:18], PICTURE)
    assert np.array_equal(result[1:, 0], PICTURE[:, 0])
    assert np.array_equal(result[0, 2:18], PICTURE[0])
    assert np.array_equal(result[1:, 18], PICTURE[:, 15])


def test_shrinking_averages() -> None:
    checks = np.indices((64, 64)).sum(axis=0) % 2 * 255
    small = resample_picture(checks.astype(np.uint8), Rect(0, 0, 4, 4), PixelRect(0, 0, 4, 4))
    assert np.abs(small.astype(int) - 127).max() <= 2


@given(
    left=st.floats(-50, 50),
    size=st.floats(0.5, 500),
    value=st.integers(0, 255),
    channels=st.booleans(),
)
def test_a_plain_picture_stays_plain_wherever_it_lies(
    left: float, size: float, value: int, channels: bool
) -> None:
    shape = (7, 5, 3) if channels else (7, 5)
    plain = np.full(shape, value, np.uint8)
    area = Rect(left, -left, size, size * 7 / 5)
    target = PixelRect.around(area)
    result = resample_picture(plain, area, target)
    assert result.shape[:2] == (target.height, target.width)
    assert (result == value).all()


@pytest.mark.parametrize("scale", [1e5, 1e7])
def test_the_canvas_may_show_a_speck_of_a_huge_picture(scale: float) -> None:
    area = Rect(-scale / 3, -scale / 3, scale, scale)
    result = resample_picture(PICTURE, area, PixelRect(0, 0, 20, 10))
    assert result.shape == (10, 20, 3)
    assert np.abs(result.astype(int) - result[0, 0]).max() <= 8


def test_a_mask_stays_between_its_values() -> None:
    mask = np.zeros((8, 8), np.uint8)
    mask[2:6, 2:6] = 255
    result = resample_mask(mask, Rect(0, 0, 80, 80), PixelRect(0, 0, 80, 80))
    assert (result[25:55, 25:55] == 255).all()
    assert (result[:14] == 0).all()
