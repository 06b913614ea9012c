"""What a Koma that did not end properly left behind is offered to the artist."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.autosave import Autosave, RecoveredWork
from app.file_actions import FileActions
from app.notifications import Notification
from widgets.dialogs import RecoveryDialog, RecoveryRow


class RecoveryController(QObject):
    """Lists safety copies in a dialog. A copy that is neither recovered nor discarded stays."""

    changed = Signal()  # there are other copies than before

    def __init__(self, files: FileActions, autosave: Autosave, window: QWidget) -> None:
        super().__init__(window)
        self._files, self._autosave, self._window = files, autosave, window
        self._works: dict[str, RecoveredWork] = {}
        self._dialog: RecoveryDialog | None = None

    @property
    def count(self) -> int:
        """Copies that are left."""
        return len(self._works)

    @property
    def dialog(self) -> RecoveryDialog | None:
        """None where it is not open."""
        return self._dialog

    def look(self) -> bool:
        """Look for copies; whether there are any."""
        self._works = {work.file.stem: work for work in self._autosave.recoverable()}
        self.changed.emit()
        return bool(self._works)

    def show(self) -> None:
        """Offer the copies, if there are any."""
        if not self._works or self._dialog is not None:
            return
        self._dialog = dialog = RecoveryDialog(self._window)
        dialog.recover_requested.connect(self._recover)
        dialog.discard_requested.connect(self._discard)
        dialog.finished.connect(self._on_closed)
        self._show_rows()
        dialog.open()

    def close(self) -> None:
        if self._dialog is not None:
            self._dialog.reject()

    def _recover(self, work_id: str) -> None:
        """Open it; the others are for later, they can be seen again from the menu."""
        told: list[Notification] = []
        self._files.noticed.connect(told.append)
        try:
            opened = self._files.recover(self._works[work_id], self._autosave)
        finally:
            self._files.noticed.disconnect(told.append)
        if opened:
            self.look()
            self.close()
        elif told and self._dialog is not None:
            self._dialog.show_problem(work_id, told[-1].text)

    def _discard(self, work_id: str) -> None:
        self._autosave.discard(self._works[work_id])
        self.look()
        self._show_rows()

    def _show_rows(self) -> None:
        if self._dialog is not None:
            self._dialog.set_rows([_row(key, work) for key, work in self._works.items()])

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _row(work_id: str, work: RecoveredWork) -> RecoveryRow:
    place = str(work.original.parent) if work.original is not None else ""
    return RecoveryRow(work_id, work.name, work.saved_at, place)
