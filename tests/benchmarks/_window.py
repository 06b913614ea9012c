"""Shared by the window's benchmarks: the real window offscreen, a crowded project, late events.

A busy machine makes every number here worse. CPU times of the window's own thread, where they are
given, suffer less from that than times by the clock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

import resources
from app.posing import placed_poses, preset_names, read_pose
from app.window.session import WindowSession
from app.window.startup import SWITCH_INTERVAL_S, keep_collections_short
from app.workplace import Workplace
from core.document import Figure, Page, Panel
from core.document.edits import add_page
from core.geometry import Polygon, Rect
from core.storage import Project, load_project, save_project

SAMPLE = resources.path("samples", "sample.koma")
WINDOW_PX = (1280, 800)
COLUMNS, ROWS = 4, 6  # of the crowded page
TICK_S = 0.004  # how often the window's thread is asked whether it answers
FRAME_S = 1 / 60


@dataclass(frozen=True)
class Spread:
    """Of many times, in ms."""

    count: int
    p50: float
    p99: float
    most: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Spread:
        if not seconds:
            return cls(0, 0.0, 0.0, 0.0)
        ordered = sorted(seconds)
        at = [ordered[min(int(share * len(ordered)), len(ordered) - 1)] for share in (0.5, 0.99)]
        return cls(len(ordered), at[0] * 1e3, at[1] * 1e3, ordered[-1] * 1e3)

    def __str__(self) -> str:
        return f"p50 {self.p50:6.2f}   p99 {self.p99:6.2f}   longest {self.most:7.2f} ms"


def verdict(what: str, value: float, goal: float, unit: str, *, at_least: bool = False) -> None:
    """One line; a goal that is missed is told and fails nothing."""
    good = value >= goal if at_least else value <= goal
    sign = "≥" if at_least else "≤"
    word = "PASS" if good else "short"
    print(f"  {word:5}  {what}: {value:.1f} {unit} (goal {sign} {goal:g} {unit})")


def print_load() -> None:
    """What else the machine does, without which the numbers mean little."""
    loads = " ".join(f"{load:.1f}" for load in os.getloadavg())
    print(f"{os.cpu_count()} cores; load of the last 1, 5 and 15 minutes before: {loads}")


_PAUSES = """
import sys, time
end = last = time.perf_counter()
end += float(sys.argv[1])
while last < end:
    now = time.perf_counter()
    if now - last > 1e-3:
        print((now - last) * 1e3)
    last = now
"""


def print_pauses(seconds: float = 3.0) -> None:
    """What the machine takes by itself, as a rented one does whose cores others use too.

    A loop that does nothing else runs on every core at once: no window can be more punctual than
    that. Where this is not next to nothing, late events say as much of the machine as of Koma.
    """
    loops = [
        subprocess.Popen(
            [sys.executable, "-c", _PAUSES, str(seconds)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(os.cpu_count() or 1)
    ]
    pauses = [float(line) for loop in loops for line in loop.communicate()[0].split()]
    rate, longest = len(pauses) / seconds / len(loops), max(pauses, default=0.0)
    print(f"The machine alone pauses a core for 1 ms or more {rate:.1f} times a second", end="")
    print(f", for at most {longest:.1f} ms")


def application() -> QApplication:
    """Offscreen, and with Python set up as the window sets it up."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication(["koma"])


def crowded(project: Project) -> Project:
    """The project with one page of 24 panels in place of its pages, two figures in each."""
    document = project.document
    live = document.page_format.live_area
    width, height = live.width / COLUMNS, live.height / ROWS
    names = preset_names()
    panels: list[Panel] = []
    for index in range(COLUMNS * ROWS):
        column, row = index % COLUMNS, index // COLUMNS
        box = Rect(live.x + column * width, live.y + row * height, width - 2, height - 2)
        files = [read_pose(names[(index + shift) % len(names)]) for shift in range(2)]
        poses = placed_poses(files, 2, replace(box, x=0.0, y=0.0), rtl=True)
        figures = tuple(
            Figure(f"figure-{index}-{number}", character.id, pose)
            for number, (character, pose) in enumerate(
                zip(document.characters[:2], poses, strict=True)
            )
        )
        panel = Panel(f"panel-{index}", Polygon.from_rect(box), prompt="smile", seed=index)
        panels.append(replace(panel, figures=figures))
    document = add_page(replace(document, pages=()), Page("page", tuple(panels)), 0)
    return Project(document, project.assets)


@contextmanager
def window_on(project: Project | None) -> Iterator[WindowSession]:
    """The real window on a project, None = the sample, with a profile of its own."""
    application()
    with TemporaryDirectory() as folder:
        path = None
        if project is not None:
            path = Path(folder) / "crowded.koma"
            save_project(project, path)
        session = WindowSession(Workplace(profile=Path(folder) / "profile"))
        keep_collections_short(session.engine)
        try:
            session.start(path)
            session.window.resize(*WINDOW_PX)
            until(session.window.isVisible)
            yield session
        finally:
            session.close()
            until(lambda: False, 0.1)


def until(condition: Callable[[], bool], seconds: float = 300.0) -> bool:
    """Let the window live until something is so; False where it is not in time."""
    loop, end = QEventLoop(), time.monotonic() + seconds

    def look() -> None:
        if condition() or time.monotonic() > end:
            loop.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(10)
    loop.exec()
    timer.stop()
    return condition()


class Lateness(QObject):
    """How late the window's thread answers events that fall due every 4 ms.

    Each moment that passed while the thread was busy counts with its own lateness, as so many
    events of the hand would: one pause of 100 ms is 25 late events and not one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._due_s = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_due)

    @property
    def spread(self) -> Spread:
        return Spread.of(self.seconds)

    def start(self) -> None:
        self.seconds.clear()
        self._wait()

    def stop(self) -> Spread:
        self._timer.stop()
        return self.spread

    def _wait(self) -> None:
        # Qt's timers count whole milliseconds: this one is due at a millisecond from now exactly.
        self._due_s = time.perf_counter() + TICK_S
        self._timer.start(round(TICK_S * 1e3))

    def _on_due(self) -> None:
        late = time.perf_counter() - self._due_s
        while late > 0:
            self.seconds.append(late)
            late -= TICK_S
        self._wait()


def mouse(kind: QMouseEvent.Type, port: QObject, at: QPointF, held: bool) -> QMouseEvent:
    """An event of the left button on the view's viewport."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QMouseEvent.Type.MouseMove else left
    where = port.mapToGlobal(at)
    return QMouseEvent(
        kind, at, where, button, left if held else none, Qt.KeyboardModifier.NoModifier
    )


def sample_project() -> Project:
    return load_project(SAMPLE)
