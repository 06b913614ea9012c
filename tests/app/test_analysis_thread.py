"""Figures are found in another thread; failures are sentences, and cancelled work is silent."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from app.analysis_thread import AnalysisThread
from app.character_import import FoundReference
from core.document import Reference
from core.errors import BadInput
from core.geometry import Raster, Rect
from core.segmentation import PromptPoint, SegmentationCancelled, SegmentedMask
from core.storage import MemoryAssets, get_image, read_image


class RedSegmenter:
    """What is red is the subject; `hold` makes it wait until it is cancelled or let go."""

    def __init__(self) -> None:
        self.hold = threading.Event()
        self.hold.set()
        self.entered = threading.Event()
        self.prompts: list = []
        self.threads: set[int] = set()

    def segment(self, image, prompt=None, token=None):
        self.threads.add(threading.get_ident())
        self.prompts.append(prompt)
        self.entered.set()
        while not self.hold.wait(0.002):
            if token is not None and token.cancelled:
                raise SegmentationCancelled("Stopped.")
        red = (image[..., 0] > 150) & (image[..., 1] < 100)
        if not red.any():
            raise BadInput("No figure was found in this picture.", code="no_figure")
        return [SegmentedMask(np.where(red, 255, 0).astype(np.uint8), 1.0, "red")]


@pytest.fixture
def segmenter(studio):
    red = RedSegmenter()
    studio.made = []

    def make(folder):
        studio.made.append(folder)
        return red

    studio.workplace.make_segmenter = make
    return red


@pytest.fixture
def analysis(qtbot, studio, segmenter):
    thread = AnalysisThread(studio.workplace)
    told = []
    thread.found.connect(lambda token, found: told.append((token, found)))
    thread.failed.connect(lambda token, text, error: told.append((token, text, error)))
    yield thread, told
    assert thread.stop()


def test_a_picture_becomes_a_reference(qtbot, analysis, segmenter, portrait):
    thread, told = analysis
    thread.start()
    assets = MemoryAssets()
    picture = read_image(portrait())
    thread.find_reference("one", picture)
    thread.find_reference("two", portrait(), assets)
    qtbot.waitUntil(lambda: len(told) == 2)
    (_, found), (_, reference) = told
    assert isinstance(found, FoundReference) and found.pose.visible_count > 10
    assert (found.mask.array > 0).sum() == 130 * 50
    assert isinstance(reference, Reference)
    assert get_image(assets, reference.image) == picture
    assert get_image(assets, reference.mask) == found.mask
    assert threading.get_ident() not in segmenter.threads


def test_mask_pose_points_and_box(qtbot, analysis, segmenter, portrait):
    thread, told = analysis
    thread.start()
    picture = read_image(portrait())
    thread.find_mask("mask", picture)
    thread.find_pose("pose", lambda: picture, picture_mask(picture))
    thread.segment_points("points", picture, [PromptPoint(60, 80), PromptPoint(2, 2, False)])
    thread.segment_box("box", picture, Rect(30, 10, 60, 140))
    qtbot.waitUntil(lambda: len(told) == 4)
    answers = dict(told)
    assert answers["mask"] == answers["points"] == answers["box"] == picture_mask(picture)
    assert answers["mask"].channels == 1
    bounds = answers["pose"].bounds
    assert bounds.y > 20 and bounds.y + bounds.height < 160
    assert segmenter.prompts[1].points == (PromptPoint(60, 80), PromptPoint(2, 2, False))
    assert segmenter.prompts[2].boxes == (Rect(30, 10, 60, 140),)


def picture_mask(picture: Raster) -> Raster:
    return Raster.from_array(np.where(picture.array[..., 1] < 100, 255, 0).astype(np.uint8))


def test_failures_are_one_sentence_and_the_next_task_is_done(
    qtbot, analysis, segmenter, studio, portrait
):
    thread, told = analysis
    thread.start()
    white = Raster.from_array(np.full((20, 20, 3), 255, np.uint8))
    notes = studio.folder / "notes.txt"
    notes.write_text("no picture")
    thread.find_mask("white", white)
    thread.find_mask("text", notes)
    thread.find_mask("gone", studio.folder / "gone.png")
    thread.find_mask("good", portrait())
    qtbot.waitUntil(lambda: len(told) == 4)
    assert told[0][:2] == ("white", "No figure was found in this picture.")
    assert "notes.txt is not a picture" in told[1][1]
    assert told[2][2].code == "no_file"
    assert told[3][0] == "good" and len(told[3]) == 2


@pytest.mark.parametrize(
    ("fault", "code"),
    [(ZeroDivisionError("x"), "unexpected"), (MemoryError(), "out_of_memory")],
)
def test_a_fault_is_a_plain_sentence_with_details(qtbot, analysis, segmenter, fault, code):
    def broken():
        raise fault

    thread, told = analysis
    thread.start()
    thread.find_mask("t", broken)
    qtbot.waitUntil(lambda: bool(told))
    _, text, error = told[0]
    assert error.code == code and text.endswith(".")
    assert type(fault).__name__ not in text and type(fault).__name__ in error.details


def test_a_detector_that_is_not_there_is_looked_for_again(qtbot, analysis, studio, portrait):
    thread, told = analysis
    thread.start()
    good = studio.workplace.make_detector

    def missing(folder):
        raise BadInput("Koma's detector is not installed.")

    studio.workplace.make_detector = missing
    thread.find_reference("1", portrait())
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0][1] == "Koma's detector is not installed."
    studio.workplace.make_detector = good
    thread.find_reference("2", portrait())
    qtbot.waitUntil(lambda: len(told) == 2)
    assert isinstance(told[1][1], FoundReference)


def test_tools_are_made_once_and_again_for_another_folder(qtbot, analysis, studio, portrait):
    from app.settings import Settings, save_settings

    thread, told = analysis
    thread.start()
    picture = read_image(portrait())
    thread.find_mask("1", picture)
    thread.find_mask("2", picture)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert studio.made == [None]
    save_settings(Settings(sam3_folder=str(studio.folder)), studio.workplace.settings_file)
    thread.find_mask("3", picture)
    qtbot.waitUntil(lambda: len(told) == 3)
    assert studio.made == [None, studio.folder]


def test_cancelled_work_stops_and_is_not_heard_of(qtbot, analysis, segmenter, portrait):
    thread, told = analysis
    busy = []
    thread.busy_changed.connect(busy.append)
    thread.start()
    picture = read_image(portrait())
    segmenter.hold.clear()
    thread.find_mask("running", picture)
    thread.find_mask("waiting", picture)
    qtbot.waitUntil(segmenter.entered.is_set)
    assert thread.is_busy
    thread.cancel("running")
    thread.cancel("waiting")
    thread.cancel("nobody")
    assert not thread.is_busy
    segmenter.hold.set()
    thread.find_mask("after", picture)
    qtbot.waitUntil(lambda: bool(told))
    assert [t[0] for t in told] == ["after"]
    assert len(segmenter.prompts) == 2
    assert busy == [True, False, True, False]


def test_a_second_click_takes_the_place_of_the_first(qtbot, analysis, segmenter, portrait):
    thread, told = analysis
    thread.start()
    picture = read_image(portrait())
    segmenter.hold.clear()
    thread.segment_points("click", picture, [PromptPoint(1, 1)])
    qtbot.waitUntil(segmenter.entered.is_set)
    thread.segment_points("click", picture, [PromptPoint(2, 2)])
    thread.segment_points("click", picture, [PromptPoint(3, 3)])
    segmenter.hold.set()
    qtbot.waitUntil(lambda: bool(told))
    qtbot.wait(20)
    assert len(told) == 1
    assert segmenter.prompts[-1].points == (PromptPoint(3, 3),)
    assert not thread.is_busy


def test_it_stops_while_it_works_and_before_the_start(qtbot, analysis, segmenter, portrait):
    thread, told = analysis
    thread.start()
    segmenter.hold.clear()
    thread.find_reference("1", portrait())
    qtbot.waitUntil(segmenter.entered.is_set)
    assert thread.stop()
    thread.find_mask("2", portrait())
    qtbot.wait(10)
    assert not told and not thread.is_busy
    thread.start()


def test_never_started(qtbot, analysis, portrait):
    thread, told = analysis
    thread.find_mask("1", portrait())
    assert thread.stop()
    assert not told
