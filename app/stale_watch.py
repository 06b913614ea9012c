"""Tells, while the artist works, which panels' pictures are not what would be drawn now."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from threading import Event

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.panel_check import EarlierDrawings, Freshness, PanelCheck, PanelChecker, cast
from app.raster_shelf import RasterShelf
from app.worker_thread import STOP_MS, Newest, WorkerThread
from core.document import Drawing, Page, Panel
from core.document.edits import update_settings
from core.errors import KomaError
from core.render_plan import PlanContext, PlanModel, PuppetShelf, Target, is_drawable
from core.storage import Project
from widgets.page_view import PanelState

PAUSE_MS = 120  # after an edit: while the hand moves, its own picture goes first
TELL_EVERY_S = 0.2
DETAIL_BYTES = 128 * 2**20

STATES: Mapping[Freshness, PanelState] = {
    "empty": PanelState.EMPTY,
    "missing": PanelState.MISSING,
    "fresh": PanelState.FRESH,
    "stale": PanelState.STALE,
}
_NO_SIZES: Mapping[str, int] = {}


@dataclass(frozen=True)
class _Question:
    """serial: counts the documents. model None: the project's model is missing."""

    serial: int
    project: Project
    model: PlanModel | None
    sizes: Mapping[str, int]
    first_page_id: str | None


@dataclass(frozen=True)
class _Answer:
    serial: int
    states: Mapping[str, PanelState]
    found: Mapping[Target, Drawing]


@dataclass
class _Known:
    """The last answer for a panel and the objects that it was about, compared by identity."""

    about: tuple[object, ...]
    check: PanelCheck
    kept: int  # how many drawings had been kept then


class StaleWorker(QObject):
    """Lives in the watch's thread."""

    answered = Signal(object)  # _Answer

    def __init__(self, place: Newest[_Question], earlier: EarlierDrawings, stop: Event) -> None:
        super().__init__()
        self._place, self._earlier, self._stop = place, earlier, stop
        self._checker = PanelChecker(earlier)
        self._known: dict[str, _Known] = {}
        self._puppets = PuppetShelf()
        self._rasters = RasterShelf(DETAIL_BYTES)
        self.kept = 0
        self.passes = 0

    @property
    def computed(self) -> int:
        return self._checker.computed

    @Slot()
    def work(self) -> None:
        question = self._place.take()
        if question is None or self._stop.is_set():
            return
        self.passes += 1
        states: dict[str, PanelState] = {}
        found: dict[Target, Drawing] = {}
        told_at = time.monotonic()
        contexts = _Contexts(question, self._puppets, self._rasters)
        for page in _pages(question):
            for panel in page.panels:
                if self._stop.is_set() or self._place.waiting:
                    self._tell(question, states, found)
                    return
                check = self._check(question, contexts, page, panel)
                states[panel.id] = STATES[check.freshness]
                found.update(check.found)
                if time.monotonic() - told_at > TELL_EVERY_S:
                    self._tell(question, states, found)
                    states, found, told_at = {}, {}, time.monotonic()
        self._tell(question, states, found)
        self._forget({panel.id for panel in question.project.document.panels()})

    def _tell(
        self, question: _Question, states: dict[str, PanelState], found: dict[Target, Drawing]
    ) -> None:
        if states:
            self.answered.emit(_Answer(question.serial, states, found))

    def _check(
        self, question: _Question, contexts: _Contexts, page: Page, panel: Panel
    ) -> PanelCheck:
        kept = self.kept  # read before looking: one that comes meanwhile is looked for next time
        about = contexts.about(panel)
        known = self._known.get(panel.id)
        if known is not None and _same_objects(known.about, about):
            settled = known.check.freshness in ("fresh", "empty")
            if settled or known.kept == kept:
                return PanelCheck(known.check.freshness, {})
        context = contexts.of(panel)
        if context is None:
            return PanelCheck(_without_model(panel), {})
        assets = question.project.assets
        check = self._checker.check(context, page.id, panel, lambda d: d.image in assets)
        self._known[panel.id] = _Known(about, check, kept)
        return check

    def _forget(self, panel_ids: set[str]) -> None:
        for panel_id in self._known.keys() - panel_ids:
            del self._known[panel_id]


