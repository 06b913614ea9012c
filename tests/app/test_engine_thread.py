"""Whose turn it is, what cancelling does, how failures end, and that the thread always stops."""

from __future__ import annotations

import os
import sys
import threading
import time
from dataclasses import replace

import pytest

from app.engine_thread import EngineThread
from app.worker_thread import BACKGROUND_NICE, WorkerThread
from core.engine import CancelToken, ModelMissing, OutOfMemory
from core.engine.fake import FakeEngine, FakeScript
from core.storage import get_image
from tests.app.engine_room import HeldEngine, Log, a_project, job


@pytest.fixture
def room(qtbot):
    """Starts an engine thread around an engine, or a factory of one, and stops it."""
    threads = []

    def begin(engine=None, start=True):
        engine = engine or FakeEngine()
        made = EngineThread(engine if callable(engine) else lambda: engine)
        threads.append(made)
        log = Log(made)
        if start:
            made.start()
        return made, log

    yield begin
    assert all(thread.stop() for thread in threads)


def test_panels_are_drawn_in_another_thread_and_put_into_the_store(qtbot, room):
    engine = HeldEngine()
    engine.go.set()
    thread, log = room(engine)
    project = a_project()
    thread.submit(job("1", project, "cab"))
    qtbot.waitUntil(lambda: log.ended("1"))
    assert threading.get_ident() not in engine.threads
    assert log.panels("finished") == ["a", "b", "c"]
    outcome = log.outcome("1")
    assert outcome.kind == "done" and len(outcome.finished) == 3 and not outcome.failed
    for _, _, _, drawing, result in log.of("finished"):
        assert drawing.request_hash == result.request_hash
        assert (get_image(project.assets, drawing.image).array == result.image).all()
    assert all(panel.drawing is None for panel in project.document.panels())
    assert {t[3] for t in log.of("step")} >= {4}


def test_states_go_from_starting_over_loading_to_ready(qtbot, room):
    thread, log = room(FakeEngine(FakeScript(step_delay_s=0.001)))
    for name in ("1", "2"):
        thread.submit(job(name, a_project(), "a"))
        qtbot.waitUntil(lambda name=name: log.ended(name))
    assert log.states == ["starting", "ready", "loading", "busy", "ready", "busy", "ready"]
    assert thread.state.model_id == "koma-toon"


def test_only_the_wanted_panels_and_what_is_not_drawn_yet(qtbot, room):
    thread, log = room()
    thread.submit(job("1", a_project(2, pages=2), "cb"))
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.panels("finished") == ["b", "c"]


def test_asked_for_jobs_keep_their_order(qtbot, room):
    thread, log = room()
    for name in "123":
        thread.submit(job(name, a_project(1), "a"))
    qtbot.waitUntil(lambda: log.ended("1", "2", "3"))
    assert [t[1] for t in log.of("started")] == ["1", "2", "3"]


def test_of_many_drafts_one_is_drawn_and_the_newest_waits(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("d0", a_project(), "a", "draft"))
    qtbot.waitUntil(lambda: bool(log.of("step", "d0")))
    for number in range(1, 10):
        thread.submit(job(f"d{number}", a_project(), "a", "draft"))
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("d0", "d9"))
    assert [t[1] for t in log.of("started")] == ["d0", "d9"]
    assert log.outcome("d0").kind == "done"
    assert {log.outcome(f"d{n}").kind for n in range(1, 9)} == {"replaced"}


def test_an_asked_for_job_interrupts_a_draft_and_goes_before_the_next(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("d1", a_project(), "a", "draft"))
    qtbot.waitUntil(lambda: bool(log.of("step", "d1")))
    thread.submit(job("d2", a_project(), "ab", "draft"))
    thread.submit(job("f", a_project(), "b"))
    qtbot.waitUntil(lambda: bool(log.of("step", "f")))
    assert log.outcome("d1").kind == "cancelled"
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("d2", "f"))
    assert [t[1] for t in log.of("started")] == ["d1", "f", "d2"]
    assert log.panels("finished", "d2") == ["a"]  # "b" has a better picture by then


def test_a_draft_of_nothing_but_asked_for_panels_is_dropped(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("f1", a_project(), "c"))
    thread.submit(job("d", a_project(), "a", "draft"))
    thread.submit(job("f2", a_project(), "a"))
    assert log.outcome("d").kind == "replaced"
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("f1", "f2"))


def test_cancel_is_seen_within_a_step_while_the_thread_is_busy(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "abc"))
    thread.submit(job("2", a_project(), "a"))
    qtbot.waitUntil(lambda: bool(log.of("step", "1")))
    thread.cancel("1")
    assert engine.tokens[0].cancelled  # at once, without an event in the other thread
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.outcome("1").kind == "cancelled"
    assert not log.of("finished", "1")
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("2"))
    assert log.panels("finished", "2") == ["a"]


