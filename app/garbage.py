"""Collections of garbage happen in the window's thread, and not under a moving hand.

Python collects reference cycles in whichever thread happens to make the next object. Where a cycle
holds parts of the window, Qt would then take them apart in a thread that is not theirs, which ends
the process sooner or later.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

LOOK_EVERY_MS = 400
MOST_UNCOLLECTED = 200_000  # new objects: then the hand has to wait after all


class GarbageCollector(QObject):
    """Between `start` and `stop` nothing else collects.

    is_held: whether the hand holds something, where Qt does not know it from a mouse button.
    """

    def __init__(
        self, parent: QObject | None = None, is_held: Callable[[], bool] = lambda: False
    ) -> None:
        super().__init__(parent)
        self._is_held = is_held
        self._was_on = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        if not self._timer.isActive():
            self._was_on = gc.isenabled()
            gc.disable()
            self._timer.start()

    def stop(self) -> None:
        """Leave it to Python again, where it was."""
        if self._timer.isActive():
            self._timer.stop()
            if self._was_on:
                gc.enable()

    def _look(self) -> None:
        held = self._is_held() or QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
        if not held or gc.get_count()[0] > MOST_UNCOLLECTED:
            collect_if_due()


def collect_if_due() -> int | None:
    """As Python would by itself: the oldest generation that is due, None where none is."""
    due = [i for i in (2, 1, 0) if gc.get_count()[i] > gc.get_threshold()[i] > 0]
    if not due:
        return None
    gc.collect(due[0])
    return due[0]
