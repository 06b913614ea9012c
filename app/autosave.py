"""Safety copies: what a crash would take is in the profile, and offered at the next start.

<key>.koma     the document as it was at the last safety copy
<key>.json     which file it belongs to, and which running Koma wrote it
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.background import Finished, SerialRunner
from app.commands import Change
from app.document_controller import DocumentController
from app.error_texts import error_text
from app.instances import Instances, is_instance_id
from core.document import Document
from core.errors import KomaError
from core.files import write_atomically
from core.storage import Project, load_project, save_project

IDLE_MS = 20_000  # after the last edit
MAX_BYTES = 2**16
WRITE = "autosave"


@dataclass(frozen=True)
class RecoveredWork:
    """A safety copy that a Koma left behind which did not end properly.

    `original` is the project's own file, None where it was never saved; `saved_at` when the copy
    was made.
    """

    file: Path
    original: Path | None
    title: str
    saved_at: datetime
    instance_id: str

    @property
    def name(self) -> str:
        """ "" for a project that has neither file nor title."""
        return self.original.name if self.original else self.title

    def load(self) -> Project:
        """From any thread. Raises BadInput where the copy is damaged."""
        return load_project(self.file)


class Autosave(QObject):
    """Writes a safety copy some seconds after the last edit, and every few minutes while the artist
    goes on; takes it away when the project is saved or closed.

    A copy that fails is told once, until one succeeds again.
    """

    saved = Signal()
    failed = Signal(str)  # one sentence

    def __init__(
        self,
        controller: DocumentController,
        folder: Path,
        instances: Instances,
        minutes: int,
        parent: QObject | None = None,
        *,
        idle_ms: int = IDLE_MS,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._folder = folder
        self._instances = instances
        self._runner = SerialRunner("koma-autosave", self)
        self._runner.finished.connect(self._on_finished)
        self._written: Document | None = None
        self._opened = 0  # counts projects, so that two without a file differ
        self._failing = False
        self._unwanted = False  # the copy under way is of what was saved or closed meanwhile
        self._idle = self._timer(idle_ms)
        self._regular = self._timer(0)
        self._minutes = 0
        self.set_minutes(minutes)
        controller.document_changed.connect(self._on_document_changed)
        controller.modified_changed.connect(self._on_modified_changed)
        controller.path_changed.connect(self._on_path_changed)

    def set_minutes(self, minutes: int) -> None:
        """How long edits may go on without a safety copy; 0 = no safety copies at all."""
        self._minutes = minutes
        self._regular.setInterval(minutes * 60_000)
        if minutes == 0:
            self._stop()

    def save_now(self) -> None:
        """Begin a safety copy if there is something new to keep."""
        self._stop()
        document = self._controller.document
        if not self._controller.modified or document is self._written:
            return
        self._written = document
        path = self._controller.path
        entry = {
            "schema_version": 1,
            "instance": self._instances.id,
            "original": str(path) if path else "",
            "title": document.title,
        }
        work = partial(_write, self._file, entry, self._controller.project)
        self._runner.submit(WRITE, work)

    def recoverable(self) -> tuple[RecoveredWork, ...]:
        """The safety copies of Komas that ended badly, newest first; they are this one's to keep or
        discard from now on, no other start sees them.
        """
        works: list[RecoveredWork] = []
        for path in sorted(self._folder.glob("*.json")):
            work = _read(path)
            if work.instance_id == self._instances.id:
                continue
            if self._instances.claim(work.instance_id):
                if work.file.is_file():
                    works.append(work)
                else:
                    _remove(work.file)
        return tuple(sorted(works, key=lambda work: work.saved_at, reverse=True))

    def discard(self, work: RecoveredWork) -> None:
        """Throw a safety copy away."""
        _remove(work.file)
        if not any(_read(p).instance_id == work.instance_id for p in self._folder.glob("*.json")):
            self._instances.release(work.instance_id)

    def adopt(self, work: RecoveredWork) -> None:
        """The open project is this work: a copy of this Koma's own replaces its copy."""
        self.save_now()
        self._runner.wait()
        if not self._failing:
            self.discard(work)

    def close(self, *, keep: bool = False) -> None:
        """No timer goes on. The artist is done with the project: no copy stays; `keep`: nobody was
        asked, so what is not saved stays as a copy for the next start.
        """
        self._stop()
        if keep and self._minutes and self._controller.modified:
            self._runner.wait()
            self.save_now()
            self._runner.wait()
            return
        self._runner.drop_waiting(WRITE)
        self._runner.wait()
        self._take_away()

    @property
    def _file(self) -> Path:
        """One for each running Koma, project it opened, and path."""
        path = self._controller.path
        key = f"{self._instances.id}\n{self._opened}\n{path or ''}"
        return (
            self._folder / f"{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:24]}.koma"
        )

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(self._on_timeout)
        return timer

    def _stop(self) -> None:
        self._idle.stop()
        self._regular.stop()

    def _forget(self) -> None:
        self._stop()
        self._runner.drop_waiting(WRITE)
        self._unwanted = self._runner.busy
        self._written = None
        self._take_away()

    def _take_away(self, keep: Path | None = None) -> None:
        """Remove this Koma's copies, but for one."""
        for path in self._folder.glob("*.json"):
            work = _read(path)
            if work.instance_id == self._instances.id and work.file != keep:
                _remove(work.file)

    @Slot(object)
    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "open":
            self._opened += 1
            self._forget()
        elif self._minutes and self._controller.document is not self._written:
            self._idle.start()
            if not self._regular.isActive():
                self._regular.start()

    @Slot(bool)
    def _on_modified_changed(self, modified: bool) -> None:
        if not modified:
            self._forget()

    @Slot()
    def _on_path_changed(self) -> None:
        self._written = None  # a copy says where it belongs
        if self._minutes and self._controller.modified:
            self._idle.start()

    @Slot()
    def _on_timeout(self) -> None:
        if self._controller.in_gesture:
            self._idle.start()
        else:
            self.save_now()

    @Slot(object)
    def _on_finished(self, finished: Finished) -> None:
        unwanted, self._unwanted = self._unwanted, False
        if isinstance(finished.value, Path):
            self._failing = False
            if unwanted:
                _remove(finished.value)
            # Of another path, from before Save as.
            self._take_away(keep=self._file if self._controller.modified else None)
            self.saved.emit()
            return
        self._written = None
        if finished.error is not None and not self._failing:
            self._failing = True
            self.failed.emit(self._sentence(finished.error))

    def _sentence(self, error: Exception) -> str:
        text = self.tr("Koma cannot keep a safety copy of your work.")
        return f"{text} {error_text(error)}" if isinstance(error, KomaError) else text


