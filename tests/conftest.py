"""Strict rules for every test: no window server, no network, nothing left running."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator

# Before Qt and Hugging Face are imported: both read these only once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_OFFLINE"] = "1"

import pytest
import shiboken6
from hypothesis import settings
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication

from app.garbage import collect_if_due

GRACE_S = 2.0  # how long a thread that was told to stop may take to do so
# tqdm starts one daemon monitor for the whole process; no test can stop it.
# A dummy is Python's name for a thread that Qt made; QThreads are looked at themselves.
PROCESS_WIDE_THREADS = {"TMonitor", "_DummyThread"}


# A machine that is busy with something else is no reason to fail.
settings.register_profile("koma", deadline=None)
settings.load_profile("koma")


# As in the window: a thread of a test must not take apart what a test before left in cycles.
gc.disable()


@pytest.fixture(autouse=True)
def nothing_left_alive(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a Python thread, QThread, active QTimer or top-level widget."""
    threads_before = set(threading.enumerate())
    widgets_before = set(QApplication.topLevelWidgets())
    started = _record_starts(monkeypatch)
    yield
    collect_if_due()
    left = _leaks(threads_before, widgets_before, started)
    if left:  # what only a reference cycle holds is not a leak
        gc.collect()
        left = _leaks(threads_before, widgets_before, started)
    if left:
        pytest.fail("left alive by this test: " + "; ".join(left), pytrace=False)


def _record_starts(monkeypatch: pytest.MonkeyPatch) -> list[QThread | QTimer]:
    """A list that fills with every QThread and QTimer on which `start` is called."""
    started: list[QThread | QTimer] = []
    for kind in (QThread, QTimer):
        monkeypatch.setattr(kind, "start", _recording(kind.start, started))
    return started


def _recording(start, started):
    def recording_start(this, *args):
        started.append(this)
        start(this, *args)

    return recording_start


def _leaks(
    threads_before: set[threading.Thread],
    widgets_before: set[object],
    started: list[QThread | QTimer],
) -> list[str]:
    if QCoreApplication.instance() is not None:  # let deleteLater() do its work
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    left = [f"thread {t.name!r}" for t in _living_threads(threads_before)]
    left += [f"{type(o).__name__} {o.objectName()!r}" for o in started if _is_running(o)]
    left += [
        f"widget {type(w).__name__} {w.objectName()!r}"
        for w in QApplication.topLevelWidgets()
        if w not in widgets_before
    ]
    return left


def _living_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    deadline = time.monotonic() + GRACE_S
    new = [
        t
        for t in threading.enumerate()
        if t not in before and type(t).__name__ not in PROCESS_WIDE_THREADS
    ]
    for thread in new:
        thread.join(max(0.0, deadline - time.monotonic()))
    return [t for t in new if t.is_alive()]


def _is_running(qt_object: QObject) -> bool:
    if not shiboken6.isValid(qt_object):
        return False
    if isinstance(qt_object, QThread):
        return qt_object.isRunning()
    return isinstance(qt_object, QTimer) and qt_object.isActive()
