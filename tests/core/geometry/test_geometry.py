"""Points, rectangles, polygons, similarities and rasters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.geometry import Point, Polygon, Raster, Rect, Similarity

_points = st.builds(Point, st.floats(-100, 100), st.floats(-100, 100))
_rects = st.builds(
    Rect, st.floats(-50, 50), st.floats(-50, 50), st.floats(0.1, 50), st.floats(0.1, 50)
)


def close(a: Point, b: Point, tolerance: float = 1e-5) -> bool:
    return a.distance_to(b) <= tolerance


def test_point_arithmetic() -> None:
    assert Point(1, 2) + Point(3, 4) == Point(4, 6)
    assert Point(1, 2) - Point(3, 5) == Point(-2, -3)
    assert Point(1, 2) * 3 == Point(3, 6)
    assert Point(0, 0).distance_to(Point(3, 4)) == 5


def test_rect_edges() -> None:
    rect = Rect(1, 2, 4, 6)
    assert (rect.right, rect.bottom, rect.area) == (5, 8, 24)
    assert rect.center == Point(3, 5)
    assert rect.contains(Point(1, 8)) and not rect.contains(Point(0.9, 5))


@given(_rects)
def test_polygon_of_a_rectangle(rect: Rect) -> None:
    polygon = Polygon.from_rect(rect)
    assert polygon.area == pytest.approx(rect.area)
    bounds = polygon.bounds
    assert (bounds.x, bounds.y) == (rect.x, rect.y)
    assert (bounds.width, bounds.height) == pytest.approx((rect.width, rect.height))
    assert polygon.contains(rect.center)
    assert not polygon.contains(Point(rect.right + 1, rect.center.y))


def test_concave_polygon() -> None:
    notch = Polygon.from_pairs([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)])
    assert notch.area == pytest.approx(10)
    assert notch.contains(Point(0.5, 2)) and not notch.contains(Point(2, 3))


@given(_rects, st.floats(-20, 20), st.floats(-20, 20))
def test_translation_keeps_the_area(rect: Rect, dx: float, dy: float) -> None:
    polygon = Polygon.from_rect(rect)
    moved = polygon.translated(dx, dy)
    assert moved.area == pytest.approx(polygon.area, rel=1e-6)
    assert close(moved.points[0], polygon.points[0] + Point(dx, dy))


@given(_points, _points, _points, _points)
def test_similarity_takes_segment_to_segment(a: Point, b: Point, c: Point, d: Point) -> None:
    assume(a.distance_to(b) > 1 and c.distance_to(d) > 1)
    move = Similarity.from_segments((a, b), (c, d))
    assert close(move.apply(a), c) and close(move.apply(b), d)
    assert move.scale == pytest.approx(c.distance_to(d) / a.distance_to(b))
    assert close(move.inverted().apply(move.apply(Point(3, 4))), Point(3, 4))


def test_similarity_of_a_point_is_refused() -> None:
    with pytest.raises(ValueError, match="length"):
        Similarity.from_segments((Point(1, 1), Point(1, 1)), (Point(0, 0), Point(1, 0)))


@given(st.integers(1, 7), st.integers(1, 7), st.sampled_from([1, 3, 4]), st.integers(0, 2**31))
def test_raster_round_trip(width: int, height: int, channels: int, seed: int) -> None:
    shape = (height, width) if channels == 1 else (height, width, channels)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    raster = Raster.from_array(pixels)
    assert np.array_equal(raster.array, pixels)
    assert raster == Raster.from_array(pixels.copy())
    assert hash(raster) == hash(Raster.from_array(pixels.copy()))
    assert not raster.array.flags.writeable


def test_raster_digest_tells_size_and_pixels_apart() -> None:
    wide = Raster.from_array(np.zeros((2, 3), np.uint8))
    tall = Raster.from_array(np.zeros((3, 2), np.uint8))
    other = Raster.from_array(np.ones((2, 3), np.uint8))
    assert len({wide.digest, tall.digest, other.digest}) == 3


def test_raster_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="fit"):
        Raster(2, 2, 3, b"1234")
    with pytest.raises(ValueError, match="channels"):
        Raster(1, 1, 2, b"12")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="uint8"):
        Raster.from_array(np.zeros((2, 2), np.float32))  # type: ignore[arg-type]
