"""What follows the document waits for a moving hand, and for no longer."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app import after_hand
from app.after_hand import AfterHand


@pytest.fixture
def held() -> list[bool]:
    return [False]


@pytest.fixture
def done() -> list[int]:
    return []


@pytest.fixture
def follow(
    held: list[bool], done: list[int], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> AfterHand:
    monkeypatch.setattr(after_hand, "REST_MS", 40)
    return AfterHand(lambda: done.append(1), lambda: held[0])


def test_without_a_hand_it_is_done_at_once(follow: AfterHand, done: list[int]) -> None:
    follow.ask()
    assert done == [1]


def test_under_a_moving_hand_it_waits_until_that_rests(
    follow: AfterHand, held: list[bool], done: list[int], qtbot: QtBot
) -> None:
    held[0] = True
    for _ in range(6):
        follow.ask()
        qtbot.wait(10)
    assert done == []
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(60)
    assert done == [1]


def test_letting_go_ends_the_wait(follow: AfterHand, held: list[bool], done: list[int]) -> None:
    held[0] = True
    follow.ask()
    follow.let_go()
    assert done == [1]
    follow.let_go()
    assert done == [1], "nothing waits any more"
