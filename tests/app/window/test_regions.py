"""Region mode in the real window, with a segmenter that finds what the test says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.errors import KomaError
from core.segmentation import SegmentedMask
from core.storage import get_image
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.page_view import PanelState, Tool
from widgets.region_editor import RegionMode


class FakeSegmenter:
    """Finds the left half of the picture; keeps what it was asked."""

    def __init__(self) -> None:
        self.prompts: list[object] = []
        self.error: Exception | None = None

    def segment(self, image, prompt=None, token=None):
        self.prompts.append(prompt)
        if self.error is not None:
            raise self.error
        mask = np.zeros(image.shape[:2], np.uint8)
        mask[:, : mask.shape[1] // 2] = 255
        return [SegmentedMask(mask, 1.0, "")]


@pytest.fixture
def segmenter(studio: Studio) -> FakeSegmenter:
    segmenter = FakeSegmenter()
    studio.workplace.make_segmenter = lambda folder: segmenter
    return segmenter


@pytest.fixture
def drawn(segmenter: FakeSegmenter, window_on: Callable[..., Artist], studio: Studio) -> Artist:
    """The first panel is drawn, and region mode is on for it."""
    artist = window_on(studio.small())
    panel_id = artist.panel(0).id
    artist.click(artist.middle(panel_id))
    artist.do("render_panels")
    artist.until(lambda: artist.is_idle() and artist.state_of(panel_id) is PanelState.FRESH)
    artist.press_key(Qt.Key.Key_R)
    assert artist.session.state.tool is Tool.REGION and artist.window.region_bar.isVisible()
    return artist


def covered(artist: Artist) -> np.ndarray:
    mask = artist.session.regions.layer.mask()
    assert mask is not None
    return mask.array > 127


def found(artist: Artist) -> bool:
    mask = artist.session.regions.layer.mask()
    return mask is not None and bool((mask.array > 127).any())


def test_a_click_finds_what_is_there_and_draws_it_again(
    drawn: Artist, segmenter: FakeSegmenter
) -> None:
    panel_id = drawn.panel(0).id
    drawn.click(drawn.middle(panel_id))
    drawn.until(lambda: found(drawn))
    shape, width = covered(drawn), covered(drawn).shape[1]
    assert shape[:, : width * 2 // 5].all() and not shape[:, width * 3 // 5 :].any()
    (point,) = segmenter.prompts[-1].points
    picture = get_image(
        drawn.session.controller.assets, drawn.document.panel(panel_id).drawing.image
    )
    assert point.is_foreground
    assert point.x == pytest.approx(picture.width / 2, abs=2)
    assert point.y == pytest.approx(picture.height / 2, abs=2)

    QTest.mouseClick(
        drawn.view.viewport(), Qt.MouseButton.RightButton,
        pos=drawn.middle(panel_id) + QPoint(30, 0),
    )  # fmt: skip
    drawn.until(lambda: len(segmenter.prompts) == 2)
    assert [p.is_foreground for p in segmenter.prompts[-1].points] == [True, False]
    drawn.until(lambda: not drawn.session.analysis.is_busy)

    before = drawn.document.panel(panel_id).drawing
    bar = drawn.window.region_bar
    bar.draw_requested.emit(bar.draft)
    drawn.until(
        lambda: (
            drawn.is_idle()
            and bool(drawn.document.panel(panel_id).region_edits)
            and drawn.document.panel(panel_id).region_edits[0].drawing is not None
        )
    )
    assert drawn.document.panel(panel_id).drawing == before
    assert drawn.session.state.tool is Tool.SELECT and drawn.undo_text == "Add region"
    drawn.do("undo")
    assert drawn.document.panel(panel_id).region_edits == ()


def test_a_box_says_where_to_look(drawn: Artist, segmenter: FakeSegmenter) -> None:
    panel_id = drawn.panel(0).id
    drawn.session.regions.layer.set_mode(RegionMode.BOX)
    bounds = drawn.document.panel(panel_id).polygon.bounds
    drawn.drag(drawn.at(bounds.x + 15, bounds.y + 15), drawn.at(bounds.x + 45, bounds.y + 45))
    drawn.until(lambda: found(drawn))
    (box,) = segmenter.prompts[-1].boxes
    picture = get_image(
        drawn.session.controller.assets, drawn.document.panel(panel_id).drawing.image
    )
    assert box.x / picture.width == pytest.approx(0.25, abs=0.03)
    assert box.width / picture.width == pytest.approx(0.5, abs=0.04)


def test_strokes_are_undone_before_the_document(drawn: Artist) -> None:
    panel_id = drawn.panel(0).id
    drawn.session.regions.layer.set_mode(RegionMode.BRUSH)
    middle, steps = drawn.middle(panel_id), drawn.steps
    drawn.drag(middle, middle + QPoint(25, 0))
    assert found(drawn) and drawn.steps == steps
    assert "stroke" in drawn.window.actions_table["undo"].text()
    drawn.press_key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not found(drawn)
    drawn.press_key(Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert found(drawn)


def test_a_failing_segmenter_is_one_sentence_and_the_brush_still_works(
    drawn: Artist, segmenter: FakeSegmenter
) -> None:
    segmenter.error = KomaError("This picture shows nothing. Paint the region.")
    panel_id = drawn.panel(0).id
    drawn.click(drawn.middle(panel_id))
    drawn.until(lambda: drawn.sentence() == "This picture shows nothing. Paint the region.")
    drawn.session.regions.layer.set_mode(RegionMode.BRUSH)
    middle = drawn.middle(panel_id)
    drawn.drag(middle, middle + QPoint(25, 0))
    assert found(drawn)


def test_an_answer_that_comes_too_late_is_not_taken(
    drawn: Artist, segmenter: FakeSegmenter
) -> None:
    drawn.click(drawn.middle(drawn.panel(0).id))
    drawn.session.state.select_panels((drawn.panel(1).id,))
    drawn.until(lambda: not drawn.session.analysis.is_busy)
    assert not found(drawn)


def test_a_mask_for_a_figure(drawn: Artist) -> None:
    panel = drawn.panel(0)
    drawn.session.inspector.region_wanted.emit(panel.id, panel.figures[0].id)
    drawn.session.regions.layer.set_mode(RegionMode.BRUSH)
    middle = drawn.middle(panel.id)
    drawn.drag(middle, middle + QPoint(25, 0))
    bar = drawn.window.region_bar
    bar.draw_requested.emit(bar.draft)
    (mask,) = drawn.document.panel(panel.id).region_masks
    assert mask.figure_id == panel.figures[0].id and drawn.undo_text == "Add figure's region"
