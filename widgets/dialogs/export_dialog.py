"""Pages as files: what, how and where to; and how far it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from core.document import PageFormat
from widgets.common import Role, role_label, set_role
from widgets.common.theme import SPACE_M
from widgets.dialogs.export_form import ExportForm
from widgets.dialogs.folder_field import ChooseFolder, choose_folder
from widgets.dialogs.parts import dialog_button, dialog_column


class ExportDialog(QDialog):
    """Stays open while files are written, and ends with where they lie.

    `page_format` lets it say how large a page becomes, `current_page` (from 1) offers that page
    alone. Cancel and Esc during the export emit `cancelled`; the dialog then waits for
    `set_finished` or `set_failed`.
    """

    export_requested = Signal(object)  # ExportChoice
    cancelled = Signal()
    folder_opened = Signal(object)  # Path: the artist wants to see the files

    def __init__(
        self,
        page_count: int,
        folder: Path,
        parent: QWidget | None = None,
        *,
        page_format: PageFormat | None = None,
        current_page: int | None = None,
        choose: ChooseFolder = choose_folder,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export pages"))
        self._running = False
        self._form = ExportForm(
            page_count,
            folder,
            self,
            page_format=page_format,
            current_page=current_page,
            choose=choose,
        )
        self._form.changed.connect(self._on_form_changed)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._words: QLabel = role_label("", "quiet", self)
        self._words.setWordWrap(True)
        # Two lines are kept free for it, so that the dialog does not jump.
        self._words.setMinimumHeight(2 * self._words.fontMetrics().lineSpacing())
        self._open_folder = dialog_button(
            self.tr("Open folder"), self.tr("Show the files that were written"), self
        )
        self._open_folder.clicked.connect(self._on_open_folder_clicked)
        self._leave = dialog_button(self.tr("Cancel"), self.tr("Close without exporting"), self)
        self._leave.clicked.connect(self.reject)
        self._export = dialog_button(
            self.tr("Export"), self.tr("Write the files"), self, primary=True
        )
        self._export.clicked.connect(self._on_export_clicked)
        self._build()
        self._on_form_changed()

    def set_progress(self, done: int, total: int, text: str) -> None:
        """`done` of `total` files are written; `text` says what is being written."""
        self._set_running(True)
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self._say(text)

    def set_finished(self, text: str) -> None:
        """The export has ended, whole or cancelled; `text` says what came of it."""
        self._end(text, "quiet")
        self._open_folder.setVisible(True)

    def set_failed(self, text: str) -> None:
        """The export has ended without its files; `text` says why and what to do."""
        self._end(text, "danger")

    @property
    def is_running(self) -> bool:
        return self._running

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACE_M)
        row.addWidget(self._open_folder)
        row.addStretch(1)
        row.addWidget(self._leave)
        row.addWidget(self._export)
        progress = QVBoxLayout()
        progress.setSpacing(SPACE_M)
        progress.addWidget(self._bar)
        progress.addWidget(self._words)
        column = dialog_column(self)
        column.addWidget(role_label(self.tr("Export pages"), "title", self))
        column.addWidget(self._form)
        column.addStretch(1)
        column.addLayout(progress)
        column.addLayout(row)
        kept = self._bar.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._bar.setSizePolicy(kept)
        self._bar.setVisible(False)
        self._open_folder.setVisible(False)
        self.setMinimumWidth(460)

    def _set_running(self, running: bool) -> None:
        self._running = running
        self._form.setEnabled(not running)
        self._bar.setVisible(running)
        self._open_folder.setVisible(False)
        self._export.setEnabled(not running and not self._form.problem())
        self._leave.setToolTip(
            self.tr("Stop writing files") if running else self.tr("Close without exporting")
        )

    def _end(self, text: str, role: Role) -> None:
        self._set_running(False)
        self._leave.setEnabled(True)
        self._leave.setText(self.tr("Close"))
        self._leave.setToolTip(self.tr("Close"))
        self._say(text, role)

    def _say(self, text: str, role: Role = "quiet") -> None:
        set_role(self._words, role)
        self._words.setText(text)

    def _on_form_changed(self) -> None:
        problem = self._form.problem()
        self._export.setEnabled(not problem)
        self._export.setToolTip(problem or self.tr("Write the files"))
        self._open_folder.setVisible(False)
        self._say(problem)

    def _on_export_clicked(self) -> None:
        choice = self._form.choice()
        self._bar.setRange(0, 1)
        self._bar.setValue(0)
        self._set_running(True)
        self._leave.setText(self.tr("Cancel"))
        self._say(self.tr("Getting ready"))
        self.export_requested.emit(choice)

    def _on_open_folder_clicked(self) -> None:
        self.folder_opened.emit(self._form.choice().folder)

    def reject(self) -> None:
        """Esc and Cancel: during an export they end the export, not the dialog."""
        if not self._running:
            super().reject()
        elif self._leave.isEnabled():
            self._leave.setEnabled(False)
            self._say(self.tr("Stopping"))
            self.cancelled.emit()

    def closeEvent(self, arg__1: QCloseEvent) -> None:
        if self._running:
            arg__1.ignore()
            self.reject()
            return
        super().closeEvent(arg__1)
