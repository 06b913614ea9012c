from __future__ import annotations

import numpy as np
import pytest

from core.synthetic import (
    Part,
    Split,
    character_for,
    draw,
    generator,
    reference_shot,
    sample_shot,
    vocabulary,
)

SEEDS = range(24)


@pytest.mark.parametrize("seed", [0, 7, 123_456])
def test_drawing_is_deterministic(seed: int) -> None:
    first, second = (
        draw(character_for(seed, Split.TRAIN), sample_shot(generator(seed, Split.TRAIN, 1)))
        for _ in range(2)
    )
    assert np.array_equal(first.image, second.image)
    assert np.array_equal(first.keypoints, second.keypoints)
    assert first.shot_tags == second.shot_tags


def test_splits_hold_different_characters() -> None:
    train = {character_for(seed, Split.TRAIN) for seed in range(300)}
    held_out = {character_for(seed, Split.HELD_OUT) for seed in range(300)}
    assert len(train) == 300
    assert not train & held_out


@pytest.mark.parametrize("size", [(256, 256), (192, 320), (320, 192)])
def test_sizes_and_labels_agree(size: tuple[int, int]) -> None:
    width, height = size
    for seed in SEEDS:
        shot = sample_shot(generator(seed, Split.TRAIN, 1), width=width, height=height)
        drawing = draw(character_for(seed, Split.TRAIN), shot)
        assert drawing.image.shape == (height, width, 3)
        assert drawing.mask.shape == drawing.parts.shape == (height, width)
        assert set(np.unique(drawing.parts)) <= {int(part) for part in Part}
        inside, outside = drawing.parts[drawing.mask > 250], drawing.parts[drawing.mask == 0]
        assert (inside > 0).all() and (outside == 0).all()


def test_visible_keypoints_lie_on_the_figure() -> None:
    for seed in SEEDS:
        shot = reference_shot(generator(seed, Split.TRAIN, 1))
        drawing = draw(character_for(seed, Split.TRAIN), shot)
        assert (drawing.keypoints[:, 2] == 1).all(), "a reference shows the whole figure"
        for x, y, _ in drawing.keypoints:
            assert drawing.mask[int(y), int(x)] > 127, f"seed {seed}: keypoint at {x:.0f}, {y:.0f}"


def test_right_is_the_viewers_left() -> None:
    drawing = draw(character_for(1, Split.TRAIN), reference_shot(generator(1, Split.TRAIN, 1)))
    x = drawing.keypoints[:, 0]
    for right, left in ((2, 5), (8, 11), (14, 15), (16, 17)):
        assert x[right] < x[left]


def test_a_character_keeps_its_colours_in_every_shot() -> None:
    for seed in SEEDS:
        character = character_for(seed, Split.HELD_OUT)
        rng = generator(seed, Split.HELD_OUT, 1)
        shots = [reference_shot(rng), sample_shot(rng, framing="full")]
        for drawing in (draw(character, shot) for shot in shots):
            hair = drawing.image[drawing.parts == Part.HAIR].reshape(-1, 3)
            assert (hair == character.hair_rgb).all(axis=1).sum() > 50


def test_tags_are_words_of_the_vocabulary() -> None:
    words = set(vocabulary())
    for seed in range(200):
        rng = generator(seed, Split.TRAIN, 1)
        drawing = draw(character_for(seed, Split.TRAIN), sample_shot(rng))
        assert set(drawing.identity_tags) <= words
        assert set(drawing.shot_tags) <= words
        assert "" not in drawing.identity_tags
