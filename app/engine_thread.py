"""The window's side of the engine: which job is next, what is cancelled, and a clean end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot

from app.engine_worker import EngineWorker
from app.examiner import Examiner, Question
from app.render_job import EngineState, JobControl, JobOutcome, RenderJob
from app.worker_thread import STOP_MS, WorkerThread
from core.engine import Engine

__all__ = ["EngineState", "EngineThread", "EngineWorker", "JobOutcome", "RenderJob"]


class EngineThread(QObject):
    """Draws jobs in a thread of its own, one at a time; made and used in the window's thread.

    Asked-for jobs are drawn in the order in which they came. Of drafts one is drawn and one waits,
    and a newer one replaces the one that waits. An asked-for job interrupts a draft and goes before
    one that waits. Cancelling is seen at the next denoising step. Each job that was submitted ends
    with exactly one `job_ended`, in `submit` itself where the thread was stopped before.
    """

    state_changed = Signal(object)  # EngineState
    job_started = Signal(str)
    progressed = Signal(str, object, object)  # job id, Target, RenderProgress
    panel_finished = Signal(str, object, object, object)  # job id, Target, Drawing, RenderResult
    panel_failed = Signal(str, object, object)  # job id, Target, KomaError
    panel_chosen = Signal(str, object)  # job id, Choice: of a job with seeds, before it ends
    job_ended = Signal(str, object)  # job id, JobOutcome
    examined = Signal(object)  # Answer

    _prepare_wanted = Signal()
    _run_wanted = Signal(object, object)
    _examine_wanted = Signal(object)

    def __init__(
        self,
        make_engine: Callable[[], Engine],
        threads: int | None = None,
        parent: QObject | None = None,
        examiner: Examiner | None = None,
    ) -> None:
        super().__init__(parent)
        self._worker = worker = EngineWorker(make_engine, threads, examiner)
        self._thread = WorkerThread(worker, "engine", worker.close)
        self._running: tuple[RenderJob, JobControl] | None = None
        self._finals: deque[RenderJob] = deque()
        self._draft: RenderJob | None = None
        self._started = self._stopped = False
        self._state = EngineState("starting", self.tr("Starting the engine."))
        queued = Qt.ConnectionType.QueuedConnection
        self._prepare_wanted.connect(worker.prepare, queued)
        self._run_wanted.connect(worker.run, queued)
        worker.state_changed.connect(self._on_state_changed, queued)
        worker.job_started.connect(self.job_started, queued)
        worker.progressed.connect(self.progressed, queued)
        worker.panel_finished.connect(self.panel_finished, queued)
        worker.panel_failed.connect(self.panel_failed, queued)
        worker.panel_chosen.connect(self.panel_chosen, queued)
        worker.job_ended.connect(self._on_job_ended, queued)
        self._examine_wanted.connect(worker.examine, queued)
        worker.examined.connect(self.examined, queued)

    @property
    def state(self) -> EngineState:
        return self._state

    @property
    def is_idle(self) -> bool:
        return self._running is None and not self._finals and self._draft is None

    def start(self) -> None:
        """Begin; the engine is made in the thread. Call it when the window is shown."""
        if self._started or self._stopped:
            return
        self._started = True
        self._thread.begin()
        self._prepare_wanted.emit()
        self._run_next()

    def stop(self, timeout_ms: int = STOP_MS) -> bool:
        """Cancel everything and end the thread; nothing can be submitted afterwards.

        False where the thread could not end in time (see `WorkerThread.stop`). The job that was
        under way ends as cancelled, and what it has drawn in this last moment is not told.
        """
        self._stopped = True
        self.cancel_all()
        stopped = self._thread.stop(timeout_ms)
        self._worker.blockSignals(True)
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall.value)
        running, self._running = self._running, None
        if running is not None:
            self.job_ended.emit(running[0].id, JobOutcome("cancelled"))
        return stopped

    def submit(self, job: RenderJob) -> None:
        """Draw this job when its turn comes; before `start` it waits."""
        if self._stopped:
            self.job_ended.emit(job.id, JobOutcome("cancelled"))
        elif job.kind == "draft":
            self._replace_draft(job)
        else:
            self._finals.append(job)
            if self._draft is not None:
                self._shorten_draft(self._draft, job)
            if self._running is not None and self._running[0].kind == "draft":
                self._running[1].token.cancel()
        self._run_next()

    def examine(self, question: Question) -> bool:
        """Have one drawn panel scored; `examined` tells. A job that is submitted meanwhile waits
        for it, so ask for one at a time and while the engine is idle. False where nobody would.
        """
        if not self._started or self._stopped:
            return False
        self._examine_wanted.emit(question)
        return True

    def cancel(self, job_id: str, panel_id: str | None = None) -> None:
        """Stop a job, or leave one panel out of it. A job that has ended is nobody's."""
        if self._running is not None and self._running[0].id == job_id:
            self._cancel_running(panel_id)
            return
        for job in tuple(self._waiting()):
            if job.id == job_id:
                self._cancel_waiting(job, panel_id)

    def cancel_all(self) -> None:
        for job in tuple(self._waiting()):
            self._cancel_waiting(job, None)
        if self._running is not None:
            self._cancel_running(None)

    def _cancel_running(self, panel_id: str | None) -> None:
        assert self._running is not None
        control = self._running[1]
        if panel_id is None:
            control.token.cancel()
        else:
            control.drop(panel_id)

    def _cancel_waiting(self, job: RenderJob, panel_id: str | None) -> None:
        left = job.without(job.targets if panel_id is None else (panel_id,))
        self._put_back(job, left if left.targets else None)
        if not left.targets:
            self.job_ended.emit(job.id, JobOutcome("cancelled"))

    def _replace_draft(self, job: RenderJob) -> None:
        former, self._draft = self._draft, job
        if former is not None:
            self.job_ended.emit(former.id, JobOutcome("replaced"))

    def _shorten_draft(self, draft: RenderJob, final: RenderJob) -> None:
        """A better picture of the same panel makes a draft that waits for its turn pointless."""
        left = draft.without(final.targets)
        self._draft = left if left.targets else None
        if not left.targets:
            self.job_ended.emit(draft.id, JobOutcome("replaced"))

    def _put_back(self, job: RenderJob, left: RenderJob | None) -> None:
        if job is self._draft:
            self._draft = left
            return
        index = self._finals.index(job)
        del self._finals[index]
        if left is not None:
            self._finals.insert(index, left)

    def _waiting(self) -> tuple[RenderJob, ...]:
        return (*self._finals, *(() if self._draft is None else (self._draft,)))

    def _run_next(self) -> None:
        if self._running is not None or not self._started or self._stopped:
            return
        if self._finals:
            job = self._finals.popleft()
        elif self._draft is not None:
            job, self._draft = self._draft, None
        else:
            return
        control = JobControl(job)
        self._running = (job, control)
        self._run_wanted.emit(job, control)

    @Slot(object)
    def _on_state_changed(self, state: EngineState) -> None:
        self._state = state
        self.state_changed.emit(state)

    @Slot(str, object)
    def _on_job_ended(self, job_id: str, outcome: JobOutcome) -> None:
        if self._stopped:
            return
        self._running = None
        self.job_ended.emit(job_id, outcome)
        self._run_next()
