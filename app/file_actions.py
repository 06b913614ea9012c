"""New, open, save: what the File menu does."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

import resources
from app.autosave import Autosave, RecoveredWork
from app.background import Finished, SerialRunner, Work
from app.document_controller import DocumentController
from app.file_dialogs import SUFFIX, FileDialogs, SaveAnswer
from app.log_file import write_log
from app.new_project import new_document
from app.notifications import Notification, NotificationAction, error_notification
from app.recent_files import RecentFiles
from app.workplace import Workplace
from core.document import ReadingDirection
from core.document.layouts import LayoutTemplate
from core.errors import BadInput, KomaError, StorageFailed
from core.files import write_atomically
from core.storage import Project, load_project, save_project

SAMPLE = "sample.koma"
SAVE_TRIES = 3  # while leaving: a panel that is drawn meanwhile makes another one necessary
OPEN = "open"


@dataclass(frozen=True)
class _Saved:
    path: Path
    project: Project


class FileActions(QObject):
    """Saves in a thread of its own while the artist goes on; what leaves the project waits for it.

    Opening and the last save before leaving let the window paint but take no input. Nothing here
    raises for a file: what is wrong is told by `noticed`.
    """

    noticed = Signal(object)  # Notification
    busy_changed = Signal(str)  # what is being done, "" = nothing
    about_to_save = Signal()  # the last call for fields that hold text back
    saved = Signal(object)  # Path
    last_folder_changed = Signal(object)  # Path

    def __init__(
        self,
        controller: DocumentController,
        workplace: Workplace,
        dialogs: FileDialogs,
        recent: RecentFiles,
        parent: QObject | None = None,
        *,
        last_folder: Path | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._workplace = workplace
        self._dialogs = dialogs
        self.recent = recent
        self._last_folder = last_folder
        self._asking = False
        self._chosen: Path | None = None  # by Save as, until the file is written
        self._runner = SerialRunner("koma-files", self)
        self._runner.finished.connect(self._on_finished)
        self._runner.became_idle.connect(self._on_idle)

    @property
    def busy(self) -> bool:
        """Whether a file is being written or read."""
        return self._runner.busy

    @property
    def project_name(self) -> str:
        """Of the file, else of the book; for titles and questions."""
        path = self._chosen or self._controller.path
        return path.name if path else self._controller.document.title or self.tr("Untitled")

    def new(
        self,
        layout: LayoutTemplate,
        *,
        title: str = "",
        pages: int = 1,
        reading_direction: ReadingDirection = "rtl",
        page_format: str = "b5",
    ) -> bool:
        """Begin another project; False where the artist stays with this one."""
        if not self.maybe_save():
            return False
        try:
            document = new_document(
                self._workplace,
                layout,
                title=title,
                pages=pages,
                reading_direction=reading_direction,
                page_format=page_format,
            )
        except KomaError as error:
            self._tell(error)
            return False
        self._controller.open_project(Project(document), None)
        return True

    def open(self, path: Path | None = None) -> bool:
        """Open a project, None = ask which; False where the present one stays."""
        path = path or self._dialogs.ask_open(self._folder())
        return path is not None and self.maybe_save() and self._open(Path(os.path.abspath(path)))

    def open_backup(self, path: Path) -> bool:
        """Open what a project was before it was last saved, as unsaved changes of that project."""
        if not self.maybe_save():
            return False
        project = self._load(path, partial(load_project, _backup(path)))
        if project is not None:
            self._controller.open_project(project, path, modified=True)
            self._remember(path)
        return project is not None

    def open_sample(self) -> bool:
        """Open the artist's copy of the sample; the first time, or where it is damaged, a new one
        is made. The bundled file is never opened itself.
        """
        if not self.maybe_save():
            return False
        try:
            path = _sample_copy(self._workplace.projects_folder)
        except (StorageFailed, OSError) as error:
            self._tell(error)
            return False
        return self._open(path)

    def recover(self, work: RecoveredWork, autosave: Autosave) -> bool:
        """Open a safety copy as unsaved changes of its project."""
        if not self.maybe_save():
            return False
        project = self._load(work.original or work.file, work.load)
        if project is not None:
            self._controller.open_project(project, work.original, modified=True)
            autosave.adopt(work)
        return project is not None

    def save(self) -> bool:
        """Begin to save, or ask where; False where the artist answers with Cancel."""
        path = self._chosen or self._controller.path
        if path is None or _is_bundled(path):
            return self.save_as()
        self._begin_saving(path, even_if_saved=False)
        return True

    def save_as(self) -> bool:
        """Ask where, and begin to save there; False where the artist answers with Cancel."""
        path = self._dialogs.ask_save_as(self._suggested())
        if path is None:
            return False
        path = Path(os.path.abspath(path))
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        if _is_bundled(path):
            text = self.tr("That folder belongs to Koma itself. Save somewhere else.")
            self.noticed.emit(Notification("error", text))
            return False
        self._chosen = path
        self._begin_saving(path, even_if_saved=True)
        return True

    def maybe_save(self) -> bool:
        """Whether the project may be left: saved, without changes, or thrown away by the artist.

        Waits for what is being saved.
        """
        if self._asking:  # a second Close while the first one asks
            return False
        self._asking = True
        try:
            self.about_to_save.emit()
            self._runner.wait()
            if not self._controller.modified:
                return True
            answer = self._dialogs.ask_save_changes(self.project_name)
            if answer is SaveAnswer.SAVE:
                return self._save_and_wait()
            return answer is SaveAnswer.DISCARD
        finally:
            self._asking = False

    def wait(self) -> None:
        """Until nothing is being read or written."""
        self._runner.wait()

    def _open(self, path: Path) -> bool:
        project = self._load(path, partial(load_project, path), self._backup_action(path))
        if project is None:
            if not path.exists():
                self.recent.remove(path)
            return False
        self._controller.open_project(project, path)
        self._remember(path)
        return True

    def _save_and_wait(self) -> bool:
        for _ in range(SAVE_TRIES):
            failed = False

            def on_finished(finished: Finished) -> None:
                nonlocal failed
                failed = failed or finished.error is not None

            self._runner.finished.connect(on_finished)
            try:
                if not self.save():
                    return False
                self._runner.wait()
            finally:
                self._runner.finished.disconnect(on_finished)
            if failed or not self._controller.modified:
                break
        return not self._controller.modified

    def _begin_saving(self, path: Path, *, even_if_saved: bool) -> None:
        self.about_to_save.emit()
        needless = not self._controller.modified and not self.busy and path.exists()
        if needless and not even_if_saved:
            return
        self.busy_changed.emit(self.tr("Saving {name}").format(name=path.name))
        self._runner.submit(f"save {path}", partial(_save, path, self._controller.project))

    def _load(
        self, path: Path, work: Work, action: NotificationAction | None = None
    ) -> Project | None:
        """Read a project beside the window; None, and a message, where it cannot be used."""
        self.busy_changed.emit(self.tr("Opening {name}").format(name=path.name))
        finished = self._runner.run(OPEN, work)
        if finished.error is not None:
            self._tell(finished.error, action)
        return finished.value if isinstance(finished.value, Project) else None

    def _folder(self) -> Path:
        """Where a dialog begins."""
        own = self._controller.path
        for folder in (self._last_folder, own.parent if own else None):
            if folder is not None and folder.is_dir() and not _is_bundled(folder):
                return folder
        folder = self._workplace.projects_folder
        return folder if folder.is_dir() else Path.home()

    def _suggested(self) -> Path:
        path = self._chosen or self._controller.path
        if path is not None and not _is_bundled(path):
            return path
        title = self._controller.document.title.strip()
        name = "".join("_" if c in '\\/:*?"<>|' or c < " " else c for c in title).strip(". ")
        return self._folder() / f"{name[:80] or self.tr('Untitled')}{SUFFIX}"

    def _remember(self, path: Path) -> None:
        if _is_bundled(path):
            return
        self.recent.add(path)
        if path.parent != self._last_folder:
            self._last_folder = path.parent
            self.last_folder_changed.emit(path.parent)

    def _backup_action(self, path: Path) -> NotificationAction | None:
        if not _backup(path).is_file():
            return None
        return NotificationAction(self.tr("Open backup"), lambda: self.open_backup(path))

    def _tell(self, error: Exception, action: NotificationAction | None = None) -> None:
        if isinstance(error, KomaError):
            if error.details:
                write_log(self._workplace.log_file, f"{error.code}: {error}\n{error.details}")
            self.noticed.emit(error_notification(error, action))
            return
        write_log(self._workplace.log_file, repr(error))
        text = self.tr("The file could not be used. The log has the details.")
        self.noticed.emit(Notification("error", text, action))

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        if finished.key == OPEN:
            return
        if isinstance(finished.value, _Saved):
            self._on_saved(finished.value.path, finished.value.project)
        elif finished.error is not None:
            self._chosen = None
            self._tell(finished.error)

    def _on_saved(self, path: Path, project: Project) -> None:
        if self._chosen == path:
            self._chosen = None
        if project.assets is self._controller.assets:
            self._controller.mark_saved(path, project.document)
        self._remember(path)
        self.saved.emit(path)

    @Slot()
    def _on_idle(self) -> None:
        self.busy_changed.emit("")


def _save(path: Path, project: Project) -> _Saved:
    save_project(project, path)
    return _Saved(path, project)


def _backup(path: Path) -> Path:
    return path.with_name(path.name + ".bak")


def _is_bundled(path: Path) -> bool:
    return path.resolve().is_relative_to(resources.ROOT)


def _sample_copy(folder: Path) -> Path:
    """Raises StorageFailed where the folder cannot be written."""
    data = resources.path("samples", SAMPLE).read_bytes()
    name, number = SAMPLE, 1
    while (folder / name).exists() and not _is_whole(folder / name):
        number += 1
        name = f"{Path(SAMPLE).stem} {number}{SUFFIX}"
    path = folder / name
    if not path.exists():
        write_atomically(path, lambda file: file.write(data))
    return path


def _is_whole(path: Path) -> bool:
    try:
        load_project(path)
    except BadInput:
        return False
    return True
