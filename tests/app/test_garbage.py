"""Cycles are collected in the window's thread alone."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app import garbage
from app.garbage import GarbageCollector, collect_if_due


class Link(QObject):
    """Holds itself."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[GarbageCollector]:
    monkeypatch.setattr(garbage, "LOOK_EVERY_MS", 10)
    gc.collect()
    was_on = gc.isenabled()
    gc.enable()
    made = GarbageCollector()
    yield made
    made.stop()
    (gc.enable if was_on else gc.disable)()


def test_a_busy_thread_takes_no_part_of_the_window_apart(
    collector: GarbageCollector, qtbot: QtBot
) -> None:
    collector.start()
    where: list[int] = []
    link = Link()
    weakref.finalize(link, lambda: where.append(threading.get_ident()))
    del link
    worker = threading.Thread(target=lambda: [[[]] for _ in range(100_000)])
    worker.start()
    worker.join()
    assert where == []
    qtbot.waitUntil(lambda: bool(where))
    assert where == [threading.get_ident()]


def test_nothing_is_collected_under_the_hand(
    collector: GarbageCollector, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [Qt.MouseButton.LeftButton]
    monkeypatch.setattr(QGuiApplication, "mouseButtons", staticmethod(lambda: held[0]))
    collector.start()
    gone: list[bool] = []
    link = Link()
    weakref.finalize(link, lambda: gone.append(True))
    del link
    kept = [[] for _ in range(2_000)]
    qtbot.wait(60)
    assert gone == []
    held[0] = Qt.MouseButton.NoButton
    qtbot.waitUntil(lambda: bool(gone))
    assert kept


def test_python_collects_again_afterwards(collector: GarbageCollector) -> None:
    collector.start()
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


def test_where_python_did_not_collect_it_does_not_afterwards(collector: GarbageCollector) -> None:
    gc.disable()
    collector.start()
    collector.stop()
    assert not gc.isenabled()


def test_only_what_is_due_is_collected(collector: GarbageCollector) -> None:
    gc.disable()
    gc.collect()
    assert collect_if_due() is None
    kept = [[] for _ in range(gc.get_threshold()[0] + 200)]
    assert collect_if_due() == 0
    assert kept


def test_a_hand_that_qt_sees_no_button_of_counts_too(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "LOOK_EVERY_MS", 10)
    was_on, held, gone = gc.isenabled(), [True], []
    gc.collect()
    collector = GarbageCollector(is_held=lambda: held[0])
    collector.start()
    link = Link()
    weakref.finalize(link, lambda: gone.append(True))
    del link
    kept = [[] for _ in range(2_000)]
    qtbot.wait(60)
    assert gone == []
    held[0] = False
    qtbot.waitUntil(lambda: bool(gone))
    collector.stop()
    (gc.enable if was_on else gc.disable)()
    assert kept
