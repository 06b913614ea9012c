"""The engine's side of the border: plans, draws and encodes in its own thread."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal, Slot

from app.attempts import Attempts
from app.error_texts import error_text
from app.examiner import Examiner, Question
from app.render_job import (
    EngineState,
    JobControl,
    JobOutcome,
    RenderJob,
    StateKind,
    drawing_of,
    panel_target,
)
from app.render_session import Outcome, RenderEvents, RenderSession, Shelves
from app.worker_thread import yield_to_the_window
from core.engine import Engine, RenderProgress, RenderResult
from core.engine.failures import as_engine_error
from core.errors import KomaError
from core.render_plan import Target
from core.storage import Project

PROGRESS_EVERY_S = 0.04  # for each panel; the last step is always told


@dataclass
class _Run:
    """One job while it is drawn."""

    job: RenderJob
    control: JobControl
    finished: list[Target] = field(default_factory=list[Target])
    failed: dict[Target, KomaError] = field(default_factory=dict[Target, KomaError])
    told_at: dict[Target, float] = field(default_factory=dict[Target, float])

    def outcome(self, seconds: float, notes: tuple[str, ...]) -> JobOutcome:
        stopped = self.control.token.cancelled
        kind = "failed" if self.failed and not self.finished else "done"
        return JobOutcome(
            "cancelled" if stopped else kind,
            tuple(self.finished),
            tuple(self.failed.items()),
            notes,
            seconds,
        )


class EngineWorker(QObject):
    """Lives in the engine's thread and draws one job at a time; no failure stops it.

    make_engine: called in this thread, because it imports torch; called again with the next job
    where it failed. threads: CPU threads of torch, None = all cores but one. examiner: scores what
    was drawn.
    """

    state_changed = Signal(object)  # EngineState
    job_started = Signal(str)
    progressed = Signal(str, object, object)  # job id, Target, RenderProgress
    panel_finished = Signal(str, object, object, object)  # job id, Target, Drawing, RenderResult
    panel_failed = Signal(str, object, object)  # job id, Target, KomaError
    panel_chosen = Signal(str, object)  # job id, Choice
    job_ended = Signal(str, object)  # job id, JobOutcome
    examined = Signal(object)  # Answer

    def __init__(
        self,
        make_engine: Callable[[], Engine],
        threads: int | None = None,
        examiner: Examiner | None = None,
    ) -> None:
        super().__init__()
        self._examiner = examiner or Examiner()
        self._make_engine = make_engine
        self._threads = threads
        self._engine: Engine | None = None
        self._shelves = Shelves()
        self._loaded_model = ""

    @Slot()
    def prepare(self) -> None:
        """Make the engine, so that the first job need not wait for it."""
        try:
            self._ready_engine()
        except Exception as error:
            failure = as_engine_error(error)
            self._tell("failed", error_text(failure), details=failure.details)
        else:
            self._tell("ready", self.tr("Ready to draw."))

    @Slot(object, object)
    def run(self, job: RenderJob, control: JobControl) -> None:
        """Draw a job; everything that happens is told by signals, `job_ended` last."""
        started = time.monotonic()
        run = _Run(job, control)
        notes: tuple[str, ...] = ()
        if not control.token.cancelled:
            self.job_started.emit(job.id)
            notes = self._try_to_draw(run)
        self.job_ended.emit(job.id, run.outcome(time.monotonic() - started, notes))

    @Slot(object)
    def examine(self, question: Question) -> None:
        """Score one drawn panel; waits for what is being drawn."""
        self.examined.emit(self._examiner.answer(question, self._can_encode))

    @property
    def _can_encode(self) -> bool:
        """Only where torch is there already: it is not loaded for a warning lamp."""
        return bool(getattr(self._engine, "device", ""))

    def close(self) -> None:
        """Free the engine; called in this thread when its loop has ended."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close()

    def _try_to_draw(self, run: _Run) -> tuple[str, ...]:
        """The notes of the outcome."""
        try:
            notes = tuple(self._draw(run).notes)
        except Exception as error:  # of the model or the engine itself, so of every panel
            trouble = error if isinstance(error, KomaError) else as_engine_error(error)
            self._loaded_model = ""
            self._fail_the_rest(run, trouble)
            self._tell("failed", error_text(trouble), run.job.model.id, trouble.details)
            return ()
        self._tell("ready", self.tr("Ready to draw."), self._loaded_model)
        return notes

    def _draw(self, run: _Run) -> Outcome:
        job = run.job
        engine = self._ready_engine()
        if job.model.id == self._loaded_model:
            self._tell("busy", self.tr("Drawing."), job.model.id)
        else:
            text = self.tr("Loading {model}.").format(model=job.model.id)
            self._tell("loading", text, job.model.id)
        if job.seeds:
            return self._draw_attempts(run, engine)
        session = self._session(run, job.snapshot())
        events = RenderEvents(
            on_progress=lambda target, progress: self._on_progress(run, target, progress),
            on_finished=lambda target, result: self._on_finished(run, session, target, result),
            on_failed=lambda target, error: self._on_failed(run, target, error),
        )
        return session.run(engine, events, run.control.token)

    def _session(self, run: _Run, project: Project) -> RenderSession:
        job = run.job
        return RenderSession(
            project,
            job.model,
            job.quality,
            job.page_ids(),
            wanted=run.control.wants,
            shelves=self._shelves,
        )

    def _draw_attempts(self, run: _Run, engine: Engine) -> Outcome:
        """One panel with several seeds; the best is told, also where the rest was cancelled."""
        job = run.job
        attempts = Attempts(
            job,
            lambda project: self._session(run, project),
            lambda project: self._examiner.score(project, job.targets[0], self._can_encode),
        )

        def on_progress(target: Target, progress: RenderProgress, done: int) -> None:
            steps = len(job.seeds) * progress.steps
            step = done * progress.steps + progress.step
            self._on_progress(run, target, replace(progress, step=step, steps=steps))

        try:
            outcome = attempts.run(engine, on_progress, run.control.token)
        finally:  # whatever ended it, the best so far is kept
            if attempts.choice is not None:
                run.finished.append(attempts.choice.target)
                self.panel_chosen.emit(job.id, attempts.choice)
        for target, error in outcome.failed.items():
            self._on_failed(run, target, error)
        return outcome

    def _on_progress(self, run: _Run, target: Target, progress: RenderProgress) -> None:
        if self._loaded_model != run.job.model.id:
            self._loaded_model = run.job.model.id
            self._tell("busy", self.tr("Drawing."), run.job.model.id)
        now = time.monotonic()
        is_due = now - run.told_at.get(target, 0.0) >= PROGRESS_EVERY_S
        if (is_due or progress.step == progress.steps) and run.control.wants(target.panel_id):
            run.told_at[target] = now
            self.progressed.emit(run.job.id, target, progress)

    def _on_finished(
        self, run: _Run, session: RenderSession, target: Target, result: RenderResult
    ) -> None:
        drawing = drawing_of(session.document, target)
        if drawing is None or not run.control.wants(target.panel_id):
            return
        run.finished.append(target)
        self.panel_finished.emit(run.job.id, target, drawing, result)

    def _on_failed(self, run: _Run, target: Target, error: KomaError) -> None:
        if run.control.wants(target.panel_id):
            run.failed[target] = error
            self.panel_failed.emit(run.job.id, target, error)

    def _fail_the_rest(self, run: _Run, error: KomaError) -> None:
        """Every panel of which nothing was heard yet has failed for the same reason."""
        heard = {target.panel_id for target in (*run.finished, *run.failed)}
        document = run.job.project.document
        known = {panel.id for panel in document.panels()}
        for panel_id in run.job.targets:
            if panel_id in known and panel_id not in heard:
                self._on_failed(run, panel_target(document, panel_id), error)

    def _ready_engine(self) -> Engine:
        """Raises what making the engine raises; the next call tries again."""
        if self._engine is None:
            self._tell("starting", self.tr("Starting the engine."))
            self._engine = self._make_engine()
            yield_to_the_window()  # only now: importing is Python
            if "torch" in sys.modules:
                from core.engine.device import use_threads

                use_threads(self._threads)
        return self._engine

    def _tell(self, kind: StateKind, text: str, model_id: str = "", details: str = "") -> None:
        device = str(getattr(self._engine, "device", ""))
        self.state_changed.emit(EngineState(kind, text, model_id, device, details))
