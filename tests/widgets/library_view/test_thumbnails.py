from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QSize

from core.document import Reference
from core.geometry import Raster
from widgets.library_view.thumbnails import THUMBNAIL_PX, Thumbnails, cut_out
from widgets.painting import array_from_image

from .conftest import GONE, MASK, RED, RED_IMAGE, picture, subject_mask

SIZE = QSize(40, 40)


def test_the_subject_is_cut_out_on_white():
    pixels = array_from_image(cut_out(picture(RED), subject_mask()), 3)
    # 30 x 60 px of subject with 2 px of margin on each side: no green is left.
    assert pixels.shape == (64, 34, 3)
    assert (pixels[2:-2, 2:-2] == RED).all()
    pixels[2:-2, 2:-2] = 255
    assert (pixels == 255).all()


@pytest.mark.parametrize(
    "mask",
    [
        None,
        Raster.from_array(np.zeros((90, 60), np.uint8)),
        Raster.from_array(np.full((9, 6), 255, np.uint8)),
    ],
)
def test_without_a_mask_that_fits_the_whole_picture_is_shown(mask):
    assert cut_out(picture(RED), mask).size() == QSize(60, 90)


def test_transparent_pixels_are_white():
    pixels = np.zeros((10, 10, 4), np.uint8)
    pixels[:5] = (*RED, 255)
    shown = array_from_image(cut_out(Raster.from_array(pixels), None), 3)
    assert (shown[:5] == RED).all() and (shown[5:] == 255).all()


def test_large_pictures_become_small():
    large = Raster.from_array(np.zeros((1000, 2000, 3), np.uint8))
    assert cut_out(large, None).size() == QSize(THUMBNAIL_PX, THUMBNAIL_PX // 2)


def test_each_is_made_once_and_later(qtbot, pictures):
    thumbnails = Thumbnails()
    thumbnails.set_load(pictures.load)
    reference = Reference("r", RED_IMAGE, MASK)
    with qtbot.waitSignal(thumbnails.made):
        assert thumbnails.picture(reference, SIZE) is None
        assert thumbnails.picture(reference, SIZE) is None  # wanted once only
        assert pictures.asked == []
    same = Reference("another", RED_IMAGE, MASK, scale=0.3)
    shown = thumbnails.picture(same, SIZE)
    assert shown is not None and shown.height() == 40 and shown.width() == 21
    assert thumbnails.picture(same, QSize(20, 20)).height() == 20
    with qtbot.waitSignal(thumbnails.made):
        assert thumbnails.picture(Reference("r", RED_IMAGE, None), SIZE) is None
    assert pictures.asked == [RED_IMAGE, MASK, RED_IMAGE]


def test_a_missing_picture_is_tried_again_with_another_project(qtbot, pictures):
    thumbnails = Thumbnails()
    thumbnails.set_load(pictures.load)
    reference = Reference("r", GONE, None)
    with qtbot.waitSignal(thumbnails.made):
        thumbnails.picture(reference, SIZE)
    assert thumbnails.is_missing(reference)
    assert thumbnails.picture(reference, SIZE) is None
    assert pictures.asked == [GONE]
    pictures.rasters[GONE] = pictures.rasters[RED_IMAGE]
    thumbnails.set_load(partial(pictures.load))
    with qtbot.waitSignal(thumbnails.made):
        thumbnails.picture(reference, SIZE)
    assert thumbnails.picture(reference, SIZE) is not None
