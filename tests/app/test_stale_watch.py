"""Which pictures are not what would be drawn now, and which earlier ones fit again."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from app.panel_check import EarlierDrawings, PanelChecker
from app.render_session import RenderEvents, RenderSession
from app.stale_watch import StaleWatch
from core.document import Drawing, Lora
from core.document.edits import (
    remove_figure,
    set_drawing,
    set_region_edit_drawing,
    update_panel,
    update_region_edit,
    update_settings,
)
from core.engine import CancelToken
from core.engine.fake import FakeEngine
from core.render_plan import Target
from core.storage import MemoryAssets, load_project
from tests.app.engine_room import SmallModel
from widgets.page_view import PanelState

EMPTY, MISSING = PanelState.EMPTY, PanelState.MISSING
FRESH, STALE = PanelState.FRESH, PanelState.STALE


class Watched:
    """A watch and the last that it told."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.watch = StaleWatch(pause_ms=0)
        self.states: dict = {}
        self.found: dict = {}
        self.watch.checked.connect(self.take)
        self.answers = 0

    def take(self, states, found) -> None:
        self.states.update(states)
        self.found.update(found)
        self.answers += 1

    def look(self, project, model=None, **more):
        """The states of all panels of this document, in order."""
        before = self.answers
        self.states, self.found = {}, {}
        self.watch.set_document(project, model or SmallModel(), **more)
        panels = [panel.id for panel in project.document.panels()]
        self.qtbot.waitUntil(lambda: self.answers > before and len(self.states) == len(panels))
        return [self.states[panel_id] for panel_id in panels]

    @property
    def computed(self) -> int:
        return self.watch._worker.computed


@pytest.fixture
def watched(qtbot):
    made = Watched(qtbot)
    made.watch.start()
    yield made
    assert made.watch.stop()


@pytest.fixture
def project(studio):
    """Two panels, the second with a region edit; nothing is drawn."""
    project = load_project(studio.small())
    return replace(project, document=update_settings(project.document, base_px=64, steps=8))


def drawn(project, quality="final"):
    pages = [page.id for page in project.document.pages]
    session = RenderSession(project, SmallModel(), quality, pages)
    session.run(FakeEngine(), RenderEvents(), CancelToken())
    return session.project


def edited(project, change, *arguments, **more):
    return replace(project, document=change(project.document, *arguments, **more))


def test_missing_fresh_stale_and_empty(watched, project):
    assert watched.look(project) == [MISSING, MISSING]
    project = drawn(project)
    assert watched.look(project) == [FRESH, FRESH]
    changed = edited(project, update_panel, "panel-1", prompt="beach")
    assert watched.look(changed) == [STALE, FRESH]
    nothing = edited(project, update_panel, "panel-1", prompt="")
    nothing = edited(nothing, remove_figure, "panel-1", "f1")
    assert watched.look(nothing) == [EMPTY, FRESH]
    assert watched.look(edited(project, update_settings, style="ink")) == [STALE, STALE]
    assert watched.look(project, SmallModel(digest="e" * 64)) == [STALE, STALE]
    assert watched.look(project, sizes={"panel-2": 96}) == [FRESH, STALE]
    hero = replace(project.document.characters[0], tags=("1boy",))
    other = replace(project, document=replace(project.document, characters=(hero,)))
    assert watched.look(other) == [STALE, STALE]


def test_region_edits_count_where_they_are_visible(watched, project):
    project = drawn(project)
    other = edited(project, update_region_edit, "panel-2", "e", prompt="blue sleeve")
    assert watched.look(other) == [FRESH, STALE]
    hidden = edited(other, update_region_edit, "panel-2", "e", visible=False)
    assert watched.look(hidden) == [FRESH, FRESH]
    undrawn = edited(project, set_region_edit_drawing, "panel-2", "e", None)
    earlier = project.document.panel("panel-2").region_edits[0].drawing
    assert watched.look(undrawn) == [FRESH, FRESH]
    assert watched.found == {Target("page", "panel-2", "e"): earlier}


def test_a_draft_is_stale_where_final_pictures_are_wanted(watched, project):
    draft = drawn(project, "draft")
    assert watched.look(draft) == [STALE, STALE]
    assert watched.look(edited(draft, update_settings, quality="draft")) == [FRESH, FRESH]
    final = drawn(project)
    assert watched.look(edited(final, update_settings, quality="draft")) == [FRESH, FRESH]


def test_undo_finds_the_earlier_picture_without_drawing(watched, project):
    first = drawn(project)
    watched.look(first)
    second = drawn(edited(first, update_panel, "panel-2", prompt="beach"))
    assert watched.look(second) == [FRESH, FRESH]
    assert not watched.found
    undone = edited(second, update_panel, "panel-2", prompt="park")  # keeps the newest drawings
    assert watched.look(undone) == [FRESH, FRESH]
    old = first.document.panel("panel-2")
    assert watched.found == {
        Target("page", "panel-2"): old.drawing,
        Target("page", "panel-2", "e"): old.region_edits[0].drawing,
    }
    redone = edited(first, update_panel, "panel-2", prompt="beach")
    watched.look(redone)
    assert watched.found[Target("page", "panel-2")] == second.document.panel("panel-2").drawing


def test_a_remembered_result_is_found_though_no_document_ever_had_it(watched, project):
    watched.look(project)
    result = drawn(project).document.panel("panel-1").drawing
    watched.watch.remember(result)
    assert watched.look(project) == [FRESH, MISSING]
    assert watched.found == {Target("page", "panel-1"): result}


