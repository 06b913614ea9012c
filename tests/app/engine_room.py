"""An engine that waits for the test, and a list of everything that an engine thread tells."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from itertools import count

from app.engine_thread import EngineThread, RenderJob
from core.document import Document, Page, Panel
from core.engine import CancelToken
from core.engine.fake import FakeEngine, FakeScript
from core.geometry import Polygon, Rect
from core.storage import MemoryAssets, Project


class HeldEngine(FakeEngine):
    """Stops after each reported step until `go` is set, or until it is cancelled."""

    def __init__(self, script: FakeScript | None = None) -> None:
        super().__init__(script)
        self.go = threading.Event()
        self.threads: set[int] = set()
        self.tokens: list[CancelToken] = []

    def render(self, requests, on_progress, token, on_result=None, on_failure=None):
        self.threads.add(threading.get_ident())
        self.tokens.append(token)

        def held(progress):
            on_progress(progress)
            while not self.go.wait(0.002) and not token.cancelled:
                pass

        return super().render(requests, held, token, on_result, on_failure)


@dataclass(frozen=True)
class SmallModel:
    id: str = "koma-toon"
    digest: str = "d" * 64
    native_px: int = 64
    size_multiple: int = 32
    draft_steps: int = 6
    draft_guidance_scale: float | None = None

    def adapter_digest(self, choice: str) -> str:
        return ""


def a_project(panels: int = 3, pages: int = 1) -> Project:
    """Panels that are drawn from their prompt alone, ids "a", "b" ... in reading order."""
    names = iter("abcdefghijklmnopqrstuvwxyz")
    made = [
        Page(
            f"page-{number}",
            tuple(
                Panel(next(names), Polygon.from_rect(Rect(20, 20 + 50 * row, 60, 40)), prompt="x",
                      seed=100 * number + row, steps=4)
                for row in range(panels)
            ),
        )
        for number in range(pages)
    ]  # fmt: skip
    document = Document("t", pages=tuple(made))
    document = replace(document, settings=replace(document.settings, base_px=64))
    return Project(document, MemoryAssets())


@dataclass
class Log:
    """What was told, in order: (signal, job id, ...)."""

    engine: EngineThread
    told: list[tuple] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    _names = count(1)

    def __post_init__(self) -> None:
        engine = self.engine
        engine.job_started.connect(lambda job: self.told.append(("started", job)))
        engine.progressed.connect(
            lambda job, target, p: self.told.append(("step", job, target.panel_id, p.step))
        )
        engine.panel_finished.connect(
            lambda job, target, drawing, result: self.told.append(
                ("finished", job, target.panel_id, drawing, result)
            )
        )
        engine.panel_failed.connect(
            lambda job, target, error: self.told.append(("failed", job, target.panel_id, error))
        )
        engine.job_ended.connect(lambda job, outcome: self.told.append(("ended", job, outcome)))
        engine.state_changed.connect(lambda state: self.states.append(state.kind))

    def of(self, kind: str, job: str | None = None) -> list[tuple]:
        return [t for t in self.told if t[0] == kind and (job is None or t[1] == job)]

    def outcome(self, job: str):
        return next((t[2] for t in self.told if t[:2] == ("ended", job)), None)

    def panels(self, kind: str, job: str | None = None) -> list[str]:
        return [t[2] for t in self.of(kind, job)]

    def ended(self, *jobs: str) -> bool:
        return all(self.outcome(job) is not None for job in jobs)


def job(name: str, project: Project, panels: str, kind: str = "final", **more) -> RenderJob:
    quality = more.pop("quality", kind)
    return RenderJob(name, project, SmallModel(), quality, tuple(panels), kind, **more)
