"""A small page with everything a page can have."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from core.export import Layer, LayeredPage, LayerGroup, Mask


def pixels(height: int, width: int, seed: int, alpha: int | None = None) -> NDArray[np.uint8]:
    rgba = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    if alpha is not None:
        rgba[..., 3] = alpha
    return rgba


@pytest.fixture
def page() -> LayeredPage:
    """31 x 23 px: paper, a masked panel of three layers that reach beyond the page, a group."""
    mask = np.random.default_rng(7).integers(0, 256, (12, 17), dtype=np.uint8)
    panel = LayerGroup(
        "コマ 1",
        (
            Layer("絵", pixels(20, 25, 1, alpha=255), left=-3, top=-2),
            Layer("アイコの顔", pixels(5, 6, 2), left=4, top=5, opacity=0.5),
            Layer("隠れた修正", pixels(5, 6, 3), left=4, top=5, visible=False),
            Layer("影", pixels(9, 9, 4), left=8, top=3, blend="multiply"),
        ),
        Mask(mask, left=2, top=1),
    )
    other = LayerGroup("Panel 2", (Layer("Art", pixels(4, 40, 5, alpha=255), left=-2, top=19),))
    root = (Layer("用紙", pixels(23, 31, 6, alpha=255)), panel, other)
    merged = np.random.default_rng(8).integers(0, 256, (23, 31, 3), dtype=np.uint8)
    return LayeredPage(31, 23, 350.0, root, merged)
