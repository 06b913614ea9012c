from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.errors import BadInput
from core.geometry import Point, Rect
from core.segmentation import (
    PromptPoint,
    SegmentationCancelled,
    SegmentPrompt,
    Stroke,
    choose_segmenter,
    subject_mask,
)
from core.segmentation.embedded import EmbeddedSegmenter

Overlap = Callable[[Any, Any], float]


class Token:
    """Says stop at the n-th question."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    @property
    def cancelled(self) -> bool:
        self.left -= 1
        return self.left <= 0


def with_alpha(image: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.dstack([image, alpha.astype(np.uint8)])


def test_transparency_is_taken_as_it_is(artist: Any) -> None:
    drawn = artist.draw(np.random.default_rng(0).integers(0, 255, (240, 240, 3), np.uint8))
    picture = with_alpha(drawn.image, np.where(drawn.truth, 255, 0))
    found = EmbeddedSegmenter().segment(picture)
    assert len(found) == 1
    assert np.array_equal(found[0].mask > 0, drawn.truth)
    assert found[0].score == 1.0
    assert np.array_equal(subject_mask(picture), found[0].mask)


def test_an_alpha_channel_that_says_nothing_is_passed_over(artist: Any, overlap: Overlap) -> None:
    drawn = artist.draw(artist.paper())
    picture = with_alpha(drawn.image, np.full(drawn.truth.shape, 255))
    assert overlap(EmbeddedSegmenter().segment(picture)[0].mask, drawn.truth) > 0.97


def test_a_wholly_transparent_picture_has_no_figure(artist: Any) -> None:
    picture = with_alpha(artist.draw(artist.paper()).image, np.zeros((240, 240)))
    with pytest.raises(BadInput, match="No figure was found"):
        subject_mask(picture)


@pytest.mark.parametrize("ground", ["paper", "gradient", "dark"])
def test_a_figure_on_plain_ground(artist: Any, overlap: Overlap, ground: str) -> None:
    background = {
        "paper": artist.paper(),
        "gradient": artist.gradient(),
        "dark": artist.paper((20, 24, 40)),
    }[ground]
    drawn = artist.draw(background, line=(250, 250, 245) if ground == "dark" else (30, 20, 30))
    found = EmbeddedSegmenter().segment(drawn.image)[0]
    assert found.mask.dtype == np.uint8
    assert set(np.unique(found.mask)) == {0, 255}
    assert overlap(found.mask, drawn.truth) > 0.97
    x, y = drawn.gap
    assert found.mask[y, x] == 0, "the ground between arm and body is no figure"


def test_white_clothes_on_white_paper_stay_inside_their_outline(
    artist: Any, overlap: Overlap
) -> None:
    drawn = artist.draw(artist.paper(), color=(255, 255, 255))
    found = EmbeddedSegmenter().segment(drawn.image)[0]
    filled = drawn.truth.copy()
    filled[75:165, 110:180] |= found.mask[75:165, 110:180] > 0  # the gap may be taken for cloth
    assert overlap(found.mask, filled) > 0.95


def test_a_small_break_in_the_outline_does_not_empty_the_figure(
    artist: Any, overlap: Overlap
) -> None:
    drawn = artist.draw(artist.paper(), color=(255, 255, 255))
    drawn.image[28:30, 80:82] = 255
    drawn.image[130:132, 83:86] = 255  # through the line on the left of the body
    assert overlap(EmbeddedSegmenter().segment(drawn.image)[0].mask, drawn.truth) > 0.85


@pytest.mark.parametrize("spoil", ["grain", "jpeg"])
def test_grain_and_compression_do_not_matter(artist: Any, overlap: Overlap, spoil: str) -> None:
    drawn = artist.draw(artist.gradient())
    if spoil == "grain":
        noise = np.random.default_rng(0).normal(0, 5, drawn.image.shape)
        image = np.clip(drawn.image + noise, 0, 255).astype(np.uint8)
    else:
        image = cv2.imdecode(cv2.imencode(".jpg", drawn.image, [1, 60])[1], 1)
    assert overlap(EmbeddedSegmenter().segment(image)[0].mask, drawn.truth) > 0.9


def test_things_behind_that_are_not_inked_are_ground(artist: Any, overlap: Overlap) -> None:
    drawn = artist.draw(artist.street())
    assert overlap(EmbeddedSegmenter().segment(drawn.image)[0].mask, drawn.truth) > 0.93


def test_a_figure_cut_by_the_lower_edge(artist: Any, overlap: Overlap) -> None:
    drawn = artist.draw(artist.paper((230, 240, 235)))
    image, truth = drawn.image[:150], drawn.truth[:150]
    assert overlap(EmbeddedSegmenter().segment(image)[0].mask, truth) > 0.95


def test_a_box_finds_the_figure_in_a_busy_picture(artist: Any, overlap: Overlap) -> None:
    noise = np.random.default_rng(0).integers(60, 255, (30, 30, 3), np.uint8)
    noise[..., 0] //= 3
    busy = cv2.resize(noise, (240, 240), interpolation=cv2.INTER_NEAREST)
    drawn = artist.draw(busy)
    box = SegmentPrompt(boxes=(Rect(70, 20, 105, 200),))
    assert overlap(EmbeddedSegmenter().segment(drawn.image, box)[0].mask, drawn.truth) > 0.85


def test_each_box_is_a_figure_of_its_own(artist: Any, overlap: Overlap) -> None:
    left = artist.draw(artist.paper(width=420), x=100)
    both = artist.draw(left.image, color=(60, 90, 210), x=300)
    boxes = (Rect(55, 15, 120, 210), Rect(255, 15, 120, 210))
    found = EmbeddedSegmenter().segment(both.image, SegmentPrompt(boxes=boxes))
    assert len(found) == 2
    assert overlap(found[0].mask, left.truth) > 0.95
    assert overlap(found[1].mask, both.truth) > 0.95


def test_a_click_chooses_one_of_two_figures(artist: Any, overlap: Overlap) -> None:
    left = artist.draw(artist.paper(width=420), x=100)
    both = artist.draw(left.image, color=(60, 90, 210), x=300)
    click = SegmentPrompt(points=(PromptPoint(300, 130),))
    assert overlap(EmbeddedSegmenter().segment(both.image, click)[0].mask, both.truth) > 0.9


def test_strokes_take_away_and_add(artist: Any) -> None:
    drawn = artist.draw(artist.street())
    cv2.circle(drawn.image, (40, 130), 14, (30, 20, 30), -1)  # a ball that is not the figure's
    ball = Stroke((Point(40, 122), Point(40, 138)), radius_px=8, is_foreground=False)
    body = Stroke((Point(110, 60), Point(110, 160)), radius_px=8)
    found = EmbeddedSegmenter().segment(drawn.image, SegmentPrompt(strokes=(ball, body)))[0]
    assert not found.mask[125:136, 36:45].any()
    assert found.mask[70:160, 104:117].all()


def test_a_box_works_where_the_figure_has_the_colour_of_the_ground(overlap: Overlap) -> None:
    image = np.full((120, 120, 3), 250, dtype=np.uint8)
    image[30:90, 40:80] = 247
    truth = np.zeros((120, 120), dtype=np.bool_)
    truth[30:90, 40:80] = True
    segmenter = EmbeddedSegmenter()
    with pytest.raises(BadInput, match="Draw a box around it"):
        segmenter.segment(image)
    box = SegmentPrompt(boxes=(Rect(32, 22, 56, 76),))
    assert overlap(segmenter.segment(image, box)[0].mask, truth) > 0.9


def test_an_empty_page_has_no_figure() -> None:
    with pytest.raises(BadInput, match="No figure was found in this picture") as caught:
        EmbeddedSegmenter().segment(np.full((90, 60, 3), 255, dtype=np.uint8))
    assert caught.value.code == "no_figure"


def test_words_other_than_the_character_need_sam3(artist: Any) -> None:
    drawn = artist.draw(artist.paper())
    segmenter = EmbeddedSegmenter()
    plain = segmenter.segment(drawn.image)[0].mask
    named = segmenter.segment(drawn.image, SegmentPrompt(text="Character, 1girl"))[0].mask
    assert np.array_equal(plain, named)
    with pytest.raises(BadInput, match="SAM 3"):
        segmenter.segment(drawn.image, SegmentPrompt(text="hair"))


def test_stops_when_told_to(artist: Any) -> None:
    drawn = artist.draw(artist.street())
    for questions in (1, 2):
        with pytest.raises(SegmentationCancelled):
            EmbeddedSegmenter().segment(drawn.image, token=Token(questions))
    EmbeddedSegmenter().segment(drawn.image, token=Token(100))


def test_a_soft_edge_is_only_an_edge(artist: Any) -> None:
    drawn = artist.draw(artist.paper())
    hard = EmbeddedSegmenter().segment(drawn.image)[0].mask
    soft = EmbeddedSegmenter(soft_edge=True).segment(drawn.image)[0].mask
    between = (soft > 0) & (soft < 255)
    assert between.any()
    edge = cv2.morphologyEx(hard, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)) > 0
    assert not (between & ~edge).any()


def test_a_large_picture_is_found_like_a_small_one(artist: Any, overlap: Overlap) -> None:
    drawn = artist.draw(artist.street())
    large = cv2.resize(drawn.image, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    truth = cv2.resize(drawn.truth.astype(np.uint8), (960, 960)) > 0
    assert overlap(EmbeddedSegmenter().segment(large)[0].mask, truth) > 0.9


@given(
    arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.sampled_from([3, 4]))),
    st.booleans(),
)
def test_any_picture_gives_a_mask_or_one_sentence(image: np.ndarray, boxed: bool) -> None:
    height, width = image.shape[:2]
    prompt = SegmentPrompt(boxes=(Rect(0, 0, width, height),) if boxed else ())
    try:
        found = EmbeddedSegmenter().segment(image, prompt)
    except BadInput as error:
        assert error.code == "no_figure"
    else:
        assert found[0].mask.shape == (height, width)
        assert found[0].mask.any()
        assert np.array_equal(found[0].mask, EmbeddedSegmenter().segment(image, prompt)[0].mask)


def test_without_sam3_the_embedded_segmenter_is_chosen(tmp_path: Any) -> None:
    assert isinstance(choose_segmenter(), EmbeddedSegmenter)
    assert isinstance(choose_segmenter(tmp_path), EmbeddedSegmenter)
