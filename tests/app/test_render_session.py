"""What the command line cannot reach: when it saves, what it shows, shared results."""

from __future__ import annotations

import io
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from app import render_session
from app.cli.interrupt import stopping_on_interrupt
from app.cli.progress import RenderDisplay
from app.render_session import RenderEvents, RenderSession, Survey, place_of
from core.engine import CancelToken, RenderProgress, RenderResult
from core.engine.fake import FakeEngine, FakeScript
from core.errors import StorageFailed
from core.render_plan import Target
from core.storage import Project, load_project


@pytest.fixture
def begin(studio):
    """A session on the small project, its documents as they were saved, and its engine."""

    def make(project=None, save=None):
        project = project or load_project(studio.small())
        saved = []
        session = RenderSession(
            project,
            studio.workplace.base_model("koma-toon"),
            "final",
            [page.id for page in project.document.pages],
            save or saved.append,
        )
        return session, saved, FakeEngine(FakeScript())

    return make


def drawn(project: Project) -> int:
    return sum(panel.drawing is not None for panel in project.document.panels())


def test_it_saves_after_each_page_and_once_in_a_while(begin, monkeypatch):
    session, saved, engine = begin()
    session.run(engine, RenderEvents(), CancelToken())
    assert len(saved) == 1
    monkeypatch.setattr(render_session, "SAVE_EVERY_S", 0.0)
    session, saved, engine = begin()
    session.run(engine, RenderEvents(), CancelToken())
    assert [drawn(project) for project in saved] == [1, 2, 2]


def test_a_failing_save_stops_the_drawing_at_once(begin, monkeypatch):
    monkeypatch.setattr(render_session, "SAVE_EVERY_S", 0.0)

    def full(project):
        raise StorageFailed("small.koma was not saved: the disk is full.")

    session, _, engine = begin(save=full)
    with pytest.raises(StorageFailed, match="disk is full"):
        session.run(engine, RenderEvents(), CancelToken())
    assert len(engine.rendered) == 1


def test_panels_that_ask_for_the_same_are_drawn_once(begin, studio):
    project = load_project(studio.small())
    (page,) = project.document.pages
    twin = replace(page.panels[0], id="twin", figures=(replace(page.panels[0].figures[0], id="f"),))
    page = replace(page, panels=(page.panels[0], twin))
    document = replace(project.document, pages=(page,))
    session, _, engine = begin(replace(project, document=document))
    assert session.survey().steps == 2 * session.document.settings.steps
    outcome = session.run(engine, RenderEvents(), CancelToken())
    assert len(outcome.finished) == 2
    assert len(engine.rendered) == 1
    first, second = session.document.panels()
    assert first.drawing == second.drawing


def test_what_the_engine_left_out_is_told_once(begin):
    session, _, _ = begin()
    engine = FakeEngine(FakeScript(notes=("No adapter.",)))
    assert session.run(engine, RenderEvents(), CancelToken()).notes == ["No adapter."]


def test_place_counts_in_reading_order(begin):
    session, _, _ = begin()
    assert place_of(session.document, Target("page", "panel-2")) == (1, 2)


def test_the_bar_shows_panel_step_and_time_left():
    target = Target("page", "panel-2", "edit")
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=110)
    with RenderDisplay(Survey((target,), 20, 0, 0), lambda t: (1, 3), console) as display:
        display.events.on_progress(target, RenderProgress("hash", 12, 20))
        display.events.on_finished(target, RenderResult("hash", None))  # type: ignore[arg-type]
    shown = screen.getvalue()
    assert "Drawing page 1, panel 3, region (12 of 20)" in shown
    assert " 60 %" in shown and "left" in shown


@pytest.fixture
def usual_interrupt() -> Iterator[None]:
    """Python's own handler, also where tests run in the background with SIGINT ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("usual_interrupt")
def test_ctrl_c_sets_the_token_once_and_then_interrupts():
    token = CancelToken()
    before = signal.getsignal(signal.SIGINT)
    with stopping_on_interrupt(token):
        signal.raise_signal(signal.SIGINT)
        assert token.cancelled
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
