"""Everything that the File menu works with, and dialogs that answer what they were told."""

from __future__ import annotations

from pathlib import Path

from app.document_controller import DocumentController
from app.file_actions import FileActions
from app.file_dialogs import SaveAnswer
from app.notifications import Notification
from app.recent_files import RecentFiles
from core.document import edits


class Answers:
    """Dialogs that answer what they were told, and write down what they were asked."""

    def __init__(self) -> None:
        self.open: Path | None = None
        self.save_as: Path | None = None
        self.changes = SaveAnswer.CANCEL
        self.asked: list[object] = []

    def ask_open(self, folder: Path) -> Path | None:
        self.asked.append(folder)
        return self.open

    def ask_save_as(self, suggested: Path) -> Path | None:
        self.asked.append(suggested)
        return self.save_as

    def ask_save_changes(self, name: str) -> SaveAnswer:
        self.asked.append(name)
        return self.changes


class Desk:
    """Everything that the File menu works with."""

    def __init__(self, studio) -> None:
        self.workplace = studio.workplace
        self.folder: Path = studio.folder
        self.answers = Answers()
        self.controller = DocumentController()
        self.recent = RecentFiles(studio.workplace.recent_file)
        self.files = FileActions(self.controller, studio.workplace, self.answers, self.recent)
        self.said: list[Notification] = []
        self.saved: list[Path] = []
        self.busy: list[str] = []
        self.files.noticed.connect(self.said.append)
        self.files.saved.connect(self.saved.append)
        self.files.busy_changed.connect(self.busy.append)

    def title(self, text: str) -> None:
        assert self.controller.edit("Change title", lambda d: edits.set_title(d, text))

    def opened(self, path: Path) -> Path:
        assert self.files.open(path)
        return path
