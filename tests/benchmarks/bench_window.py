"""The window under the hand while the engine draws: late events, frames, puppets.

The real window, offscreen, on a page of 24 panels with two figures each, which the real engine
draws with koma-toon in the meantime. A joint goes round in circles, 60 mouse moves a second. A
frame is what the window's thread does for one move (the edit and all that follows it) and the
painting after it. Lateness is that of events that fall due every 4 ms; see `_window.Lateness`.
Arguments: seconds of each drag (5).
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from _window import (
    FRAME_S,
    Lateness,
    Spread,
    application,
    crowded,
    mouse,
    print_load,
    print_pauses,
    sample_project,
    until,
    verdict,
    window_on,
)
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer

import app.window.session
from app.puppet_thread import PuppetThread
from app.window.main_window import MainWindow
from app.window.session import WindowSession
from core.document.edits import move_joint
from core.geometry import Point
from core.storage import Project
from widgets.page_view import Tool

DRAG_S, PUPPET_S = 5.0, 3.0
PUPPET_PX = 512
PANEL, WRIST = 9, 4  # the panel of the page whose first figure's wrist is dragged
CIRCLE_PX, CIRCLE_S = 24.0, 1.5
LATE_GOAL_MS, FRAME_GOAL_MS, PUPPET_GOAL = 4.0, 16.7, 60.0


@dataclass
class Clock:
    """Time by the clock and processor time of this thread, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def measure(self, work: Callable[[], object]) -> object:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = work()
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.thread_time() - cpu)
        return result


class TimedWindow(MainWindow):
    """Notes how long each painting of the window takes."""

    paints: Clock | None = None

    def event(self, event: QEvent) -> bool:
        if self.paints is None or event.type() != QEvent.Type.UpdateRequest:
            return super().event(event)
        return bool(self.paints.measure(lambda: super(TimedWindow, self).event(event)))


@dataclass
class Drag:
    """One drag of a joint, its events sent as they fall due; those missed are left out."""

    session: WindowSession
    seconds: float
    moves: Clock = field(default_factory=Clock)
    paints: Clock = field(default_factory=Clock)
    frames: list[tuple[float, float]] = field(default_factory=list)  # by the clock, processor
    puppets: int = 0
    late: Spread = field(default_factory=lambda: Spread.of(()))

    def run(self) -> None:
        port = self.session.window.view.viewport()
        start = self._wrist()
        application().sendEvent(port, mouse(QEvent.Type.MouseMove, port, start, False))
        application().sendEvent(port, mouse(QEvent.Type.MouseButtonPress, port, start, True))
        lateness = Lateness()
        self.session.puppets.puppet_ready.connect(self._count)
        self.session.window.paints = self.paints
        lateness.start()
        self._go_round(port, start)
        self.late = lateness.stop()
        self.session.window.paints = None
        self.session.puppets.puppet_ready.disconnect(self._count)
        application().sendEvent(port, mouse(QEvent.Type.MouseButtonRelease, port, start, False))

    def _go_round(self, port: QObject, start: QPointF) -> None:
        began = time.perf_counter()
        due = began
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, singleShot=True)

        def move() -> None:
            nonlocal due
            turn = 2 * math.pi * (time.perf_counter() - began) / CIRCLE_S
            at = start + CIRCLE_PX * QPointF(math.sin(turn), 1 - math.cos(turn))
            event = mouse(QEvent.Type.MouseMove, port, at, True)
            self._close_frame()
            self.moves.measure(lambda: application().sendEvent(port, event))
            now = time.perf_counter()
            while due <= now:
                due += FRAME_S
            timer.start(round((due - now) * 1e3))

        timer.timeout.connect(move)
        timer.start(0)
        until(lambda: time.perf_counter() - began > self.seconds)
        timer.stop()
        self._close_frame()

    def _close_frame(self) -> None:
        """The last move and all that was painted since."""
        if not self.moves.wall:
            return
        painted = slice(self._painted, None)
        self.frames.append(
            (
                self.moves.wall[-1] + sum(self.paints.wall[painted]),
                self.moves.cpu[-1] + sum(self.paints.cpu[painted]),
            )
        )
        self._painted = len(self.paints.wall)

    _painted: int = 0

    def _wrist(self) -> QPointF:
        session = self.session
        panel = session.controller.document.panel(f"panel-{PANEL}")
        keypoint, bounds = panel.figures[0].pose.body[WRIST], panel.polygon.bounds
        at = QPointF(bounds.x + keypoint.x, bounds.y + keypoint.y)
        return QPointF(session.window.view.mapFromScene(at))

    def _count(self, panel_id: str, image: object, rect: object) -> None:
        self.puppets += image is not None

    def report(self, title: str) -> None:
        moves, paints = Spread.of(self.moves.wall), Spread.of(self.paints.wall)
        frames = Spread.of([wall for wall, _ in self.frames])
        cpu = Spread.of([cpu for _, cpu in self.frames])
        print(f"{title}: {self.seconds:g} s, {moves.count} moves, {paints.count} paintings")
        print(f"  events     {self.late}  late")
        print(f"  moves      {moves}")
        print(f"  paintings  {paints}")
        print(f"  frames     {frames}")
        print(f"    processor time {cpu}")
        print(f"  puppets    {self.puppets} on screen, {self.puppets / self.seconds:.1f} a second")
        verdict("late events, 99th percentile", self.late.p99, LATE_GOAL_MS, "ms")
        verdict("longest frame", frames.most, FRAME_GOAL_MS, "ms")


