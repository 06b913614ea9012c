"""A state machine over all edits: whatever an artist does, these hold after each step.

No id points at nothing, every panel has an area, what an edit left equal is the same object,
undoing gives documents as they were when they were new, and a saved project is read back equal.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import resources
from core.document import (
    Border,
    Character,
    CountingIds,
    Document,
    Drawing,
    Figure,
    Page,
    PageFormat,
    Panel,
    Reference,
    RegionEdit,
    RegionMask,
    edits,
)
from core.document.checks import check_document
from core.document.layouts import LayoutTemplate, load_templates
from core.errors import BadInput
from core.geometry import Point, Polygon, Raster, Rect
from core.pose import STANDING, Pose
from core.storage import MemoryAssets, Project, load_project, put_mask, save_project

OUTCOMES: Counter[tuple[str, str]] = Counter()
TEMPLATES = load_templates(resources.path("layouts"))
ASSETS = MemoryAssets()
DIGESTS = [
    put_mask(ASSETS, Raster.from_array(np.full((4, 4), value, np.uint8))) for value in (1, 99, 255)
]

millimetres = st.floats(-60, 320, allow_nan=False).map(lambda v: round(v, 2))
points = st.builds(Point, millimetres, millimetres)
scales = st.floats(0, 2).map(lambda v: round(v, 3))
digests = st.sampled_from(DIGESTS)
choice = st.integers(0, 10**6)  # picks one of what there is
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
names = texts.filter(str.strip)


@st.composite
def poses(draw: st.DrawFn) -> Pose:
    x, y, size = draw(millimetres), draw(millimetres), draw(st.floats(1, 100))
    grid = np.stack([np.arange(18) % 3 * size / 3 + x, np.arange(18) // 3 * size / 6 + y], 1)
    return Pose.from_array(np.column_stack([grid, np.ones(18)]).round(3))


class Artist(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.ids = CountingIds()
        self.history: list[Document] = []
        self.undone: list[Document] = []
        self.document = Document()
        self.when_new: dict[int, str] = {}  # id() of a document that is in use -> its contents

    def do(self, edit: Callable[[Document], Document], *, refuses: str = "") -> None:
        """Make an edit; one with a name in `refuses` may raise BadInput and change nothing."""
        before = self.document
        try:
            after = edit(before)
        except BadInput:
            assert refuses
            OUTCOMES[refuses, "refused"] += 1
            return
        OUTCOMES[refuses, "done"] += after is not before
        if after is before:
            return
        assert after != before, "an edit that changes nothing gives the same document back"
        assert_shares(before, after)
        self.when_new[id(after)] = repr(after)
        self.history.append(before)
        self.undone.clear()
        self.document = after

    @initialize()
    def start(self) -> None:
        """A document in which each kind of link is there to be cut from the first step on."""
        panel = Panel(
            "panel-a",
            Polygon.from_rect(Rect(10, 10, 80, 60)),
            figures=(
                Figure("figure-a", "character-a", STANDING, reference_ids=("reference-a",)),
                Figure("figure-b", "character-b", STANDING),
            ),
            region_masks=(
                RegionMask("mask-a", DIGESTS[0], "figure-a", "reference-a"),
                RegionMask("mask-b", DIGESTS[1], "figure-b"),
            ),
            region_edits=(
                RegionEdit(
                    "edit-a", DIGESTS[2], character_id="character-b", reference_ids=("reference-b",)
                ),
            ),
        )
        page = Page("page-a", (panel,))
        cast = (
            Character("character-a", "愛子", references=(Reference("reference-a", DIGESTS[0]),)),
            Character("character-b", "Ren", references=(Reference("reference-b", DIGESTS[1]),)),
        )
        self.document = Document("よみきり", pages=(page,), characters=cast)
        check_document(self.document)
        self.when_new[id(self.document)] = repr(self.document)

    def pick_panel(self, number: int) -> Panel:
        panels = tuple(self.document.panels())
        return panels[number % len(panels)]

    @property
    def has_panels(self) -> bool:
        return any(page.panels for page in self.document.pages)

    @property
    def has_figures(self) -> bool:
        return any(panel.figures for panel in self.document.panels())

    def pick_figure(self, number: int) -> tuple[str, Figure]:
        pairs = [(panel.id, f) for panel in self.document.panels() for f in panel.figures]
        return pairs[number % len(pairs)]

    # Pages

    @rule(name=texts, n=choice)
    def add_page(self, name: str, n: int) -> None:
        page = Page(self.ids("page"), name=name)
        index = n % (len(self.document.pages) + 1)
        self.do(lambda d: edits.add_page(d, page, index))

    @precondition(lambda self: len(self.document.pages) > 1)
    @rule(n=choice, m=choice, remove=st.booleans())
    def move_or_remove_page(self, n: int, m: int, remove: bool) -> None:
        page_id = self.document.pages[n % len(self.document.pages)].id
        if remove:
            self.do(lambda d: edits.remove_page(d, page_id))
        else:
            self.do(lambda d: edits.move_page(d, page_id, m % len(d.pages)))

    @rule(n=choice, template=st.sampled_from(TEMPLATES))
    def apply_layout(self, n: int, template: LayoutTemplate) -> None:
        page_id = self.document.pages[n % len(self.document.pages)].id
        self.do(
            lambda d: edits.apply_layout(d, page_id, template, self.ids),
            refuses="layout",
        )

    @rule(
        title=texts, direction=st.sampled_from(["rtl", "ltr", "vertical"]), steps=st.integers(1, 50)
    )
    def set_document(self, title: str, direction: str, steps: int) -> None:
        self.do(lambda d: edits.set_title(d, title))
        self.do(lambda d: edits.set_reading_direction(d, direction))  # type: ignore[arg-type]
        self.do(lambda d: edits.update_settings(d, steps=steps))
        self.do(lambda d: edits.set_page_format(d, PageFormat(margin_mm=steps / 4)))

    # Panels

    @rule(n=choice, x=millimetres, y=millimetres, w=st.floats(2, 150), h=st.floats(2, 150))
    def add_panel(self, n: int, x: float, y: float, w: float, h: float) -> None:
        page_id = self.document.pages[n % len(self.document.pages)].id
        panel = Panel(self.ids("panel"), Polygon.from_rect(Rect(x, y, w, h)))
        self.do(lambda d: edits.add_panel(d, page_id, panel))

    @precondition(lambda self: self.has_panels)
    @rule(n=choice)
    def remove_panel(self, n: int) -> None:
        panel_id = self.pick_panel(n).id
        self.do(lambda d: edits.remove_panel(d, panel_id))

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, corners=st.lists(points, min_size=3, max_size=6))
    def set_polygon(self, n: int, corners: list[Point]) -> None:
        panel_id = self.pick_panel(n).id
        self.do(
            lambda d: edits.set_polygon(d, panel_id, Polygon(tuple(corners))), refuses="polygon"
        )

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, start=points, end=points, gap=st.none() | st.floats(0, 8))
    def split_panel(self, n: int, start: Point, end: Point, gap: float | None) -> None:
        panel_id = self.pick_panel(n).id
        self.do(
            lambda d: edits.split_panel(d, panel_id, start, end, gap, self.ids), refuses="split"
        )

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, angle=st.floats(0, math.pi))
    def split_panel_in_the_middle(self, n: int, angle: float) -> None:
        panel = self.pick_panel(n)
        middle = panel.polygon.bounds.center
        reach = 2 * max(panel.polygon.bounds.width, panel.polygon.bounds.height)
        step = Point(reach * math.cos(angle), reach * math.sin(angle))
        self.do(
            lambda d: edits.split_panel(d, panel.id, middle - step, middle + step, 1.0, self.ids),
            refuses="split",
        )

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, edge=choice, distance=st.floats(-40, 40), aligned=st.booleans())
    def move_gutter(self, n: int, edge: int, distance: float, aligned: bool) -> None:
        panel = self.pick_panel(n)
        edge %= len(panel.polygon.points)
        self.do(
            lambda d: edits.move_gutter(d, panel.id, edge, distance, aligned=aligned),
            refuses="gutter",
        )

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, dx=millimetres, prompt=texts, seed=st.integers(0, 2**32 - 1), image=digests)
    def update_panel(self, n: int, dx: float, prompt: str, seed: int, image: str) -> None:
        panel_id = self.pick_panel(n).id
        border = Border(1.2, "#102030") if seed % 2 else None
        self.do(lambda d: edits.move_panel(d, panel_id, dx, -dx))
        self.do(lambda d: edits.update_panel(d, panel_id, prompt=prompt, seed=seed, border=border))
        self.do(lambda d: edits.set_drawing(d, panel_id, Drawing(image, f"hash-{seed}")))

    # Figures

    @precondition(lambda self: self.has_panels and self.document.characters)
    @rule(n=choice, m=choice, pose=poses(), explicit=st.booleans(), back=st.booleans())
    def add_figure(self, n: int, m: int, pose: Pose, explicit: bool, back: bool) -> None:
        panel_id = self.pick_panel(n).id
        character = self.document.characters[m % len(self.document.characters)]
        picked = tuple(r.id for r in character.references) if explicit else ()
        figure = Figure(self.ids("figure"), character.id, pose, reference_ids=picked)
        self.do(lambda d: edits.add_figure(d, panel_id, figure, 0 if back else None))

    @precondition(lambda self: self.has_figures)
    @rule(n=choice, m=choice, remove=st.booleans())
    def reorder_or_remove_figure(self, n: int, m: int, remove: bool) -> None:
        panel_id, figure = self.pick_figure(n)
        count = len(self.document.panel(panel_id).figures)
        if remove:
            self.do(lambda d: edits.remove_figure(d, panel_id, figure.id))
        else:
            self.do(lambda d: edits.reorder_figure(d, panel_id, figure.id, m % count))

    @precondition(lambda self: self.has_figures)
    @rule(n=choice, joint=st.integers(0, 17), to=points, factor=st.floats(0.5, 2), scale=scales)
    def pose_figure(self, n: int, joint: int, to: Point, factor: float, scale: float) -> None:
        panel_id, figure = self.pick_figure(n)
        ids = (panel_id, figure.id)
        self.do(lambda d: edits.move_joint(d, *ids, joint, to))
        self.do(lambda d: edits.scale_figure(d, *ids, factor), refuses="pose")
        self.do(lambda d: edits.move_figure(d, *ids, to.x / 10, to.y / 10), refuses="pose")
        self.do(lambda d: edits.mirror_figure(d, *ids))
        self.do(lambda d: edits.set_joint_confidence(d, *ids, joint, scale / 2))
        self.do(lambda d: edits.set_figure_scale(d, *ids, scale))

    @precondition(lambda self: self.has_figures)
    @rule(n=choice, m=choice)
    def recast_figure(self, n: int, m: int) -> None:
        panel_id, figure = self.pick_figure(n)
        character_id = self.document.characters[m % len(self.document.characters)].id
        self.do(lambda d: edits.set_figure_character(d, panel_id, figure.id, character_id))

    # The cast

    @rule(name=names, with_reference=st.booleans(), image=digests)
    def add_character(self, name: str, with_reference: bool, image: str) -> None:
        references = (Reference(self.ids("reference"), image, mask=image),) * with_reference
        colour = edits.free_colour(self.document)
        character = Character(self.ids("character"), name, ("1girl",), colour, references)
        self.do(lambda d: edits.add_character(d, character))

    @precondition(lambda self: len(self.document.characters) > 1)
    @rule(n=choice)
    def remove_character(self, n: int) -> None:
        character_id = self.document.characters[n % len(self.document.characters)].id
        self.do(lambda d: edits.remove_character(d, character_id))

    @precondition(lambda self: self.document.characters)
    @rule(n=choice, name=names, image=digests, pose=st.none() | poses(), scale=scales)
    def change_character(
        self, n: int, name: str, image: str, pose: Pose | None, scale: float
    ) -> None:
        character_id = self.document.characters[n % len(self.document.characters)].id
        reference = Reference(self.ids("reference"), image, pose=pose, role="face")
        self.do(lambda d: edits.rename_character(d, character_id, name))
        self.do(lambda d: edits.add_reference(d, character_id, reference, 0))
        self.do(lambda d: edits.update_reference(d, character_id, reference.id, scale=scale))

    @precondition(lambda self: any(c.references for c in self.document.characters))
    @rule(n=choice)
    def remove_reference(self, n: int) -> None:
        pairs = [(c.id, r.id) for c in self.document.characters for r in c.references]
        character_id, reference_id = pairs[n % len(pairs)]
        self.do(lambda d: edits.remove_reference(d, character_id, reference_id))

    # Regions

    @precondition(lambda self: self.has_figures)
    @rule(n=choice, m=choice, mask=digests, other=digests)
    def add_region_mask(self, n: int, m: int, mask: str, other: str) -> None:
        panel_id, figure = self.pick_figure(n)
        references = self.document.character(figure.character_id).references
        reference_id = (None, *(r.id for r in references))[m % (len(references) + 1)]
        region_mask = RegionMask(self.ids("mask"), mask, figure.id, reference_id)
        self.do(lambda d: edits.add_region_mask(d, panel_id, region_mask))
        self.do(lambda d: edits.set_region_mask(d, panel_id, region_mask.id, other))

    @precondition(lambda self: self.has_panels)
    @rule(n=choice, m=choice, mask=digests, prompt=texts, strength=st.floats(0, 1))
    def add_region_edit(self, n: int, m: int, mask: str, prompt: str, strength: float) -> None:
        panel_id = self.pick_panel(n).id
        region_edit = RegionEdit(self.ids("edit"), mask, prompt=prompt)
        cast = (None, *self.document.characters)
        character = cast[m % len(cast)]
        fields = {
            "character_id": character.id if character else None,
            "reference_ids": tuple(r.id for r in character.references) if character else (),
            "strength": strength,
        }
        self.do(lambda d: edits.add_region_edit(d, panel_id, region_edit, 0))
        self.do(lambda d: edits.update_region_edit(d, panel_id, region_edit.id, **fields))
        self.do(
            lambda d: edits.set_region_edit_drawing(
                d, panel_id, region_edit.id, Drawing(mask, "hash")
            )
        )

    @precondition(lambda self: any(p.region_edits for p in self.document.panels()))
    @rule(n=choice, remove=st.booleans())
    def move_or_remove_region_edit(self, n: int, remove: bool) -> None:
        pairs = [(p.id, e.id) for p in self.document.panels() for e in p.region_edits]
        panel_id, edit_id = pairs[n % len(pairs)]
        if remove:
            self.do(lambda d: edits.remove_region_edit(d, panel_id, edit_id))
        else:
            self.do(lambda d: edits.move_region_edit(d, panel_id, edit_id, 0))

    # History and disk

    @precondition(lambda self: self.history)
    @rule()
    def undo(self) -> None:
        self.undone.append(self.document)
        self.document = self.history.pop()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.history.append(self.document)
        self.document = self.undone.pop()

    @invariant()
    def document_is_sound(self) -> None:
        check_document(self.document)
        assert all(panel.polygon.area >= 1 for panel in self.document.panels())

    def teardown(self) -> None:
        last = self.document
        for before in (last, *reversed(self.history)):
            assert repr(before) == self.when_new[id(before)], "an edit changed an old document"


def assert_shares(before: Document, after: Document) -> None:
    """Whatever is equal before and after is one object."""
    old = {item.id: item for item in parts(before)}
    for item in parts(after):
        if item.id in old and item == old[item.id]:
            assert item is old[item.id]


def parts(document: Document) -> Iterator[Page | Panel | Figure | Character | Reference]:
    yield from document.pages
    yield from document.characters
    for character in document.characters:
        yield from character.references
    for panel in document.panels():
        yield panel
        yield from panel.figures


class SavingArtist(Artist):
    folder: Path

    @rule()
    def save_and_load(self) -> None:
        path = self.folder / "p.koma"
        save_project(Project(self.document, ASSETS), path)
        assert load_project(path).document == self.document


def test_edits_keep_the_document_sound(tmp_path: Path) -> None:
    SavingArtist.folder = tmp_path
    run_state_machine_as_test(
        SavingArtist,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The machine is only worth something if it came to both ends of what may be refused.
    for edit in ("layout", "polygon", "split", "gutter"):
        assert OUTCOMES[edit, "done"] >= 5, edit
    for edit in ("polygon", "split"):
        assert OUTCOMES[edit, "refused"] >= 1, edit
