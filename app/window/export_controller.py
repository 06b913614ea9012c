"""Pages leave as files: asked for in a dialog, written beside the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.background import Finished, SerialRunner
from app.crash import open_file
from app.document_controller import DocumentController
from app.error_texts import error_text
from app.page_files import prepare_folder, write_pages
from app.window.state import WindowState
from core.errors import BadInput, KomaError
from core.storage import Project
from widgets.dialogs import ExportChoice, ExportDialog
from widgets.painting import LayerNames


@dataclass(frozen=True)
class _Exported:
    folder: Path
    count: int  # pages


class ExportController(QObject):
    """One export at a time; pages are written from a snapshot, so the artist can go on.

    The first export of a project is offered beside its file.
    """

    about_to_export = Signal()  # the last call for fields that hold text back
    exported = Signal(object)  # folder
    _written = Signal(int, int)  # pages done, pages in all

    def __init__(
        self,
        controller: DocumentController,
        state: WindowState,
        first_folder: Callable[[], Path],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller, self._state, self._window = controller, state, window
        self._first_folder = first_folder
        self._folder: Path | None = None
        self._runner = SerialRunner("export", self)
        self._runner.finished.connect(self._on_finished)
        self._written.connect(self._on_written, Qt.ConnectionType.QueuedConnection)
        self._dialog: ExportDialog | None = None
        self._stop = threading.Event()
        controller.path_changed.connect(self._on_path_changed)

    @property
    def dialog(self) -> ExportDialog | None:
        return self._dialog

    @property
    def busy(self) -> bool:
        return self._runner.busy

    def open(self) -> None:
        """Show the dialog beside the window; the one that is open comes to the front."""
        if self._dialog is not None:
            self._dialog.raise_()
            self._dialog.activateWindow()
            return
        document = self._controller.document
        ids = [page.id for page in document.pages]
        page_id = self._state.page_id
        dialog = ExportDialog(
            len(ids),
            self._folder or self._first_folder(),
            self._window,
            page_format=document.page_format,
            current_page=ids.index(page_id) + 1 if page_id in ids else None,
        )
        dialog.export_requested.connect(self._begin)
        dialog.cancelled.connect(self._stop.set)
        dialog.folder_opened.connect(open_file)
        dialog.finished.connect(self._on_closed)
        self._dialog = dialog
        dialog.show()

    def close(self) -> None:
        """Stop after the page that is being written, and wait for it."""
        self._stop.set()
        self._runner.wait()
        if self._dialog is not None:
            self._dialog.close()

    def _begin(self, choice: ExportChoice) -> None:
        self._folder = choice.folder
        self._stop.clear()
        self.about_to_export.emit()
        project, names = self._controller.project, self._layer_names()
        self._runner.submit("export", lambda: self._write(project, choice, names))

    def _layer_names(self) -> LayerNames:
        return LayerNames(
            paper=self.tr("Paper"),
            panel=self.tr("Panel {number}"),
            art=self.tr("Art"),
            region_edit=self.tr("Region {number}"),
            border=self.tr("Border"),
        )

    def _write(self, project: Project, choice: ExportChoice, names: LayerNames) -> _Exported:
        """In the runner's thread."""
        pages = project.document.pages
        if choice.pages is not None:
            pages = tuple(pages[n - 1] for n in choice.pages if n <= len(pages))
        if not pages:  # they were deleted while the dialog was open
            raise BadInput("These pages are not there any more. Choose others.", code="no_pages")
        prepare_folder(choice.folder)
        for done, page in enumerate(pages):
            if self._stop.is_set():
                return _Exported(choice.folder, done)
            self._written.emit(done, len(pages))
            write_pages(
                project, [page], choice.folder, choice.formats, choice.dpi, choice.area, names
            )
        self._written.emit(len(pages), len(pages))
        return _Exported(choice.folder, len(pages))

    def _on_path_changed(self, _: object) -> None:
        if not self.busy:
            self._folder = None

    def _on_written(self, done: int, total: int) -> None:
        if self._dialog is not None:
            text = self.tr("Writing page {number} of {total}")
            self._dialog.set_progress(
                done, total, text.format(number=min(done + 1, total), total=total)
            )

    def _on_finished(self, finished: Finished) -> None:
        if finished.error is not None:
            text = self.tr("The pages could not be written.")
            if isinstance(finished.error, KomaError):
                text = error_text(finished.error)
            if self._dialog is not None:
                self._dialog.set_failed(text)
            return
        if not isinstance(finished.value, _Exported):
            return
        folder, count = finished.value.folder, finished.value.count
        if self._dialog is not None:
            text = self.tr("%n page(s) written to {folder}", "", count)
            self._dialog.set_finished(text.format(folder=folder.name))
        self.exported.emit(folder)

    def _on_closed(self) -> None:
        self._stop.set()
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
