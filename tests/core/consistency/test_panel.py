"""True drawings as panels: who is told to drift, and what is left alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.consistency.panel import PanelScorer
from core.consistency.scores import PanelScore
from core.document import (
    Character,
    Document,
    Drawing,
    Figure,
    Page,
    Panel,
    Reference,
    RegionEdit,
)
from core.geometry import Polygon, Raster, Rect
from core.pose import Pose
from core.storage import MemoryAssets, get_image, put_image, put_mask
from core.synthetic import Shot, Split, character_for, draw, generator, reference_shot, sample_shot

SIDE = 256
BLUE_HAIR, GREEN_TOP = (84, 128, 220), (98, 170, 110)
BASE = replace(
    character_for(7, Split.HELD_OUT),
    hair_back="bob", hair_colour="red", hair_rgb=(214, 70, 66), tips_rgb=None, accessory="none",
    top="shirt", top_colour="orange", top_rgb=(242, 150, 76), pattern="plain",
    bottom="trousers", bottom_colour="blue", bottom_rgb=(80, 122, 204),
)  # fmt: skip
RECOLOURED = {
    "hair": replace(BASE, hair_colour="blue", hair_rgb=BLUE_HAIR),
    "top": replace(BASE, top_colour="green", top_rgb=GREEN_TOP),
}


def shots(count: int) -> list[Shot]:
    found: list[Shot] = []
    number = 0
    while len(found) < count:
        shot = sample_shot(generator(number, Split.HELD_OUT, 1), framing="full", width=SIDE)
        found.append(shot)
        number += 1
    return found


class Desk:
    """A document with BASE as its character, and panels drawn by hand."""

    def __init__(self) -> None:
        self.assets = MemoryAssets()
        sheet = draw(BASE, reference_shot(generator(7, Split.HELD_OUT, 1), SIDE, SIDE))
        self.character = Character(
            "c", "Aoi", references=(
                Reference("r", self.put(sheet.image), self.mask(sheet.mask), pose_of(sheet)),
            ),
        )  # fmt: skip
        self.scorer = PanelScorer()

    def put(self, pixels: np.ndarray) -> str:
        return put_image(self.assets, Raster.from_array(pixels))

    def mask(self, pixels: np.ndarray) -> str:
        return put_mask(self.assets, Raster.from_array(pixels))

    def panel(self, picture: np.ndarray, *poses: Pose) -> Panel:
        """A square panel of 1 mm a pixel, so that poses need no change."""
        figures = tuple(Figure(f"f{i}", "c", pose) for i, pose in enumerate(poses))
        square = Polygon.from_rect(Rect(0, 0, SIDE, SIDE))
        drawing = Drawing(self.put(np.ascontiguousarray(picture)), "0" * 64)
        return Panel("p", square, figures=figures, drawing=drawing)

    def score(self, panel: Panel) -> PanelScore:
        document = Document(pages=(Page("page", (panel,)),), characters=(self.character,))
        return self.scorer.score(document, panel, lambda digest: get_image(self.assets, digest))


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


def pose_of(drawing) -> Pose:
    return Pose.from_array(drawing.keypoints)


@pytest.mark.parametrize("number", range(4))
def test_the_same_character_in_another_pose_raises_no_alarm(desk: Desk, number: int) -> None:
    drawing = draw(BASE, shots(4)[number])
    score = desk.score(desk.panel(drawing.image, pose_of(drawing)))
    assert "hair" in score.figures[0].parts
    assert score.drifting == ()


@pytest.mark.parametrize("part", ["hair", "top"])
def test_another_colour_is_told_by_the_part_that_has_it(desk: Desk, part: str) -> None:
    drawing = draw(RECOLOURED[part], replace(shots(1)[0], turn=0.0))
    score = desk.score(desk.panel(drawing.image, pose_of(drawing)))
    assert score.figures[0].drifts == (part,)
    truth = draw(BASE, replace(shots(1)[0], turn=0.0))
    assert desk.score(desk.panel(truth.image, pose_of(truth))).strain < score.strain


def test_what_cannot_be_seen_is_not_judged(desk: Desk) -> None:
    drawing = draw(RECOLOURED["hair"], shots(1)[0])
    keypoints = drawing.keypoints.copy()
    keypoints[[0, 14, 15, 16, 17], 2] = 0
    score = desk.score(desk.panel(drawing.image, Pose.from_array(keypoints)))
    assert "hair" not in score.figures[0].parts and "skin" not in score.figures[0].parts

    head = float(drawing.keypoints[1, 1])
    panel = desk.panel(drawing.image, pose_of(drawing))
    below = Polygon.from_rect(Rect(0, head, SIDE, SIDE - head))
    cut = replace(panel, polygon=below)
    moved = [replace(f, pose=f.pose.mapped(1, 1, 0, -head)) for f in cut.figures]
    square = np.ascontiguousarray(drawing.image[round(head) :])
    cut = replace(cut, figures=tuple(moved), drawing=Drawing(desk.put(square), "0" * 64))
    assert "hair" not in desk.score(cut).figures[0].parts


def test_who_stands_before_hides_who_stands_behind(desk: Desk) -> None:
    drawing = draw(RECOLOURED["hair"], shots(1)[0])
    behind, before = desk.score(
        desk.panel(drawing.image, pose_of(drawing), pose_of(drawing))
    ).figures
    assert behind.parts == {} and before.drifts == ("hair",)


def test_a_region_that_shows_something_else_is_not_the_figures_fault(desk: Desk) -> None:
    drawing = draw(RECOLOURED["hair"], shots(1)[0])
    panel = desk.panel(drawing.image, pose_of(drawing))
    layer = np.dstack([drawing.image, np.full((SIDE, SIDE), 255, np.uint8)])
    edit = RegionEdit(
        "e", desk.mask(layer[..., 3]), prompt="another", drawing=Drawing(desk.put(layer), "1" * 64)
    )
    assert desk.score(replace(panel, region_edits=(edit,))).figures[0].parts == {}
    mended = draw(BASE, shots(1)[0]).image
    layer = np.dstack([mended, layer[..., 3]])
    own = replace(edit, character_id="c", drawing=Drawing(desk.put(layer), "2" * 64))
    assert desk.score(replace(panel, region_edits=(own,))).drifting == ()


def test_a_region_may_show_another_reference_of_the_same_character() -> None:
    desk = Desk()
    sheet = draw(RECOLOURED["top"], reference_shot(generator(7, Split.HELD_OUT, 1), SIDE, SIDE))
    other = Reference("other", desk.put(sheet.image), desk.mask(sheet.mask), pose_of(sheet))
    desk.character = replace(desk.character, references=(*desk.character.references, other))
    base, dressed = (draw(who, shots(1)[0]) for who in (BASE, RECOLOURED["top"]))
    panel = desk.panel(base.image, pose_of(base))
    panel = replace(panel, figures=(replace(panel.figures[0], reference_ids=("r",)),))
    layer = np.dstack([dressed.image, np.full((SIDE, SIDE), 255, np.uint8)])
    edit = RegionEdit(
        "e", desk.mask(layer[..., 3]), prompt="", character_id="c",
        drawing=Drawing(desk.put(layer), "1" * 64),
    )  # fmt: skip
    assert desk.score(replace(panel, region_edits=(edit,))).drifting == ()
    worn = replace(panel, drawing=Drawing(desk.put(dressed.image), "3" * 64))
    assert desk.score(worn).figures[0].drifts == ("top",)


def test_a_drawing_without_colours_and_a_figure_without_references_are_not_judged(
    desk: Desk,
) -> None:
    drawing = draw(BASE, shots(1)[0])
    grey = np.repeat(drawing.image.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    assert desk.score(desk.panel(grey, pose_of(drawing))).figures[0].parts == {}
    panel = desk.panel(drawing.image, pose_of(drawing))
    alone = replace(panel, figures=(replace(panel.figures[0], scale=0.0),))
    assert desk.score(alone).figures == ()
    assert desk.score(replace(panel, drawing=None)).figures == ()


def test_the_encoder_is_asked_once_a_reference_and_its_limit_counts_for_its_model(
    desk: Desk,
) -> None:
    asked: list[int] = []

    def encoder(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        asked.append(int((mask > 0).sum()))
        return np.array([1.0, 0.0] if len(asked) == 1 else [0.0, 1.0], np.float32)

    drawing = draw(BASE, shots(1)[0])
    panel = desk.panel(drawing.image, pose_of(drawing))
    document = Document(pages=(Page("page", (panel,)),), characters=(desk.character,))
    scorer = PanelScorer(encoder, measured_model="koma-toon")
    first = scorer.score(document, panel, lambda digest: get_image(desk.assets, digest))
    again = scorer.score(document, panel, lambda digest: get_image(desk.assets, digest))
    assert len(asked) == 3
    assert first.figures[0].similarity == pytest.approx(0.0)
    assert first.figures[0].drifts == ("likeness",) and again == first
    settings = replace(document.settings, model_id="another")
    other = scorer.score(
        replace(document, settings=settings), panel, lambda d: get_image(desk.assets, d)
    )
    assert other.drifting == () and other.strain == first.strain