def watch(title: str, seconds: float) -> None:
    """How the window answers without a hand on it."""
    lateness = Lateness()
    lateness.start()
    until(lambda: False, seconds)
    print(f"{title}: {seconds:g} s\n  events     {lateness.stop()}  late")


def begin_drawing(session: WindowSession) -> None:
    """Draw the page, and return when the engine is at its steps."""
    steps: list[int] = []

    def count(*_: object) -> None:
        steps.append(1)

    session.engine.progressed.connect(count)
    session.render_actions.stale()
    until(lambda: len(steps) > 1)
    session.engine.progressed.disconnect(count)


def drags(project: Project, seconds: float) -> None:
    app.window.session.MainWindow = TimedWindow  # type: ignore[misc]
    with window_on(project) as session:
        until(lambda: session.engine.state.kind in ("ready", "failed"))
        until(lambda: False, 1.0)
        watch("Nothing is drawn, nothing moves", seconds / 2)
        session.state.select_panels((f"panel-{PANEL}",))
        session.state.set_tool(Tool.POSE)
        session.window.view.fit_page()
        until(lambda: False, 0.5)
        drag(session, "A drag while nothing is drawn", seconds)
        begin_drawing(session)
        watch("The engine draws, nothing moves", seconds / 2)
        drag_while_drawn(session, "A drag while the engine draws, the page in view", seconds)
        session.window.view.fit_panel(f"panel-{PANEL}")
        until(lambda: False, 0.5)
        drag_while_drawn(session, "The same, close to the panel", seconds)


def drag(session: WindowSession, title: str, seconds: float) -> None:
    one = Drag(session, seconds)
    one.run()
    one.report(title)
    session.renders.cancel_all()  # the draft that would follow
    until(lambda: session.engine.is_idle)


def drag_while_drawn(session: WindowSession, title: str, seconds: float) -> None:
    if session.renders.active_count < 2:
        begin_drawing(session)
    drag = Drag(session, seconds)
    steps: list[int] = []

    def count(*_: object) -> None:
        steps.append(1)

    session.engine.progressed.connect(count)
    drag.run()
    session.engine.progressed.disconnect(count)
    drag.report(title)
    print(f"  the engine told {len(steps)} steps of single panels meanwhile")


def puppets(project: Project, seconds: float) -> None:
    """Answers a second where the next pose comes with the last answer."""
    panel = project.document.panel(f"panel-{PANEL}")
    for title, numbers in (("one of them moves", (0,)), ("both move", (0, 1))):
        moments = _puppet_moments(project, seconds, panel.id, numbers)
        rate = len(moments) / seconds
        print(f"Two figures in a panel of {PUPPET_PX} px, {title}: {rate:.1f} puppets a second")
        verdict("puppets", rate, PUPPET_GOAL, "a second", at_least=True)


def _puppet_moments(
    project: Project, seconds: float, panel_id: str, numbers: Sequence[int]
) -> list[float]:
    thread = PuppetThread()
    moments: list[float] = []
    document = project.document
    ends: list[float] = []

    def ask(*_: object) -> None:
        nonlocal document
        now = time.perf_counter()
        if ends:
            moments.append(now)
        for number in numbers:
            figure = document.panel(panel_id).figures[number]
            wrist = figure.pose.body[WRIST]
            point = Point(
                wrist.x + 0.3 * math.sin(7 * now + number), wrist.y + 0.3 * math.cos(7 * now)
            )
            document = move_joint(document, panel_id, figure.id, WRIST, point)
        if not ends or now < ends[0]:
            thread.show(replace(project, document=document), panel_id, PUPPET_PX)

    first: list[int] = []
    thread.puppet_ready.connect(lambda *_: first.append(1))
    thread.start()
    thread.show(project, panel_id, PUPPET_PX)  # prepares the references
    until(lambda: bool(first))
    thread.puppet_ready.connect(ask)
    ends.append(time.perf_counter() + seconds)
    thread.show(project, panel_id, PUPPET_PX)
    until(lambda: time.perf_counter() > ends[0])
    thread.stop()
    return moments


def main(seconds: float = DRAG_S) -> None:
    print_load()
    print_pauses()
    application()
    project = crowded(sample_project())
    puppets(project, min(seconds, PUPPET_S))
    drags(project, seconds)


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:2]))
