"""The layers of a page, and that every way of compositing them gives the same page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from psd_tools import PSDImage

from core.document import Border, Document, Panel, RegionEdit
from core.errors import BadInput
from core.export import LayeredPage, LayerGroup, write_png, write_psd
from core.geometry import Polygon, Rect
from widgets.painting import LayerNames, page_layers

DPI_10 = 254.0  # 10 px per mm
MakeDocument = Callable[..., Document]


def noise(height: int, width: int, seed: int, channels: int = 3) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), dtype=np.uint8)


def layers_of(document: Document, pictures: Any, dpi: float = 100.0, **options: Any) -> LayeredPage:
    return page_layers(document, document.pages[0], pictures.load, dpi, **options)


def groups_of(page: LayeredPage) -> list[LayerGroup]:
    return [node for node in page.root if isinstance(node, LayerGroup)]


def square(panel_id: str, pictures: Any, pixels: NDArray[np.uint8], **changes: Any) -> Panel:
    """A panel of 6.4 x 6.4 mm at (10, 20) mm: with 64 px pictures and 10 px/mm a px for a px."""
    options: dict[str, Any] = {"border": None, **changes}
    polygon = Polygon.from_rect(Rect(10, 20, 6.4, 6.4))
    return Panel(panel_id, polygon, drawing=pictures.drawing(panel_id, pixels), **options)


# What the layers are


def test_paper_then_a_group_for_each_panel_in_painting_order(rich: Document, pictures: Any) -> None:
    page = layers_of(rich, pictures)
    assert page.root[0].name == "Paper"
    assert [g.name for g in groups_of(page)] == [f"Panel {n}" for n in (1, 2, 3, 6, 5, 4)]
    assert [child.name for child in groups_of(page)[2].children] == [
        "Art",
        "アイコの顔",
        "Region edit 2",
        "Border",
    ]
    assert [child.visible for child in groups_of(page)[2].children] == [True, True, False, True]
    assert [child.name for child in groups_of(page)[3].children] == ["Art"]  # an open panel
    assert all(group.mask is not None for group in groups_of(page))


def test_numbers_follow_the_reading_direction(rich: Document, pictures: Any) -> None:
    page = layers_of(replace(rich, reading_direction="ltr"), pictures)
    assert [g.name for g in groups_of(page)][:2] == ["Panel 2", "Panel 1"]


def test_names_may_be_translated(rich: Document, pictures: Any) -> None:
    names = LayerNames("用紙", "コマ {number}", "絵", "修正 {number}", "枠線")
    page = layers_of(rich, pictures, names=names)
    assert page.root[0].name == "用紙"
    assert groups_of(page)[2].name == "コマ 3"
    assert [c.name for c in groups_of(page)[2].children] == ["絵", "アイコの顔", "修正 2", "枠線"]


def test_trim_and_bleed(rich: Document, pictures: Any) -> None:
    trim = layers_of(rich, pictures, DPI_10, area="trim")
    bleed = layers_of(rich, pictures, DPI_10, area="bleed")
    assert (trim.width, trim.height) == (600, 800)
    assert (bleed.width, bleed.height) == (660, 860)
    inner = bleed.merged[30:-30, 30:-30].astype(int)
    assert np.abs(inner - trim.merged).max() <= 8  # Qt's fixed-point edges, from another origin
    assert np.mean(inner != trim.merged) < 1e-3


def test_a_drawing_lies_pixel_for_pixel_where_its_panel_is(
    make_document: MakeDocument, pictures: Any
) -> None:
    art = noise(64, 64, 1)
    page = layers_of(make_document(square("a", pictures, art)), pictures, DPI_10)
    assert np.array_equal(page.merged[200:264, 100:164], art)
    around = page.merged.copy()
    around[200:264, 100:164] = 255
    assert (around == 255).all()


def test_a_drawing_of_another_aspect_covers_its_panel_and_is_centred(
    make_document: MakeDocument, pictures: Any
) -> None:
    art = noise(64, 96, 1)
    page = layers_of(make_document(square("a", pictures, art)), pictures, DPI_10)
    assert np.array_equal(page.merged[200:264, 100:164], art[:, 16:80])
    (layer,) = groups_of(page)[0].children
    assert layer.image.shape == (64, 96, 4)  # what the panel hides is not lost
    assert (layer.left, layer.top) == (84, 200)
    assert np.array_equal(layer.image[..., :3], art)


def test_a_region_edit_changes_its_mask_and_not_a_pixel_more(
    make_document: MakeDocument, pictures: Any
) -> None:
    art, redrawn = noise(64, 64, 1), noise(64, 64, 2)
    mask = np.zeros((64, 64), np.uint8)
    mask[10:30, 20:50] = 1  # any value above 0 was redrawn
    edit = RegionEdit("e", pictures.add("mask", mask), drawing=pictures.drawing("e", redrawn))
    panel = square("a", pictures, art, region_edits=(edit,))
    expected = np.where(mask[..., None] > 0, redrawn, art)
    page = layers_of(make_document(panel), pictures, DPI_10)
    assert np.array_equal(page.merged[200:264, 100:164], expected)
    layer = groups_of(page)[0].children[1]
    assert (layer.left, layer.top, layer.width, layer.height) == (120, 210, 30, 20)

    hidden = replace(panel, region_edits=(replace(edit, visible=False),))
    page = layers_of(make_document(hidden), pictures, DPI_10)
    assert np.array_equal(page.merged[200:264, 100:164], art)


def test_a_region_edit_with_alpha_brings_its_own_mask(
    make_document: MakeDocument, pictures: Any
) -> None:
    redrawn = np.zeros((64, 64, 4), np.uint8)
    redrawn[40:50, 5:9] = (1, 2, 3, 255)
    edit = RegionEdit("e", "never loaded", drawing=pictures.drawing("e", redrawn))
    art = noise(64, 64, 1)
    panel = square("a", pictures, art, region_edits=(edit,))
    page = layers_of(make_document(panel), pictures, DPI_10)
    expected = art.copy()
    expected[40:50, 5:9] = (1, 2, 3)
    assert np.array_equal(page.merged[200:264, 100:164], expected)


def test_an_empty_region_edit_is_no_layer(make_document: MakeDocument, pictures: Any) -> None:
    blank = pictures.add("mask", np.zeros((8, 8), np.uint8))
    edit = RegionEdit("e", blank, drawing=pictures.drawing("e", noise(64, 64, 2)))
    panel = square("a", pictures, noise(64, 64, 1), region_edits=(edit,))
    page = layers_of(make_document(panel), pictures, DPI_10)
    assert [child.name for child in groups_of(page)[0].children] == ["Art"]


@pytest.mark.parametrize("channels", [1, 4])
def test_grey_and_transparent_drawings(
    make_document: MakeDocument, pictures: Any, channels: int
) -> None:
    pixels = np.full((64, 64, 4), (10, 20, 30, 51), np.uint8)
    picture = pixels if channels == 4 else pixels[..., 0]
    page = layers_of(make_document(square("a", pictures, picture)), pictures, DPI_10)
    # 51 / 255 = a fifth of the colour over white.
    expected = (206, 208, 210) if channels == 4 else (10, 10, 10)
    assert page.merged[230, 130].tolist() == list(expected)


def test_a_panel_that_was_not_drawn_is_white_and_hides_what_lies_below(
    make_document: MakeDocument, pictures: Any
) -> None:
    below = square("below", pictures, np.zeros((64, 64, 3), np.uint8))
    inset = Panel("inset", Polygon.from_rect(Rect(11, 21, 2, 2)), border=None)
    page = layers_of(make_document(below, inset), pictures, DPI_10)
    assert (page.merged[210:230, 110:130] == 255).all()
    assert (page.merged[231:264, 100:164] == 0).all()


def test_panels_without_area_or_off_the_page_are_left_out(
    make_document: MakeDocument, pictures: Any
) -> None:
    line = Panel("line", Polygon.from_pairs([(5, 5), (20, 5), (30, 5)]))
    away = Panel("away", Polygon.from_rect(Rect(500, 5, 10, 10)))
    page = layers_of(make_document(line, away), pictures)
    assert [node.name for node in page.root] == ["Paper"]
    assert (page.merged == 255).all()


def test_a_page_without_panels_is_paper(make_document: MakeDocument, pictures: Any) -> None:
    page = layers_of(make_document(), pictures)
    assert (page.merged == 255).all()


def test_a_missing_picture_stops_the_export(make_document: MakeDocument, pictures: Any) -> None:
    document = make_document(square("a", pictures, noise(64, 64, 1)))
    pictures.rasters.clear()
    with pytest.raises(BadInput, match="missing"):
        layers_of(document, pictures)


# How they look together


def test_edges_have_no_fringe(make_document: MakeDocument, pictures: Any) -> None:
    """Red art, a black border, white paper: outside of the border's middle nothing is reddish."""
    red = np.full((64, 64, 3), (255, 0, 0), np.uint8)
    slanted = Polygon.from_pairs([(10.03, 20.04), (30.2, 22.7), (28.6, 44.9), (8.1, 40.3)])
    panel = Panel("a", slanted, Border(0.8), drawing=pictures.drawing("a", red))
    page = layers_of(make_document(panel), pictures, DPI_10)
    merged = page.merged.astype(int)
    reddish = (merged[..., 0] - merged[..., 1]) > 2
    ys, xs = np.nonzero(reddish)
    inside = [slanted.contains(p) for p in centres(xs, ys)]
    assert len(inside) > 10_000
    assert all(inside)


