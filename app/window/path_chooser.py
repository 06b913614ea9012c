"""Which file or folder? The system's own dialogs, or a test's answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QWidget


class PathChooser(Protocol):
    """`files` are filters as QFileDialog takes them, "Pictures (*.png *.jpg)". None or (): no."""

    def open_file(self, title: str, files: str) -> Path | None: ...

    def open_files(self, title: str, files: str) -> tuple[Path, ...]: ...

    def save_file(self, title: str, files: str, suggested: str) -> Path | None: ...

    def folder(self, title: str) -> Path | None: ...


class DialogPathChooser:
    """Asks in front of a window. Each kind of file begins where it was chosen last, the first time
    in the folder that `first_folder` names.
    """

    def __init__(self, window: QWidget, first_folder: Callable[[], Path]) -> None:
        self._window, self._first_folder = window, first_folder
        self._folders: dict[str, Path] = {}  # by kind of file

    def open_file(self, title: str, files: str) -> Path | None:
        start = str(self.start(files))
        chosen, _ = QFileDialog.getOpenFileName(self._window, title, start, files)
        return self._remembered(chosen, files)

    def open_files(self, title: str, files: str) -> tuple[Path, ...]:
        start = str(self.start(files))
        chosen, _ = QFileDialog.getOpenFileNames(self._window, title, start, files)
        for path in chosen:
            self._remembered(path, files)
        return tuple(Path(path) for path in chosen)

    def save_file(self, title: str, files: str, suggested: str) -> Path | None:
        start = str(self.start(files) / suggested)
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, start, files)
        return self._remembered(chosen, files)

    def folder(self, title: str) -> Path | None:
        start = str(self.start(""))
        chosen = QFileDialog.getExistingDirectory(self._window, title, start)
        return self._remembered(chosen, "")

    def start(self, files: str) -> Path:
        """Where a dialog for such files begins: a folder that is there."""
        for folder in (self._folders.get(files), self._first_folder()):
            if folder is not None and folder.is_dir():
                return folder
        return Path.home()

    def _remembered(self, chosen: str, files: str) -> Path | None:
        if not chosen:
            return None
        path = Path(chosen)
        self._folders[files] = path if path.is_dir() else path.parent
        return path
