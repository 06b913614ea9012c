"""The dock of the render queue."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListView,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from widgets.common import ElidedLabel, EmptyState, IconButton, set_role
from widgets.common.theme import SPACE_L, SPACE_M, SPACE_S, theme_signals
from widgets.models.job_list_model import JobListModel, JobRow
from widgets.queue_view.job_delegate import JobDelegate
from widgets.queue_view.job_layout import JobButton, buttons_of


class QueueView(QWidget):
    """All jobs with their progress, and what the artist can do about each."""

    cancel_requested = Signal(str)  # job id, as in those below
    retry_requested = Signal(str)
    smaller_requested = Signal(str)
    details_requested = Signal(str)
    cancel_all_requested = Signal()
    clear_finished_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = JobListModel(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setAccessibleName(self.tr("Render queue"))
        self._list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._list.setMouseTracking(True)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.viewport().installEventFilter(self)
        self._delegate = JobDelegate(self._list)
        self._list.setItemDelegate(self._delegate)

        self._summary = ElidedLabel("", self)
        set_role(self._summary, "quiet")
        self._cancel_all = IconButton("mdi6.close-box-multiple-outline", self.tr("Cancel all"))
        self._clear = IconButton("mdi6.broom", self.tr("Clear finished"))
        self._empty = EmptyState(self.tr("Nothing is being drawn. Rendered panels queue up here."))
        self._build()
        self._connect()
        self.set_rows(())

    @property
    def rows(self) -> tuple[JobRow, ...]:
        return self._model.rows

    def set_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these jobs, first the one that is drawn first."""
        self._model.set_rows(rows)
        self._stack.setCurrentIndex(1 if self._model.rows else 0)
        self._cancel_all.setEnabled(any(row.is_active for row in self._model.rows))
        self._clear.setEnabled(any(not row.is_active for row in self._model.rows))
        self._summary.setText(self._summary_text())

    def select(self, job_id: str) -> None:
        """Make a job current and bring it into view; an unknown id does nothing."""
        place = self._model.row_of(job_id)
        if place >= 0:
            self._list.setCurrentIndex(self._model.index(place))

    def context_menu(self, job_id: str) -> QMenu:
        """The menu of a job: the same as its buttons, and what concerns the whole queue."""
        menu = QMenu(self)
        place = self._model.row_of(job_id)
        for button in buttons_of(self._model.rows[place]) if place >= 0 else ():
            action = menu.addAction(self._delegate.button_text(button))
            action.triggered.connect(
                lambda _=False, button=button: self._on_button_clicked(job_id, button)
            )
        menu.addSeparator()
        for text, signal, source in (
            (self.tr("Cancel all"), self.cancel_all_requested, self._cancel_all),
            (self.tr("Clear finished"), self.clear_finished_requested, self._clear),
        ):
            action = menu.addAction(text)
            action.setEnabled(source.isEnabled())
            action.triggered.connect(signal)
        return menu

    def _build(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_S)
        header.setSpacing(SPACE_S)
        header.addWidget(self._summary, 1)
        header.addWidget(self._clear)
        header.addWidget(self._cancel_all)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(self._list, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)

    def _connect(self) -> None:
        self._delegate.button_clicked.connect(self._on_button_clicked)
        self._cancel_all.clicked.connect(self.cancel_all_requested)
        self._clear.clicked.connect(self.clear_finished_requested)
        self._list.customContextMenuRequested.connect(self._on_menu_requested)
        self._list.activated.connect(self._on_activated)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._on_delete_pressed)
        theme_signals().changed.connect(self._list.viewport().update)

    def _summary_text(self) -> str:
        rows = self._model.rows
        waiting = sum(row.state == "waiting" for row in rows)
        failed = sum(row.state == "failed" for row in rows)
        drawing = sum(row.state == "drawing" for row in rows)
        parts: list[str] = []
        if drawing:
            parts.append(self.tr("{count} drawing").format(count=drawing))
        if waiting:
            parts.append(self.tr("{count} waiting").format(count=waiting))
        if failed:
            parts.append(self.tr("{count} failed").format(count=failed))
        return " · ".join(parts) or self.tr("All done")

    def _current_row(self) -> JobRow | None:
        index = self._list.currentIndex()
        return self._model.rows[index.row()] if index.isValid() else None

    def _on_button_clicked(self, job_id: str, button: JobButton) -> None:
        {
            JobButton.CANCEL: self.cancel_requested,
            JobButton.RETRY: self.retry_requested,
            JobButton.SMALLER: self.smaller_requested,
            JobButton.DETAILS: self.details_requested,
        }[button].emit(job_id)

    def _on_activated(self) -> None:
        """Enter or double-click: what one most likely wants to know or to do."""
        row = self._current_row()
        if row is not None and row.state == "failed":
            self.details_requested.emit(row.id)
        elif row is not None and row.state == "cancelled":
            self.retry_requested.emit(row.id)

    def _on_delete_pressed(self) -> None:
        row = self._current_row()
        if row is not None and row.is_active:
            self.cancel_requested.emit(row.id)

    def _on_menu_requested(self, point: QPoint) -> None:
        index = self._list.indexAt(point)
        if not index.isValid():
            return
        menu = self.context_menu(self._model.rows[index.row()].id)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._list.viewport().mapToGlobal(point))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._delegate.forget_mouse()
        return super().eventFilter(watched, event)
