"""A state machine over the undo history: whatever an artist does, these hold.

Undo all gives the first document but for drawings, redo all the last; every panel shows the newest
drawing that was made for it; the project counts as modified exactly where its file differs.
"""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.commands import undo_text
from app.document_controller import DocumentController
from core.document import (
    CountingIds,
    Document,
    Drawing,
    Page,
    Panel,
    RegionEdit,
    RenderSettings,
    edits,
)
from core.document.checks import check_document
from core.document.edits.panels import PANEL_FIELDS
from core.document.edits.regions import REGION_EDIT_FIELDS
from core.geometry import Polygon, Rect
from core.storage import Project

MASK = "ab" * 32
SEEN: Counter[str] = Counter()
choice = st.integers(0, 10**6)
small = st.integers(-2, 2)


def bare(document: Document) -> Document:
    """The document without its drawings."""
    pages = tuple(
        replace(
            page,
            panels=tuple(
                replace(
                    panel,
                    drawing=None,
                    region_edits=tuple(replace(e, drawing=None) for e in panel.region_edits),
                )
                for panel in page.panels
            ),
        )
        for page in document.pages
    )
    return replace(document, pages=pages)


def drawings(document: Document) -> dict[str, Drawing | None]:
    found: dict[str, Drawing | None] = {}
    for panel in document.panels():
        found[panel.id] = panel.drawing
        found.update((e.id, e.drawing) for e in panel.region_edits)
    return found


