from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import Polygon, Rect
from widgets.painting.placement import PixelRect
from widgets.painting.shapes import BAND_PX, border_line, panel_mask

SLANTED = Polygon.from_pairs([(10.4, 8.2), (70.9, 14.6), (61.3, 55.5), (7.7, 47.1)])
AREA = PixelRect(0, 0, 80, 64)


def test_a_mask_covers_the_area_of_the_polygon() -> None:
    covered = panel_mask(SLANTED, 0.0, AREA).sum() / 255
    assert covered == pytest.approx(SLANTED.area, rel=2e-3)


@given(
    x=st.integers(2, 20), y=st.integers(2, 20), width=st.integers(5, 40), height=st.integers(5, 30)
)
def test_a_mask_on_whole_pixels_is_hard(x: int, y: int, width: int, height: int) -> None:
    mask = panel_mask(Polygon.from_rect(Rect(x, y, width, height)), 0.0, AREA)
    expected = np.zeros((64, 80), np.uint8)
    expected[y : y + height, x : x + width] = 255
    assert np.array_equal(mask, expected)


def test_half_of_the_border_lies_outside() -> None:
    square = Polygon.from_rect(Rect(20, 20, 30, 20))
    mask = panel_mask(square, 6.0, AREA)
    expected = np.zeros((64, 80), np.uint8)
    expected[17:43, 17:53] = 255  # mitred corners
    assert np.array_equal(mask, expected)


def test_the_direction_of_the_corners_does_not_matter() -> None:
    backwards = Polygon(SLANTED.points[::-1])
    assert np.array_equal(panel_mask(SLANTED, 5.0, AREA), panel_mask(backwards, 5.0, AREA))


def test_the_line_has_its_width_inside_and_runs_on_beneath_the_mask() -> None:
    square = Polygon.from_rect(Rect(20, 20, 30, 20))
    line = border_line(square, 6.0, "#0a1420", AREA)
    assert (line[..., :3][line[..., 3] == 255] == (10, 20, 32)).all()
    row = line[30, :, 3]
    assert row[15:23].tolist() == [255] * 8  # 3 px within the edge at 20, 3 + 2 outside of it
    assert not row[:15].any()
    assert not row[23:47].any()


def test_masks_reach_beyond_the_size_that_qt_can_paint() -> None:
    height = 40_000  # Qt's raster engine ends at 32,767
    mask = panel_mask(
        Polygon.from_rect(Rect(2, 5, 4, height - 10)), 0.0, PixelRect(0, 0, 8, height)
    )
    assert mask.shape == (height, 8)
    assert (mask[5 : height - 5, 2:6] == 255).all()
    assert mask.astype(np.int64).sum() == 255 * 4 * (height - 10)


def test_bands_leave_no_seam() -> None:
    tall = Polygon.from_pairs([(1.2, 3.1), (9.1, BAND_PX - 60.5), (4.4, BAND_PX + 90.2)])
    whole = panel_mask(tall, 3.0, PixelRect(0, 0, 16, BAND_PX + 100))
    around_seam = PixelRect(0, BAND_PX - 50, 16, BAND_PX + 50)
    piece = panel_mask(tall, 3.0, around_seam)
    # Qt's fixed-point coordinates may round otherwise where the origin differs.
    assert np.abs(whole[BAND_PX - 50 : BAND_PX + 50].astype(int) - piece).max() <= 4
