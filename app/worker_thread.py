"""A QThread with one worker in it that can always be stopped, and never is torn down by force."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread

Value = TypeVar("Value")

STOP_MS = 5000
BACKGROUND_NICE = 5

_unfinished: set[WorkerThread] = set()  # told to stop, but not yet at an end


def yield_to_the_window(nice: int = BACKGROUND_NICE) -> None:
    """Let the window go first where both want the processor; for the thread that calls it.

    On Linux alone, where niceness belongs to a thread and threads that it starts inherit it: torch
    makes its own when it first computes. Elsewhere QThread's priority has to do.

    Not for threads that run much Python, and not nicer than this: where other programs keep the
    cores busy, a nice thread waits with Python's lock in its hand and the window waits with it.
    Measured so with eight busy programs, the window's 99th percentile of lateness was 9 to 26 ms
    at nice 0, 28 to 30 ms at 4, and 51 to 157 ms at 10.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), nice)
    except OSError:  # a sandbox that forbids it: slower to the hand, otherwise the same
        return


class WorkerThread(QThread):
    """Runs an event loop for `worker`, which is moved into it, at Qt's low priority.

    on_end: called in the thread after the loop has ended, whatever ended it.
    """

    def __init__(
        self, worker: QObject, name: str, on_end: Callable[[], None] | None = None
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        worker.moveToThread(self)
        self._worker = worker
        self._on_end = on_end

    def begin(self) -> None:
        self.start(QThread.Priority.LowPriority)

    def stop(self, timeout_ms: int = STOP_MS) -> bool:
        """Ask the loop to end and wait. Before anything was begun there is nothing to wait for.

        False where the thread is still busy with something that cannot be interrupted (importing
        a library): it ends by itself when that is done, and the process waits for it.
        """
        self.quit()
        if not self.isRunning() or self.wait(timeout_ms):
            return True
        _unfinished.add(self)  # Qt aborts the process where a running QThread is destroyed
        self.finished.connect(self._forget)
        return False

    def _forget(self) -> None:
        _unfinished.discard(self)

    def run(self) -> None:
        try:
            self.exec()
        finally:
            if self._on_end is not None:
                self._on_end()


@atexit.register
def _wait_for_the_unfinished() -> None:
    for thread in tuple(_unfinished):
        thread.wait()


class Newest(Generic[Value]):
    """A place for one value between two threads: a newer one takes the place of the one before."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: Value | None = None

    def put(self, value: Value) -> bool:
        """True where the place was empty: then the other side must be woken."""
        with self._lock:
            was_empty, self._value = self._value is None, value
        return was_empty

    def take(self) -> Value | None:
        with self._lock:
            value, self._value = self._value, None
        return value

    @property
    def waiting(self) -> bool:
        return self._value is not None
