from __future__ import annotations

import threading

import pytest

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
