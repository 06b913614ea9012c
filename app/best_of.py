"""Drawing a panel again with other seeds and keeping the best: one job, one undo step."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal, Slot

from app.attempts import Choice, with_choice
from app.document_controller import DocumentController
from app.engine_thread import EngineThread
from app.panel_check import same_wish
from app.render_controller import RenderController
from app.stale_watch import StaleWatch
from core.document import Document, Quality
from core.errors import BadInput
from widgets.page_view import PanelState

SEEDS = 2**32


def other_seeds(count: int, seed: int) -> tuple[int, ...]:
    """Random ones, all different and none of them `seed`."""
    found: dict[int, None] = {}
    while len(found) < count:
        other = random.randrange(SEEDS)
        if other != seed:
            found[other] = None
    return tuple(found)


class BestOf(QObject):
    """Submits the drawings and puts the choice into the document."""

    said = Signal(str)  # one sentence

    def __init__(
        self,
        controller: DocumentController,
        renders: RenderController,
        engine: EngineThread,
        watch: StaleWatch,
        parent: QObject | None = None,
        seeds: Callable[[int, int], tuple[int, ...]] = other_seeds,
    ) -> None:
        super().__init__(parent)
        self._controller, self._renders, self._watch = controller, renders, watch
        self._seeds = seeds
        self._begun_with: dict[str, Document] = {}  # by job
        engine.panel_chosen.connect(self._on_chosen)
        engine.job_ended.connect(self._on_job_ended)
        controller.gesture_ended.connect(self._put_waiting)
        self._waiting: list[tuple[str, Choice]] = []

    def draw(
        self, panel_id: str, count: int, quality: Quality, locked: Collection[str] = ()
    ) -> bool:
        """Draw the panel `count` times more. False, with a sentence, where that cannot be.

        locked: the panels whose seed the artist keeps.
        """
        panel = self._controller.document.panel(panel_id)
        if panel_id in locked:
            self.said.emit(
                self.tr(
                    "The seed of this panel is kept. Open its lock in the inspector to draw it "
                    "with others."
                )
            )
            return False
        if not panel.figures:
            self.said.emit(
                self.tr("Nobody stands in this panel. Drop a character on it to compare drawings.")
            )
            return False
        job_id = self._renders.draw_again(panel_id, self._seeds(count, panel.seed), quality)
        if job_id is None:
            return False
        self._begun_with[job_id] = self._controller.document
        return True

    @Slot(str, object)
    def _on_chosen(self, job_id: str, choice: Choice) -> None:
        for drawing in choice.drawings:
            self._watch.remember(drawing)
        self._waiting.append((job_id, choice))
        if not self._controller.in_gesture:
            self._put_waiting()

    @Slot(str, object)
    def _on_job_ended(self, job_id: str, outcome: object) -> None:
        if not any(waiting == job_id for waiting, _ in self._waiting):
            self._begun_with.pop(job_id, None)

    def _put_waiting(self, *_: object) -> None:
        """Never under a moving hand: an edit would end its gesture."""
        while self._waiting:
            job_id, choice = self._waiting.pop(0)
            begun_with = self._begun_with.pop(job_id, None)
            if begun_with is not None:
                self._put(begun_with, choice)

    def _put(self, begun_with: Document, choice: Choice) -> None:
        panel_id, panel = choice.target.panel_id, choice.panel
        try:
            is_wanted = same_wish(begun_with, self._controller.document, panel_id)
        except BadInput:
            return  # the panel is gone
        if not is_wanted:
            self.said.emit(
                self.tr("The panel was changed meanwhile, so its new drawings were not used.")
            )
        elif panel is None:
            self.said.emit(
                self.tr("None of the new drawings is nearer to the references than this one.")
            )
        else:
            text = self.tr("Keep best drawing")
            if self._controller.edit(text, lambda document: with_choice(document, panel)):
                self._renders.on_checked({panel_id: PanelState.FRESH}, {})
