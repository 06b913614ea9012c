"""Takes pictures into the document, where they are the newest that there are."""

from __future__ import annotations

from dataclasses import dataclass

from app.document_controller import DocumentController
from app.panel_check import same_wish
from app.panel_rows import PanelRow
from app.render_job import drawing_of
from core.document import Drawing
from core.document.edits import set_drawing, set_region_edit_drawing
from core.errors import BadInput
from core.render_plan import Target


@dataclass(frozen=True)
class _Placed:
    """The drawing that was put somewhere last, and the number of jobs at that time."""

    drawing: Drawing
    order: int


class ResultDesk:
    """Knows what it put where, so that a slow result never hides a newer one."""

    def __init__(self, controller: DocumentController) -> None:
        self._controller = controller
        self._placed: dict[Target, _Placed] = {}

    def clear(self) -> None:
        self._placed.clear()

    def place(self, target: Target, drawing: Drawing, order: int) -> None:
        """order: of the job that drew it, or a new one for what is found."""
        panel_id, edit_id = target.panel_id, target.region_edit_id
        self._placed[target] = _Placed(drawing, order)
        if edit_id is None:
            self._controller.apply_result(lambda d: set_drawing(d, panel_id, drawing))
        else:
            self._controller.apply_result(
                lambda d: set_region_edit_drawing(d, panel_id, edit_id, drawing)
            )

    def is_welcome(self, row: PanelRow, target: Target) -> bool:
        """Whether a result is the newest for its place.

        It is where nothing came since the job was submitted but older jobs' results, and where an
        asked-for picture shows what the panel says now. Where the panel or region edit is gone it
        is not.
        """
        document = self._controller.document
        try:
            current = drawing_of(document, target)
        except BadInput:
            return False
        placed = self._placed.get(target)
        if current == row.baseline(target):
            return True
        if placed is not None and placed.drawing == current and placed.order <= row.order:
            return True
        return not row.is_draft and same_wish(row.job.project.document, document, target.panel_id)
