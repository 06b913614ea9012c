from __future__ import annotations

import numpy as np
import pytest

from core.errors import BadInput
from core.export import Layer, LayeredPage, LayerGroup, Mask


def rgba(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width, 4), np.uint8)


def test_layers_are_listed_from_the_bottom_to_the_top(page: LayeredPage) -> None:
    names = [layer.name for layer in page.layers()]
    assert names == ["用紙", "絵", "アイコの顔", "隠れた修正", "影", "Art"]


@pytest.mark.parametrize(
    "image", [rgba(0, 3), rgba(3, 0), rgba(2, 2)[..., :3], rgba(2, 2).astype(np.float32)]
)
def test_a_layer_takes_only_rgba_bytes_and_is_never_empty(image: np.ndarray) -> None:
    with pytest.raises(ValueError):
        Layer("a", image)


def test_opacity_is_a_share() -> None:
    with pytest.raises(ValueError, match="opacity"):
        Layer("a", rgba(1, 1), opacity=1.5)


def test_a_mask_has_one_channel() -> None:
    with pytest.raises(ValueError):
        Mask(rgba(2, 2))


def test_a_group_is_never_empty() -> None:
    with pytest.raises(ValueError):
        LayerGroup("a", ())


@pytest.mark.parametrize("dpi", [0.0, -600.0, float("nan"), float("inf"), 1e6])
def test_a_resolution_that_makes_no_sense(dpi: float) -> None:
    with pytest.raises(BadInput, match="between 1 and 4800 dpi"):
        LayeredPage(1, 1, dpi, (), np.zeros((1, 1, 3), np.uint8))


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (300_001, 1)])
def test_a_page_that_no_file_holds(width: int, height: int) -> None:
    with pytest.raises(BadInput, match="resolution"):
        LayeredPage(width, height, 600.0, (), np.zeros((height, width, 3), np.uint8))


def test_the_merged_picture_has_the_size_of_the_page() -> None:
    with pytest.raises(ValueError, match="size of the page"):
        LayeredPage(2, 3, 600.0, (), np.zeros((2, 3, 3), np.uint8))
