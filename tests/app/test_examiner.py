"""The examiner never stops the drawing, and asks for its encoder once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import resources
from app.examiner import Examiner, Question
from core.document import Drawing
from core.document.edits import set_drawing, update_panel
from core.errors import BadInput
from core.geometry import Raster
from core.storage import MemoryAssets, Project, load_project, put_image
from tests.app.conftest import Studio
from tests.app.painted import BLUE, RED


def a_drawn_project(studio: Studio, colour: tuple[int, int, int]) -> Project:
    project = load_project(studio.small())
    pixels = np.empty((64, 64, 3), np.uint8)
    pixels[...] = colour
    image = put_image(project.assets, Raster.from_array(pixels))
    document = set_drawing(project.document, "panel-1", Drawing(image, "0" * 64))
    return replace(project, document=document)


@pytest.mark.parametrize(("colour", "drifts"), [(RED, False), (BLUE, True)])
def test_it_tells_who_drifts(studio: Studio, colour: tuple[int, int, int], drifts: bool) -> None:
    answer = Examiner().answer(Question(3, a_drawn_project(studio, colour), "panel-1"), False)
    assert answer.question.serial == 3 and answer.score is not None
    assert bool(answer.score.drifting) is drifts
    assert answer.score.figures[0].similarity is None


def test_what_cannot_be_read_is_no_failure(studio: Studio) -> None:
    project = replace(a_drawn_project(studio, RED), assets=MemoryAssets())
    assert Examiner().answer(Question(1, project, "panel-1"), False).score is None
    assert Examiner().answer(Question(1, project, "gone"), False).score is None


def test_the_encoder_is_made_once_and_only_where_torch_is(studio: Studio) -> None:
    made: list[str] = []

    def encoder():
        made.append("made")
        return lambda image, mask: np.array([1.0, 0.0], np.float32)

    examiner, project = Examiner(encoder), a_drawn_project(studio, RED)
    assert examiner.score(project, "panel-1", can_encode=False).figures[0].similarity is None
    assert made == []
    for _ in range(2):
        assert examiner.score(project, "panel-1", can_encode=True).figures[0].similarity == 1.0
    assert made == ["made"]


def test_a_missing_encoder_leaves_the_colours(studio: Studio) -> None:
    tried: list[str] = []

    def encoder():
        tried.append("tried")
        raise BadInput("There is no image encoder.")

    examiner, project = Examiner(encoder), a_drawn_project(studio, BLUE)
    for _ in range(2):
        score = examiner.score(project, "panel-1", can_encode=True)
        assert score.drifting and score.figures[0].similarity is None
    assert tried == ["tried"]


def test_what_the_words_ask_for_is_no_drift(studio: Studio) -> None:
    project = a_drawn_project(studio, BLUE)
    examiner = Examiner(taxonomy=resources.path("taxonomy"))
    before = examiner.score(project, "panel-1", can_encode=False)
    assert before.drifting
    off = set(before.figures[0].parts)
    words = {"top": "jacket", "hair": "blue hair", "bottom": "pants", "skin": "dark skin"}
    for part in off - {"legwear"}:
        document = update_panel(project.document, "panel-1", prompt=words[part])
        after = examiner.score(replace(project, document=document), "panel-1", can_encode=False)
        assert part in off - set(after.figures[0].parts)


def test_damaged_lists_of_tags_leave_the_badge_as_it_was(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[[")
    examiner = Examiner(taxonomy=tmp_path)
    assert examiner.score(a_drawn_project(studio, BLUE), "panel-1", can_encode=False).drifting
