from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.document import (
    Border,
    Character,
    Document,
    Drawing,
    Figure,
    Lora,
    Page,
    Panel,
    Reference,
    RegionEdit,
    RegionMask,
    RenderSettings,
)
from core.geometry import Polygon, Raster, Rect
from core.pose import Keypoint, Pose
from core.storage import MemoryAssets, Project, put_image, put_mask, save_project


def make_project() -> Project:
    """A project that uses every field of the document at least once."""
    assets = MemoryAssets()
    ramp = np.arange(8 * 6 * 3, dtype=np.uint8).reshape(6, 8, 3)
    image = put_image(assets, Raster.from_array(ramp))
    drawing = put_image(assets, Raster.from_array(255 - ramp))
    mask = put_mask(assets, Raster.from_array(np.eye(6, 8, dtype=np.uint8) * 255))
    body = tuple(Keypoint(1.25 * i, 2.5 * i, i % 2) for i in range(18))
    hand = tuple(Keypoint(float(i), float(i)) for i in range(21))
    pose = Pose(body, left_hand=hand, face=tuple(Keypoint(0.5, i) for i in range(68)))
    aiko = Character(
        "character-1",
        "愛子",
        ("1girl", "long hair"),
        3,
        (Reference("reference-1", image, mask, pose, "outfit", 0.8), Reference("r2", drawing)),
    )
    panel = Panel(
        "panel-1",
        Polygon.from_pairs([(16, 16), (166, 16), (166, 90.5), (16, 120.25)]),
        Border(1.5, "#112233"),
        prompt="屋上, 夕方",
        negative_prompt="blurry",
        seed=2**32 - 1,
        steps=12,
        guidance_scale=4.5,
        pose_conditioning_scale=0.75,
        puppet_scale=0.5,
        figures=(Figure("figure-1", "character-1", pose, 0.9, ("reference-1",)),),
        region_masks=(RegionMask("mask-1", mask, "figure-1", "reference-1"),),
        region_edits=(
            RegionEdit(
                "edit-1",
                mask,
                "hat",
                "character-1",
                ("r2",),
                "red hat",
                seed=7,
                steps=4,
                guidance_scale=2.0,
                feather_px=3,
                strength=0.5,
                visible=False,
                drawing=Drawing(drawing, "hash-2"),
            ),
        ),
        drawing=Drawing(drawing, "hash-1"),
    )
    open_panel = Panel("panel-2", Polygon.from_rect(Rect(16, 130, 150, 110)), border=None)
    settings = RenderSettings(
        loras=(Lora("/home/artist/ink.safetensors", 0.7),),
        style="monochrome",
        adapter="ip-plus+reference",
    )
    document = Document(
        "よみきり",
        "vertical",
        pages=(Page("page-1", (panel, open_panel), "表紙"), Page("page-2")),
        characters=(aiko,),
        settings=settings,
    )
    return Project(document, assets)


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def saved(project: Project, tmp_path: Path) -> Path:
    """A file with `project` in it."""
    path = tmp_path / "p.koma"
    save_project(project, path)
    return path


@pytest.fixture
def golden() -> Path:
    """The folder of files that former versions wrote."""
    return Path(__file__).parents[2] / "golden"
