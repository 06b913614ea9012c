"""From the start of the process to a window that is painted and answers a click.

`python main.py` on the sample project, offscreen, with a profile of its own; each start is a
process of its own. The click waits in the window's queue from the first painting on and selects a
panel. Byte code lies in a folder of its own, so that the first start is that of a fresh
installation. How the window answers while the engine's thread imports torch is measured too.
Arguments: number of starts (5).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

ROUNDS = 5
GOAL_S = 1.0
ANSWER_GOAL_MS = 100.0  # what a hand takes for “at once”
HEAVY = ("torch", "diffusers", "transformers", "cv2", "PIL", "numpy", "pydantic", "PySide6")
ROOT = Path(__file__).resolve().parents[2]


class Probe:
    """In the started process: notes the moments, and ends it."""

    def __init__(self, began: float, *, stay: bool) -> None:
        self.moments: dict[str, Any] = {}
        self._began, self._stay = began, stay
        self._session: Any = None

    def note(self, name: str) -> None:
        self.moments[name] = time.time() - self._began
        self.moments[f"{name}, processor"] = time.process_time()

    def attach(self) -> None:
        """To the session that `open_window` makes."""
        from app.window.session import WindowSession

        start, probe = WindowSession.start, self
        self.note("modules are read")

        def begin(session: WindowSession, path: Path | None = None) -> None:
            probe.note("session is made")
            start(session, path)
            probe.note("project is open")
            probe.watch(session)

        WindowSession.start = begin  # type: ignore[method-assign]

    def watch(self, session: Any) -> None:
        from PySide6.QtCore import QEvent, QObject

        self._session, probe = session, self

        class FirstPainting(QObject):
            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    watched.removeEventFilter(self)
                    probe.on_painting()
                return False

        self._filter = FirstPainting()
        session.window.view.viewport().installEventFilter(self._filter)
        session.state.selection_changed.connect(self._on_selected)

    def on_painting(self) -> None:
        from _window import mouse
        from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QTimer

        self.note("first painting begins")
        self.moments["modules"] = [name for name in HEAVY if name in sys.modules]
        view = self._session.window.view
        panel = self._session.controller.document.pages[0].panels[0]
        at = QPointF(view.mapFromScene(view.panel_rect_mm(panel.id).center()))
        port = view.viewport()

        def click() -> None:
            self.note("first painting is done")
            for kind, held in ((QEvent.Type.MouseButtonPress, True),
                               (QEvent.Type.MouseButtonRelease, False)):  # fmt: skip
                QCoreApplication.postEvent(port, mouse(kind, port, at, held))

        QTimer.singleShot(0, click)

    def _on_selected(self) -> None:
        if not self._session.state.panel_ids or "first click is answered" in self.moments:
            return
        self.note("first click is answered")
        from PySide6.QtCore import QTimer

        QTimer.singleShot(0, self._wait_for_engine if self._stay else self._end)

    def _wait_for_engine(self) -> None:
        from _window import Lateness

        self._lateness = Lateness()
        self._lateness.start()
        self._session.engine.state_changed.connect(self._on_engine)

    def _on_engine(self, state: Any) -> None:
        if state.kind in ("ready", "failed"):
            self.note("engine is ready")
            late = self._lateness.stop()
            self.moments["late"] = [late.p50, late.p99, late.most]
            self._end()

    def _end(self) -> None:
        from PySide6.QtCore import QCoreApplication

        self._session.close()
        QCoreApplication.quit()


def child(began: float, profile: str, out: str, flags: str) -> None:
    """What the started process does."""
    probe = Probe(began, stay="stay" in flags)
    probe.note("Python runs")
    if "torch" in flags:
        import torch  # noqa: F401

        probe.note("torch is imported")
    from app.application import main as koma

    probe.attach()
    koma(["--profile", profile])
    Path(out).write_text(json.dumps(probe.moments))
    os._exit(0)  # an engine that is being imported is not waited for


def started(pycache: Path, flags: str = "") -> dict[str, Any]:
    """The moments of one start, in seconds."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "moments.json"
        environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "PYTHONPYCACHEPREFIX": str(pycache),
            "QT_QPA_PLATFORM": "offscreen",
            "HF_HUB_OFFLINE": "1",
        }
        command = [sys.executable, __file__, "--child", str(time.time()), folder, str(out), flags]
        subprocess.run(command, env=environment, check=True, cwd=ROOT)
        return json.loads(out.read_text())


def show(title: str, starts: list[dict[str, Any]]) -> float:
    """A table of medians; returns the one of the first click."""
    print(title)
    for name in starts[-1]:
        if f"{name}, processor" in starts[-1]:
            seconds = median(start[name] for start in starts)
            processor = median(start[f"{name}, processor"] for start in starts)
            print(f"  {seconds:7.2f} s   {name:26} processor time {processor:5.2f} s")
    return median(start["first click is answered"] for start in starts)


def main(rounds: int = ROUNDS) -> None:
    from _window import print_load, verdict

    print_load()
    with TemporaryDirectory() as folder:
        pycache = Path(folder)
        show("The first start after an installation", [started(pycache)])
        usual = [started(pycache) for _ in range(rounds)]
        click = show(f"Later starts, median of {rounds}", usual)
        print(f"  imported before the first painting: {', '.join(usual[-1]['modules'])}")
        verdict("process to first click", click, GOAL_S, "s")
        show("With torch imported first", [started(pycache, "torch") for _ in range(2)][1:])
        stayed = [started(pycache, "stay") for _ in range(2)][1]  # the first writes byte code
        p50, p99, most = stayed["late"]
        print(f"The engine is ready after {stayed['engine is ready']:.2f} s; until then events are")
        print(f"  p50 {p50:.2f}   p99 {p99:.2f}   longest {most:.2f} ms late")
        verdict("events while torch is imported, 99th percentile", p99, ANSWER_GOAL_MS, "ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(float(sys.argv[2]), *sys.argv[3:6])
    else:
        main(*(int(argument) for argument in sys.argv[1:2]))
