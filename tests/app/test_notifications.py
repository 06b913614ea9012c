from __future__ import annotations

import pytest

from app.notifications import Notification, NotificationAction, Notifications, error_notification
from core.errors import BadInput


@pytest.fixture
def line(qapp) -> Notifications:
    return Notifications()


def shown(line: Notifications) -> tuple[str, int]:
    return (line.current.text if line.current else "", line.waiting)


def test_errors_stand_in_line(line) -> None:
    changes: list[int] = []
    line.changed.connect(lambda: changes.append(1))
    line.say("error", "one")
    line.say("error", "two")
    assert shown(line) == ("one", 1)
    line.close_current()
    assert shown(line) == ("two", 0)
    line.close_current()
    line.close_current()
    assert shown(line) == ("", 0) and len(changes) == 4


def test_what_goes_by_itself_makes_place(line) -> None:
    line.say("info", "Saved")
    line.say("success", "Exported")
    assert shown(line) == ("Exported", 0)
    line.say("error", "one")
    line.say("info", "two")
    line.say("info", "three")
    assert shown(line) == ("one", 1)
    line.close_current()
    assert shown(line) == ("three", 0)


def test_nothing_is_said_twice(line) -> None:
    for _ in range(3):
        line.push(Notification("error", "one", NotificationAction("Show log", print)))
    line.say("warning", "two")
    line.push(Notification("error", "one", NotificationAction("Show log", repr)))
    assert shown(line) == ("one", 1)


def test_the_line_does_not_grow_for_ever(line) -> None:
    for number in range(1000):
        line.say("error", str(number))
    assert line.current.text == "0" and line.waiting < 50
    line.clear()
    assert shown(line) == ("", 0)


def test_errors_of_the_core_are_one_line() -> None:
    text = error_notification(BadInput("There is\n no file.", details="secret")).text
    assert text == "There is no file."
