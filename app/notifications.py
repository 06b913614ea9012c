"""What Koma has to say to the artist: a short line of messages, of which one is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from app.error_texts import error_text
from core.errors import KomaError
from widgets.notifications import Level, Notification, NotificationAction

__all__ = ["Level", "Notification", "NotificationAction", "Notifications", "error_notification"]

MAX_WAITING = 20


def error_notification(error: KomaError, action: NotificationAction | None = None) -> Notification:
    """What the core says is fit for the artist, in the language of the window."""
    return Notification("error", error_text(error), action)


class Notifications(QObject):
    """The messages that were not closed yet.

    What is already waiting is not said twice. A message that would go by itself makes place for the
    next one; an error stays in front until it is closed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._line: list[Notification] = []

    @property
    def current(self) -> Notification | None:
        return self._line[0] if self._line else None

    @property
    def waiting(self) -> int:
        """How many stand behind the current one."""
        return max(0, len(self._line) - 1)

    @Slot(object)
    def push(self, notification: Notification) -> None:
        if notification in self._line:
            return
        passing = [n for n in self._line if n.level in {"info", "success"}]
        self._line = [n for n in self._line if n not in passing]
        self._line.append(notification)
        del self._line[MAX_WAITING:]
        self.changed.emit()

    def say(self, level: Level, text: str, action: NotificationAction | None = None) -> None:
        self.push(Notification(level, text, action))

    @Slot()
    def close_current(self) -> None:
        if self._line:
            del self._line[0]
            self.changed.emit()

    def clear(self) -> None:
        if self._line:
            self._line.clear()
            self.changed.emit()
