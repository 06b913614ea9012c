from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.token_mask import Letterbox, token_mask
from widgets.region_editor.mask_strokes import box_of, changed_box, paint_capsule
from widgets.region_editor.token_cells import TokenCells


@pytest.mark.parametrize("size", [(224, 224), (512, 384), (300, 400), (97, 640)])
def test_the_cells_are_those_that_the_adapter_uses(size: tuple[int, int]) -> None:
    mask = np.zeros(size, np.uint8)
    height, width = size
    paint_capsule(mask, (width * 0.3, height * 0.2), (width * 0.6, height * 0.8), width * 0.2)
    expected, _ = token_mask(mask, Letterbox.fit(width, height, 224), 16)
    found = TokenCells(mask, 16).subject.ravel()
    assert (found != expected.numpy()).sum() <= 2  # the adapter rounds to whole pixels
    assert found.any()


def test_half_a_cell_counts() -> None:
    mask = np.zeros((16, 16), np.uint8)
    mask[0, :2] = 255  # half of the first cell of four pixels
    mask[4, 4] = 255  # a quarter
    subject = TokenCells(mask, 8).subject
    assert subject[0, 0] and subject.sum() == 1


def test_thin_things_count_where_nothing_else_does() -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 30] = 255
    subject = TokenCells(mask, 16).subject
    assert subject[:, 7].all() and subject.sum() == 16


def test_without_a_mask_all_of_the_picture_counts_but_not_the_padding() -> None:
    subject = TokenCells(np.zeros((64, 32), np.uint8), 16).subject
    assert subject[:, 4:12].all() and subject.sum() == 16 * 8


@given(st.integers(20, 90), st.integers(20, 90), st.floats(0, 90), st.floats(0, 90))
def test_counting_a_part_again_is_as_good_as_counting_all(height, width, x, y) -> None:
    mask = np.zeros((height, width), np.uint8)
    cells = TokenCells(mask, 16)
    before = mask.copy()
    paint_capsule(mask, (x, y), (y, x), 9.0)
    cells.update(mask, changed_box(before, mask))
    assert np.allclose(cells.cover, TokenCells(mask, 16).cover, atol=1e-5)
    cells.update(mask, box_of(mask))
    assert np.allclose(cells.cover, TokenCells(mask, 16).cover, atol=1e-5)
