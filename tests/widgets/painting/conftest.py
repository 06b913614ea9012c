"""A page with panels of every kind, and its pictures in a dictionary instead of a project file."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from core.document import (
    Border,
    Character,
    Document,
    Drawing,
    Figure,
    Page,
    PageFormat,
    Panel,
    RegionEdit,
)
from core.errors import BadInput
from core.geometry import Polygon, Raster, Rect
from core.pose import STANDING

Pixels = NDArray[np.uint8]


class Pictures:
    """Rasters by digest; counts how often one was asked for."""

    def __init__(self) -> None:
        self.rasters: dict[str, Raster] = {}
        self.loads = 0

    def add(self, digest: str, pixels: Pixels) -> str:
        self.rasters[digest] = Raster.from_array(pixels)
        return digest

    def drawing(self, digest: str, pixels: Pixels) -> Drawing:
        return Drawing(self.add(digest, pixels), "request")

    def load(self, digest: str) -> Raster:
        self.loads += 1
        if digest not in self.rasters:
            raise BadInput("A picture of this project is missing.")
        return self.rasters[digest]


def noise(height: int, width: int, seed: int, channels: int = 3) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.fixture
def pictures() -> Pictures:
    return Pictures()


@pytest.fixture
def make_document() -> Callable[..., Document]:
    """A document of one page, 60 x 80 mm with 3 mm of bleed."""

    def make(*panels: Panel, **changes: object) -> Document:
        page_format = PageFormat(60.0, 80.0, bleed_mm=3.0, margin_mm=5.0)
        return Document(pages=(Page("page", panels),), page_format=page_format, **changes)

    return make


@pytest.fixture
def rich(pictures: Pictures, make_document: Callable[..., Document]) -> Document:
    """Slanted panels side by side, one over the bleed, an open one, an undrawn one, an inset."""
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 10:20] = 255
    pictures.add("mask", mask)
    edits = (
        RegionEdit(
            "e1", "mask", name="アイコの顔", drawing=pictures.drawing("e1", noise(64, 192, 9))
        ),
        RegionEdit("e2", "mask", visible=False, drawing=pictures.drawing("e2", noise(64, 192, 8))),
        RegionEdit("e3", "mask", name="not drawn"),
    )
    panels = (
        Panel(
            "right",
            Polygon.from_pairs([(32, 5), (55, 5), (55, 28), (28, 32)]),
            drawing=pictures.drawing("right", noise(64, 64, 1)),
        ),
        Panel(
            "left",
            Polygon.from_pairs([(5, 5), (30.5, 5), (26.5, 32), (5, 35.3)]),
            drawing=pictures.drawing("left", noise(64, 64, 2)),
        ),
        Panel(
            "bleeding",
            Polygon.from_pairs([(-3, 38), (63, 34), (63, 52), (-3, 52)]),
            region_edits=edits,
            drawing=pictures.drawing("bleeding", noise(64, 192, 3)),
        ),
        Panel(
            "open",
            Polygon.from_rect(Rect(5.13, 55.21, 24.4, 19.7)),
            border=None,
            drawing=pictures.drawing("open", noise(64, 64, 4)),
        ),
        Panel(
            "undrawn",
            Polygon.from_rect(Rect(32, 55, 23, 20)),
            figures=(Figure("figure", "aiko", STANDING.mapped(0.0, 0.0, 11.0, 10.0)),),
        ),
        Panel(
            "inset",
            Polygon.from_pairs([(38, 48), (50, 46), (45, 66)]),
            border=Border(2.0, "#aa2200"),
            drawing=pictures.drawing("inset", noise(64, 64, 5)),
        ),
    )
    return make_document(*panels, characters=(Character("aiko", "アイコ", colour=5),))