def centres(xs: NDArray[np.intp], ys: NDArray[np.intp]) -> list[Any]:
    from core.geometry import Point

    return [Point((x + 0.5) / 10, (y + 0.5) / 10) for x, y in zip(xs, ys, strict=True)]


def test_an_open_panel_is_softened_once(make_document: MakeDocument, pictures: Any) -> None:
    """A black panel that covers half of its outermost pixels leaves those half grey."""
    black = np.zeros((64, 64, 3), np.uint8)
    panel = replace(
        square("a", pictures, black), polygon=Polygon.from_rect(Rect(10.05, 20.05, 6.3, 6.3))
    )
    merged = layers_of(make_document(panel), pictures, DPI_10).merged
    assert (merged[201:263, 101:163] == 0).all()
    for edge in (merged[210:250, 100], merged[210:250, 163], merged[200, 110:150]):
        assert np.abs(edge.astype(int) - 128).max() <= 2


@pytest.fixture
def files(rich: Document, pictures: Any, tmp_path: Path) -> tuple[LayeredPage, Path, Path]:
    page = layers_of(rich, pictures, 60.0, area="bleed")
    return page, write_png(page, tmp_path / "a.png"), write_psd(page, tmp_path / "a.psd")


def test_png_and_psd_show_the_same_page(files: tuple[LayeredPage, Path, Path]) -> None:
    page, png, psd = files
    with Image.open(png) as flat, Image.open(psd) as layered:
        assert np.array_equal(np.array(flat), page.merged)
        assert np.array_equal(np.array(layered), page.merged)


def test_another_program_composites_the_layers_to_the_same_page(
    files: tuple[LayeredPage, Path, Path],
) -> None:
    page, _, psd = files
    composited = PSDImage.open(psd).composite(force=True).convert("RGB")
    difference = np.abs(np.array(composited).astype(int) - page.merged)
    assert difference.max() <= 2
    assert difference.mean() < 0.05
