"""Rendering asked for in the window: panels, the page, everything; and the queue that shows it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.document_controller import DocumentController
from app.render_controller import RenderController
from app.window.state import WindowState
from widgets.dialogs import DetailsDialog
from widgets.page_view import PageView
from widgets.queue_view import QueueView


class RenderActions(QObject):
    """Connects the render menu, the panels' own buttons and the queue with the renders."""

    begun = Signal()  # something was put into the queue
    nothing_to_do = Signal()
    about_to_render = Signal()  # the last call for fields that hold text back

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        renders: RenderController,
        view: PageView,
        queue: QueueView,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._state, self._renders = controller, state, renders
        self._view, self._queue, self._window = view, queue, window
        view.retry_requested.connect(self.retry)
        view.smaller_requested.connect(renders.smaller)
        view.details_requested.connect(self.show_details)
        queue.cancel_requested.connect(renders.cancel)
        queue.cancel_all_requested.connect(renders.cancel_all)
        queue.retry_requested.connect(self.retry)
        queue.smaller_requested.connect(renders.smaller)
        queue.details_requested.connect(self.show_details)
        queue.clear_finished_requested.connect(renders.clear_finished)
        renders.statuses_changed.connect(self._on_statuses)
        renders.rows_changed.connect(self._on_rows)

    def panels(self) -> None:
        """The selected panels; the whole page where none is selected."""
        self.about_to_render.emit()
        if not self._state.panel_ids:
            self.page()
            return
        self._begin(self._renders.render_panels(self._state.panel_ids, self._state.quality))

    def page(self) -> None:
        self.about_to_render.emit()
        if self._state.page_id is not None:
            self._begin(self._renders.render_page(self._state.page_id, self._state.quality))

    def stale(self) -> None:
        self.about_to_render.emit()
        self._begin(self._renders.render_stale(self._state.quality))

    def panel(self, panel_id: str) -> None:
        self._begin(self._renders.render_panels((panel_id,), self._state.quality))

    def retry(self, panel_id: str) -> None:
        self._renders.retry(panel_id)
        self.begun.emit()

    def show_details(self, panel_id: str) -> None:
        """What went wrong in a panel (or row of the queue), for the artist and whoever helps."""
        sentence, details = self._renders.details(panel_id)
        dialog = DetailsDialog(
            self.tr("Why the panel was not drawn"), sentence, details, self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _begin(self, submitted: int) -> None:
        """Nothing in line: say why, so that the button does not seem broken."""
        if submitted:
            self.begun.emit()
        else:
            self.nothing_to_do.emit()

    def _on_statuses(self, panel_ids: set[str]) -> None:
        statuses = self._renders.statuses
        if not panel_ids <= statuses.keys():  # some are gone
            self._view.set_statuses(statuses)
            return
        for panel_id in panel_ids:
            self._view.set_status(panel_id, statuses[panel_id])

    def _on_rows(self) -> None:
        self._queue.set_rows(self._renders.rows)
