"""Which drawn figures have drifted from their references, asked while nothing else happens."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.document_controller import Change, DocumentController
from app.engine_thread import EngineThread
from app.examiner import Answer, Question
from app.panel_check import cast
from app.render_controller import RenderController
from core.consistency.scores import FigureScore, PanelScore
from core.document import Document, Drawing, Panel
from core.errors import KomaError
from widgets.page_view import PanelState

IDLE_MS = 600  # after the last edit, drawing or gesture
PAUSE_MS = 15  # between two panels, so that a job that is asked for waits for one at most
SCORES_KEPT = 4096


@dataclass(frozen=True)
class _Seen:
    """The last answer for a panel, and the objects that it was about, compared by identity."""

    about: tuple[object, ...]
    key: Hashable


class ConsistencyWatch(QObject):
    """Has every fresh drawing scored once, one after the other, in the engine's thread.

    Nothing is asked while a hand holds something, while anything is drawn or waits to be drawn, and
    before the engine is there. Scores are kept by what they depend on (drawing, figures, outline,
    words, references), so that undo and redo ask nobody. They are derived, no part of the document.
    """

    changed = Signal()  # `drifting` is another mapping now

    def __init__(
        self,
        controller: DocumentController,
        renders: RenderController,
        engine: EngineThread,
        parent: QObject | None = None,
        idle_ms: int = IDLE_MS,
    ) -> None:
        super().__init__(parent)
        self._controller, self._renders, self._engine = controller, renders, engine
        self._idle_ms = idle_ms
        self._scores: OrderedDict[Hashable, PanelScore | None] = OrderedDict()
        self._seen: dict[str, _Seen] = {}
        self._drifting: dict[str, tuple[FigureScore, ...]] = {}
        self._ignored: set[Hashable] = set()
        self._page_id = ""
        self._serial = 0
        self._asked: tuple[int, Hashable] | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._look)
        controller.document_changed.connect(self._on_document_changed)
        controller.gesture_ended.connect(self._look_later)
        renders.statuses_changed.connect(self._on_statuses)
        engine.job_ended.connect(self._look_later)
        engine.state_changed.connect(self._look_later)
        engine.examined.connect(self._on_examined)

    @property
    def drifting(self) -> Mapping[str, tuple[FigureScore, ...]]:
        """By panel id, in the order of the document; only drawings that are up to date."""
        return self._drifting

    @property
    def is_busy(self) -> bool:
        """Whether there is something that was not looked at yet."""
        return self._timer.isActive() or self._asked is not None

    def score(self, panel_id: str) -> PanelScore | None:
        """Of a panel as it is now; None where it was not looked at."""
        document = self._controller.document
        panel = next((p for p in document.panels() if p.id == panel_id), None)
        return None if panel is None else self._scores.get(self._key(document, panel))

    def show_page(self, page_id: str) -> None:
        """The page that the artist looks at is looked at first."""
        self._page_id = page_id

    def ignore(self, panel_id: str) -> None:
        """The artist wants this drawing as it is: no mark until it is drawn again."""
        document = self._controller.document
        self._ignored.add(self._key(document, document.panel(panel_id)))
        self._update()

    def stop(self) -> None:
        self._timer.stop()

    @Slot(object)
    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open":
            self._seen.clear()
            self._scores.clear()
            self._ignored.clear()
            self._asked = None
            self._set_drifting({})
        self._look_later()

    @Slot(object)
    def _on_statuses(self, panel_ids: set[str]) -> None:
        if panel_ids & self._drifting.keys():
            self._update()
        self._look_later()

    def _look_later(self, *_: object) -> None:
        self._timer.start(self._idle_ms)

    @Slot()
    def _look(self) -> None:
        """Ask about the first panel of which nothing is known; tell what is known."""
        if self._asked is not None or self._controller.in_gesture or not self._engine.is_idle:
            return  # whatever ends it calls again
        self._update()
        panel = self._next_panel()
        if panel is None:
            return
        self._serial += 1
        key = self._seen[panel.id].key
        self._asked = (self._serial, key)
        question = Question(self._serial, self._controller.project, panel.id)
        if not self._engine.examine(question):
            self._asked = None

    def _next_panel(self) -> Panel | None:
        document = self._controller.document
        pages = sorted(document.pages, key=lambda page: page.id != self._page_id)
        for page in pages:
            for panel in page.panels:
                if self._is_fresh(panel) and self._key(document, panel) not in self._scores:
                    return panel
        return None

    @Slot(object)
    def _on_examined(self, answer: Answer) -> None:
        if self._asked is None or answer.question.serial != self._asked[0]:
            return
        key, self._asked = self._asked[1], None
        self._scores[key] = answer.score
        while len(self._scores) > SCORES_KEPT:
            self._scores.popitem(last=False)
        if answer.score is not None and answer.score.drifting:
            self._update()
        self._timer.start(PAUSE_MS)

    def _update(self) -> None:
        """Work out anew what drifts: a look at each panel, no pixels."""
        document = self._controller.document
        found: dict[str, tuple[FigureScore, ...]] = {}
        for panel in document.panels():
            if not self._is_fresh(panel):
                continue
            key = self._key(document, panel)
            score = self._scores.get(key)
            if score is not None and score.drifting and key not in self._ignored:
                found[panel.id] = score.drifting
        self._set_drifting(found)

    def _set_drifting(self, found: dict[str, tuple[FigureScore, ...]]) -> None:
        if found != self._drifting or list(found) != list(self._drifting):
            self._drifting = found
            self.changed.emit()

    def _is_fresh(self, panel: Panel) -> bool:
        if panel.drawing is None or not panel.figures:
            return False
        status = self._renders.statuses.get(panel.id)
        return status is not None and status.state is PanelState.FRESH

    def _key(self, document: Document, panel: Panel) -> Hashable:
        """What the panel's score depends on."""
        try:
            characters = cast(document, panel)
        except KomaError:
            characters = ()
        about = (
            panel.drawing, panel.figures, panel.polygon, panel.region_edits, panel.prompt,
            characters,
        )  # fmt: skip
        seen = self._seen.get(panel.id)
        if seen is not None and _same_objects(seen.about, about):
            return seen.key
        key = _Key(panel.drawing, (*about, document.settings.model_id))
        self._seen[panel.id] = _Seen(about, key)
        return key


class _Key:
    """A value with the hash of its drawing alone: a panel's figures are hundreds of numbers, and
    two panels hardly ever have one drawing.
    """

    __slots__ = ("_hash", "_value")

    def __init__(self, drawing: Drawing | None, value: tuple[Hashable, ...]) -> None:
        self._value, self._hash = value, hash(drawing)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, _Key) and self._value == other._value


def _same_objects(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    """The cast is a fresh tuple each time; of the others the objects themselves are compared."""
    return all(
        one is other
        or (
            isinstance(one, tuple)
            and isinstance(other, tuple)
            and len(one) == len(other)
            and all(a is b for a, b in zip(one, other, strict=True))
        )
        for one, other in zip(first, second, strict=True)
    )
