from __future__ import annotations

import numpy as np
import pytest

from core.document import (
    Character,
    Document,
    Figure,
    Page,
    Panel,
    Reference,
    RegionEdit,
    RegionMask,
)
from core.geometry import Polygon, Rect
from core.pose import Pose

DIGEST = "ab" * 32


def standing_pose(x: float, y: float, size: float = 30.0) -> Pose:
    """18 keypoints on a grid of 3 columns, its top left at (x, y)."""
    k = np.arange(18)
    points = [k % 3 * size / 2 + x, k // 3 * size / 5 + y, np.ones(18)]
    return Pose.from_array(np.stack(points, axis=1))


@pytest.fixture
def document() -> Document:
    """Two pages; the first has two panels 3 mm apart, two figures in panel-1."""
    aiko = Character(
        "aiko", "愛子", references=(Reference("aiko-1", DIGEST), Reference("aiko-2", DIGEST))
    )
    ren = Character("ren", "Ren", references=(Reference("ren-1", DIGEST),))
    left = Panel(
        "panel-1",
        Polygon.from_rect(Rect(20, 20, 60, 80)),
        prompt="rooftop, evening",
        figures=(
            Figure("figure-1", "aiko", standing_pose(4, 10, 20), reference_ids=("aiko-1",)),
            Figure("figure-2", "ren", standing_pose(38, 10, 20)),
        ),
        region_masks=(RegionMask("mask-1", DIGEST, "figure-1", "aiko-1"),),
        region_edits=(RegionEdit("edit-1", DIGEST, character_id="ren", reference_ids=("ren-1",)),),
    )
    right = Panel("panel-2", Polygon.from_rect(Rect(83, 20, 60, 80)))
    return Document(
        pages=(Page("page-1", (left, right)), Page("page-2", (Panel("panel-3", right.polygon),))),
        characters=(aiko, ren),
    )
