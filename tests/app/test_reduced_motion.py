"""What systems are asked about motion, and that the window does what they say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.reduced_motion import QUESTIONS, wants_less_motion
from app.window import startup
from app.window.session import WindowSession
from tests.app.conftest import Studio
from widgets.common.motion import Veil, motion_is_on, set_motion


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., list[tuple]]:
    """Lets a system answer; the list fills with what it was asked."""

    def answering(platform: str, answer: str | Exception, code: int = 0) -> list[tuple]:
        asked: list[tuple] = []

        def run(question: tuple, **options: object) -> subprocess.CompletedProcess:
            asked.append(question)
            assert options["timeout"] <= 2
            if isinstance(answer, Exception):
                raise answer
            return subprocess.CompletedProcess(question, code, answer, "")

        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(subprocess, "run", run)
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
        return asked

    return answering


@pytest.mark.parametrize(
    ("platform", "answer", "less"),
    [
        ("linux", "false\n", True),
        ("linux", "true\n", False),
        ("darwin", "1\n", True),
        ("darwin", "0\n", False),
    ],
)
def test_the_system_is_asked_once(system, platform: str, answer: str, less: bool) -> None:
    asked = system(platform, answer)
    assert wants_less_motion() is less
    assert asked == [QUESTIONS[platform][0]]


@pytest.mark.parametrize(
    "answer",
    [FileNotFoundError(), PermissionError(), subprocess.TimeoutExpired("gsettings", 1.0), ""],
)
def test_a_system_that_does_not_answer_wants_nothing(system, answer: str | Exception) -> None:
    system("linux", answer)
    assert not wants_less_motion()


def test_an_answer_that_failed_is_none(system) -> None:
    system("darwin", "1", code=1)
    assert not wants_less_motion()


def test_other_systems_are_not_asked(system) -> None:
    assert system("freebsd14", "false") == [] and not wants_less_motion()


@pytest.mark.parametrize(
    ("text", "less"),
    [
        ("[KDE]\nAnimationDurationFactor=0\n", True),
        ("[KDE]\nAnimationDurationFactor=0.5\n", False),
        ("[KDE]\nSingleClick=false\n", False),
        ("[KDE]\nAnimationDurationFactor=fast\n", False),
        ("[Colors:View][x]\nA=%1\nA=2\n[KDE]\nAnimationDurationFactor=0\n", True),
        ("no ini file at all", False),
        ("\udcff\udcfe", False),
    ],
)
def test_plasma_has_it_in_a_file(system, tmp_path: Path, text: str, less: bool) -> None:
    system("linux", FileNotFoundError())
    (tmp_path / "kdeglobals").write_bytes(text.encode(errors="surrogateescape"))
    assert wants_less_motion() is less


@pytest.mark.parametrize("less", [True, False])
def test_the_window_does_what_the_system_says(
    studio: Studio, qtbot, qapp, monkeypatch: pytest.MonkeyPatch, less: bool
) -> None:
    monkeypatch.setattr("app.window.session.ENGINE_PAUSE_MS", 0)
    monkeypatch.setattr("app.reduced_motion.wants_less_motion", lambda: less)
    session = WindowSession(studio.workplace)
    session.start(studio.small())
    assert not motion_is_on(), "not before it is known"
    startup.ask_for_motion(session)
    try:
        qtbot.waitUntil(lambda: not session.runner.busy)
        assert motion_is_on() is not less
        assert session.window.isAnimated() is not less
        queue = session.window.dock("queue")
        queue.show()
        over = [veil.over for veil in session.window.findChildren(Veil)]
        assert (session.window.queue in over) is not less
    finally:
        set_motion(False)
        session.close()
        session.deleteLater()
        qapp.setStyleSheet("")
