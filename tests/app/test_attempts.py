"""Several drawings of one panel as one job of the engine's thread."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.attempts import Choice
from app.engine_thread import EngineThread
from core.engine import ModelMissing, OutOfMemory
from core.engine.fake import FakeEngine, FakeScript
from tests.app.engine_room import Log, a_project, job

SEEDS = (7, 8, 9)


@pytest.fixture
def draw(qtbot: QtBot):
    """Runs a job with seeds; the log and what was chosen."""
    threads: list[EngineThread] = []

    def run(script: FakeScript, **more: object) -> tuple[Log, list[Choice]]:
        thread = EngineThread(lambda: FakeEngine(script))
        threads.append(thread)
        log, chosen = Log(thread), list[Choice]()
        thread.panel_chosen.connect(lambda job_id, choice: chosen.append(choice))
        thread.start()
        thread.submit(job("one", a_project(), "b", seeds=SEEDS, **more))
        qtbot.waitUntil(lambda: log.ended("one"))
        return log, chosen

    yield run
    for thread in threads:
        thread.stop()


def test_all_seeds_are_one_run_of_steps(draw: Callable[..., tuple[Log, list[Choice]]]) -> None:
    log, (choice,) = draw(FakeScript())
    assert choice.drawn == 3 and len(choice.drawings) == 3
    assert choice.panel is not None and choice.panel.seed == 7, "of equals the first"
    assert choice.panel.drawing == choice.drawings[0]
    steps = [t[3] for t in log.of("step")]
    assert steps == sorted(steps) and steps[-1] == 3 * 4
    assert log.panels("finished") == [], "only the choice is told"
    assert log.outcome("one").kind == "done"


def test_a_seed_that_fails_leaves_the_others(
    draw: Callable[..., tuple[Log, list[Choice]]],
) -> None:
    log, (choice,) = draw(FakeScript(failures={0: OutOfMemory("Too little memory.")}))
    assert choice.drawn == 2 and choice.panel is not None and choice.panel.seed == 8
    assert log.of("failed") == [] and log.outcome("one").kind == "done"


def test_where_none_is_drawn_the_panel_has_failed(
    draw: Callable[..., tuple[Log, list[Choice]]],
) -> None:
    error = OutOfMemory("Too little memory.")
    log, chosen = draw(FakeScript(failures=dict.fromkeys(range(3), error)))
    assert chosen == [] and log.panels("failed") == ["b"]
    assert log.outcome("one").kind == "failed"


def test_a_model_that_goes_away_leaves_the_best_so_far(
    draw: Callable[..., tuple[Log, list[Choice]]],
) -> None:
    log, (choice,) = draw(FakeScript(failures={1: ModelMissing("The model is gone.")}))
    assert choice.drawn == 1 and choice.panel is not None and choice.panel.seed == 7
    assert log.of("failed") == []
