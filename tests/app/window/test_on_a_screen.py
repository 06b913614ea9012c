"""The application as a program on a real X server, moved by events that come through the server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import resources
from core.document import Document
from core.storage import load_project

ROOT = Path(__file__).parents[3]
MISSING = [name for name in ("Xvfb", "xdotool") if shutil.which(name) is None]
WAIT_S = 60.0

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")

# main.py with one thing more: the program writes down where a wrist is on the screen. The engine is
# not started, it would take the processor from a slow machine and draws nothing here.
PROGRAM = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer, QPointF
import app.window.session as module
from app.application import main

module.ENGINE_PAUSE_MS = 2**30
start, told = module.WindowSession.start, Path(sys.argv.pop(1))

def tell(session):
    state, view = session.state, session.window.view
    values = {"tool": state.tool.name, "active": session.window.isActiveWindow()}
    middle = view.viewport().mapToGlobal(view.viewport().rect().center())
    values["middle"] = (middle.x(), middle.y())
    if state.panel_id is not None:
        panel = session.controller.document.panel(state.panel_id)
        wrist, bounds = panel.figures[0].pose.body[4], panel.polygon.bounds
        at = view.mapFromScene(QPointF(bounds.x + wrist.x, bounds.y + wrist.y))
        at = view.viewport().mapToGlobal(at)
        values.update(panel=panel.id, wrist=(at.x(), at.y()))
    values["modified"] = session.controller.modified
    told.write_text(json.dumps(values))

def started(session, path=None):
    start(session, path)
    session.teller = QTimer(session)
    session.teller.timeout.connect(lambda: tell(session))
    session.teller.start(100)

module.WindowSession.start = started
sys.exit(main())
"""


def until(condition: Callable[[], object], what: str) -> None:
    """What fails or is not there yet counts as not yet."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except (subprocess.CalledProcessError, OSError, ValueError, KeyError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"waited in vain: {what}")


class Screen:
    """A display of its own, and a hand on its mouse and keyboard."""

    def __init__(self, display: str) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)}
        self.environment.pop("QT_QPA_PLATFORM", None)
        self.environment.pop("WAYLAND_DISPLAY", None)

    def hand(self, *arguments: object) -> str:
        command = ["xdotool", *map(str, arguments)]
        done = subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=30
        )
        return done.stdout.strip()

    def drag(self, start: tuple[int, int], by: tuple[int, int], steps: int = 8) -> None:
        x, y = start
        self.hand("mousemove", x, y)
        time.sleep(0.1)
        self.hand("mousedown", 1)
        for step in range(1, steps + 1):
            self.hand("mousemove", x + by[0] * step // steps, y + by[1] * step // steps)
            time.sleep(0.02)
        self.hand("mouseup", 1)


@pytest.fixture
def screen() -> Iterator[Screen]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with server, os.fdopen(reading) as pipe:
        try:
            yield Screen(f":{pipe.readline().strip()}")
        finally:
            server.terminate()


def drag_a_wrist_and_save(screen: Screen, told: Path) -> str:
    """The id of the panel it was in."""

    def now() -> dict:
        return json.loads(told.read_text())

    until(lambda: screen.hand("search", "--onlyvisible", "--name", "Koma"), "the window")
    window = screen.hand("search", "--onlyvisible", "--name", "Koma").splitlines()[-1]
    screen.hand("windowfocus", window)  # there is no window manager that would do it
    until(lambda: now()["active"], "the keyboard")
    screen.hand("mousemove", *now()["middle"])
    screen.hand("key", "ctrl+Tab")
    until(lambda: now()["panel"], "a selected panel")
    screen.hand("key", "p")
    until(lambda: now()["tool"] == "POSE", "pose mode")
    screen.hand("key", "ctrl+2")
    time.sleep(0.5)
    screen.drag(tuple(now()["wrist"]), (24, -30))
    until(lambda: now()["modified"], "a moved joint")
    panel_id = now()["panel"]
    screen.hand("key", "ctrl+s")
    until(lambda: not now()["modified"], "a saved file")
    screen.hand("key", "ctrl+q")
    return panel_id


def moved_figures(before: Document, after: Document) -> list[tuple[str, str]]:
    return [
        (panel.id, old.id)
        for panel in before.panels()
        for old, new in zip(panel.figures, after.panel(panel.id).figures, strict=True)
        if old.pose != new.pose
    ]


def test_a_joint_is_dragged_and_saved(screen: Screen, tmp_path: Path) -> None:
    project, told = tmp_path / "mine.koma", tmp_path / "told.json"
    shutil.copyfile(resources.path("samples", "sample.koma"), project)
    before = load_project(project).document
    arguments = [told, project, "--profile", tmp_path / "profile"]
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=ROOT, env=screen.environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with program:
        try:
            panel_id = drag_a_wrist_and_save(screen, told)
            _, errors = program.communicate(timeout=WAIT_S)
        finally:
            program.kill()
    assert program.returncode == 0 and "Traceback" not in errors, errors
    after = load_project(project).document
    figure = before.panel(panel_id).figures[0]
    assert moved_figures(before, after) == [(panel_id, figure.id)]
    moved = after.panel(panel_id).figures[0].pose.body
    assert moved[4].x > figure.pose.body[4].x and moved[4].y < figure.pose.body[4].y
    assert moved[0] == figure.pose.body[0] and moved[8] == figure.pose.body[8]
    assert not list((tmp_path / "profile" / "autosave").iterdir()), "it ended properly"
