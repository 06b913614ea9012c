"""The projects that were open last, newest first, in a small file of the profile."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal

from core.errors import StorageFailed
from core.files import write_atomically

MAX_RECENT = 10
MAX_BYTES = 2**18


@dataclass(frozen=True)
class RecentFile:
    """An entry of the menu. `place`: its folder, told where two names are alike."""

    path: Path
    name: str
    place: str = ""

    @property
    def exists(self) -> bool:
        return self.path.is_file()


class RecentFiles(QObject):
    """Reads its file each time, because other windows of Koma write it too.

    A list that cannot be read is empty and one that cannot be written is lost: no artist wants to
    hear about it.
    """

    changed = Signal()

    def __init__(self, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file

    @property
    def paths(self) -> tuple[Path, ...]:
        try:
            if self._file.stat().st_size > MAX_BYTES:
                return ()
            values: object = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return ()
        if not isinstance(values, list):
            return ()
        texts = [v for v in cast(list[object], values) if isinstance(v, str) and "\0" not in v]
        return tuple(dict.fromkeys(Path(text) for text in texts if text))[:MAX_RECENT]

    @property
    def entries(self) -> tuple[RecentFile, ...]:
        paths = self.paths
        names = [path.name for path in paths]
        return tuple(
            RecentFile(path, path.name, str(path.parent) if names.count(path.name) > 1 else "")
            for path in paths
        )

    def add(self, path: Path) -> None:
        """Put it first."""
        path = Path(os.path.abspath(path))
        self._write((path, *(other for other in self.paths if other != path)))

    def remove(self, path: Path) -> None:
        self._write(tuple(other for other in self.paths if other != path))

    def clear(self) -> None:
        self._write(())

    def _write(self, paths: tuple[Path, ...]) -> None:
        text = json.dumps([str(path) for path in paths[:MAX_RECENT]], indent=1)
        with suppress(StorageFailed):
            write_atomically(self._file, lambda file: file.write(text.encode()))
        self.changed.emit()
