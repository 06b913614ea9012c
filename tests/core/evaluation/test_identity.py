from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.engine.requests import CancelToken, ProgressCallback, RenderRequest, RenderResult
from core.evaluation.expressions import Faces
from core.evaluation.identity import (
    Drawn,
    expressions_right,
    make_cases,
    on_grey,
    puppet_picture,
    render_all,
    request_for,
    score,
    shuffled,
)
from core.synthetic import Split, character_for, draw, generator, sample_shot

HOW = Drawn("koma-toon", 256, 4, 2.0)


class CountingEngine:
    """Paints every request in one colour and counts them."""

    def __init__(self) -> None:
        self.drawn = 0

    def render(
        self, requests: tuple[RenderRequest, ...], on_progress: ProgressCallback, token: CancelToken
    ) -> tuple[RenderResult, ...]:
        self.drawn += len(requests)
        return tuple(
            RenderResult(r.content_hash(), np.full((r.height, r.width, 3), 128, np.uint8))
            for r in requests
        )

    def close(self) -> None: ...


def test_cases_are_held_out_and_repeatable() -> None:
    first, second = make_cases(3, 5, 256), make_cases(3, 5, 256)
    assert all(
        np.array_equal(a.truth.image, b.truth.image) for a, b in zip(first, second, strict=True)
    )
    assert not np.array_equal(first[0].truth.image, make_cases(1, 6, 256)[0].truth.image)
    trained = {character_for(seed, Split.TRAIN) for seed in range(50)}
    assert character_for(first[0].seed, Split.HELD_OUT) not in trained


def test_prompts_never_tell_the_appearance() -> None:
    for case in make_cases(8, 1, 256):
        told = set(case.prompt.split(", ")) - {"1girl", "solo"}
        assert told == set(case.truth.shot_tags)
        assert not told & set(case.truth.identity_tags)


def test_settings_give_what_they_name() -> None:
    case, other = make_cases(2, 1, 256)
    anime = request_for(case, case, "adapter", HOW)
    puppet = request_for(case, case, "puppet", HOW)
    both = request_for(case, other, "both", HOW)
    assert anime.references and anime.puppet_image is None
    assert not puppet.references and puppet.puppet_image is not None
    assert both.references[0].image.array.tolist() == other.reference.image.tolist()
    nothing = {
        request_for(case, None, s, HOW).content_hash() for s in ("adapter", "puppet", "both")
    }
    assert len(nothing) == 1


def test_equal_requests_are_drawn_once() -> None:
    engine = CountingEngine()
    case = make_cases(1, 1, 256)[0]
    asked: Sequence[RenderRequest] = [
        request_for(case, None, s, HOW) for s in ("adapter", "puppet")
    ]
    images = render_all(engine, asked, lambda progress: None)
    assert engine.drawn == 1
    assert len(images) == 1


def test_scores_tell_the_truth_from_another_character() -> None:
    cases = make_cases(4, 2, 256)
    truth = [case.truth.image for case in cases]
    grey = [np.full_like(image, 128) for image in truth]
    puppets = [on_grey(puppet_picture(case, case)) for case in cases]
    wrong = [on_grey(puppet_picture(c, o)) for c, o in zip(cases, shuffled(cases), strict=True)]
    scores = score(
        cases,
        {"right": puppets, "shuffled": wrong, "none": grey},
        lambda image: cases[0].truth.keypoints,
    )
    assert scores.psnr_right > scores.psnr_shuffled + 4
    assert scores.de_right < 0.4 * scores.de_shuffled
    assert scores.psnr_none < scores.psnr_right
    assert scores.akd == pytest.approx(scores.akd)


def test_a_face_is_told_by_the_true_drawings_of_every_expression() -> None:
    cases = make_cases(6, 2, 256)
    assert expressions_right(cases, [case.truth.image for case in cases]) == 1
    softened = [np.asarray(cv2.blur(case.truth.image, (3, 3)), np.uint8) for case in cases]
    assert expressions_right(cases, softened) == 1
    shot = sample_shot(generator(1, Split.HELD_OUT, 1), framing="portrait")
    character = character_for(1, Split.HELD_OUT)
    other = "angry" if shot.expression != "angry" else "smile"
    faces = Faces(character, shot)
    assert faces.right(draw(character, shot).image) is True
    assert faces.right(draw(character, replace(shot, expression=other)).image) is False
    unseen = replace(shot, neck_y=shot.neck_y + 3)
    assert Faces(character, unseen).right(draw(character, unseen).image) is None
