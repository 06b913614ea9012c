from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, QtMsgType, Signal, qCritical, qWarning

import app.crash
from app.crash import CrashGuard, improper_end
from app.notifications import Notification
from core.errors import BadInput

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def guard(qapp, tmp_path):
    """Watching; what it says is in `guard.said`."""
    guard = CrashGuard(tmp_path / "logs" / "koma.log")
    guard.said = []
    guard.noticed.connect(guard.said.append)
    guard.start(native_faults=False)
    yield guard
    guard.stop()


@pytest.fixture
def log(guard, tmp_path):
    path = tmp_path / "logs" / "koma.log"
    return lambda: path.read_text() if path.exists() else ""


def told(qtbot, guard, count: int = 1) -> list[Notification]:
    qtbot.waitUntil(lambda: len(guard.said) >= count, timeout=5000)
    return guard.said


class Button(QObject):
    pressed = Signal()


@pytest.mark.qt_no_exception_capture
def test_a_fault_in_a_slot_is_logged_and_told(guard, log, qtbot, capsys) -> None:
    button = Button()
    button.pressed.connect(lambda: 1 / 0)
    button.pressed.emit()
    (notification,) = told(qtbot, guard)
    assert notification.level == "error" and notification.action.text == "Show log"
    assert "ZeroDivision" not in notification.text
    assert "ZeroDivisionError" in log() and "test_crash.py" in log()
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.qt_no_exception_capture
def test_the_same_fault_is_told_once(guard, log, qtbot) -> None:
    button = Button()
    button.pressed.connect(lambda: 1 / 0)
    button.pressed.connect(lambda: {}["key"])
    for _ in range(50):
        button.pressed.emit()
    assert len(told(qtbot, guard, 2)) == 2
    assert log().count("ZeroDivisionError") == 1 and log().count("KeyError") == 1


@pytest.mark.qt_no_exception_capture
def test_a_fault_in_a_thread_is_told_in_the_gui_thread(guard, log, qtbot) -> None:
    where: list[threading.Thread] = []
    guard.noticed.connect(lambda _: where.append(threading.current_thread()))

    def work() -> None:
        raise OSError("the cable was pulled")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    told(qtbot, guard)
    assert where == [threading.main_thread()]
    assert "the cable was pulled" in log()


@pytest.mark.qt_no_exception_capture
def test_what_the_core_says_is_passed_on(guard, qtbot) -> None:
    guard.report(BadInput("The mask is empty.  Paint the area.", details="secret"))
    assert told(qtbot, guard)[0].text == "The mask is empty. Paint the area."


@pytest.mark.qt_no_exception_capture
def test_what_cannot_be_thrown_away_is_only_logged(guard, log, qtbot) -> None:
    class Bad:
        def __del__(self) -> None:
            raise ValueError("in the bin")

    bad = Bad()
    del bad
    qtbot.wait(1)
    assert "in the bin" in log() and guard.said == []


def test_qt_messages_are_logged_and_critical_ones_told(guard, log, qtbot, qtlog) -> None:
    with qtlog.disabled():
        guard.stop()
        guard.start(native_faults=False)
        qWarning("a small thing")
        for _ in range(3):
            qCritical("a large thing")
        told(qtbot, guard)
        guard._on_qt_message(QtMsgType.QtDebugMsg, None, "chatter")
        guard.stop()
    assert log().count("a small thing") == 1 and log().count("a large thing") == 1
    assert "chatter" not in log() and len(guard.said) == 1


def test_stop_puts_everything_back(qapp, tmp_path) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    guard = CrashGuard(tmp_path / "koma.log")
    guard.start(native_faults=False)
    guard.start(native_faults=False)
    assert sys.excepthook != before[0] and threading.excepthook != before[1]
    guard.stop()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before
    guard.stop()


@pytest.mark.qt_no_exception_capture
def test_a_log_that_cannot_be_written_is_no_fault_of_its_own(qapp, tmp_path, qtbot) -> None:
    (tmp_path / "file").write_text("")
    guard = CrashGuard(tmp_path / "file" / "koma.log")
    guard.said = []
    guard.noticed.connect(guard.said.append)
    guard.start(native_faults=False)
    try:
        sys.excepthook(ValueError, ValueError("no"), None)
        told(qtbot, guard)
    finally:
        guard.stop()


def test_ctrl_c_in_the_terminal_ends_koma_quietly(guard, log, qtbot, qapp) -> None:
    from PySide6.QtCore import QEventLoop

    loop = QEventLoop()
    QTimer.singleShot(0, lambda: guard.report(KeyboardInterrupt()))
    qapp.aboutToQuit.connect(loop.quit)
    QTimer.singleShot(0, loop.quit)
    loop.exec()
    assert guard.said == [] and log() == ""


def test_a_crash_of_the_process_leaves_its_stack_in_the_log(tmp_path) -> None:
    log = tmp_path / "logs" / "koma.log"
    code = """
import ctypes, sys
from pathlib import Path
from app.crash import CrashGuard
guard = CrashGuard(Path(sys.argv[1]))
guard.start()
def fall_over():
    ctypes.string_at(0)
fall_over()
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(log)], cwd=ROOT, capture_output=True, check=False
    )
    assert ended.returncode != 0
    assert "fall_over" in log.read_text() and "Segmentation fault" in log.read_text()


def test_the_next_start_says_where_the_log_is(qapp, tmp_path, monkeypatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(app.crash, "open_file", opened.append)
    notification = improper_end(tmp_path / "koma.log")
    assert notification.level == "warning"
    assert "did not end properly last time" in notification.text
    assert str(tmp_path / "koma.log") in notification.text
    notification.action.run()
    assert opened == [tmp_path / "koma.log"]
