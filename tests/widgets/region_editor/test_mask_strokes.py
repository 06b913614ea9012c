from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from widgets.region_editor.mask_strokes import (
    NOWHERE,
    Box,
    MaskPainting,
    box_of,
    changed_box,
    hardened,
    paint_capsule,
)

places = st.floats(-20, 60, allow_nan=False)


def blank(height: int = 40, width: int = 48) -> np.ndarray:
    return np.zeros((height, width), np.uint8)


def test_a_disc_covers_its_area() -> None:
    mask = blank(64, 64)
    paint_capsule(mask, (32.0, 32.0), (32.0, 32.0), 20.0)
    assert mask.sum() / 255 == pytest.approx(math.pi * 400, rel=0.005)
    assert np.array_equal(mask, mask[::-1]) and np.array_equal(mask, mask.T)
    assert set(np.unique(mask)) > {0, 255}  # soft at the edge


def test_a_capsule_is_two_half_discs_and_a_bar() -> None:
    mask = blank(80, 100)
    paint_capsule(mask, (20.0, 20.0), (68.0, 56.0), 8.0)
    assert mask.sum() / 255 == pytest.approx(math.pi * 64 + 16 * 60, rel=0.01)


@given(x0=places, y0=places, x1=places, y1=places, radius=st.floats(0, 30), erase=st.booleans())
def test_nothing_changes_outside_of_what_is_reported(x0, y0, x1, y1, radius, erase) -> None:
    mask = np.full((40, 48), 255 if erase else 0, np.uint8)
    before = mask.copy()
    box = paint_capsule(mask, (x0, y0), (x1, y1), radius, erase)
    changed = changed_box(before, mask)
    assert box.united(changed) == box
    if not box.is_empty:
        assert box.united(box_of(mask)) == box_of(mask)


def test_erasing_takes_away_what_painting_put_there() -> None:
    mask = blank()
    paint_capsule(mask, (10.3, 12.8), (30.1, 20.2), 6.0)
    paint_capsule(mask, (10.3, 12.8), (30.1, 20.2), 7.5, erase=True)
    assert not mask.any()


def test_overlapping_segments_do_not_add_up_at_the_edge() -> None:
    one, many = blank(), blank()
    paint_capsule(one, (10.0, 20.4), (30.0, 20.4), 5.0)
    for x in range(10, 30):
        paint_capsule(many, (x, 20.4), (x + 1.0, 20.4), 5.0)
    assert np.abs(one.astype(int) - many).max() <= 1


def test_a_stroke_beyond_the_mask_is_nowhere() -> None:
    assert paint_capsule(blank(), (-50.0, -50.0), (-40.0, -50.0), 5.0) == NOWHERE


def test_hardened_leaves_no_half_tones() -> None:
    mask = np.array([[0, 127, 128, 255]], np.uint8)
    assert hardened(mask).tolist() == [[0, 0, 255, 255]]
    assert hardened(mask, 1).tolist() == [[0, 255, 255, 255]]


def test_a_whole_stroke_is_one_step() -> None:
    painting = MaskPainting(blank())
    painting.begin((10, 10), 4)
    painting.stroke_to((20, 10), 4)
    painting.stroke_to((20, 25), 4)
    assert painting.end()
    after = painting.mask.copy()
    assert after[10, 15] == 255 and after[20, 20] == 255
    box = painting.undo()
    assert not painting.mask.any() and not painting.can_undo
    assert box == changed_box(blank(), after)
    assert painting.redo() == box
    assert np.array_equal(painting.mask, after)


def test_a_cancelled_stroke_leaves_neither_pixels_nor_a_step() -> None:
    painting = MaskPainting(blank())
    painting.begin((10, 10), 4)
    painting.stroke_to((30, 30), 4)
    box = painting.cancel()
    assert not painting.mask.any() and not painting.can_undo and not painting.is_stroking
    assert box.left <= 6 and box.right >= 34
    assert painting.stroke_to((5, 5), 4) == NOWHERE


def test_a_stroke_that_changes_nothing_is_no_step() -> None:
    painting = MaskPainting(blank())
    painting.begin((10, 10), 4, erase=True)
    assert not painting.end()
    assert not painting.can_undo


def test_undo_during_a_stroke_takes_back_the_stroke_alone() -> None:
    painting = MaskPainting(blank())
    painting.invert()
    painting.begin((10, 10), 4, erase=True)
    painting.undo()
    assert painting.mask.all() and painting.can_undo and not painting.is_stroking


def test_a_new_step_forgets_what_could_be_brought_back() -> None:
    painting = MaskPainting(blank())
    painting.fill()
    painting.undo()
    painting.begin((5, 5), 2)
    painting.end()
    assert not painting.can_redo


def test_the_note_follows_the_mask() -> None:
    painting = MaskPainting(blank(), note="first")
    painting.replace(np.full((40, 48), 9, np.uint8), note="second")
    painting.clear()
    assert painting.note is None
    painting.undo()
    assert painting.note == "second"
    painting.undo()
    assert painting.note == "first"


def test_another_size_is_refused() -> None:
    with pytest.raises(ValueError):
        MaskPainting(blank()).replace(blank(4, 4))


def test_the_history_is_bounded_but_keeps_the_newest_step() -> None:
    painting = MaskPainting(blank(), max_bytes=6000)
    for _ in range(6):
        painting.invert()  # 3840 bytes each
    painting.undo()
    assert not painting.can_undo


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("stroke"), places, places, st.floats(0, 12), st.booleans()),
            st.tuples(st.sampled_from(["clear", "invert", "fill"])),
        ),
        max_size=6,
    )
)
def test_undoing_all_and_redoing_all_gives_the_same_masks(steps) -> None:
    painting = MaskPainting(blank())
    for name, *values in steps:
        if name == "stroke":
            x, y, radius, erase = values
            painting.begin((x, y), radius, erase)
            painting.stroke_to((y, x), radius)
            painting.end()
        else:
            getattr(painting, name)()
    last = painting.mask.copy()
    while painting.can_undo:
        painting.undo()
    assert not painting.mask.any()
    while painting.can_redo:
        painting.redo()
    assert np.array_equal(painting.mask, last)


def test_boxes() -> None:
    assert Box(1, 2, 3, 4).united(NOWHERE) == Box(1, 2, 3, 4)
    assert NOWHERE.united(Box(1, 2, 3, 4)) == Box(1, 2, 3, 4)
    assert Box(0, 5, 2, 6).united(Box(1, 1, 9, 2)) == Box(0, 1, 9, 6)
    assert changed_box(blank(), blank()).is_empty