def test_a_draft_of_the_same_is_better_than_a_picture_of_something_else(watched, project):
    other = drawn(edited(project, update_panel, "panel-1", prompt="beach"))
    draft = drawn(project, "draft").document.panel("panel-1").drawing
    watched.watch.remember(draft)
    back = edited(other, update_panel, "panel-1", prompt="park")
    assert watched.look(back) == [STALE, FRESH]
    assert watched.found == {Target("page", "panel-1"): draft}
    watched.look(edited(back, set_drawing, "panel-1", draft))
    assert not watched.found


def test_pictures_that_the_project_does_not_hold_are_not_offered(watched, project):
    lost = drawn(project).document.panel("panel-1").drawing
    watched.watch.remember(lost)
    elsewhere = without_drawings(project)
    assert watched.look(elsewhere) == [MISSING, MISSING]
    assert not watched.found
    watched.watch.forget()
    assert watched.look(project) == [MISSING, MISSING]


def without_drawings(project):
    """The same project with a store that holds what artists put in and nothing that was drawn."""
    drawings = {p.drawing.image for p in drawn(project).document.panels() if p.drawing}
    kept = MemoryAssets()
    for digest in project.assets:
        if digest not in drawings:
            kept.put(project.assets.get(digest))
    return replace(project, assets=kept)


def test_what_did_not_change_is_not_computed_again(watched, project):
    project = drawn(project)
    watched.look(project)
    before = watched.computed
    watched.look(project)
    watched.look(replace(project, document=replace(project.document, title="x")))
    assert watched.computed == before
    changed = edited(project, update_panel, "panel-1", prompt="beach")
    watched.look(changed)
    assert watched.computed == before + 1
    watched.look(project)
    watched.look(changed)
    assert watched.computed == before + 1
    redrawn = edited(changed, set_drawing, "panel-1", None)
    watched.look(redrawn)
    assert watched.computed == before + 1


def test_only_the_newest_document_is_asked_about(qtbot, watched, project, monkeypatch):
    entered, leave = threading.Event(), threading.Event()
    real = PanelChecker.check
    checked = []

    def slow(self, context, page_id, panel, has):
        checked.append(panel.prompt)
        entered.set()
        leave.wait(10)
        return real(self, context, page_id, panel, has)

    monkeypatch.setattr(PanelChecker, "check", slow)
    watched.watch.set_document(project, SmallModel())
    qtbot.waitUntil(entered.is_set)
    for number in range(20):
        project = edited(project, update_panel, "panel-1", prompt=f"beach {number}")
        watched.watch.set_document(project, SmallModel())
    qtbot.wait(10)
    leave.set()
    assert watched.look(edited(project, update_panel, "panel-2", prompt="sky")) == [MISSING] * 2
    assert checked.count("park") == 1  # then it left the old document alone
    assert not {f"beach {n}" for n in range(19)} & set(checked)


def test_the_page_that_is_looked_at_comes_first(watched, project, monkeypatch):
    order = []
    real = PanelChecker.check

    def noted(self, context, page_id, panel, has):
        order.append(page_id)
        return real(self, context, page_id, panel, has)

    monkeypatch.setattr(PanelChecker, "check", noted)
    page = project.document.pages[0]
    others = [
        replace(page, id=f"p{n}", panels=(replace(page.panels[0], id=f"x{n}"),)) for n in (1, 2)
    ]
    document = replace(project.document, pages=(page, *others))
    watched.look(replace(project, document=document), first_page_id="p2")
    assert order == ["p2", "page", "page", "p1"]


def test_without_a_model_what_is_drawn_is_stale(qtbot, watched, project):
    page = drawn(project).document
    half = set_drawing(page, "panel-2", None)
    watched.watch.set_document(replace(project, document=half), None)
    qtbot.waitUntil(lambda: len(watched.states) == 2)
    assert list(watched.states.values()) == [STALE, MISSING]


def test_what_cannot_be_planned_is_stale_until_it_can(watched, project, tmp_path):
    project = drawn(project)
    lora = tmp_path / "ink.safetensors"
    lora.write_bytes(b"one")
    with_lora = edited(project, update_settings, loras=(Lora(str(lora), 1.0),))
    assert watched.look(with_lora) == [STALE, STALE]
    with_lora = drawn(with_lora)
    assert watched.look(with_lora) == [FRESH, FRESH]
    lora.unlink()
    assert watched.look(with_lora) == [STALE, STALE]
    lora.write_bytes(b"another file")
    assert watched.look(with_lora) == [STALE, STALE]
    lora.write_bytes(b"one")
    assert watched.look(with_lora) == [FRESH, FRESH]


def test_it_stops_before_the_start_and_while_it_works(qtbot, project, monkeypatch):
    idle = StaleWatch(pause_ms=0)
    idle.set_document(project, SmallModel())
    qtbot.wait(5)
    assert idle.stop()
    idle.set_document(project, SmallModel())
    busy = StaleWatch(pause_ms=0)
    entered = threading.Event()
    real = PanelChecker.check

    def noted(self, *arguments):
        entered.set()
        return real(self, *arguments)

    monkeypatch.setattr(PanelChecker, "check", noted)
    told = []
    busy.checked.connect(lambda *answer: told.append(answer))
    busy.start()
    busy.set_document(project, SmallModel())
    qtbot.waitUntil(entered.is_set)
    assert busy.stop()
    qtbot.wait(10)
    assert not told


def test_earlier_drawings_are_bounded():
    kept = EarlierDrawings(size=2)
    drawings = [Drawing(str(n) * 64, f"hash {n}") for n in range(3)]
    kept.keep(drawings[0])
    kept.keep(drawings[1])
    assert kept.find("hash 0") is drawings[0]
    kept.keep(drawings[2])
    assert [kept.find(f"hash {n}") for n in range(3)] == [drawings[0], None, drawings[2]]
