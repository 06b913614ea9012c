"""From the artist's wish to the picture on the page, with everything that can come in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.document_controller import DocumentController
from app.engine_thread import EngineThread
from app.render_controller import RenderController
from app.stale_watch import StaleWatch
from core.document import Drawing
from core.document.edits import (
    remove_panel,
    remove_region_edit,
    set_drawing,
    update_panel,
    update_settings,
)
from core.engine import ModelMissing, OutOfMemory
from core.engine.fake import FakeEngine, FakeScript
from core.errors import BadInput
from core.geometry import Raster
from core.storage import get_image, load_project, put_image
from tests.app.engine_room import HeldEngine, Log, SmallModel, a_project
from widgets.page_view import PanelState


class Desk:
    """Everything of the application that takes part, without a window."""

    def __init__(self, qtbot, project, engine, watch=False) -> None:
        self.qtbot, self.engine = qtbot, engine
        self.controller = DocumentController()
        self.controller.open_project(project, None)
        self.thread = EngineThread(lambda: engine)
        self.log = Log(self.thread)
        self.watch = StaleWatch(pause_ms=0) if watch else None
        self.model = SmallModel()
        self.renders = RenderController(
            self.controller, self.thread, self.model_of, watch=self.watch
        )
        self.notes: list[str] = []
        self.changed: list[set[str]] = []
        self.renders.notes.connect(self.notes.append)
        self.renders.statuses_changed.connect(lambda ids: self.changed.append(set(ids)))
        self.thread.start()
        if self.watch is not None:
            self.watch.start()

    def model_of(self, document):
        if isinstance(self.model, Exception):
            raise self.model
        return self.model

    def stop(self) -> bool:
        return self.thread.stop() and (self.watch is None or self.watch.stop())

    def state(self, panel_id: str) -> PanelState:
        return self.renders.statuses[panel_id].state

    def drawing(self, panel_id: str) -> Drawing | None:
        return self.controller.document.panel(panel_id).drawing

    def edit(self, change, *arguments, **more) -> None:
        assert self.controller.edit("edit", lambda d: change(d, *arguments, **more))

    def rows(self) -> list[tuple[str, str]]:
        return [(row.title, row.state) for row in self.renders.rows]

    def wait(self, condition) -> None:
        self.qtbot.waitUntil(condition)

    def idle(self) -> None:
        self.wait(lambda: self.thread.is_idle and not self.renders.active_count)


@pytest.fixture
def desk(qtbot):
    made = []

    def make(engine=None, project=None, **more):
        made.append(Desk(qtbot, project or a_project(), engine or FakeEngine(), **more))
        return made[-1]

    yield make
    assert all(desk.stop() for desk in made)


@pytest.fixture
def held(desk):
    """A desk whose engine stops after each step."""
    return desk(HeldEngine())


def test_a_page_is_drawn_and_its_pictures_are_in_the_document(desk):
    d = desk()
    assert d.state("a") is PanelState.MISSING
    assert d.renders.render_page("page-0") == 3
    assert [d.state(i) for i in "abc"] == [PanelState.QUEUED] * 3
    assert d.rows() == [(f"Page 1, panel {n}", "waiting") for n in (1, 2, 3)]
    d.idle()
    assert [d.state(i) for i in "abc"] == [PanelState.FRESH] * 3
    for panel_id in "abc":
        picture = get_image(d.controller.assets, d.drawing(panel_id).image)
        assert (picture.width, picture.height) == (96, 64)
    assert {state for _, state in d.rows()} == {"done"}
    assert d.controller.modified and not d.controller.undo_stack.canUndo()
    assert set().union(*d.changed) == {"a", "b", "c"}
    assert d.renders.render_stale() == 0
    d.renders.clear_finished()
    assert not d.renders.rows


def test_while_it_is_drawn_the_panel_shows_step_preview_and_time_left(desk):
    d = desk(FakeEngine(FakeScript(step_delay_s=0.05)))
    d.renders.render_panels(["b"])
    seen = []
    d.renders.statuses_changed.connect(lambda ids: seen.append(d.renders.statuses["b"]))
    left = []
    d.renders.rows_changed.connect(lambda: left.append(d.renders.seconds_left))
    d.idle()
    drawing = [status for status in seen if status.state is PanelState.DRAWING]
    steps = [status.step for status in drawing]
    assert steps in ([1, 2, 3], [1, 2, 3, 4])  # the last one may come with the picture
    assert {status.steps for status in drawing} == {4}
    assert all(not status.preview.isNull() for status in drawing)
    guesses = [seconds for seconds in left if seconds]
    assert guesses and guesses[-1] < guesses[0] and min(guesses) > 0.03
    assert d.renders.seconds_left is None


def test_nothing_is_drawn_twice(held):
    assert held.renders.render_panels("ab") == 2
    assert held.renders.render_panels("ab") == 0
    assert held.renders.render_page("page-0") == 1
    held.engine.go.set()
    held.idle()
    assert len(held.engine.rendered) == 3
    held.renders.render_page("page-0")  # without a watch the engine's thread finds out
    held.idle()
    assert len(held.engine.rendered) == 3


def test_empty_panels_are_left_alone(desk):
    d = desk()
    d.edit(update_panel, "b", prompt=" ")
    assert d.state("b") is PanelState.EMPTY
    assert d.renders.render_page("page-0") == 2
    d.idle()
    d.edit(update_panel, "b", prompt="sky")
    assert d.state("b") is PanelState.MISSING


def test_a_result_for_a_panel_that_is_gone_is_dropped(held):
    held.renders.render_panels("ab")
    held.wait(lambda: bool(held.log.of("step")))
    held.edit(remove_panel, "a")
    assert "a" not in held.renders.statuses
    held.engine.go.set()
    held.idle()
    assert held.log.panels("finished") == ["b"]
    assert held.state("b") is PanelState.FRESH
    held.controller.undo()
    assert held.state("a") is PanelState.MISSING


def test_a_result_for_a_region_edit_that_is_gone_is_dropped(desk, studio):
    project = load_project(studio.small())
    project = replace(project, document=update_settings(project.document, base_px=64))
    d = desk(HeldEngine(), project)
    d.renders.render_panels(["panel-2"])
    d.wait(lambda: bool(d.log.of("step")))
    d.edit(remove_region_edit, "panel-2", "e")
    d.engine.go.set()
    d.idle()
    assert len(d.log.of("finished")) == 2
    assert d.drawing("panel-2") is not None
    d.controller.undo()
    assert d.controller.document.panel("panel-2").region_edits[0].drawing is None


def test_a_panel_that_changed_meanwhile_gets_the_picture_and_is_stale(held):
    held.renders.render_panels("a")
    held.wait(lambda: bool(held.log.of("step")))
    held.edit(update_panel, "a", prompt="beach")
    held.engine.go.set()
    held.idle()
    assert held.drawing("a") is not None
    assert held.state("a") is PanelState.STALE


def test_a_slow_result_never_hides_a_newer_drawing(held):
    held.renders.render_panels("a")
    held.wait(lambda: bool(held.log.of("step")))
    held.edit(update_panel, "a", prompt="beach")
    image = put_image(held.controller.assets, Raster(1, 1, 3, b"new"))
    newer = Drawing(image, "f" * 64)
    held.edit(set_drawing, "a", newer)
    held.engine.go.set()
    held.idle()
    assert held.log.panels("finished") == ["a"]
    assert held.drawing("a") == newer


def test_a_panel_that_changed_is_put_in_line_again_in_place_of_what_waits(held):
    held.renders.render_panels("ab")
    held.wait(lambda: bool(held.log.of("step")))
    held.edit(update_panel, "b", prompt="beach")
    assert held.renders.render_panels("ab") == 1
    held.engine.go.set()
    held.idle()
    assert len(held.engine.rendered) == 2
    assert held.state("b") is PanelState.FRESH


def test_drafts_follow_the_hand_and_the_last_one_is_shown(held):
    for number in range(8):
        held.edit(update_panel, "a", prompt=f"step {number}")
        held.renders.draft("a")
        if number == 0:
            held.wait(lambda: bool(held.log.of("step")))
    assert held.state("a") is PanelState.DRAWING
    assert held.renders.active_count == 2
    held.engine.go.set()
    held.idle()
    assert len(held.engine.rendered) == 2
    assert held.drawing("a").request_hash == held.engine.rendered[-1]
    assert held.state("a") is PanelState.STALE  # a draft is not what the project asks for
    assert not held.renders.rows


def test_a_draft_that_waits_is_not_lost_to_another_panel(held):
    held.renders.draft("a")
    held.wait(lambda: bool(held.log.of("step")))
    held.renders.draft("b")
    held.renders.draft("c")
    held.engine.go.set()
    held.idle()
    assert all(held.drawing(i) for i in "abc")


def test_asked_for_panels_leave_the_draft_that_waits(held):
    held.renders.draft("a")
    held.wait(lambda: bool(held.log.of("step")))
    held.renders.draft("b")
    held.renders.draft("c")
    held.renders.render_panels("b")
    assert [row.panel.id for row in held.renders._rows if row.state == "waiting"] == ["c", "b"]
    held.engine.go.set()
    held.idle()
    assert all(held.drawing(i) for i in "bc")


def test_the_final_picture_replaces_the_draft(held):
    held.renders.draft("a")
    held.wait(lambda: bool(held.log.of("step")))
    held.renders.render_panels("a")
    held.engine.go.set()
    held.idle()
    assert held.state("a") is PanelState.FRESH
    held.renders.draft("a")
    held.idle()
    assert held.state("a") is PanelState.FRESH  # a final picture is good enough for a draft


def test_no_draft_where_the_picture_was_asked_for_already(held):
    held.renders.render_panels("a")
    held.renders.draft("a")
    assert held.renders.active_count == 1
    held.engine.go.set()
    held.idle()


def test_cancelling_one_row_of_a_job(held):
    held.renders.render_page("page-0")
    held.wait(lambda: bool(held.log.of("step")))
    first, second, third = (row.id for row in held.renders.rows)
    held.renders.cancel(second)
    held.renders.cancel(first)
    assert held.state("a") is held.state("b") is PanelState.MISSING
    held.engine.go.set()
    held.idle()
    assert held.log.panels("finished") == ["c"]
    assert sorted(held.rows()) == [
        ("Page 1, panel 1", "cancelled"),
        ("Page 1, panel 2", "cancelled"),
        ("Page 1, panel 3", "done"),
    ]
    held.renders.retry(first)
    held.idle()
    assert held.drawing("a") is not None
    assert ("Page 1, panel 1", "cancelled") not in held.rows()
    assert third


def test_cancel_all_leaves_the_page_as_it_was(held):
    held.renders.render_page("page-0")
    held.wait(lambda: bool(held.log.of("step")))
    held.renders.cancel_all()
    assert [held.state(i) for i in "abc"] == [PanelState.MISSING] * 3
    held.idle()
    assert not held.log.of("finished")


def test_a_failure_is_shown_until_the_panel_is_tried_again(desk):
    error = OutOfMemory("There is not enough memory.", details="Traceback ...")
    d = desk(FakeEngine(FakeScript(failures={1: error})))
    d.renders.render_page("page-0")
    d.idle()
    assert [d.state(i) for i in "abc"] == [PanelState.FRESH, PanelState.FAILED, PanelState.FRESH]
    assert d.renders.statuses["b"].message == "There is not enough memory."
    assert d.renders.details("b") == ("There is not enough memory.", "Traceback ...")
    (row,) = (row for row in d.renders.rows if row.state == "failed")
    assert row.message == "There is not enough memory."
    assert d.renders.details(row.id) == d.renders.details("b")
    d.renders.retry("b")
    assert d.state("b") is PanelState.QUEUED
    d.idle()
    assert d.state("b") is PanelState.FRESH
    assert d.renders.details("b") == ("", "")


def test_a_failure_is_forgotten_when_the_panel_is_changed(desk):
    d = desk(FakeEngine(FakeScript(failures={0: OutOfMemory("Too large.")})))
    d.renders.render_panels("a")
    d.idle()
    d.edit(update_panel, "b", prompt="beach")
    assert d.state("a") is PanelState.FAILED
    d.edit(update_panel, "a", prompt="beach")
    assert d.state("a") is PanelState.MISSING


def test_smaller_draws_a_smaller_picture_down_to_what_the_model_can(desk):
    project = a_project()
    project = replace(project, document=update_settings(project.document, base_px=128))
    failures = {0: OutOfMemory("Too large."), 1: OutOfMemory("Too large.")}
    d = desk(FakeEngine(FakeScript(failures=failures)), project, watch=True)
    d.renders.render_panels("a")
    d.idle()
    d.renders.smaller("a")
    d.idle()
    assert d.state("a") is PanelState.FAILED
    d.renders.smaller("a")
    d.idle()
    assert d.renders.sizes == {"a": 64}
    d.wait(lambda: d.state("a") is PanelState.FRESH)
    small = get_image(d.controller.assets, d.drawing("a").image)
    assert (small.width, small.height) == (96, 64)
    assert not d.notes
    d.renders.smaller("a")
    assert len(d.notes) == 1 and "smaller" in d.notes[0]
    assert d.controller.document.settings.base_px == 128
    d.edit(update_settings, base_px=96)
    assert not d.renders.sizes
    d.wait(lambda: d.state("a") is PanelState.STALE)


def test_a_model_that_is_not_there_is_a_note_and_nothing_is_in_line(desk):
    d = desk()
    d.model = BadInput("There is no model “x”. Choose another.")
    d.renders.render_page("page-0")
    assert d.notes == ["There is no model “x”. Choose another."]
    assert not d.renders.rows and d.state("a") is PanelState.MISSING


def test_a_damaged_model_fails_every_panel_and_drafts_keep_quiet(desk):
    class NoModel(FakeEngine):
        def render(self, *arguments):
            raise ModelMissing("The model is damaged.")

    d = desk(NoModel())
    d.renders.render_panels("ab")
    d.idle()
    assert [d.state(i) for i in "abc"] == [PanelState.FAILED] * 2 + [PanelState.MISSING]
    d.renders.draft("c")
    assert not d.renders.active_count
    d.model = SmallModel("another")
    d.edit(update_settings, model_id="another")
    d.renders.draft("c")
    assert d.renders.active_count == 1
    d.idle()


def test_what_the_engine_left_out_is_told_once(desk):
    d = desk(FakeEngine(FakeScript(notes=("No adapter.",))))
    d.renders.render_page("page-0")
    d.idle()
    assert d.notes == ["No adapter."]


def test_another_project_ends_everything(held):
    held.renders.render_page("page-0")
    held.wait(lambda: bool(held.log.of("step")))
    held.controller.open_project(a_project(1), None)
    assert not held.renders.rows
    assert set(held.renders.statuses) == {"a"}
    held.engine.go.set()
    held.wait(lambda: held.thread.is_idle)
    assert held.drawing("a") is None and held.state("a") is PanelState.MISSING


def test_undo_shows_the_earlier_picture_without_the_engine(desk):
    d = desk(watch=True)
    d.renders.render_panels("a")
    d.idle()
    first = d.drawing("a")
    d.edit(update_panel, "a", prompt="beach")
    assert d.state("a") is PanelState.STALE  # at once, before anybody looked
    d.renders.render_panels("a")
    d.idle()
    second = d.drawing("a")
    assert second != first
    d.controller.undo()
    d.wait(lambda: d.drawing("a") == first and d.state("a") is PanelState.FRESH)
    d.controller.redo()
    d.wait(lambda: d.drawing("a") == second and d.state("a") is PanelState.FRESH)
    assert len(d.engine.rendered) == 2
    assert d.renders.render_stale() == 2  # "b" and "c"
    d.idle()


def test_under_a_moving_hand_nobody_looks_until_it_rests_or_lets_go(desk):
    d = desk()
    d.renders.render_panels("abc")
    d.idle()

    def move(panel_id: str, seed: int) -> None:
        d.controller.edit("move", lambda known: update_panel(known, panel_id, seed=seed), "hand")

    move("a", 7)
    assert d.state("a") is PanelState.FRESH
    d.wait(lambda: d.state("a") is PanelState.STALE)
    move("b", 8)
    assert d.state("b") is PanelState.FRESH
    d.controller.finish_gesture("hand")
    assert d.state("b") is PanelState.STALE


def test_what_the_hand_has_just_moved_is_drawn_with_all_that_is_stale(desk):
    d = desk()
    d.renders.render_panels("abc")
    d.idle()
    d.controller.edit("move", lambda known: update_panel(known, "a", seed=7), "hand")
    assert d.renders.render_stale() == 1
    d.idle()
    assert d.state("a") is PanelState.FRESH
    d.controller.finish_gesture("hand")


def test_the_result_of_what_was_undone_waits_for_redo(desk):
    d = desk(HeldEngine(), watch=True)
    d.engine.go.set()
    d.renders.render_panels("a")
    d.idle()
    first = d.drawing("a")
    d.edit(update_panel, "a", prompt="beach")
    d.engine.go.clear()
    d.renders.render_panels("a")
    d.wait(lambda: d.state("a") is PanelState.DRAWING)
    d.controller.undo()
    d.engine.go.set()
    d.idle()
    d.wait(lambda: d.drawing("a") == first and d.state("a") is PanelState.FRESH)
    d.controller.redo()
    d.wait(lambda: d.drawing("a") != first and d.state("a") is PanelState.FRESH)
    assert len(d.engine.rendered) == 2


def test_the_watch_knows_models_that_were_added(desk):
    d = desk(watch=True)
    d.renders.render_panels("a")
    d.idle()
    d.wait(lambda: d.state("a") is PanelState.FRESH)
    d.model = SmallModel(digest="e" * 64)
    d.renders.look_for_models()
    d.wait(lambda: d.state("a") is PanelState.STALE)


def test_region_edits_are_part_of_their_panels_row(desk, studio):
    project = load_project(studio.small())
    project = replace(project, document=update_settings(project.document, base_px=64, steps=4))
    d = desk(project=project)
    d.renders.render_panels(["panel-2"])
    d.idle()
    assert d.controller.document.panel("panel-2").region_edits[0].drawing is not None
    assert d.rows() == [("Page 1, panel 2", "done")]
    assert d.state("panel-2") is PanelState.FRESH
