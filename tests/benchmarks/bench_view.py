"""The page under a wheel and two fingers: frames while it is zoomed and moved.

The real window, offscreen, on a page of 24 panels with pictures. 60 steps a second: zooming in and
out by a quarter of a notch of the wheel, then moving by what a touchpad tells; with nothing drawn
and while the engine draws all panels anew. A frame is one step and the painting after it.
Arguments: seconds of each movement (4).
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from _window import (
    FRAME_S,
    Lateness,
    Spread,
    application,
    crowded,
    print_load,
    print_pauses,
    sample_project,
    until,
    verdict,
    window_on,
)
from bench_window import FRAME_GOAL_MS, Clock, TimedWindow, begin_drawing
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent

import app.window.session
from app.window.session import WindowSession
from core.document import Drawing
from core.document.edits import set_drawing
from core.geometry import Raster
from core.storage import Project, put_image

STEPS_S = 4.0
PICTURE_PX = 256


def drawn(project: Project) -> Project:
    """With a picture of its own in every panel."""
    document, rng = project.document, np.random.default_rng(1)
    for panel in document.panels():
        coarse = rng.integers(0, 256, (16, 16, 3), np.uint8)
        picture = coarse.repeat(PICTURE_PX // 16, 0).repeat(PICTURE_PX // 16, 1)
        digest = put_image(project.assets, Raster.from_array(picture))
        document = set_drawing(document, panel.id, Drawing(digest, "made by the benchmark"))
    return replace(project, document=document)


def zoom(session: WindowSession, turn: float, at: QPointF) -> None:
    view = session.window.view
    notch = 30 if math.sin(turn) >= 0 else -30
    event = QWheelEvent(
        at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, notch), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    application().sendEvent(view.viewport(), event)


def pan(session: WindowSession, turn: float, at: QPointF) -> None:
    session.window.view.pan_by(round(9 * math.cos(turn)), round(7 * math.sin(turn)))


def move(
    session: WindowSession,
    title: str,
    step: Callable[[WindowSession, float, QPointF], None],
    seconds: float,
) -> None:
    steps, paints, lateness = Clock(), Clock(), Lateness()
    at = QPointF(session.window.view.viewport().rect().center())
    frames: list[float] = []
    painted = 0
    began = due = time.perf_counter()
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, singleShot=True)

    def close_frame() -> None:
        nonlocal painted
        if steps.wall:
            frames.append(steps.wall[-1] + sum(paints.wall[painted:]))
        painted = len(paints.wall)

    def go() -> None:
        nonlocal due
        close_frame()
        turn = 2 * math.pi * (time.perf_counter() - began) / 2.0
        steps.measure(lambda: step(session, turn, at))
        now = time.perf_counter()
        while due <= now:
            due += FRAME_S
        timer.start(round((due - now) * 1e3))

    timer.timeout.connect(go)
    session.window.paints = paints
    lateness.start()
    timer.start(0)
    until(lambda: time.perf_counter() - began > seconds)
    timer.stop()
    session.window.paints = None
    late, spread = lateness.stop(), Spread.of(frames)
    rate = len(paints.wall) / seconds
    print(f"{title}: {seconds:g} s, {len(steps.wall)} steps, {rate:.0f} paintings a second")
    print(f"  events     {late}  late")
    print(f"  frames     {spread}")
    verdict("99 of 100 frames", spread.p99, FRAME_GOAL_MS, "ms")


def main(seconds: float = STEPS_S) -> None:
    print_load()
    print_pauses()
    application()
    app.window.session.MainWindow = TimedWindow  # type: ignore[misc]
    with window_on(drawn(crowded(sample_project()))) as session:
        until(lambda: session.engine.state.kind in ("ready", "failed"))
        session.window.view.fit_page()
        until(lambda: False, 1.0)
        move(session, "Zooming while nothing is drawn", zoom, seconds)
        session.window.view.set_zoom(session.window.view.zoom * 2)
        move(session, "Moving while nothing is drawn", pan, seconds)
        session.window.view.fit_page()
        begin_drawing(session)
        move(session, "Zooming while the engine draws", zoom, seconds)
        session.window.view.set_zoom(session.window.view.zoom * 2)
        move(session, "Moving while the engine draws", pan, seconds)
        session.renders.cancel_all()
        until(lambda: session.engine.is_idle)


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:2]))
