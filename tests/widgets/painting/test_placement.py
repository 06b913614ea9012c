from __future__ import annotations

import pytest

from core.document import PAGE_FORMATS, PageFormat
from core.errors import BadInput
from core.geometry import Point, Rect
from widgets.painting import PixelRect, Placement


@pytest.mark.parametrize(
    ("name", "dpi", "area", "size"),
    [
        ("b5", 600, "trim", (4299, 6071)),  # 182 x 257 mm
        ("b5", 600, "bleed", (4441, 6213)),  # 188 x 263 mm
        ("b5", 350, "bleed", (2591, 3624)),  # what Japanese colour printers ask for
        ("manuscript", 600, "trim", (5197, 7323)),
        ("webtoon", 203.2, "bleed", (800, 3200)),
    ],
)
def test_pages_have_the_pixels_that_printers_expect(
    name: str, dpi: float, area: str, size: tuple[int, int]
) -> None:
    placement = Placement.of_page(PAGE_FORMATS[name], dpi, area)
    assert (placement.width, placement.height) == size


def test_the_bleed_lies_around_the_trim() -> None:
    placement = Placement.of_page(PageFormat(bleed_mm=3.0), 254.0, "bleed")  # 10 px per mm
    assert placement.point(Point(0.0, 0.0)) == Point(30.0, 30.0)
    rect = placement.rect(Rect(1.0, 2.0, 3.0, 4.0))
    assert rect == Rect(40.0, 50.0, 30.0, 40.0)


@pytest.mark.parametrize("dpi", [0.0, -1.0, float("nan"), float("inf"), 99_999.0])
def test_a_resolution_that_makes_no_sense(dpi: float) -> None:
    with pytest.raises(BadInput, match="resolution"):
        Placement.of_page(PageFormat(), dpi, "trim")


def test_a_page_too_large_to_draw() -> None:
    with pytest.raises(BadInput, match="too large to draw"):
        Placement.of_page(PAGE_FORMATS["manuscript"], 4000.0, "trim")


def test_pixel_rects() -> None:
    around = PixelRect.around(Rect(0.2, -0.2, 1.0, 1.0))
    assert around == (0, -1, 2, 1)
    assert around.united(PixelRect(1, 0, 5, 1)) == (0, -1, 5, 1)
    assert around.intersected(PixelRect(1, 0, 5, 9)) == (1, 0, 2, 1)
    assert around.intersected(PixelRect(3, 0, 5, 9)).is_empty
    assert around.moved(2, 3) == (2, 2, 4, 4)
