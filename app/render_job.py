"""What crosses between the window and the thread that draws; all of it frozen or locked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal

from core.document import Document, Drawing, Quality
from core.document.edits import update_settings
from core.engine import CancelToken
from core.errors import KomaError
from core.render_plan import PlanModel, Target
from core.storage import Project

JobKind = Literal["final", "draft"]
OutcomeKind = Literal["done", "failed", "cancelled", "replaced"]
StateKind = Literal["starting", "loading", "ready", "busy", "failed"]


@dataclass(frozen=True)
class EngineState:
    """What the engine does; `text` is one plain sentence.

    device: "cpu", "cuda:0" ...; "" = unknown. details: of a failure, for the log.
    """

    kind: StateKind
    text: str
    model_id: str = ""
    device: str = ""
    details: str = ""


@dataclass(frozen=True)
class RenderJob:
    """Panels to draw as they are in a snapshot.

    targets: ids of panels; each is drawn with its region edits, as far as they are missing or
    stale, page by page in reading order. kind: a "draft" follows the artist's hand and may be
    replaced or interrupted by what comes after it, a "final" was asked for and is kept; `quality`
    says how good the pictures shall be. base_px: another size of the pictures than the document's,
    for panels that were too large for the memory. seeds: draw the one target once with each of
    them and keep the drawing that is nearest to the references; () = with its own seed.
    keeps_present: the drawing that is there takes part in that choice.
    """

    id: str
    project: Project
    model: PlanModel
    quality: Quality
    targets: tuple[str, ...]
    kind: JobKind = "final"
    base_px: int | None = None
    seeds: tuple[int, ...] = ()
    keeps_present: bool = False

    def snapshot(self) -> Project:
        """The project as it shall be drawn. Raises BadInput for a size that is no size."""
        if self.base_px is None:
            return self.project
        document = update_settings(self.project.document, base_px=self.base_px)
        return replace(self.project, document=document)

    def page_ids(self) -> tuple[str, ...]:
        """The pages that hold the targets, in the order of the document."""
        return tuple(
            page.id
            for page in self.project.document.pages
            if any(panel.id in self.targets for panel in page.panels)
        )

    def without(self, panel_ids: Iterable[str]) -> RenderJob:
        dropped = set(panel_ids)
        return replace(self, targets=tuple(t for t in self.targets if t not in dropped))


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended. "replaced": a newer job made it pointless before it began.

    "failed": nothing was drawn and something went wrong; a job of which some panels failed is
    "done". notes: what the engine left out, each once.
    """

    kind: OutcomeKind
    finished: tuple[Target, ...] = ()
    failed: tuple[tuple[Target, KomaError], ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0


class JobControl:
    """What both threads know of a job that is under way: its token and what is still wanted."""

    def __init__(self, job: RenderJob) -> None:
        self.token = CancelToken()
        self._wanted = set(job.targets)
        self._lock = Lock()

    def wants(self, panel_id: str) -> bool:
        return panel_id in self._wanted

    def drop(self, panel_id: str) -> None:
        """Leave a panel out; the job is stopped where nothing else of it is wanted."""
        with self._lock:
            self._wanted.discard(panel_id)
            if not self._wanted:
                self.token.cancel()


def panel_target(document: Document, panel_id: str) -> Target:
    """Raises BadInput where there is no such panel."""
    return Target(document.page_of(panel_id).id, panel_id)


def drawing_of(document: Document, target: Target) -> Drawing | None:
    """Raises BadInput where the panel or the region edit is gone."""
    panel = document.panel(target.panel_id)
    if target.region_edit_id is None:
        return panel.drawing
    return panel.region_edit(target.region_edit_id).drawing
