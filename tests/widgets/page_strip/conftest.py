"""Projects of many pages, and a store of pictures that counts what is asked of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from core.document import Document, Drawing, Page, Panel
from core.errors import BadInput
from core.geometry import Polygon, Raster, Rect
from widgets.page_strip import PageStrip

RED = (220, 30, 30)


class Pictures:
    def __init__(self) -> None:
        self.loads = 0
        self.missing = False

    def load(self, digest: str) -> Raster:
        self.loads += 1
        if self.missing:
            raise BadInput("A picture of this project is missing.")
        return Raster.from_array(np.full((32, 24, 3), RED, np.uint8))


@pytest.fixture
def pictures() -> Pictures:
    return Pictures()


def make_page(page_id: str) -> Page:
    polygon = Polygon.from_rect(Rect(16, 16, 150, 225))
    return Page(page_id, (Panel(f"{page_id}-panel", polygon, drawing=Drawing("0" * 64, "r")),))


@pytest.fixture
def make_document() -> Callable[..., Document]:
    def make(count: int, **changes: object) -> Document:
        return Document(pages=tuple(make_page(f"page-{i}") for i in range(count)), **changes)

    return make


@pytest.fixture
def strip(qtbot, pictures: Pictures) -> PageStrip:
    strip = PageStrip(pictures.load)
    qtbot.addWidget(strip)
    strip.resize(600, 96)
    strip.show()
    qtbot.waitExposed(strip)
    return strip
