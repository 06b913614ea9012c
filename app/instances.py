"""Which Komas are running on a profile, and which one ended without saying so.

Each running Koma holds <id>.lock in a folder. Who ends properly takes it away; a lock whose process
is gone tells of a crash, and whoever takes that lock over looks after what the other left behind.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

SUFFIX = ".lock"
_ID = re.compile(r"[0-9a-f]{12}")
_held_here: set[str] = set()  # by this process, whoever made the lock


def is_instance_id(text: object) -> bool:
    return isinstance(text, str) and _ID.fullmatch(text) is not None


class Instances:
    """This running Koma and the others of the same folder, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(6)
        self._folder = folder
        self._locks: dict[str, QLockFile] = {}

    def begin(self) -> bool:
        """Say that this Koma runs. False where the folder cannot be written."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        return self._take(self.id)

    def end(self) -> None:
        """Say that this Koma ended properly."""
        for instance_id in tuple(self._locks):
            self.release(instance_id)

    def ended_badly(self) -> tuple[str, ...]:
        """The ids of those that left their lock behind; their locks are this one's from now on."""
        found: list[str] = []
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            known = path.stem in self._locks
            if is_instance_id(path.stem) and not known and self.claim(path.stem):
                found.append(path.stem)
        return tuple(found)

    def claim(self, instance_id: str) -> bool:
        """Take over from one that does not run any more; False where it does."""
        if instance_id in self._locks:
            return instance_id != self.id
        return self._take(instance_id)

    def release(self, instance_id: str) -> None:
        """Give a lock back: nothing of that instance needs looking after by this one."""
        lock = self._locks.pop(instance_id, None)
        if lock is not None:
            lock.unlock()
            _held_here.discard(self._key(instance_id))

    def _take(self, instance_id: str) -> bool:
        if self._key(instance_id) in _held_here:
            return False
        lock = QLockFile(str(self._folder / f"{instance_id}{SUFFIX}"))
        lock.setStaleLockTime(0)  # only a process that is gone frees its lock, no matter how long
        self._remove_own_namesake(lock)
        if not lock.tryLock(0):
            return False
        self._locks[instance_id] = lock
        _held_here.add(self._key(instance_id))
        return True

    def _remove_own_namesake(self, lock: QLockFile) -> None:
        """In a sandbox every run may have the same process id, and the dead one looks alive."""
        process_id, host, _ = lock.getLockInfo()
        if process_id == os.getpid() and host in ("", QSysInfo.machineHostName()):
            with suppress(OSError):
                Path(lock.fileName()).unlink()

    def _key(self, instance_id: str) -> str:
        return str(self._folder.absolute() / instance_id)
