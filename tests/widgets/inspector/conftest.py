"""A small project, and a desk that does to it what the inspector asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.document import (
    Character,
    Document,
    Figure,
    Lora,
    Page,
    Panel,
    Reference,
    RegionEdit,
    RegionMask,
    RenderSettings,
    edits,
)
from core.geometry import Polygon, Rect
from core.pose import STANDING
from widgets.inspector import Inspector, ModelChoice, Selection

MODELS = (ModelChoice("toon", "Toon", "small and quick"), ModelChoice("large", "Large"))


def digest(letter: str) -> str:
    return letter * 64


def make_document() -> Document:
    """Page "one" with panels "left" (two figures, two regions), "right" and "lower"."""
    aiko = Character(
        "aiko",
        "Aiko",
        colour=2,
        references=(
            Reference("aiko-whole", digest("a")),
            Reference("aiko-face", digest("b"), role="face", scale=0.5),
        ),
    )
    ren = Character("ren", "Ren", colour=1, references=(Reference("ren-whole", digest("c")),))
    left = Panel(
        "left",
        Polygon.from_rect(Rect(10, 10, 60, 80)),
        prompt="smile, park",
        seed=7,
        figures=(Figure("back", "aiko", STANDING), Figure("front", "ren", STANDING, scale=0.8)),
        region_masks=(RegionMask("area", digest("d"), "back", "aiko-face"),),
        region_edits=(
            RegionEdit("low", digest("e"), name="hand", character_id="aiko"),
            RegionEdit("high", digest("f"), prompt="wink", visible=False, strength=0.6),
        ),
    )
    right = Panel("right", Polygon.from_rect(Rect(80, 10, 60, 80)), prompt="rain", seed=9, steps=30)
    lower = Panel("lower", Polygon.from_rect(Rect(10, 100, 130, 80)), prompt="rain", seed=9)
    return Document(
        title="Test",
        pages=(Page("one", (left, right, lower)),),
        characters=(aiko, ren),
        settings=RenderSettings(
            model_id="toon",
            style="ink",
            negative_prompt="text",
            loras=(Lora("/files/soft.safetensors", 0.5), Lora("C:\\files\\hard.safetensors")),
        ),
    )


class Desk:
    """Applies edits at once, as the window does, and shows the inspector the new document."""

    def __init__(self, inspector: Inspector) -> None:
        self.inspector = inspector
        self.document = make_document()
        self.selection = Selection("one")
        self.panel_edits: list[tuple[str, tuple[str, ...], str, object]] = []
        self.finished: list[str] = []
        inspector.panel_edited.connect(self._on_panel_edited)
        inspector.gesture_finished.connect(self.finished.append)
        self.show()

    def show(self) -> None:
        self.inspector.show_document(self.document, self.selection, MODELS)

    def select(self, *panel_ids: str, **others: str) -> None:
        self.selection = Selection("one", panel_ids, **others)
        self.show()

    def change(self, document: Document) -> None:
        self.document = document
        self.show()

    def change_panel(self, panel_id: str, **fields: object) -> None:
        self.change(edits.update_panel(self.document, panel_id, **fields))

    def panel(self, panel_id: str) -> Panel:
        return self.document.panel(panel_id)

    def _on_panel_edited(
        self, gesture_id: str, panel_ids: tuple[str, ...], field: str, value: object
    ) -> None:
        self.panel_edits.append((gesture_id, panel_ids, field, value))
        document = self.document
        for panel_id in panel_ids:
            document = edits.update_panel(document, panel_id, **{field: value})
        self.change(document)


@pytest.fixture
def desk(qtbot) -> Desk:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(280, 900)
    desk = Desk(inspector)
    inspector.show()
    qtbot.waitExposed(inspector)
    return desk


@pytest.fixture
def inspector(desk: Desk) -> Inspector:
    return desk.inspector


@pytest.fixture
def without_figures(desk: Desk) -> Document:
    panel = replace(desk.panel("left"), figures=(), region_masks=())
    page = replace(desk.document.pages[0], panels=(panel, *desk.document.pages[0].panels[1:]))
    return replace(desk.document, pages=(page,))