class Artist(RuleBasedStateMachine):
    """Beside the controller stands a plain list of documents without drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.ids = CountingIds(10)
        self.controller = DocumentController()
        panel = Panel(
            "panel-1",
            Polygon.from_rect(Rect(20, 20, 60, 80)),
            region_edits=(RegionEdit("edit-1", MASK),),
        )
        first = Document(pages=(Page("page-1", (panel,)),))
        self.controller.open_project(Project(first), Path("a.koma"))
        self.past: list[Document] = [first]
        self.future: list[Document] = []
        self.newest: dict[str, Drawing | None] = drawings(first)
        self.saved = first
        self.gesture: str | None = None
        self.gesture_start: int = 0
        self.count = 0

    @property
    def panels(self) -> list[Panel]:
        return list(self.controller.document.panels())

    def pick(self, number: int) -> Panel:
        return self.panels[number % len(self.panels)]

    def end(self) -> None:
        """As the controller does when something else begins."""
        self.gesture = None

    def did(self, changed: bool) -> None:
        """An edit was made: its document is the present one."""
        if not changed:
            return
        after = bare(self.controller.document)
        if self.gesture is not None and len(self.past) > self.gesture_start:
            self.past.pop()  # the step grows
        self.future.clear()
        if self.gesture is not None and after == self.past[-1]:
            SEEN["vanished"] += 1
            return  # the step vanished
        self.past.append(after)

    @rule(n=choice, text=st.sampled_from(["", "park", "sea"]))
    @precondition(lambda self: self.panels)
    def change_prompt(self, n: int, text: str) -> None:
        self.end()
        panel_id = self.pick(n).id
        self.did(self.controller.edit("p", lambda d: edits.update_panel(d, panel_id, prompt=text)))

    @rule(n=choice)
    def add_panel(self, n: int) -> None:
        self.end()
        panel = Panel(
            self.ids("panel"),
            Polygon.from_rect(Rect(n % 90, 10, 30, 30)),
            region_edits=(RegionEdit(self.ids("edit"), MASK),) * (n % 2),
        )
        self.did(self.controller.edit("a", lambda d: edits.add_panel(d, "page-1", panel)))
        for object_id in (panel.id, *(e.id for e in panel.region_edits)):
            self.newest[object_id] = None

    @rule(n=choice, region=st.booleans())
    @precondition(lambda self: self.panels)
    def remove(self, n: int, region: bool) -> None:
        self.end()
        panel = self.pick(n)
        if region and panel.region_edits:
            edit_id = panel.region_edits[0].id
            self.did(
                self.controller.edit("r", lambda d: edits.remove_region_edit(d, panel.id, edit_id))
            )
        else:
            self.did(self.controller.edit("r", lambda d: edits.remove_panel(d, panel.id)))

    @rule(n=choice, steps=st.lists(small, min_size=1, max_size=4))
    @precondition(lambda self: self.panels)
    def drag(self, n: int, steps: list[int]) -> None:
        if self.gesture is None:
            self.count += 1
            self.gesture, self.gesture_start = f"g{self.count}", len(self.past)
            self.dragged = self.pick(n).id
        if self.dragged not in {panel.id for panel in self.panels}:
            return
        for dx in steps:
            change = partial(edits.move_panel, panel_id=self.dragged, dx_mm=dx, dy_mm=0)
            self.did(self.controller.edit("m", change, self.gesture))

    @rule()
    @precondition(lambda self: self.gesture)
    def release(self) -> None:
        assert self.gesture
        self.controller.finish_gesture(self.gesture)
        self.gesture = None

    @rule()
    @precondition(lambda self: self.gesture)
    def cancel(self) -> None:
        assert self.gesture
        SEEN["cancelled"] += 1
        self.controller.cancel_gesture(self.gesture)
        del self.past[self.gesture_start :]
        self.gesture = None

    @rule(n=choice, region=st.booleans())
    @precondition(lambda self: self.panels)
    def draw(self, n: int, region: bool) -> None:
        panel = self.pick(n)
        self.count += 1
        result = Drawing(f"{self.count:064x}", f"hash-{self.count}")
        if region and panel.region_edits:
            edit_id = panel.region_edits[-1].id
            self.newest[edit_id] = result
            self.controller.apply_result(
                lambda d: edits.set_region_edit_drawing(d, panel.id, edit_id, result)
            )
        else:
            self.newest[panel.id] = result
            self.controller.apply_result(lambda d: edits.set_drawing(d, panel.id, result))

    @rule()
    @precondition(lambda self: len(self.past) > 1)
    def undo(self) -> None:
        self.end()
        self.controller.undo()
        self.future.append(self.past.pop())

    @rule()
    @precondition(lambda self: self.future)
    def redo(self) -> None:
        SEEN["redone"] += 1
        self.end()
        self.controller.redo()
        self.past.append(self.future.pop())

    @rule()
    def save(self) -> None:
        if self.gesture is not None:
            self.release()
        self.saved = self.controller.document
        self.controller.mark_saved(Path("a.koma"))

    @rule(text=st.sampled_from(["one", "two"]))
    def save_while_editing(self, text: str) -> None:
        if self.gesture is not None:
            self.release()
        snapshot = self.controller.document
        self.did(self.controller.edit("t", lambda d: edits.set_title(d, text)))
        self.saved = snapshot
        self.controller.mark_saved(Path("a.koma"), snapshot)

    @invariant()
    def it_is_the_document_of_the_list(self) -> None:
        check_document(self.controller.document)
        assert bare(self.controller.document) == self.past[-1]
        assert self.controller.undo_stack.index() == len(self.past) - 1
        assert self.controller.undo_stack.count() == len(self.past) - 1 + len(self.future)

    @invariant()
    def every_panel_has_its_newest_drawing(self) -> None:
        for object_id, drawing in drawings(self.controller.document).items():
            assert drawing == self.newest[object_id], object_id

    @invariant()
    def modified_is_what_the_file_does_not_hold(self) -> None:
        assert self.controller.modified == (self.controller.document != self.saved)

    def teardown(self) -> None:
        last = bare(self.controller.document)
        everything = [*self.past, *reversed(self.future)]
        while self.controller.undo_stack.canUndo():
            self.controller.undo()
        assert bare(self.controller.document) == everything[0]
        self.every_panel_has_its_newest_drawing()
        while self.controller.undo_stack.canRedo():
            self.controller.redo()
        assert bare(self.controller.document) == everything[-1]
        if not self.future:
            assert bare(self.controller.document) == last
        self.every_panel_has_its_newest_drawing()


@pytest.mark.usefixtures("qapp")
def test_undo_and_redo_keep_their_promises() -> None:
    run_state_machine_as_test(
        Artist,
        settings=settings(
            max_examples=150,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    for event in ("vanished", "cancelled", "redone"):  # else nothing was proved about it
        assert SEEN[event] >= 5, event


def test_every_edit_has_words_of_its_own() -> None:
    texts = {name: undo_text(name) for name in edits.__all__ if name not in NO_EDITS}
    assert all(text and text[0].isupper() and "_" not in text for text in texts.values())


NO_EDITS = {"free_colour", "is_empty", "panels_in_order"}


def test_fields_that_an_artist_types_into_have_words() -> None:
    settings_fields = set(RenderSettings.__dataclass_fields__)
    general = {undo_text("update_panel"), undo_text("update_settings")}
    for field in ("prompt", "negative_prompt", "seed", "steps", "guidance_scale"):
        assert undo_text("update_panel", field) not in general
    for field in sorted(PANEL_FIELDS):
        assert undo_text("update_panel", field) != undo_text("update_panel")
    for field in ("model_id", "quality", "style", "base_px", "loras"):
        assert field in settings_fields
        assert undo_text("update_settings", field) not in general
    assert undo_text("update_region_edit", "feather_px") == "Change feather"
    assert undo_text("update_region_edit", "name") == "Change region"
    assert "name" in REGION_EDIT_FIELDS
    with pytest.raises(KeyError):
        undo_text("paint_the_town")


def test_words_are_where_the_translators_find_them() -> None:
    import app.commands

    calls = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(app.commands)))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QT_TRANSLATE_NOOP"
    ]
    assert len(calls) > 40
    for call in calls:
        context, text = (ast.literal_eval(argument) for argument in call.args)
        assert context == "EditCommand" and text
