from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadInput
from core.geometry import Point, Rect
from core.segmentation import PromptPoint, SegmentPrompt, Stroke
from core.segmentation.segmenter import checked_image, checked_prompt

NAN = float("nan")


def test_boxes_are_cut_to_the_picture() -> None:
    prompt = SegmentPrompt(boxes=(Rect(-10, 5, 200, 10),))
    assert checked_prompt(prompt, 100, 50).boxes == (Rect(0, 5, 100, 10),)


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        (SegmentPrompt(boxes=(Rect(200, 0, 10, 10),)), "outside the picture"),
        (SegmentPrompt(boxes=(Rect(10, 10, 0, 10),)), "empty"),
        (SegmentPrompt(boxes=(Rect(NAN, 10, 10, 10),)), "no valid place"),
        (SegmentPrompt(points=(PromptPoint(100, 10),)), "outside the picture"),
        (SegmentPrompt(points=(PromptPoint(NAN, 10),)), "no valid place"),
        (SegmentPrompt(strokes=(Stroke(()),)), "empty"),
        (SegmentPrompt(strokes=(Stroke((Point(1, float("inf")),)),)), "no valid place"),
    ],
)
def test_marks_that_cannot_be_meant_are_refused(prompt: SegmentPrompt, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked_prompt(prompt, 100, 50)


def test_marks_are_told_from_words() -> None:
    assert not SegmentPrompt(text="hair").has_marks
    assert SegmentPrompt(points=(PromptPoint(1, 1),)).has_marks
    assert SegmentPrompt(strokes=(Stroke((Point(1, 1),)),)).has_marks


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((4, 4, 2), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_arrays_that_are_no_picture_are_the_callers_mistake(array: np.ndarray) -> None:
    with pytest.raises(ValueError, match="a picture"):
        checked_image(array)


def test_choosing_a_segmenter_loads_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.segmentation import choose_segmenter; "
        "choose_segmenter(Path(sys.argv[1])); sys.exit('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    assert subprocess.run(command, check=False).returncode == 0
