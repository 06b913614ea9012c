"""When drawings are looked at, and that nothing is looked at twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from pytestqt.qtbot import QtBot

from app.best_of import other_seeds
from app.consistency_watch import ConsistencyWatch
from app.document_controller import DocumentController
from app.engine_thread import EngineThread
from app.examiner import Examiner, Question
from app.render_controller import RenderController
from core.document import Panel
from core.document.edits import mirror_figure, update_panel
from core.storage import load_project
from tests.app.conftest import Studio
from tests.app.engine_room import SmallModel
from tests.app.painted import RED, PaintEngine
from widgets.page_view import PanelState

WAIT_MS = 10_000


class CountingExaminer(Examiner):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def answer(self, question: Question, can_encode: bool):
        self.asked.append(question.panel_id)
        return super().answer(question, can_encode)


@dataclass
class Room:
    controller: DocumentController
    renders: RenderController
    engine: EngineThread
    watch: ConsistencyWatch
    examiner: CountingExaminer
    qtbot: QtBot
    painter: PaintEngine
    changes: list[int] = field(default_factory=list[int])

    def panel(self, number: int) -> Panel:
        return self.controller.document.pages[0].panels[number]

    def until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def settle(self) -> None:
        self.until(lambda: self.engine.is_idle and not self.watch.is_busy)


@pytest.fixture
def room(qtbot: QtBot, studio: Studio) -> Iterator[Room]:
    controller, examiner = DocumentController(), CountingExaminer()
    painter = PaintEngine({2: RED})
    engine = EngineThread(lambda: painter, examiner=examiner)
    renders = RenderController(controller, engine, lambda document: SmallModel())
    watch = ConsistencyWatch(controller, renders, engine, idle_ms=5)
    room = Room(controller, renders, engine, watch, examiner, qtbot, painter)
    watch.changed.connect(lambda: room.changes.append(len(watch.drifting)))
    controller.open_project(load_project(studio.small()), None)
    yield room
    watch.stop()
    engine.stop()


def test_each_drawing_is_looked_at_once(room: Room) -> None:
    room.engine.start()
    room.renders.render_panels(["panel-1", "panel-2"])
    room.until(lambda: len(room.examiner.asked) == 2)
    room.settle()
    assert sorted(room.examiner.asked) == ["panel-1", "panel-2"]
    assert list(room.watch.drifting) == ["panel-1"] and room.changes[-1] == 1
    assert room.watch.score("panel-2") is not None

    room.controller.edit("rename", lambda d: update_panel(d, "panel-2", border=None))
    room.renders.on_checked({"panel-1": PanelState.FRESH, "panel-2": PanelState.FRESH}, {})
    room.settle()
    assert len(room.examiner.asked) == 2, "a border changes no figure"


def test_nothing_is_looked_at_under_a_moving_hand(room: Room) -> None:
    room.engine.start()
    figure = room.panel(1).figures[0]
    room.controller.edit("drag", lambda d: mirror_figure(d, "panel-2", figure.id), "gesture")
    assert room.controller.in_gesture
    room.renders.render_panels(["panel-1"])
    room.until(lambda: bool(room.painter.seeds))
    room.qtbot.wait(60)
    assert room.examiner.asked == []
    room.controller.finish_gesture("gesture")
    room.until(lambda: room.examiner.asked == ["panel-1"])


def test_another_project_forgets_everything(room: Room, studio: Studio) -> None:
    room.engine.start()
    room.renders.render_panels(["panel-1"])
    room.until(lambda: bool(room.watch.drifting))
    room.controller.open_project(load_project(studio.small()), None)
    assert room.watch.drifting == {} and room.changes[-1] == 0


def test_seeds_are_others(qtbot: QtBot) -> None:
    found = other_seeds(8, 5)
    assert len(set(found)) == 8 and 5 not in found
    assert all(0 <= seed < 2**32 for seed in found)
