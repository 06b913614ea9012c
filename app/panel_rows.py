"""One row for each panel of each job: what it waits for, how far it is, how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QImage

from app.error_texts import error_text
from app.pace import Pace
from app.render_job import RenderJob
from core.document import Drawing, Panel
from core.errors import KomaError
from core.render_plan import Target, steps_of
from widgets.queue_view import JobRow

RowState = Literal["waiting", "drawing", "done", "failed", "cancelled"]
ENDED_KEPT = 200


@dataclass(eq=False)
class PanelRow:
    """A panel of a job. `panel` is as the job draws it; `order` counts jobs."""

    job: RenderJob
    panel: Panel
    order: int
    title: str
    state: RowState = "waiting"
    step: int = 0
    steps: int = 0
    preview: QImage | None = None
    error: KomaError | None = None
    steps_left: int = 0
    drawn: bool = False

    @property
    def id(self) -> str:
        return f"{self.job.id}/{self.panel.id}"

    @property
    def is_active(self) -> bool:
        return self.state in ("waiting", "drawing")

    @property
    def is_draft(self) -> bool:
        return self.job.kind == "draft"

    def baseline(self, target: Target) -> Drawing | None:
        """The drawing that the job found there."""
        if target.region_edit_id is None:
            return self.panel.drawing
        return self.panel.region_edit(target.region_edit_id).drawing

    def advance(self, target: Target, step: int, steps: int) -> None:
        self.state, self.step, self.steps = "drawing", step, steps
        later = self._targets()[self._index(target) + 1 :]
        self.steps_left = steps - step + sum(self._steps_of(edit_id) for edit_id in later)

    def finish(self, target: Target) -> None:
        """A picture is there; the row is done with the last of them."""
        self.preview, self.drawn = None, True
        if self._index(target) == len(self._targets()) - 1:
            self.end("done")

    def end(self, state: RowState, error: KomaError | None = None) -> None:
        self.state, self.error, self.preview, self.steps_left = state, error, None, 0

    def expect(self) -> None:
        """Count the steps to come, as if nothing of the panel were drawn."""
        self.steps_left = sum(self._steps_of(edit_id) for edit_id in self._targets())

    def _targets(self) -> list[str | None]:
        """Region edits by id, None = the panel itself, in the order in which they are drawn."""
        return [None, *(edit.id for edit in self.panel.region_edits if edit.visible)]

    def _index(self, target: Target) -> int:
        targets = self._targets()
        return targets.index(target.region_edit_id) if target.region_edit_id in targets else 0

    def _steps_of(self, edit_id: str | None) -> int:
        job = self.job
        steps = steps_of(job.project.document, self.panel, edit_id, job.model, job.quality)
        return steps * max(1, len(job.seeds))


class PanelRows:
    """All rows, the ones that are over at the end with the newest first."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._rows: list[PanelRow] = []

    def __iter__(self) -> Iterator[PanelRow]:
        return iter(tuple(self._rows))

    def active(self) -> list[PanelRow]:
        """The one that is drawn first, then asked-for panels, then drafts."""
        rows = [row for row in self._rows if row.is_active]
        return sorted(rows, key=lambda row: (row.state != "drawing", row.is_draft))

    def add(self, row: PanelRow) -> None:
        """What is over for the same panel is no news any more."""
        self._rows = [r for r in self._rows if r.is_active or r.panel.id != row.panel.id]
        row.expect()
        self._rows.append(row)

    def discard(self, row: PanelRow) -> None:
        if row in self._rows:
            self._rows.remove(row)

    def end(self, row: PanelRow, state: RowState, error: KomaError | None = None) -> None:
        row.end(state, error)
        self.settle(row)

    def settle(self, row: PanelRow) -> None:
        """A row that is over goes to the end; a draft's only where it failed."""
        if row.is_active:
            return
        self.discard(row)
        if not row.is_draft or row.state == "failed":
            self._rows.append(row)
        ended = [r for r in self._rows if not r.is_active]
        for old in ended[:-ENDED_KEPT]:
            self._rows.remove(old)

    def clear_ended(self) -> None:
        self._rows = [row for row in self._rows if row.is_active]

    def clear(self) -> None:
        self._rows.clear()

    def find(self, row_id: str) -> PanelRow | None:
        """By its id, or the newest of a panel by the panel's id."""
        for row in reversed(self._rows):
            if row_id in (row.id, row.panel.id):
                return row
        return None

    def of_job(self, job_id: str) -> list[PanelRow]:
        return [row for row in self._rows if row.job.id == job_id]

    def at(self, job_id: str, target: Target) -> PanelRow | None:
        """The active row that a report of the engine is about."""
        for row in self._rows:
            if row.is_active and row.job.id == job_id and row.panel.id == target.panel_id:
                return row
        return None

    def of_panel(self, panel_id: str) -> list[PanelRow]:
        return [row for row in self.active() if row.panel.id == panel_id]

    @property
    def seconds_left(self) -> float | None:
        return self._pace.seconds(sum(row.steps_left for row in self._rows if row.is_active))

    def shown(self) -> tuple[JobRow, ...]:
        ended = [row for row in reversed(self._rows) if not row.is_active]
        return tuple(self._shown(row) for row in (*self.active(), *ended))

    def _shown(self, row: PanelRow) -> JobRow:
        seconds = self._pace.seconds(row.steps_left) if row.state == "drawing" else None
        message = "" if row.error is None else error_text(row.error)
        return JobRow(
            row.id, row.title, row.state, row.step, row.steps, seconds, row.preview, message
        )