def test_a_panel_under_way_is_left_out_and_the_others_are_drawn(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "abc"))
    qtbot.waitUntil(lambda: log.panels("step") == ["a"])
    thread.cancel("1", "a")
    qtbot.waitUntil(lambda: "b" in log.panels("step"))
    thread.cancel("1", "c")
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.panels("finished") == ["b"]
    assert log.outcome("1").kind == "done"


def test_the_last_panel_that_is_left_out_ends_the_job(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "ab"))
    qtbot.waitUntil(lambda: bool(log.of("step")))
    thread.cancel("1", "b")
    assert not engine.tokens[0].cancelled
    thread.cancel("1", "a")
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.outcome("1").kind == "cancelled"


def test_panels_and_jobs_that_wait_are_cancelled_without_a_word_to_the_engine(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "a"))
    thread.submit(job("2", a_project(), "bc"))
    thread.submit(job("3", a_project(), "a"))
    thread.cancel("2", "b")
    thread.cancel("3")
    thread.cancel("nobody")
    assert log.outcome("3").kind == "cancelled"
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    assert log.panels("finished") == ["a", "c"]


def test_cancel_all(qtbot, room):
    thread, log = room(HeldEngine())
    for name in "123":
        thread.submit(job(name, a_project(), "a"))
    qtbot.waitUntil(lambda: bool(log.of("step")))
    thread.cancel_all()
    qtbot.waitUntil(lambda: log.ended("1", "2", "3"))
    assert {log.outcome(name).kind for name in "123"} == {"cancelled"}
    assert thread.is_idle


def test_a_panel_that_fails_stops_neither_its_job_nor_the_queue(qtbot, room):
    engine = FakeEngine(FakeScript(failures={0: OutOfMemory("Too large.")}))
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "ab"))
    thread.submit(job("2", a_project(), "c"))
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    ((_, _, panel, error),) = log.of("failed")
    assert (panel, error.code) == ("a", "out_of_memory")
    assert log.panels("finished") == ["b", "c"]
    assert log.outcome("1").kind == "done"
    assert log.outcome("1").failed[0][1] is error
    assert thread.state.kind == "ready"


def test_a_panel_that_cannot_be_planned_fails_alone(qtbot, room):
    project = a_project()
    page = project.document.pages[0]
    broken = replace(page.panels[0], steps=0)
    page = replace(page, panels=(broken, *page.panels[1:]))
    project = replace(project, document=replace(project.document, pages=(page,)))
    thread, log = room()
    thread.submit(job("1", project, "ab"))
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.panels("failed") == ["a"]
    assert log.panels("finished") == ["b"]


class NoModel(FakeEngine):
    """Has no model until `there` is set."""

    there = False

    def render(self, requests, *rest):
        if not self.there:
            raise ModelMissing("There is no model “koma-toon”. Choose another.")
        return super().render(requests, *rest)


def test_a_missing_model_is_a_failed_state_until_it_is_there(qtbot, room):
    engine = NoModel()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "ab"))
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.outcome("1").kind == "failed"
    assert log.panels("failed") == ["a", "b"]
    assert (thread.state.kind, thread.state.text) == (
        "failed", "There is no model “koma-toon”. Choose another.",
    )  # fmt: skip
    engine.there = True
    thread.submit(job("2", a_project(), "ab"))
    qtbot.waitUntil(lambda: log.ended("2"))
    assert log.panels("finished", "2") == ["a", "b"]
    assert thread.state.kind == "ready"


def test_an_engine_that_cannot_be_made_is_made_at_the_next_job(qtbot, room):
    tries = []

    def make():
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("libtorch.so: cannot open shared object file")
        return FakeEngine()

    thread, log = room(make)
    qtbot.waitUntil(lambda: thread.state.kind == "failed")
    assert "libtorch" not in thread.state.text
    thread.submit(job("1", a_project(), "a"))
    thread.submit(job("2", a_project(), "a"))
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    assert log.outcome("1").kind == "failed"
    ((_, _, _, error),) = log.of("failed", "1")
    assert error.code == "unexpected" and "libtorch" in error.details
    assert log.outcome("2").kind == "done"
    assert len(tries) == 3


def test_any_exception_of_the_engine_ends_the_job_and_nothing_else(qtbot, room):
    class Faulty(FakeEngine):
        calls = 0

        def render(self, requests, *rest):
            self.calls += 1
            if self.calls == 1:
                raise ZeroDivisionError("oops")
            return super().render(requests, *rest)

    thread, log = room(Faulty())
    thread.submit(job("1", a_project(), "a"))
    thread.submit(job("2", a_project(), "a"))
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    assert log.of("failed", "1")[0][3].code == "unexpected"
    assert log.panels("finished", "2") == ["a"]


def test_a_smaller_size_is_drawn_and_the_document_is_not_touched(qtbot, room):
    project = a_project(1)
    thread, log = room()
    thread.submit(job("1", project, "a", base_px=192))
    thread.submit(job("2", project, "a"))
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    large, small = (t[4].image for t in log.of("finished"))
    assert large.size > 4 * small.size
    assert project.document.settings.base_px == 64


