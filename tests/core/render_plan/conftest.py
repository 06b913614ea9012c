"""A page with two characters whose references are plain drawings on transparent ground."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from core.document import (
    Character,
    Document,
    Figure,
    Page,
    Panel,
    Reference,
    RenderSettings,
)
from core.geometry import Polygon, Raster, Rect
from core.pose import STANDING, place_pose
from core.storage import AssetStore, MemoryAssets, get_image, put_image, put_mask

RED, BLUE = (200, 30, 30), (30, 30, 200)


@dataclass(frozen=True)
class Model:
    """What a plan asks of a base model."""

    id: str = "tiny"
    digest: str = "d1"
    native_px: int = 128
    size_multiple: int = 32
    draft_steps: int = 6
    draft_guidance_scale: float | None = None

    def adapter_digest(self, choice: str) -> str:
        return "" if choice == "anime" else "+".join(f"files of {c}" for c in choice.split("+"))


@dataclass
class Desk:
    """A document with its assets, and the panel most tests look at."""

    assets: AssetStore
    document: Document
    model: Model = field(default_factory=Model)

    def load(self, digest: str) -> Raster:
        return get_image(self.assets, digest)

    @property
    def page(self) -> Page:
        return self.document.pages[0]

    @property
    def panel(self) -> Panel:
        return self.page.panels[0]

    def with_panel(self, **fields: object) -> Desk:
        panel = replace(self.panel, **fields)
        page = replace(self.page, panels=(panel, *self.page.panels[1:]))
        return replace(self, document=replace(self.document, pages=(page,)))

    def with_settings(self, **fields: object) -> Desk:
        settings = replace(self.document.settings, **fields)
        return replace(self, document=replace(self.document, settings=settings))

    def mask(self, left: float, right: float) -> str:
        """A mask over the panel's bounds, painted between two shares of its width."""
        pixels = np.zeros((40, 60), np.uint8)
        pixels[:, round(left * 60) : round(right * 60)] = 255
        return put_mask(self.assets, Raster.from_array(pixels))


def character(assets: AssetStore, name: str, colour: tuple[int, int, int]) -> Character:
    """One reference: a standing shape of one colour, with its mask and skeleton."""
    pixels = np.full((160, 120, 3), 255, np.uint8)
    mask = np.zeros((160, 120), np.uint8)
    mask[10:155, 25:95] = 255
    pixels[mask > 0] = colour
    reference = Reference(
        f"reference-{name}",
        put_image(assets, Raster.from_array(pixels)),
        put_mask(assets, Raster.from_array(mask)),
        place_pose(STANDING, Rect(20, 5, 80, 152)),
    )
    return Character(f"character-{name}", name, ("1girl", "solo", f"{name} hair"), 0, (reference,))


def figure(name: str, x: float) -> Figure:
    """Standing in a panel of 60 x 40 mm, its middle at x mm."""
    return Figure(
        f"figure-{name}", f"character-{name}", place_pose(STANDING, Rect(x - 9, 2, 18, 36))
    )


@pytest.fixture
def desk() -> Desk:
    assets = MemoryAssets()
    cast = (character(assets, "red", RED), character(assets, "blue", BLUE))
    panel = Panel(
        "panel-1",
        Polygon.from_rect(Rect(20, 20, 60, 40)),
        prompt="park, smile",
        seed=7,
        figures=(figure("red", 15), figure("blue", 45)),
    )
    second = Panel("panel-2", Polygon.from_rect(Rect(20, 80, 60, 60)), prompt="sky")
    empty = Panel("panel-3", Polygon.from_rect(Rect(20, 160, 60, 60)))
    page = Page("page-1", (panel, second, empty))
    settings = RenderSettings(model_id="tiny", steps=12, base_px=128, style="line art, park")
    return Desk(assets, Document("本", pages=(page,), characters=cast, settings=settings))


@pytest.fixture
def drawn() -> Callable[[Desk, int], np.ndarray]:
    """A picture of a drawing's size, different for each number."""

    def picture(desk: Desk, number: int) -> np.ndarray:
        rng = np.random.default_rng(number)
        return rng.integers(0, 256, (96, 160, 3), dtype=np.uint8)

    return picture
