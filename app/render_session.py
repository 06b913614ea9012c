"""Drawing what a project lacks: plan, draw, put the pictures in, plan again, save.

No command line and no window in here; both watch through `RenderEvents`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from app.raster_shelf import RasterShelf
from core.document import Document, Drawing, Page, Quality, reading_order
from core.document.edits import set_drawing, set_region_edit_drawing
from core.engine import (
    Cancelled,
    CancelToken,
    Engine,
    EngineError,
    RenderProgress,
    RenderResult,
)
from core.errors import KomaError, StorageFailed
from core.geometry import Raster
from core.render_plan import (
    DocumentPlan,
    PlanContext,
    PlanModel,
    PlannedRender,
    PuppetShelf,
    Target,
    edit_layer,
    is_drawable,
    plan_page,
    steps_of,
)
from core.storage import Project, put_image

SAVE_EVERY_S = 30.0  # while a page is drawn; after each page the project is saved anyway
# What is wrong with the model is wrong for every panel: said once, and nothing else is tried.
MODEL_FAILURES = frozenset(
    ("model_missing", "model_damaged", "model_unsupported", "adapter_mismatch", "adapter_missing")
)


@dataclass(frozen=True)
class Survey:
    """What is to do. `steps`: denoising steps in all. `empty`: panels with nothing to draw."""

    targets: tuple[Target, ...]
    steps: int
    fresh: int
    empty: int


@dataclass(frozen=True)
class RenderEvents:
    """Called in the thread that draws."""

    on_progress: Callable[[Target, RenderProgress], None] = lambda target, progress: None
    on_finished: Callable[[Target, RenderResult], None] = lambda target, result: None
    on_failed: Callable[[Target, KomaError], None] = lambda target, error: None


@dataclass
class Outcome:
    """What happened. `notes` are what the engine left out, each once."""

    finished: list[Target] = field(default_factory=list[Target])
    failed: dict[Target, KomaError] = field(default_factory=dict[Target, KomaError])
    notes: list[str] = field(default_factory=list[str])
    cancelled: bool = False


@dataclass
class Shelves:
    """What is worth keeping from one session to the next; belongs to one thread."""

    puppets: PuppetShelf = field(default_factory=PuppetShelf)
    rasters: RasterShelf = field(default_factory=RasterShelf)


def _always(panel_id: str) -> bool:
    return True


def _nowhere(project: Project) -> None:
    """Where the pictures are taken out one by one, nothing needs a file."""


class RenderSession:
    """Draws the missing and stale panels of some pages, one page after the other.

    `project` always holds the newest document; `save` is called with it after each page and now
    and then in between. Pages keep memory small: only one page's requests exist at a time.
    `wanted` is asked in the thread that draws, before each round and at each step, whether a panel
    shall (still) be drawn: one that is not is left out, and interrupted where it is being drawn
    together with no other. `adapter`: another choice than the document's.
    """

    def __init__(
        self,
        project: Project,
        model: PlanModel,
        quality: Quality,
        page_ids: Sequence[str],
        save: Callable[[Project], None] | None = None,
        wanted: Callable[[str], bool] = _always,
        shelves: Shelves | None = None,
        adapter: str | None = None,
    ) -> None:
        self.project = project
        self._model = model
        self._quality: Quality = quality
        self._adapter = adapter
        self._page_ids = tuple(page_ids)
        self._save = save or _nowhere
        self.wanted = wanted
        self._shelves = shelves or Shelves()
        self._saved_at = time.monotonic()
        self._unsaved = False
        self._save_error: KomaError | None = None
        self._load = partial(self._shelves.rasters.get, project.assets)

    @property
    def document(self) -> Document:
        return self.project.document

    def survey(self) -> Survey:
        """Plan every page without drawing. Raises what planning raises, before anything changed."""
        targets: list[Target] = []
        steps = drawable = empty = 0
        for page_id in self._page_ids:
            page = self.document.page(page_id)
            plan = plan_page(self._context(), page)
            targets += plan.targets
            steps += sum(planned.request.steps for planned in plan.ready)
            steps += sum(self._steps_of(target) for target in plan.waiting)
            shown = [panel for panel in page.panels if is_drawable(panel)]
            empty += len(page.panels) - len(shown)
            drawable += len(shown) + sum(edit.visible for p in shown for edit in p.region_edits)
        return Survey(tuple(targets), steps, drawable - len(targets), empty)

    def run(self, engine: Engine, events: RenderEvents, token: CancelToken) -> Outcome:
        """Draw everything. A panel that fails does not stop the others; Cancelled does.

        A panel that cannot be planned any more counts as failed.

        Raises the EngineError of a model that is missing or damaged; StorageFailed where the
        project cannot be saved: the file is then as it was at the last save.
        """
        outcome = Outcome()
        try:
            for page_id in self._page_ids:
                self._draw_page(page_id, engine, events, token, outcome)
        except Cancelled:
            outcome.cancelled = True
        finally:
            self._save_now()
        if self._save_error is not None:
            raise self._save_error
        return outcome

    def _draw_page(
        self,
        page_id: str,
        engine: Engine,
        events: RenderEvents,
        token: CancelToken,
        outcome: Outcome,
    ) -> None:
        """In rounds: panels, then their lowest region edits, then those above."""
        unplanned: set[str] = set()
        while True:
            token.raise_if_cancelled()
            plan = self._plan(self.document.page(page_id), events, outcome, unplanned)
            ready = [p for p in plan.ready if p.target not in outcome.failed]
            if not ready:
                _fail_the_rest(plan, events, outcome)
                break
            whole = _Round(self, ready, events, outcome, token).draw(engine)
            if whole and not plan.waiting:
                break
        self._save_now()

    def _plan(
        self, page: Page, events: RenderEvents, outcome: Outcome, unplanned: set[str]
    ) -> DocumentPlan:
        """Panel by panel, so that one with a fault does not keep the others from being drawn.

        unplanned: ids of such panels; they are not tried again.
        """
        plans: list[DocumentPlan] = []
        for panel in reading_order(page, self.document.reading_direction):
            if panel.id in unplanned or not self.wanted(panel.id):
                continue
            try:
                plans.append(plan_page(self._context(), page, (panel.id,)))
            except KomaError as error:
                unplanned.add(panel.id)
                _fail(Target(page.id, panel.id), error, events, outcome)
        return DocumentPlan(
            tuple(planned for plan in plans for planned in plan.ready),
            tuple(target for plan in plans for target in plan.waiting),
        )

    def put(self, planned: PlannedRender, result: RenderResult) -> None:
        """Take a picture into the document."""
        target, assets = planned.target, self.project.assets
        if target.region_edit_id is None:
            image = put_image(assets, Raster.from_array(result.image))
            drawing = Drawing(image, result.request_hash)
            document = set_drawing(self.document, target.panel_id, drawing)
        else:
            image = put_image(assets, edit_layer(planned.request, result.image))
            drawing = Drawing(image, result.request_hash)
            document = set_region_edit_drawing(
                self.document, target.panel_id, target.region_edit_id, drawing
            )
        self.project = replace(self.project, document=document)
        self._unsaved = True

    def save_sometimes(self, token: CancelToken) -> None:
        """Between two panels of a long page. A failure stops the drawing and is raised by `run`."""
        if time.monotonic() - self._saved_at < SAVE_EVERY_S:
            return
        try:
            self._save_now()
        except StorageFailed as error:
            self._save_error = error
            token.cancel()

    def _save_now(self) -> None:
        if not self._unsaved or self._save_error is not None:
            return
        self._unsaved = False
        self._save(self.project)
        self._saved_at = time.monotonic()

    def _context(self) -> PlanContext:
        return PlanContext(
            self.document, self._load, self._model, self._quality, self._shelves.puppets,
            self._adapter,
        )  # fmt: skip

    def _steps_of(self, target: Target) -> int:
        panel = self.document.panel(target.panel_id)
        return steps_of(self.document, panel, target.region_edit_id, self._model, self._quality)


class _Round:
    """One call of the engine and where its results belong; equal requests share one result."""

    def __init__(
        self,
        session: RenderSession,
        ready: Sequence[PlannedRender],
        events: RenderEvents,
        outcome: Outcome,
        token: CancelToken,
    ) -> None:
        self._session, self._events, self._outcome, self._token = session, events, outcome, token
        self._model_failure: EngineError | None = None
        self._under_way: set[str] = set()
        self._by_hash: dict[str, list[PlannedRender]] = {}
        for planned in ready:
            self._by_hash.setdefault(planned.request.content_hash(), []).append(planned)

    def draw(self, engine: Engine) -> bool:
        """False where it was interrupted because nobody wants any more what was being drawn."""
        requests = tuple(planned[0].request for planned in self._by_hash.values())
        token = _RoundToken(self._token, self._is_in_vain)
        try:
            engine.render(requests, self._on_progress, token, self._on_result, self._on_failure)
        except Cancelled:
            self._token.raise_if_cancelled()
            if not self._is_in_vain():
                raise
            return False
        except EngineError as error:  # the first failure again; every panel was told already
            for request_hash in self._by_hash:
                self._on_failure(request_hash, error)
        if self._model_failure is not None:
            raise self._model_failure
        return True

    def _is_in_vain(self) -> bool:
        return bool(self._under_way) and not any(
            self._session.wanted(planned.target.panel_id)
            for request_hash in self._under_way
            for planned in self._by_hash[request_hash]
        )

    def _on_progress(self, progress: RenderProgress) -> None:
        self._under_way.add(progress.request_hash)
        for planned in self._by_hash[progress.request_hash]:
            self._events.on_progress(planned.target, progress)

    def _on_result(self, result: RenderResult) -> None:
        self._under_way.discard(result.request_hash)
        for planned in self._by_hash[result.request_hash]:
            self._session.put(planned, result)
            self._outcome.finished.append(planned.target)
            self._events.on_finished(planned.target, result)
        notes = self._outcome.notes
        notes += [note for note in result.notes if note not in notes]
        self._session.save_sometimes(self._token)

    def _on_failure(self, request_hash: str, error: EngineError) -> None:
        self._under_way.discard(request_hash)
        if error.code in MODEL_FAILURES:
            self._model_failure = error
            return
        done = {*self._outcome.finished, *self._outcome.failed}
        for planned in self._by_hash[request_hash]:
            if planned.target not in done:
                _fail(planned.target, error, self._events, self._outcome)


class _RoundToken(CancelToken):
    """Set with the job's own token, or where nobody wants any more what is being drawn."""

    def __init__(self, job: CancelToken, is_in_vain: Callable[[], bool]) -> None:
        super().__init__()
        self._job, self._is_in_vain = job, is_in_vain

    @property
    def cancelled(self) -> bool:
        return super().cancelled or self._job.cancelled or self._is_in_vain()

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            self.cancel()
        super().raise_if_cancelled()


def _fail(target: Target, error: KomaError, events: RenderEvents, outcome: Outcome) -> None:
    outcome.failed[target] = error
    events.on_failed(target, error)


def _fail_the_rest(plan: DocumentPlan, events: RenderEvents, outcome: Outcome) -> None:
    """Those that wait for something that failed."""
    for target in (*(p.target for p in plan.ready), *plan.waiting):
        if target not in outcome.failed:
            _fail(target, _ground_failed(target, outcome), events, outcome)


def _ground_failed(target: Target, outcome: Outcome) -> KomaError:
    """Why a region edit was not drawn: what lies below it failed."""
    below = next((e for t, e in outcome.failed.items() if t.panel_id == target.panel_id), None)
    reason = "" if below is None else f" {below}"
    return EngineError(f"What lies below this region could not be drawn.{reason}")


def place_of(document: Document, target: Target) -> tuple[int, int]:
    """The numbers of page and panel as an artist counts them, from 1 in reading order."""
    page = document.page(target.page_id)
    panels = reading_order(page, document.reading_direction)
    ids = [panel.id for panel in panels]
    return document.pages.index(page) + 1, ids.index(target.panel_id) + 1
