"""Work beside the window, one piece after the other: reading and writing projects."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal, Slot

Work = Callable[[], object]

_under_way: set[_Job] = set()


@dataclass(frozen=True)
class Finished:
    """A piece of work that came to its end: with a value, or with the exception it raised."""

    key: str
    value: object = None
    error: Exception | None = None


class _Job(QObject):
    """A piece of work in a thread of its own, held here until its end was told in the GUI thread.

    A thread must never hold a QObject last: the object would be deleted in that thread, beneath
    the event that is on its way to it. So the thread knows its job, never the runner.
    """

    ended = Signal(object)  # Finished, in the thread that made the job
    _arrived = Signal(object)

    def __init__(self, key: str, work: Work, name: str) -> None:
        super().__init__()
        self._key = key
        self._work = work
        self._thread = threading.Thread(target=self._do, name=name)
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        _under_way.add(self)
        self._thread.start()

    def _do(self) -> None:
        try:
            finished = Finished(self._key, value=self._work())
        except Exception as error:
            finished = Finished(self._key, error=error)
        self._arrived.emit(finished)

    @Slot(object)
    def _on_arrived(self, finished: Finished) -> None:
        self._thread.join()  # it has nothing left to do, and holds this job no more
        _under_way.discard(self)
        self.ended.emit(finished)


class SerialRunner(QObject):
    """Runs pieces of work in turn, each in a thread that ends with it.

    Waiting work is replaced by newer work of the same key. Threads are no daemons: a write that
    was begun is ended even if the runner goes or the program quits.
    """

    finished = Signal(object)  # Finished, in the runner's own thread
    became_idle = Signal()

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._waiting: dict[str, Work] = {}
        self._job: _Job | None = None

    @property
    def busy(self) -> bool:
        return self._job is not None

    def submit(self, key: str, work: Work) -> None:
        """`work` is called in another thread and must not touch a QObject."""
        self._waiting.pop(key, None)
        self._waiting[key] = work
        self._start_next()

    def drop_waiting(self, key: str) -> None:
        """Forget work that was not begun."""
        self._waiting.pop(key, None)

    def wait(self) -> None:
        """Until all is done. The window goes on painting, but takes no clicks and keys."""
        if not self.busy:
            return
        loop = QEventLoop()
        self.became_idle.connect(loop.quit)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def run(self, key: str, work: Work) -> Finished:
        """Do it and wait for it, as `wait` does. Nothing else may be submitted under this key."""
        results: list[Finished] = []

        def keep(finished: Finished) -> None:
            if finished.key == key:
                results.append(finished)

        self.finished.connect(keep)
        try:
            self.submit(key, work)
            self.wait()
        finally:
            self.finished.disconnect(keep)
        return results[0]

    def _start_next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        key = next(iter(self._waiting))
        self._job = _Job(key, self._waiting.pop(key), self._name)
        self._job.ended.connect(self._on_ended)
        self._job.start()

    @Slot(object)
    def _on_ended(self, finished: Finished) -> None:
        self._job = None
        self.finished.emit(finished)
        self._start_next()
        if not self.busy:
            self.became_idle.emit()
