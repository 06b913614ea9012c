"""What follows the document, but not under a moving hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

REST_MS = 150  # a hand that holds something and has not moved for so long rests


class AfterHand(QObject):
    """Does `work` at once, or, where the hand holds something, when it rests or has let go.

    What the hand moves is painted 60 times a second; lists and fields beside it can wait, and
    would make the next move late. is_held: whether the hand holds something just now.
    """

    def __init__(
        self, work: Callable[[], object], is_held: Callable[[], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._work, self._is_held = work, is_held
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.now)

    def ask(self, *_: object) -> None:
        """Something has changed."""
        if self._is_held():
            self._rest.start()
        else:
            self.now()

    def now(self) -> None:
        self._rest.stop()
        self._work()

    def let_go(self, *_: object) -> None:
        """The hand holds nothing any more: do what waits, if anything does."""
        if self._rest.isActive():
            self.now()
