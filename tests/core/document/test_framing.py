from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import Framing, Panel, generation_size
from core.errors import BadInput
from core.geometry import Point, Polygon, Rect
from core.pose import Pose

FEW = settings(deadline=None, max_examples=50)
lengths = st.floats(1, 500)
places = st.floats(-500, 500)
bounds_of_panels = st.builds(Rect, places, places, lengths, lengths)
framings = st.builds(Framing, bounds_of_panels, st.integers(64, 1024), st.integers(64, 1024))


@FEW
@given(framings, places, places)
def test_points_round_trip(framing: Framing, x: float, y: float) -> None:
    back = framing.point_to_mm(framing.point_to_px(Point(x, y)))
    assert (back.x, back.y) == pytest.approx((x, y), abs=1e-6)


@FEW
@given(framings, st.lists(st.tuples(places, places), min_size=18, max_size=18))
def test_poses_round_trip(framing: Framing, points: list[tuple[float, float]]) -> None:
    pose = Pose.from_array(np.array([(x, y, 0.5) for x, y in points]))
    back = framing.pose_to_mm(framing.pose_to_px(pose))
    for a, b in zip(pose.body, back.body, strict=True):
        assert (b.x, b.y, b.confidence) == pytest.approx((a.x, a.y, a.confidence), abs=1e-6)


@FEW
@given(framings)
def test_the_picture_covers_the_panel_and_is_centred(framing: Framing) -> None:
    crop, picture, bounds = framing.crop, framing.picture_area, framing.bounds
    eps = 1e-6 * max(framing.width, framing.height)
    assert crop.x >= -eps and crop.y >= -eps
    assert crop.right <= framing.width + eps and crop.bottom <= framing.height + eps
    # One direction fits exactly, so that no pixel is wasted.
    assert math.isclose(crop.width, framing.width) or math.isclose(crop.height, framing.height)
    assert picture.center.x == pytest.approx(bounds.center.x, abs=1e-6)
    assert picture.center.y == pytest.approx(bounds.center.y, abs=1e-6)
    top_left = framing.point_to_px(Point(0, 0))
    assert (top_left.x, top_left.y) == pytest.approx((crop.x, crop.y), abs=1e-6)


@FEW
@given(st.floats(0.01, 100), st.sampled_from([256, 384, 512, 768]))
def test_generation_sizes(aspect: float, base_px: int) -> None:
    width, height = generation_size(aspect, base_px)
    assert width % 64 == 0 and height % 64 == 0
    assert 0.6 <= width * height / base_px**2 <= 1.5
    clamped = min(max(aspect, 1 / 3), 3)
    assert abs(math.log(width / height / clamped)) <= math.log(1.35)


def test_sizes_of_common_panels() -> None:
    assert generation_size(1.0) == (256, 256)
    assert generation_size(1.0, 512) == (512, 512)
    assert generation_size(2 / 3, 512) == (384, 576)
    assert generation_size(0.5) == (192, 384)
    w, h = generation_size(1.9)
    assert generation_size(1 / 1.9) == (h, w)


@pytest.mark.parametrize("aspect", [0.0, -1.0, math.nan, math.inf])
def test_bad_aspects(aspect: float) -> None:
    with pytest.raises(BadInput):
        generation_size(aspect)


def test_framing_of_a_panel() -> None:
    panel = Panel("p", Polygon.from_pairs([(10, 20), (70, 20), (60, 60), (10, 60)]))
    framing = Framing.of_panel(panel)
    assert framing.bounds == Rect(10, 20, 60, 40)
    assert (framing.width, framing.height) == generation_size(1.5)
    with pytest.raises(BadInput):
        Framing(Rect(0, 0, 5, 0), 64, 64)
    with pytest.raises(BadInput):
        Framing.of_bounds(Rect(0, 0, 5, 0))