class _Contexts:
    """What panels of one question are planned with; files are looked at once for all of them."""

    def __init__(self, question: _Question, puppets: PuppetShelf, rasters: RasterShelf) -> None:
        self._question = question
        self._load = partial(rasters.get, question.project.assets)
        self._puppets = puppets
        self._by_size: dict[int | None, PlanContext] = {}
        self._files = self._look_at_files()

    def of(self, panel: Panel) -> PlanContext | None:
        """None where there is no model."""
        question = self._question
        if question.model is None or self._files is None:
            return None
        size = question.sizes.get(panel.id)
        if size not in self._by_size:
            document = question.project.document
            if size is not None:
                document = update_settings(document, base_px=size)
            self._by_size[size] = PlanContext(
                document, self._load, question.model, document.settings.quality, self._puppets
            )
        return self._by_size[size]

    def about(self, panel: Panel) -> tuple[object, ...]:
        question = self._question
        document = question.project.document
        size = question.sizes.get(panel.id)
        return (panel, document.settings, size, self._files, *cast(document, panel))

    def _look_at_files(self) -> tuple[str, ...] | None:
        """Digests of the model and the LoRA files; None where the model cannot be read."""
        question = self._question
        if question.model is None:
            return None
        context = PlanContext(
            question.project.document, self._load, question.model, puppets=self._puppets
        )
        try:
            digests = (question.model.id, question.model.digest)
        except KomaError:
            return None
        try:
            return (*digests, *(lora.digest for lora in context.loras()))
        except KomaError as error:
            return (*digests, str(error))


def _same_objects(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    """By identity, but for the numbers and digests among them."""
    return len(first) == len(second) and all(
        one is other or (isinstance(one, int | tuple) and one == other)
        for one, other in zip(first, second, strict=True)
    )


def _pages(question: _Question) -> tuple[Page, ...]:
    """The page that the artist looks at first."""
    pages = question.project.document.pages
    return tuple(sorted(pages, key=lambda page: page.id != question.first_page_id))


def _without_model(panel: Panel) -> Freshness:
    if not is_drawable(panel):
        return "empty"
    return "missing" if panel.drawing is None else "stale"


def _new_drawings(project: Project, before: Project | None) -> Iterator[Drawing]:
    """The drawings of pages that are not the same object in both."""
    shared: set[int] = set()
    if before is not None and before.assets is project.assets:
        shared = {id(page) for page in before.document.pages}
    for page in project.document.pages:
        if id(page) in shared:
            continue
        for panel in page.panels:
            yield from (d for d in (panel.drawing, *_layers(panel)) if d is not None)


def _layers(panel: Panel) -> Iterator[Drawing | None]:
    return (edit.drawing for edit in panel.region_edits)


class StaleWatch(QObject):
    """Compares each panel with its drawing in a thread of its own; made in the window's thread.

    `checked` tells the states of some panels (EMPTY, MISSING, FRESH or STALE; a draft is STALE
    where the project asks for final pictures), and earlier drawings that fit where the present
    ones do not: after undo and redo the matching picture need not be drawn again. Found drawings
    are told only for the newest document.
    """

    checked = Signal(object, object)  # Mapping[panel id, PanelState], Mapping[Target, Drawing]

    _work_wanted = Signal()

    def __init__(self, parent: QObject | None = None, pause_ms: int = PAUSE_MS) -> None:
        super().__init__(parent)
        self._earlier = EarlierDrawings()
        self._place: Newest[_Question] = Newest()
        self._stop = Event()
        self._serial = 0
        self._next: _Question | None = None
        self._last: _Question | None = None
        self._worker = worker = StaleWorker(self._place, self._earlier, self._stop)
        self._thread = WorkerThread(worker, "stale watch")
        queued = Qt.ConnectionType.QueuedConnection
        self._work_wanted.connect(worker.work, queued)
        worker.answered.connect(self._on_answered, queued)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(pause_ms)
        self._timer.timeout.connect(self._ask)

    def start(self) -> None:
        if not self._stop.is_set() and not self._thread.isRunning():
            self._thread.begin()

    def stop(self, timeout_ms: int = STOP_MS) -> bool:
        """As `WorkerThread.stop`."""
        self._stop.set()
        self._timer.stop()
        return self._thread.stop(timeout_ms)

    def set_document(
        self,
        project: Project,
        model: PlanModel | None,
        sizes: Mapping[str, int] = _NO_SIZES,
        first_page_id: str | None = None,
    ) -> None:
        """Check this document after a short pause; of several in a row only the last.

        model: None where the project's model is missing; drawn panels are then stale. sizes:
        base_px by panel id where it differs from the project's. first_page_id: the page that the
        artist looks at.
        """
        self._serial += 1
        for drawing in _new_drawings(project, None if self._last is None else self._last.project):
            self._earlier.keep(drawing)
        self._next = _Question(self._serial, project, model, dict(sizes), first_page_id)
        self._last = self._next
        if not self._stop.is_set():
            self._timer.start()

    def remember(self, drawing: Drawing) -> None:
        """A drawing that was made and perhaps is shown nowhere: it may fit later."""
        self._earlier.keep(drawing)
        self._worker.kept += 1

    def forget(self) -> None:
        """Another project: its pictures are not there."""
        self._earlier.clear()
        self._last = None

    @Slot()
    def _ask(self) -> None:
        question, self._next = self._next, None
        if question is not None and self._place.put(question):
            self._work_wanted.emit()

    @Slot(object)
    def _on_answered(self, answer: _Answer) -> None:
        if self._stop.is_set():
            return
        found = answer.found if answer.serial == self._serial else {}
        self.checked.emit(answer.states, found)
