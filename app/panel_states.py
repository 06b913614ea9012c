"""What the page shows of each panel: its picture's state, its job, its failure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.error_texts import error_text
from app.panel_check import same_wish
from app.panel_rows import PanelRow
from core.document import Document, Page, Panel
from core.errors import KomaError
from core.render_plan import is_drawable
from widgets.page_view import PanelState, PanelStatus

_SETTLED = frozenset((PanelState.FRESH, PanelState.EMPTY))


@dataclass(frozen=True)
class Failure:
    """What happened to a panel as it was in `document`."""

    error: KomaError
    document: Document


class PanelStates:
    """The statuses of all panels of one document."""

    def __init__(self) -> None:
        self.statuses: dict[str, PanelStatus] = {}
        self._states: dict[str, PanelState] = {}
        self._failures: dict[str, Failure] = {}

    def clear(self) -> None:
        """Another project; the next `follow` tells what is gone."""
        self._states.clear()
        self._failures.clear()

    def unsettled(self) -> list[str]:
        """The panels that are not known to be fresh or empty."""
        return [i for i, status in self.statuses.items() if status.state not in _SETTLED]

    def learn(self, states: Mapping[str, PanelState]) -> set[str]:
        """EMPTY, MISSING, FRESH or STALE by panel id; returns the panels that are there."""
        known = self.statuses.keys() & states.keys()
        self._states.update({panel_id: states[panel_id] for panel_id in known})
        return known

    def fail(self, panel_id: str, failure: Failure) -> None:
        self._failures[panel_id] = failure

    def forgive(self, panel_ids: Iterable[str]) -> None:
        for panel_id in panel_ids:
            self._failures.pop(panel_id, None)

    def failure(self, panel_id: str) -> Failure | None:
        return self._failures.get(panel_id)

    def follow(self, before: Document | None, document: Document) -> tuple[set[str], set[str]]:
        """Go with the document: doubt what changed, forget what is gone.

        Returns the panels whose statuses may be others now, and those that are gone.
        """
        touched = _touched_pages(before, document)
        gone = self.statuses.keys() - {panel.id for panel in document.panels()}
        for panel_id in gone:
            for memory in (self._states, self._failures, self.statuses):
                memory.pop(panel_id, None)
        self.forgive([i for i, failure in self._failures.items() if _is_over(failure, i, document)])
        if before is not None:
            self._doubt(before, document, touched)
        return {panel.id for page in touched for panel in page.panels}, gone

    def update(
        self, panel_ids: Collection[str], document: Document, rows: Iterable[PanelRow]
    ) -> set[str]:
        """Work out the statuses of these panels; returns those that have another one now.

        rows: the active ones, the most important first.
        """
        by_panel: dict[str, PanelRow] = {}
        for row in rows:
            if row.state == "drawing" or not row.is_draft:
                by_panel.setdefault(row.panel.id, row)
        changed: set[str] = set()
        for panel in document.panels():
            if panel.id not in panel_ids:
                continue
            status = self._status(panel, by_panel.get(panel.id))
            if status != self.statuses.get(panel.id):
                self.statuses[panel.id] = status
                changed.add(panel.id)
        return changed

    def _status(self, panel: Panel, row: PanelRow | None) -> PanelStatus:
        if row is not None and row.state == "drawing":
            return PanelStatus(PanelState.DRAWING, row.step, row.steps, row.preview)
        if row is not None:
            return PanelStatus(PanelState.QUEUED)
        failure = self._failures.get(panel.id)
        if failure is not None:
            return PanelStatus(PanelState.FAILED, message=error_text(failure.error))
        return PanelStatus(self._states.get(panel.id) or _first_sight(panel))

    def _doubt(self, before: Document, document: Document, touched: Iterable[Page]) -> None:
        """What was fresh and asks for something else now is stale, until somebody has looked."""
        old = {panel.id for page in before.pages for panel in page.panels}
        for panel in (panel for page in touched for panel in page.panels):
            state = self._states.get(panel.id)
            if state not in _SETTLED or panel.id not in old:
                continue
            if state is PanelState.EMPTY or not is_drawable(panel):
                del self._states[panel.id]
            elif not same_wish(before, document, panel.id):
                self._states[panel.id] = PanelState.STALE


def _touched_pages(before: Document | None, document: Document) -> tuple[Page, ...]:
    """The pages on which anything may be drawn in another way than before."""
    if (
        before is None
        or before.settings is not document.settings
        or before.characters is not document.characters
    ):
        return document.pages
    known = {id(page) for page in before.pages}
    return tuple(page for page in document.pages if id(page) not in known)


def _is_over(failure: Failure, panel_id: str, document: Document) -> bool:
    return not same_wish(failure.document, document, panel_id)


def _first_sight(panel: Panel) -> PanelState:
    """Of a panel that nobody has looked at."""
    if not is_drawable(panel):
        return PanelState.EMPTY
    return PanelState.MISSING if panel.drawing is None else PanelState.FRESH
