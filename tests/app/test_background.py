from __future__ import annotations

import threading
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QObject

from app import background
from app.background import Finished, SerialRunner


@pytest.fixture
def runner(qapp):
    runner = SerialRunner("koma-test")
    yield runner
    runner.wait()


@pytest.fixture
def results(runner) -> list[Finished]:
    found: list[Finished] = []
    runner.finished.connect(found.append)
    return found


def test_work_is_done_in_turn_in_another_thread(runner, results) -> None:
    at_once: list[int] = []
    most: list[int] = []
    names: list[str] = []
    gate = threading.Event()

    def work(number: int) -> int:
        at_once.append(number)
        most.append(len(at_once))
        names.append(threading.current_thread().name)
        gate.wait(5)
        at_once.remove(number)
        return number

    for number in range(3):
        runner.submit(f"job {number}", lambda number=number: work(number))
    assert runner.busy and results == []
    gate.set()
    runner.wait()
    assert not runner.busy
    assert [r.value for r in results] == [0, 1, 2]
    assert max(most) == 1 and set(names) == {"koma-test"}


def test_waiting_work_is_replaced_by_newer(runner, results) -> None:
    gate = threading.Event()
    runner.submit("save", lambda: gate.wait(5) and "first")
    runner.submit("save", lambda: "second")
    runner.submit("other", lambda: "other")
    runner.submit("save", lambda: "third")
    gate.set()
    runner.wait()
    assert [r.value for r in results] == ["first", "other", "third"]


def test_waiting_work_can_be_dropped(runner, results) -> None:
    gate = threading.Event()
    runner.submit("a", lambda: gate.wait(5))
    runner.submit("b", lambda: "b")
    runner.drop_waiting("b")
    gate.set()
    runner.wait()
    assert [r.key for r in results] == ["a"]


def test_an_exception_is_a_result_and_the_next_goes_on(runner, results) -> None:
    def fail() -> None:
        raise ValueError("no")

    runner.submit("a", fail)
    runner.submit("b", lambda: 2)
    runner.wait()
    assert isinstance(results[0].error, ValueError) and results[1].value == 2


def test_run_gives_its_own_result(runner) -> None:
    runner.submit("a", lambda: 1)
    assert runner.run("b", lambda: 2).value == 2
    assert not runner.busy


def test_results_arrive_in_the_gui_thread(runner, qtbot) -> None:
    threads: list[threading.Thread] = []
    runner.finished.connect(lambda _: threads.append(threading.current_thread()))
    with qtbot.waitSignal(runner.became_idle, timeout=5000):
        runner.submit("a", lambda: 1)
    assert threads == [threading.main_thread()]


def test_a_runner_that_is_gone_lets_its_work_end(qapp) -> None:
    runner = SerialRunner("koma-test")
    gate, done = threading.Event(), threading.Event()
    runner.submit("a", lambda: (gate.wait(5), done.set()))
    del runner
    gate.set()
    assert done.wait(5)


def test_no_qobject_is_deleted_in_the_working_thread(qtbot) -> None:
    deleted_in: list[threading.Thread] = []
    gate = threading.Event()
    runner = SerialRunner("koma-test")
    runner.submit("a", lambda: gate.wait(5))
    for qt_object in (runner, runner._job):
        weakref.finalize(qt_object, lambda: deleted_in.append(threading.current_thread()))
    del runner, qt_object
    gate.set()
    qtbot.waitUntil(lambda: len(deleted_in) == 2)
    assert set(deleted_in) == {threading.main_thread()}


@pytest.mark.parametrize("wait", [True, False])
def test_a_window_may_close_while_its_result_arrives(qapp, qtbot, wait) -> None:
    for _ in range(300):
        window = QObject()
        done = threading.Event()
        SerialRunner("koma-test", window).submit("a", done.set)
        if wait:
            assert done.wait(5)
        shiboken6.delete(window)
        qapp.processEvents()
    qtbot.waitUntil(lambda: not background._under_way)
