"""The one owner of the document: every change of it goes through here and is told to all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QUndoStack

from app.commands import Change, Desk, EditCommand
from app.error_texts import error_text
from core.document import Document
from core.errors import BadInput, KomaError
from core.storage import AssetStore, MemoryAssets, Project

__all__ = ["Change", "DocumentController"]

UNDO_LIMIT = 1000


class DocumentController(QObject):
    """Holds the project, its undo history and whether it was saved; made and used in one thread.

    Whether the document is modified is decided by its contents: undone back to what was saved, it
    is not modified, unless a panel was drawn meanwhile.
    """

    document_changed = Signal(object)  # Change
    modified_changed = Signal(bool)
    path_changed = Signal(object)  # Path | None
    edit_refused = Signal(str)  # one sentence
    gesture_ended = Signal(str)  # gesture_id, finished or cancelled

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = Desk()
        self._assets: AssetStore = MemoryAssets()
        self._path: Path | None = None
        self._saved: Document | None = self._desk.document
        self._modified = False
        self._gesture: str | None = None
        self._cancelled: str | None = None
        self._refused: tuple[str | None, str] = (None, "")
        self._undo_stack = stack = QUndoStack(self)
        stack.setUndoLimit(UNDO_LIMIT)
        stack.indexChanged.connect(self._on_index_changed)
        # The stack's destructor clears it and tells so, to slots of what may be half gone.
        self.destroyed.connect(lambda: stack.blockSignals(True))

    @property
    def document(self) -> Document:
        return self._desk.document

    @property
    def assets(self) -> AssetStore:
        return self._assets

    @property
    def project(self) -> Project:
        """A snapshot that any thread may read."""
        return Project(self._desk.document, self._assets)

    @property
    def path(self) -> Path | None:
        """The project's file; None where it was never saved."""
        return self._path

    @property
    def undo_stack(self) -> QUndoStack:
        return self._undo_stack

    @property
    def modified(self) -> bool:
        return self._modified

    @property
    def in_gesture(self) -> bool:
        return self._gesture is not None

    def open_project(self, project: Project, path: Path | None, *, modified: bool = False) -> None:
        """Show another project. `modified`: its file does not hold it, as after a recovery."""
        self._end_gesture()
        before = self._desk.document
        self._desk.document = project.document
        self._desk.changes.clear()
        self._assets = project.assets
        self._saved = None if modified else project.document
        self._cancelled, self._refused = None, (None, "")
        self._undo_stack.clear()
        self._set_path(path)
        self._tell(Change(project.document, before, None, "open"))

    def edit(
        self, text: str, change: Callable[[Document], Document], gesture_id: str | None = None
    ) -> bool:
        """Make an undoable edit; False where it was refused or changed nothing.

        text: what the undo menu calls it, translated. Edits with one gesture_id become one undo
        step until the gesture ends. A refusal (any KomaError) is told by `edit_refused`, within a
        gesture once.
        """
        if gesture_id is not None and gesture_id == self._cancelled:
            return False  # events that were under way when the gesture was cancelled
        if gesture_id != self._gesture:
            self._end_gesture()
            self._gesture = gesture_id
        before = self._desk.document
        try:
            after = change(before)
        except KomaError as error:
            self._refuse(error_text(error), gesture_id)
            return False
        if after is before or after == before:
            return False
        self._undo_stack.push(EditCommand(self._desk, after, text, gesture_id))
        return True

    def finish_gesture(self, gesture_id: str) -> None:
        """After the last edit of a gesture; a gesture that is not under way is nobody's."""
        if gesture_id == self._gesture:
            self._end_gesture()

    def cancel_gesture(self, gesture_id: str) -> None:
        """Take back all edits of the gesture that is under way; there is nothing to redo then."""
        if gesture_id != self._gesture:
            return
        self._cancelled = gesture_id
        # Several where the project was saved, or something else was edited, in between.
        while (command := self._top_command()) and command.gesture_id == gesture_id:
            command.vanish_when_undone()
            self._undo_stack.undo()
        self._end_gesture()

    def apply_result(self, change: Callable[[Document], Document]) -> bool:
        """Put in what was drawn: no undo step, and undo and redo keep it.

        False where the panel is gone meanwhile, or nothing changed.
        """
        before = self._desk.document
        try:
            after = change(before)
        except BadInput:
            return False
        if after is before:
            return False
        self._desk.put(after, "result")
        self._tell_changes()
        return True

    @Slot()
    def undo(self) -> None:
        self._end_gesture()
        self._undo_stack.undo()

    @Slot()
    def redo(self) -> None:
        self._end_gesture()
        self._undo_stack.redo()

    def mark_saved(self, path: Path, document: Document | None = None) -> None:
        """The file at `path` holds `document` now, None = the present one.

        A document that was edited while it was being written stays modified.
        """
        self._saved = self._desk.document if document is None else document
        if self._saved is self._desk.document:
            self._undo_stack.setClean()
        else:
            self._undo_stack.resetClean()
        self._set_path(path)
        self._update_modified()

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit(path)

    def _top_command(self) -> EditCommand | None:
        index = self._undo_stack.index()
        command = self._undo_stack.command(index - 1) if index > 0 else None
        return command if isinstance(command, EditCommand) else None

    def _end_gesture(self) -> None:
        gesture, self._gesture = self._gesture, None
        if gesture is None:
            return
        command = self._top_command()
        if command is not None and command.gesture_id == gesture:
            command.close()
        self.gesture_ended.emit(gesture)

    def _refuse(self, sentence: str, gesture_id: str | None) -> None:
        refusal = (gesture_id, sentence)
        if gesture_id is None or refusal != self._refused:
            self._refused = refusal
            self.edit_refused.emit(sentence)

    @Slot()
    def _on_index_changed(self) -> None:
        # Only now, with the command in its place, may whoever hears of it make the next edit.
        self._tell_changes()

    def _tell_changes(self) -> None:
        for change in self._desk.take_changes():
            self._tell(change)

    def _tell(self, change: Change) -> None:
        self.document_changed.emit(change)
        self._update_modified()

    def _update_modified(self) -> None:
        modified = self._saved is None or self._desk.document != self._saved
        if modified != self._modified:
            self._modified = modified
            self.modified_changed.emit(modified)
