from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.crop import SquareCrop, network_input, subject_crop

SIZE = 32


@given(
    st.integers(-500, 500),
    st.integers(-500, 500),
    st.integers(1, 3000),
    st.lists(st.tuples(st.floats(-4000, 4000), st.floats(-4000, 4000)), min_size=1, max_size=5),
)
def test_points_go_in_and_come_back(
    x0: int, y0: int, side: int, points: list[tuple[float, float]]
) -> None:
    crop = SquareCrop(x0, y0, side)
    keypoints = np.array([(x, y, 0.25) for x, y in points], dtype=np.float32)
    back = crop.to_image(crop.to_input(keypoints, SIZE), SIZE)
    assert np.allclose(back, keypoints, atol=0.02)
    assert np.array_equal(back[:, 2], keypoints[:, 2])


def test_the_crop_surrounds_the_subject_with_a_margin() -> None:
    mask = np.zeros((100, 200), dtype=np.uint8)
    mask[20:70, 150:170] = 255
    crop = subject_crop(mask, margin=0.1)
    assert crop is not None
    assert crop.side == 60
    assert (crop.x0 + crop.side / 2, crop.y0 + crop.side / 2) == (160, 45)
    assert subject_crop(np.zeros((10, 10), dtype=np.uint8)) is None


def test_everything_but_the_subject_is_grey_and_the_mask_is_the_fourth_channel() -> None:
    image = np.full((64, 64, 3), (255, 0, 0), dtype=np.uint8)
    mask = np.zeros((64, 64), dtype=np.uint8)
    mask[16:48, 16:48] = 255
    pixels = network_input(image, mask, SquareCrop(0, 0, 64), SIZE)
    assert pixels.shape == (4, SIZE, SIZE)
    assert pixels.dtype == np.float32
    assert np.allclose(pixels[:, 16, 16], (1, -1, -1, 1))
    assert not pixels[:, 2, 2].any()


def test_a_crop_may_reach_beyond_the_picture() -> None:
    image = np.full((20, 10, 3), 255, dtype=np.uint8)
    mask = np.full((20, 10), 255, dtype=np.uint8)
    crop = subject_crop(mask, margin=0)
    assert crop == SquareCrop(-5, 0, 20)
    pixels = network_input(image, mask, crop, 40)
    assert pixels[3, 20, 20] == 1
    assert not pixels[:, :, :8].any()
    assert not network_input(image, mask, SquareCrop(500, 500, 20), 40).any()


def test_a_picture_point_lands_on_the_same_spot_of_the_input() -> None:
    image = np.zeros((300, 300, 3), dtype=np.uint8)
    image[200:204, 100:104] = 255
    mask = np.full((300, 300), 255, dtype=np.uint8)
    crop = SquareCrop(20, 120, 160)
    pixels = network_input(image, mask, crop, 80)
    row, column = np.unravel_index(pixels[0].argmax(), pixels[0].shape)
    x, y = crop.to_input(np.array([102.0, 202.0]), 80)
    assert abs(column + 0.5 - x) <= 1
    assert abs(row + 0.5 - y) <= 1


def test_a_crop_has_a_size() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        SquareCrop(0, 0, 0)
