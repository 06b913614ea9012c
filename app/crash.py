"""When something goes wrong that nobody foresaw: it is logged and told, and work goes on.

The log also takes the stack of a crash of the process itself. That one cannot be told any more; the
next start does it, see `improper_end`.
"""

from __future__ import annotations

import faulthandler
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    QUrl,
    Signal,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtGui import QDesktopServices

from app.log_file import write_log
from app.notifications import Notification, NotificationAction, error_notification
from core.errors import KomaError

REPEAT_S = 60.0  # the same failure, in each repaint for instance, is one message in so long
MAX_KNOWN = 200
_LOGGED = {
    QtMsgType.QtWarningMsg: "Qt warning",
    QtMsgType.QtCriticalMsg: "Qt critical",
    QtMsgType.QtFatalMsg: "Qt fatal",
}


class CrashGuard(QObject):
    """Takes over where exceptions and Qt's messages end up, from `start` to `stop`.

    Made in the GUI thread; exceptions of any thread reach `noticed` there.
    """

    noticed = Signal(object)  # Notification
    _happened = Signal(object)  # exception or None, from any thread

    def __init__(self, log_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log_file = log_file
        self._last_told: dict[str, float] = {}
        self._lock = threading.Lock()
        self._faults: TextIO | None = None
        self._restore: list[Callable[[], object]] = []
        self._happened.connect(self._on_happened, Qt.ConnectionType.QueuedConnection)

    def start(self, *, native_faults: bool = True) -> None:
        """`native_faults`: whether crashes of the process itself are to be logged too."""
        if self._restore:
            return
        hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable
        qt_handler: Any = qInstallMessageHandler(self._on_qt_message)

        def restore() -> None:
            sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
            qInstallMessageHandler(qt_handler)

        self._restore.append(restore)
        if native_faults:
            self._log_native_faults()

    def stop(self) -> None:
        """Put everything back as `start` found it."""
        while self._restore:
            self._restore.pop()()

    def report(self, error: BaseException) -> None:
        """Log an exception and tell it; from any thread, and never raises."""
        with suppress(Exception):
            if isinstance(error, KeyboardInterrupt):
                QCoreApplication.quit()
                return
            text = "".join(traceback.format_exception(error))
            if self._is_news(_place(error)):
                write_log(self._log_file, text)
                self._happened.emit(error)
                if sys.stderr is not None:  # None where a window has no console
                    print(text, file=sys.stderr, end="")

    def _log_native_faults(self) -> None:
        with suppress(OSError, ValueError, RuntimeError):
            self._log_file.parent.mkdir(parents=True, exist_ok=True)
            self._faults = self._log_file.open("a", encoding="utf-8", errors="backslashreplace")
            faulthandler.enable(self._faults)
            self._restore.append(self._stop_native_faults)

    def _stop_native_faults(self) -> None:
        faulthandler.disable()
        if self._faults is not None:
            self._faults.close()
            self._faults = None

    def _is_news(self, key: str) -> bool:
        now = time.monotonic()
        with self._lock:
            last = self._last_told.get(key)
            if last is not None and now - last < REPEAT_S:
                return False
            if len(self._last_told) >= MAX_KNOWN:
                self._last_told.clear()
            self._last_told[key] = now
            return True

    def _on_exception(
        self, _: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self.report(error if error.__traceback__ is not None else error.with_traceback(trace))

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            self.report(args.exc_value)

    def _on_unraisable(self, args: Any) -> None:
        """Something failed while an object was thrown away: for the log only."""
        with suppress(Exception):
            error: BaseException | None = args.exc_value
            if error is not None and self._is_news(_place(error)):
                write_log(self._log_file, "".join(traceback.format_exception(error)))

    def _on_qt_message(self, kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        with suppress(Exception):
            name = _LOGGED.get(kind)
            if name is None or not self._is_news(f"{name}: {message}"):
                return
            write_log(self._log_file, f"{name} ({context.category}): {message}")
            if kind == QtMsgType.QtCriticalMsg:
                self._happened.emit(None)

    @Slot(object)
    def _on_happened(self, error: BaseException | None) -> None:
        action = show_log_action(self._log_file)
        if isinstance(error, KomaError):
            self.noticed.emit(error_notification(error, action))
            return
        text = self.tr("Something unexpected went wrong. Save your work; the log has the details.")
        self.noticed.emit(Notification("error", text, action))


def improper_end(log_file: Path) -> Notification:
    """For a start after a crash; see `app.instances.Instances.ended_badly`."""
    text = QCoreApplication.translate(
        "CrashGuard", "Koma did not end properly last time. The log may say why: {path}"
    )
    return Notification("warning", text.format(path=log_file), show_log_action(log_file))


def show_log_action(log_file: Path) -> NotificationAction:
    text = QCoreApplication.translate("CrashGuard", "Show log")
    return NotificationAction(text, lambda: open_file(log_file))


def open_file(path: Path) -> None:
    """With whatever the system opens such files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _place(error: BaseException) -> str:
    """The kind of an exception and the line that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else str(error)
    return f"{type(error).__qualname__} {where}"