def _write(file: Path, entry: dict[str, Any], project: Project) -> Path:
    """The entry first: a copy without one would not be found."""
    data = json.dumps(entry).encode()
    write_atomically(file.with_suffix(".json"), lambda stream: stream.write(data))
    save_project(project, file)
    with suppress(OSError):
        _backup(file).unlink()
    return file


def _remove(file: Path) -> None:
    """The entry last: a copy without one would be forgotten."""
    for path in (file, _backup(file), file.with_suffix(".json")):
        with suppress(OSError):
            path.unlink()


def _backup(file: Path) -> Path:
    return file.with_name(file.name + ".bak")


def _read(path: Path) -> RecoveredWork:
    """An entry that is damaged belongs to no file, but its copy may be whole."""
    values: dict[str, Any] = {}
    with suppress(OSError, ValueError, RecursionError):
        if path.stat().st_size <= MAX_BYTES:
            parsed: object = json.loads(path.read_bytes())
            values = cast(dict[str, Any], parsed) if isinstance(parsed, dict) else {}
    instance, original, title = (values.get(k, "") for k in ("instance", "original", "title"))
    file = path.with_suffix(".koma")
    return RecoveredWork(
        file,
        Path(original) if isinstance(original, str) and original and "\0" not in original else None,
        title if isinstance(title, str) else "",
        _time_of(file),
        instance if is_instance_id(instance) else _no_instance(path),
    )


def _no_instance(path: Path) -> str:
    return hashlib.sha256(path.name.encode(errors="replace")).hexdigest()[:12]


def _time_of(file: Path) -> datetime:
    try:
        seconds = file.stat().st_mtime
    except OSError:
        seconds = 0.0
    return datetime.fromtimestamp(seconds, UTC)
