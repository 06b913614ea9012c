"""Letterboxed references and masks of tokens."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import CLIPImageProcessor

from core.adapters.config import AnimeAdapterConfig
from core.adapters.token_mask import CLIP_MEAN, CLIP_STD, Letterbox, preprocess_reference
from core.errors import BadInput

CLIP = AnimeAdapterConfig()
SMALL = AnimeAdapterConfig(image_size=16, patch_size=4)


def picture(height: int, width: int, colour: tuple[int, ...] = (200, 30, 90)) -> np.ndarray:
    return np.full((height, width, len(colour)), colour, dtype=np.uint8)


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_a_letterbox_is_centred_and_keeps_the_aspect(width: int, height: int) -> None:
    box = Letterbox.fit(width, height, 224)
    assert max(box.width, box.height) == 224 and min(box.width, box.height) >= 1
    assert abs(2 * box.left + box.width - 224) <= 1 and abs(2 * box.top + box.height - 224) <= 1
    ideal = (width * 224 / max(width, height), height * 224 / max(width, height))
    assert abs(box.width - ideal[0]) <= 1 and abs(box.height - ideal[1]) <= 1


def test_square_pictures_agree_with_clips_own_processor() -> None:
    image = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    image = np.repeat(np.repeat(image[::10, ::10], 10, 0), 10, 1)
    theirs = CLIPImageProcessor(use_fast=False)(image, return_tensors="pt")["pixel_values"][0]
    ours = preprocess_reference(image, None, CLIP)
    assert ours.pixel_values.shape == (3, 224, 224) and ours.token_mask.all()
    assert (ours.pixel_values - theirs).abs().max() < 0.1  # two grey levels of a bicubic resize


def test_a_tall_picture_is_padded_white_and_its_padding_masked() -> None:
    prepared = preprocess_reference(picture(32, 16), None, SMALL)
    grid = prepared.token_mask.reshape(4, 4)
    assert grid[:, 1:3].all() and not grid[:, 0].any() and not grid[:, 3].any()
    assert not prepared.mask_was_empty
    mean, std = torch.tensor(CLIP_MEAN), torch.tensor(CLIP_STD)
    pixels = prepared.pixel_values.permute(1, 2, 0) * std + mean
    torch.testing.assert_close(pixels[:, :4], torch.ones(16, 4, 3), atol=1e-5, rtol=0)
    inside = (torch.tensor([200.0, 30.0, 90.0]) / 255.0).expand(16, 8, 3)
    torch.testing.assert_close(pixels[:, 4:12], inside, atol=1e-5, rtol=0)


def test_head_and_feet_are_not_cropped() -> None:
    image = picture(64, 16, (255, 255, 255))
    image[:8] = image[-8:] = 0
    prepared = preprocess_reference(image, None, SMALL)
    column = prepared.pixel_values[0, :, 8]
    assert column[0] < -1.0 and column[-1] < -1.0 and column[8] > 1.0


def test_a_token_is_subject_where_half_of_its_patch_is() -> None:
    mask = np.zeros((16, 16), dtype=np.uint8)
    mask[0:4, 0:4] = 255
    mask[0:4, 4:6] = 255  # exactly half of a patch
    mask[0:4, 8:9] = 255  # a quarter
    tokens = preprocess_reference(picture(16, 16), mask, SMALL).token_mask
    assert tokens.nonzero().flatten().tolist() == [0, 1]


def test_a_thin_subject_keeps_every_patch_it_touches() -> None:
    mask = np.zeros((16, 16), dtype=np.uint8)
    mask[:, 5] = 255
    prepared = preprocess_reference(picture(16, 16), mask, SMALL)
    assert prepared.token_mask.reshape(4, 4)[:, 1].all() and prepared.token_mask.sum() == 4
    assert not prepared.mask_was_empty


def test_an_empty_mask_means_the_whole_picture_and_says_so() -> None:
    empty = np.zeros((32, 16), dtype=np.uint8)
    prepared = preprocess_reference(picture(32, 16), empty, SMALL)
    assert prepared.mask_was_empty
    assert prepared.token_mask.reshape(4, 4).any(dim=0).tolist() == [False, True, True, False]


def test_even_one_pixel_of_a_large_picture_is_found() -> None:
    mask = np.zeros((6000, 3000), dtype=np.uint8)
    mask[5999, 0] = 255
    image = picture(6000, 3000)
    for array in (mask, image):
        array.setflags(write=False)  # as rasters hand them out
    prepared = preprocess_reference(image, mask, CLIP)
    assert prepared.token_mask.sum() == 1 and not prepared.mask_was_empty


def test_transparent_parts_show_the_letterbox_colour() -> None:
    image = picture(16, 16, (10, 20, 30, 255))
    image[:, 8:, 3] = 0
    config = replace(SMALL, letterbox_colour=(0, 255, 0))
    pixels = preprocess_reference(image, None, config, (0.0,) * 3, (1.0,) * 3).pixel_values
    torch.testing.assert_close(pixels[:, 0, 15], torch.tensor([0.0, 1.0, 0.0]))
    torch.testing.assert_close(pixels[:, 0, 0], torch.tensor([10.0, 20.0, 30.0]) / 255.0)


def test_a_kept_class_token_is_never_masked() -> None:
    mask = np.zeros((16, 16), dtype=np.uint8)
    mask[:4, :4] = 255
    tokens = preprocess_reference(picture(16, 16), mask, replace(SMALL, keep_cls=True)).token_mask
    assert tokens.shape == (17,) and tokens.nonzero().flatten().tolist() == [0, 1]


@pytest.mark.parametrize(("height", "width"), [(1, 5000), (5000, 1), (1, 1), (2, 3)])
def test_extreme_pictures_keep_at_least_one_token(height: int, width: int) -> None:
    prepared = preprocess_reference(picture(height, width), None, CLIP)
    assert prepared.token_mask.any() and prepared.pixel_values.isfinite().all()


def test_what_is_no_picture_or_no_mask_of_it_is_refused() -> None:
    with pytest.raises(BadInput, match="another size"):
        preprocess_reference(picture(8, 8), np.zeros((8, 9), dtype=np.uint8), SMALL)
    for image in (np.zeros((8, 8), np.uint8), np.zeros((0, 8, 3), np.uint8)):
        with pytest.raises(BadInput, match="not a colour picture"):
            preprocess_reference(image, None, SMALL)
