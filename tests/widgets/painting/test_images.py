from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QImage

from core.geometry import Raster
from widgets.painting import (
    alpha_image,
    array_from_image,
    image_from_array,
    image_from_raster,
    raster_from_image,
)

shapes = st.builds(
    lambda height, width, channels: (height, width) if channels == 1 else (height, width, channels),
    st.integers(1, 9),
    st.integers(1, 9),  # Qt pads rows to four bytes, so every remainder must come up
    st.sampled_from([1, 3, 4]),
)


@given(shape=shapes, seed=st.integers(0, 99))
def test_pixels_survive_the_way_there_and_back(shape: tuple[int, ...], seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    raster = Raster.from_array(pixels)
    assert np.array_equal(array_from_image(image_from_array(pixels), raster.channels), pixels)
    assert raster_from_image(image_from_raster(raster), raster.channels) == raster


def test_views_with_strides_are_understood() -> None:
    pixels = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)[::2, ::-1]
    assert np.array_equal(array_from_image(image_from_array(pixels), 3), pixels)


def test_an_image_owns_its_pixels() -> None:
    pixels = np.full((4, 5, 3), 7, np.uint8)
    image, alpha = image_from_array(pixels), alpha_image(pixels[..., 0])
    pixels[:] = 200
    assert image.pixelColor(0, 0).red() == 7
    assert alpha.pixelColor(0, 0).alpha() == 7


def test_an_array_owns_its_pixels() -> None:
    image = QImage(3, 2, QImage.Format.Format_RGB888)
    image.fill(0xFF102030)
    pixels = array_from_image(image, 3)
    image.fill(0xFFFFFFFF)
    assert pixels.tolist() == [[[0x10, 0x20, 0x30]] * 3] * 2
    assert pixels.flags.owndata or pixels.base.flags.owndata
    assert pixels.flags.c_contiguous


def test_alpha_is_straight() -> None:
    image = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    image.setPixelColor(0, 0, "#80ff0000")
    assert array_from_image(image, 4).tolist() == [[[255, 0, 0, 128]]]


@pytest.mark.parametrize("shape", [(4,), (2, 2, 2), (2, 2, 3, 1)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError):
        image_from_array(np.zeros(shape, np.uint8))


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError):
        image_from_array(np.zeros((2, 2), np.float32))
