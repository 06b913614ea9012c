"""Between document and engine: what is drawn, what the page shows of it, and where results go."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.after_hand import REST_MS, AfterHand
from app.document_controller import Change, DocumentController
from app.engine_thread import EngineThread
from app.error_texts import error_text, translated
from app.pace import Pace
from app.panel_check import same_wish
from app.panel_rows import PanelRow, PanelRows
from app.panel_states import Failure, PanelStates
from app.render_job import JobKind, JobOutcome, RenderJob
from app.render_session import place_of
from app.result_desk import ResultDesk
from app.stale_watch import StaleWatch
from core.document import Document, Drawing, Quality, reading_order
from core.engine import RenderProgress, RenderResult
from core.errors import KomaError
from core.render_plan import PlanModel, Target, is_drawable
from widgets.page_view import PanelState, PanelStatus
from widgets.painting.images import image_from_array
from widgets.queue_view import JobRow

SMALLER = 0.75  # of the side: a bit more than half the pixels
NEWS_EVERY_MS = 12  # the progress of one panel is shown so often: other events come between


class RenderController(QObject):
    """Submits panels to the engine, shows how they get on, and puts results into the document.

    A result is dropped where its panel or region edit is gone, and where a newer drawing is there
    already. A panel that failed stays failed until it is drawn, tried again or changed.

    `smaller` draws a panel with pictures of three quarters of the side, down to the size that the
    model was trained at (`native_px`; below it models draw debris). The steps stay: they cost time
    and no memory. The size is kept for that panel until the project's size or model changes or
    another project is opened; it is no part of the document, so that after the next start the
    panel counts as stale.
    """

    statuses_changed = Signal(object)  # set of panel ids
    rows_changed = Signal()
    notes = Signal(str)  # one sentence at a time

    def __init__(
        self,
        controller: DocumentController,
        engine: EngineThread,
        model_of: Callable[[Document], PlanModel],
        parent: QObject | None = None,
        watch: StaleWatch | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller, self._engine, self._model_of = controller, engine, model_of
        self._watch = watch
        self._pace = Pace()
        self._rows = PanelRows(self._pace)
        self._states = PanelStates()
        self._desk = ResultDesk(controller)
        self._sizes: dict[str, int] = {}
        self._order = 0  # counts jobs and what was found
        self._news: dict[str, None] = {}  # panels whose progress is not shown yet, oldest first
        self._news_turn = QTimer(self, singleShot=True)
        self._news_turn.timeout.connect(self._tell_news)
        self._waiting: deque[Callable[[], None]] = deque()
        self._after_hand = AfterHand(self._catch_up, lambda: controller.in_gesture, self)
        self._seen: Document | None = None  # what was followed last, while a hand moves
        self._known_model: tuple[str, PlanModel | None] | None = None
        self._page_id: str | None = None
        controller.document_changed.connect(self._on_document_changed)
        controller.gesture_ended.connect(self._on_gesture_ended)
        engine.job_started.connect(self._on_job_started)
        engine.progressed.connect(self._on_progressed)
        engine.panel_finished.connect(self._on_panel_finished)
        engine.panel_failed.connect(self._on_panel_failed)
        engine.job_ended.connect(self._on_job_ended)
        if watch is not None:
            watch.checked.connect(self.on_checked)
        self._look_again()

    @property
    def statuses(self) -> Mapping[str, PanelStatus]:
        """Of every panel of the document."""
        return self._states.statuses

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """One for each panel of each job: first what is drawn, then what waits, then what ended."""
        return self._rows.shown()

    @property
    def active_count(self) -> int:
        return len(self._rows.active())

    @property
    def seconds_left(self) -> float | None:
        """Until everything is drawn; None where nothing is, or before the first steps."""
        return self._rows.seconds_left if self._rows.active() else None

    @property
    def sizes(self) -> Mapping[str, int]:
        """base_px by panel id, where it is smaller than the project's."""
        return self._sizes

    def look_for_models(self) -> None:
        """Models were added or removed: what was drawn may be stale or fresh now."""
        self._known_model = None
        self._look_again()

    def show_page(self, page_id: str | None) -> None:
        """The page that the artist looks at is checked first."""
        self._page_id = page_id

    def render_panels(self, panel_ids: Collection[str], quality: Quality | None = None) -> int:
        """Draw what is missing or stale of these panels; returns how many were put in line.

        quality: None = the project's. Empty panels, and those that are in line as they are now,
        are left alone.
        """
        quality = quality or self._controller.document.settings.quality
        wanted = [i for i in self._in_order(panel_ids) if not self._is_in_line(i, quality)]
        model = self._model() if wanted else None
        if model is None:
            return 0
        self._submit(wanted, quality, "final", model)
        return len(wanted)

    def render_page(self, page_id: str, quality: Quality | None = None) -> int:
        """As `render_panels`, for all panels of a page. Raises BadInput for an unknown page."""
        panels = self._controller.document.page(page_id).panels
        return self.render_panels([panel.id for panel in panels], quality)

    def render_stale(self, quality: Quality | None = None) -> int:
        """As `render_panels`, for everything that is not known to be fresh."""
        if self._seen is not None:  # under a moving hand
            self._look_again(self._seen)
        return self.render_panels(self._states.unsettled(), quality)

    def draft(self, panel_id: str) -> None:
        """Draw the panel in a few steps after the artist's hand.

        Call it as often as the panel changes: one draft is drawn, and one waits. A draft of another
        panel that waits is not lost but drawn with this one. Nothing is drawn while the engine
        cannot: an artist who moves a joint did not ask for a failure.
        """
        model = self._model_to_check(self._controller.document)
        state = self._engine.state
        if model is None or (state.kind == "failed" and state.model_id in {"", model.id}):
            return
        if self._is_in_line(panel_id, "final"):
            return
        size = self._sizes.get(panel_id)
        waiting = [
            row.panel.id
            for row in self._rows
            if row.is_draft and row.state == "waiting" and self._sizes.get(row.panel.id) == size
        ]
        self._submit(self._in_order({panel_id, *waiting}), "draft", "draft", model)

    def draw_again(self, panel_id: str, seeds: tuple[int, ...], quality: Quality) -> str | None:
        """Draw a panel once with each seed; `EngineThread.panel_chosen` tells the best of them.

        The id of the job; None where nothing was put in line: there is no model (a note says so),
        the panel is empty, or it is being drawn in this way already.
        """
        rows = self._rows.of_panel(panel_id)
        wanted = [] if any(row.job.seeds for row in rows) else self._in_order([panel_id])
        model = self._model() if wanted else None
        if model is None:
            return None
        keeps = self._states.statuses[panel_id].state is PanelState.FRESH
        job = RenderJob(
            uuid4().hex, self._controller.project, model, quality, (panel_id,),
            base_px=self._sizes.get(panel_id), seeds=seeds, keeps_present=keeps,
        )  # fmt: skip
        self._line_up(job)
        return job.id

    def cancel(self, row_id: str) -> None:
        """A row; or everything of a panel or a job, by its id."""
        for row in self._rows:
            if row.is_active and row_id in (row.id, row.panel.id, row.job.id):
                self._rows.end(row, "cancelled")
                self._engine.cancel(row.job.id, row.panel.id)
                self._show({row.panel.id})
        self.rows_changed.emit()

    def cancel_all(self) -> None:
        for row in self._rows:
            if row.is_active:
                self._rows.end(row, "cancelled")
        self._engine.cancel_all()
        self._show(self.statuses)
        self.rows_changed.emit()

    def retry(self, panel_or_row_id: str) -> None:
        """Draw a panel that failed or was cancelled, as it is now."""
        row = self._rows.find(panel_or_row_id)
        panel_id = panel_or_row_id if row is None else row.panel.id
        self.render_panels([panel_id], None if row is None else row.job.quality)

    def smaller(self, panel_or_row_id: str) -> None:
        """As `retry`, with a smaller picture; see the class. A note says where there is none."""
        row = self._rows.find(panel_or_row_id)
        panel_id = panel_or_row_id if row is None else row.panel.id
        model = self._model()
        if model is None:
            return
        base_px = self._controller.document.settings.base_px
        now_px = max(self._sizes.get(panel_id, base_px), model.native_px)
        multiple = model.size_multiple
        next_px = max(int(now_px * SMALLER) // multiple * multiple, model.native_px)
        if next_px >= now_px:
            text = self.tr("This model cannot draw smaller. Close other programs and try again.")
            self.notes.emit(text)
            return
        self._sizes[panel_id] = next_px
        self.retry(panel_or_row_id)

    def details(self, panel_or_row_id: str) -> tuple[str, str]:
        """The sentence of a failure and what is for the log; both empty where there is none."""
        row = self._rows.find(panel_or_row_id)
        failure = self._states.failure(panel_or_row_id if row is None else row.panel.id)
        error = failure.error if failure else row.error if row else None
        return ("", "") if error is None else (error_text(error), error.details)

    def clear_finished(self) -> None:
        self._rows.clear_ended()
        self.rows_changed.emit()

    @Slot(object, object)
    def on_checked(self, states: Mapping[str, PanelState], found: Mapping[Target, Drawing]) -> None:
        """What the watch says: states by panel id, and earlier drawings that fit."""
        known = self._states.learn(states)
        for target, drawing in found.items():
            self._order += 1
            self._desk.place(target, drawing, self._order)
        self._show(known)

    def _submit(
        self, panel_ids: Sequence[str], quality: Quality, kind: JobKind, model: PlanModel
    ) -> None:
        project = self._controller.project
        by_size: dict[int | None, list[str]] = {}
        for panel_id in panel_ids:
            by_size.setdefault(self._sizes.get(panel_id), []).append(panel_id)
        for base_px, targets in by_size.items():
            self._line_up(
                RenderJob(uuid4().hex, project, model, quality, tuple(targets), kind, base_px)
            )

    def _line_up(self, job: RenderJob) -> None:
        self._states.forgive(job.targets)
        self._add_rows(job)
        self._engine.submit(job)
        self._show(job.targets)
        self.rows_changed.emit()

    def _add_rows(self, job: RenderJob) -> None:
        document = job.project.document
        self._order += 1
        for panel_id in job.targets:
            page = document.page_of(panel_id)
            number, panel_number = place_of(document, Target(page.id, panel_id))
            title = self.tr("Page {page}, panel {panel}").format(page=number, panel=panel_number)
            if job.seeds:
                title = self.tr("{panel}: best of {count}").format(
                    panel=title, count=len(job.seeds)
                )
            for older in self._rows.of_panel(panel_id):
                self._supersede(older, job)
            self._rows.add(PanelRow(job, document.panel(panel_id), self._order, title))

    def _supersede(self, older: PanelRow, job: RenderJob) -> None:
        """An asked-for picture of a panel as it was is not wanted any more, nor a draft of it that
        waits. Among themselves drafts are the engine's business.
        """
        if job.kind == "draft":
            return
        if not older.is_draft or older.state == "waiting":
            self._rows.end(older, "cancelled")
            self._engine.cancel(older.job.id, older.panel.id)

    def _is_in_line(self, panel_id: str, quality: Quality) -> bool:
        """Whether an asked-for job draws the panel as it is now, and well enough."""
        document = self._controller.document
        return any(
            not row.is_draft
            and row.job.quality in {quality, "final"}
            and row.job.base_px == self._sizes.get(panel_id)
            and same_wish(row.job.project.document, document, panel_id)
            for row in self._rows.of_panel(panel_id)
        )

    def _in_order(self, panel_ids: Collection[str]) -> list[str]:
        """Those that are there and can be drawn, page by page in reading order."""
        document, wanted = self._controller.document, set(panel_ids)
        return [
            panel.id
            for page in document.pages
            if any(panel.id in wanted for panel in page.panels)
            for panel in reading_order(page, document.reading_direction)
            if panel.id in wanted and is_drawable(panel)
        ]

    def _model(self) -> PlanModel | None:
        """As it is on the disk now. Says in a note where there is none."""
        document = self._controller.document
        try:
            model = self._model_of(document)
        except KomaError as error:
            self.notes.emit(error_text(error))
            return None
        self._known_model = (document.settings.model_id, model)
        return model

    @Slot(object)
    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open":
            self.cancel_all()
            self._rows.clear()
            self._states.clear()
            self._desk.clear()
            self._sizes.clear()
            if self._watch is not None:
                self._watch.forget()
            self.rows_changed.emit()
        elif self._controller.in_gesture:
            self._wait_for_rest()
        before, after = change.before.settings, change.document.settings
        if (before.base_px, before.model_id) != (after.base_px, after.model_id):
            self._sizes.clear()
        if change.kind != "open" and self._controller.in_gesture:
            self._seen = self._seen or change.before
        else:
            self._look_again(None if change.kind == "open" else self._seen or change.before)

    def _look_again(self, before: Document | None = None) -> None:
        """Follow the document, and have it checked."""
        self._seen = None
        document = self._controller.document
        touched, gone = self._states.follow(before, document)
        for panel_id in gone:
            self._sizes.pop(panel_id, None)
            self.cancel(panel_id)
        self._show(touched - self._news.keys(), gone)
        if self._watch is not None:
            project, model = self._controller.project, self._model_to_check(document)
            self._watch.set_document(project, model, self._sizes, self._page_id)

    def _model_to_check(self, document: Document) -> PlanModel | None:
        """Looked for again when the project names another: finding models reads the disk."""
        model_id = document.settings.model_id
        if self._known_model is None or self._known_model[0] != model_id:
            try:
                self._known_model = (model_id, self._model_of(document))
            except KomaError:
                self._known_model = (model_id, None)
        return self._known_model[1]

    @Slot(str)
    def _on_job_started(self, job_id: str) -> None:
        self._pace.begin()

    @Slot(str, object, object)
    def _on_progressed(self, job_id: str, target: Target, progress: RenderProgress) -> None:
        row = self._rows.at(job_id, target)
        if row is None:
            return
        row.advance(target, progress.step, progress.steps)
        self._pace.advance(target, progress.step)
        if progress.preview is not None:
            row.preview = image_from_array(progress.preview)
        self._news[target.panel_id] = None
        if not self._news_turn.isActive():
            self._await_news()

    @Slot()
    def _tell_news(self) -> None:
        """The progress of one panel. The panels of a batch come all at once, and showing them all
        at once would hold up the artist's hand."""
        self._show({next(iter(self._news))})
        self.rows_changed.emit()
        if self._news:
            self._await_news()

    def _await_news(self) -> None:
        self._news_turn.start(REST_MS if self._controller.in_gesture else NEWS_EVERY_MS)

    def _in_turn(self, work: Callable[[], None]) -> None:
        """Do it now, or when the artist's moving hand rests: the panels of a batch are finished
        all at once, and each changes the document."""
        self._waiting.append(work)
        self._after_hand.ask()

    def _catch_up(self) -> None:
        if self._seen is not None:
            self._look_again(self._seen)
        while self._waiting:
            self._waiting.popleft()()

    def _wait_for_rest(self) -> None:
        """The hand has moved once more."""
        if self._news:
            self._await_news()
        self._after_hand.ask()

    @Slot(str)
    def _on_gesture_ended(self, gesture_id: str) -> None:
        self._after_hand.let_go()
        if self._news:
            self._await_news()

    @Slot(str, object, object, object)
    def _on_panel_finished(
        self, job_id: str, target: Target, drawing: Drawing, result: RenderResult
    ) -> None:
        if self._watch is not None:
            self._watch.remember(drawing)
        self._in_turn(lambda: self._finish(job_id, target, drawing))

    def _finish(self, job_id: str, target: Target, drawing: Drawing) -> None:
        row = self._rows.at(job_id, target)
        if row is None:
            return
        if self._desk.is_welcome(row, target):
            self._desk.place(target, drawing, row.order)
            self._states.learn({target.panel_id: self._state_after(row)})
        row.finish(target)
        self._rows.settle(row)
        self._show({target.panel_id})
        self.rows_changed.emit()

    def _state_after(self, row: PanelRow) -> PanelState:
        """Until the watch has looked."""
        document = self._controller.document
        good = row.job.quality == "final" or document.settings.quality == "draft"
        if good and same_wish(row.job.project.document, document, row.panel.id):
            return PanelState.FRESH
        return PanelState.STALE

    @Slot(str, object, object)
    def _on_panel_failed(self, job_id: str, target: Target, error: KomaError) -> None:
        self._in_turn(lambda: self._fail(job_id, target, error))

    def _fail(self, job_id: str, target: Target, error: KomaError) -> None:
        row = self._rows.at(job_id, target)
        if row is None:
            return
        self._states.fail(target.panel_id, Failure(error, row.job.project.document))
        self._rows.end(row, "failed", error)
        self._show({target.panel_id})
        self.rows_changed.emit()

    @Slot(str, object)
    def _on_job_ended(self, job_id: str, outcome: JobOutcome) -> None:
        self._in_turn(lambda: self._end_job(job_id, outcome))

    def _end_job(self, job_id: str, outcome: JobOutcome) -> None:
        ending = [row for row in self._rows.of_job(job_id) if row.is_active]
        for row in ending:
            self._end(row, outcome)
        for note in outcome.notes:
            self.notes.emit(translated(note))
        self._show({row.panel.id for row in ending})
        self.rows_changed.emit()

    def _end(self, row: PanelRow, outcome: JobOutcome) -> None:
        """A panel of which nothing was heard at the end of its job was drawn already."""
        if outcome.kind in ("cancelled", "failed") and not row.is_draft:
            self._rows.end(row, "cancelled")
        elif row.drawn or row.job.seeds:
            self._rows.end(row, "done")
        else:
            self._rows.discard(row)

    def _show(self, panel_ids: Collection[str], gone: Collection[str] = ()) -> None:
        """Work out the statuses of these panels and tell which are others now."""
        for panel_id in panel_ids:
            self._news.pop(panel_id, None)
        if not self._news:
            self._news_turn.stop()
        document, rows = self._controller.document, self._rows.active()
        changed = self._states.update(panel_ids, document, rows) | set(gone)
        if changed:
            self.statuses_changed.emit(changed)
