"""The fixture that every test runs under does catch what is left alive."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).with_name("conftest.py")
TESTS = """
import threading

from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []

def test_leaves_a_thread():
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, daemon=True)
    kept.append((stop.set, thread.join))
    thread.start()

def test_leaves_a_timer(qapp):
    timer = QTimer()
    kept.append((timer.stop,))
    timer.start(10_000)

def test_leaves_a_widget(qapp):
    widget = QWidget()
    kept.append((widget.deleteLater,))

def test_leaves_a_qthread(qapp):
    thread = QThread()
    kept.append((thread.quit, thread.wait))
    thread.start()

def test_cleans_up(qtbot):
    for steps in kept:
        for step in steps:
            step()
    widget = QWidget()
    qtbot.addWidget(widget)
    thread, timer = QThread(), QTimer()
    timer.start(10_000)
    timer.stop()
    thread.start()
    thread.quit()
    assert thread.wait(5000)

def test_network_and_screen_are_off():
    import os
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
"""


def test_each_kind_of_leak_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST.read_text("utf-8"), "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nqt_api = pyside6\n", "utf-8")
    (tmp_path / "test_leaks.py").write_text(TESTS, "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CONFTEST.parents[1])},  # conftest.py needs `app`
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    report = result.stdout
    assert "6 passed, 4 errors" in report, report + result.stderr
    for kind in ("thread 'Thread-", "QTimer", "QWidget", "QThread"):
        assert f"left alive by this test: {kind}" in report.replace("widget QWidget", "QWidget")