def test_what_is_submitted_before_the_start_waits(qtbot, room):
    thread, log = room(start=False)
    thread.submit(job("1", a_project(), "a"))
    assert not log.told and not thread.is_idle
    thread.start()
    qtbot.waitUntil(lambda: log.ended("1"))
    assert log.panels("finished") == ["a"]


def test_stop_before_the_start_ends_what_waits(qtbot, room):
    thread, log = room(start=False)
    thread.submit(job("1", a_project(), "a"))
    assert thread.stop()
    assert log.outcome("1").kind == "cancelled"
    thread.start()
    thread.submit(job("2", a_project(), "a"))
    assert log.outcome("2").kind == "cancelled"
    assert not log.of("started")


def test_stop_while_a_job_runs_ends_everything_once_and_frees_the_engine(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "abc"))
    thread.submit(job("2", a_project(), "a"))
    qtbot.waitUntil(lambda: bool(log.of("step")))
    started = time.monotonic()
    assert thread.stop()
    assert time.monotonic() - started < 2
    assert engine.closed
    assert [(t[1], t[2].kind) for t in log.of("ended")] == [("2", "cancelled"), ("1", "cancelled")]
    told = len(log.told)
    qtbot.wait(20)
    assert len(log.told) == told
    assert thread.stop()


def test_a_library_that_is_being_imported_is_waited_for_without_force(qtbot, room):
    entered, leave = threading.Event(), threading.Event()

    def make():
        entered.set()
        leave.wait(10)
        return FakeEngine()

    thread, log = room(make)
    thread.submit(job("1", a_project(), "a"))
    qtbot.waitUntil(entered.is_set)
    assert not thread.stop(timeout_ms=20)
    assert log.outcome("1").kind == "cancelled"
    leave.set()
    assert thread.stop()
    assert not log.of("started")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="niceness of threads")
def test_the_worker_yields_to_the_window_once_it_has_its_engine(qtbot, room):
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    found = []

    class Nice(FakeEngine):
        def render(self, *arguments):
            found.append(niceness())
            return super().render(*arguments)

    def make():
        found.append(niceness())
        return Nice()

    here = niceness()
    thread, log = room(make)
    thread.submit(job("1", a_project(1), "a"))
    qtbot.waitUntil(lambda: log.ended("1"))
    assert found == [here, max(here, BACKGROUND_NICE)]
    assert niceness() == here


def test_where_niceness_is_forbidden_the_thread_runs_all_the_same(qtbot, room, monkeypatch):
    def refuse(*arguments):
        raise PermissionError

    monkeypatch.setattr(os, "setpriority", refuse)
    thread, _ = room()
    qtbot.waitUntil(lambda: thread.state.kind == "ready")


def test_previews_do_not_flood_the_window(qtbot, room):
    project = a_project(1)
    document = project.document
    panel = replace(document.pages[0].panels[0], steps=150)
    document = replace(document, pages=(replace(document.pages[0], panels=(panel,)),))
    thread, log = room(FakeEngine(FakeScript(step_delay_s=0.001)))
    thread.submit(job("1", replace(project, document=document), "a"))
    qtbot.waitUntil(lambda: log.ended("1"))
    steps = [t[3] for t in log.of("step")]
    assert steps[0] == 1 and steps[-1] == 150
    assert len(steps) < 75


def test_one_engine_for_all_jobs(qtbot, room):
    made = []

    def make():
        made.append(FakeEngine())
        return made[-1]

    thread, log = room(make)
    for name in "12":
        thread.submit(job(name, a_project(), "a"))
    qtbot.waitUntil(lambda: log.ended("1", "2"))
    assert len(made) == 1


def test_torch_gets_all_cores_but_one():
    torch = pytest.importorskip("torch")
    from core.engine.device import use_threads, window_threads

    assert [window_threads(n) for n in (1, 2, 8)] == [1, 1, 7]
    before = torch.get_num_threads()
    try:
        assert use_threads(3) == torch.get_num_threads() == 3
        assert use_threads(0) == 1
        assert use_threads(None) == window_threads()
    finally:
        torch.set_num_threads(before)


def test_threads_that_were_never_begun_stop_too(qtbot):
    from PySide6.QtCore import QObject

    assert WorkerThread(QObject(), "idle").stop()


def test_a_token_is_not_set_by_a_round_that_goes_on(qtbot, room):
    engine = HeldEngine()
    thread, log = room(engine)
    thread.submit(job("1", a_project(), "ab"))
    qtbot.waitUntil(lambda: bool(log.of("step")))
    assert isinstance(engine.tokens[0], CancelToken) and not engine.tokens[0].cancelled
    engine.go.set()
    qtbot.waitUntil(lambda: log.ended("1"))
