"""From the command line to a window on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.quiet_import import leave_out_of_collections
from app.workplace import APP_NAME, Workplace
from core.errors import BadInput, KomaError

if TYPE_CHECKING:
    from app.background import Finished
    from app.engine_thread import EngineState, EngineThread
    from app.window.session import WindowSession

SWITCH_INTERVAL_S = 0.001
MOTION = "motion"


def keep_collections_short(engine: EngineThread) -> None:
    """Leave out of garbage collections what torch and the models brought, each time it is more.

    A full collection with torch loaded stops the window for some tenths of a second, and finds
    nothing among modules.
    """
    models: set[str] = set()

    def on_state(state: EngineState) -> None:
        if state.kind == "ready" and state.model_id not in models:
            models.add(state.model_id)
            leave_out_of_collections()

    engine.state_changed.connect(on_state)


def ask_for_motion(session: WindowSession) -> None:
    """Let things appear softly as soon as it is known that the artist has nothing against it."""
    from app.reduced_motion import wants_less_motion
    from widgets.common.motion import set_motion

    def on_finished(finished: Finished) -> None:
        if finished.key == MOTION:
            session.window.setAnimated(finished.value is False)
            set_motion(finished.value is False)

    session.runner.finished.connect(on_finished)
    session.runner.submit(MOTION, wants_less_motion)


def check_screen() -> None:
    """Raises BadInput where Qt would end the process because there is nothing to draw on."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise BadInput(
            "There is no screen to open the window on. Use the commands instead: "
            "“main.py sample DIR”, then “main.py render DIR/sample.koma --out DIR”; "
            "“main.py --help” lists them all.",
            code="no_screen",
        )


def open_window(workplace: Workplace, project: Path | None, arguments: Sequence[str] = ()) -> int:
    """Run the application until its window is closed; its exit code. Raises BadInput, see above."""
    check_screen()
    from PySide6.QtWidgets import QApplication

    from app.fonts import font_notice
    from app.i18n import install_language
    from app.window.session import WindowSession

    # Python hands the interpreter to another thread after 5 ms: too long for a window that must
    # answer within one frame while the engine's thread is busy.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = QApplication([APP_NAME, *arguments])
    application.setApplicationName(APP_NAME)
    application.setApplicationDisplayName(APP_NAME)
    application.setDesktopFileName("koma")
    application.setQuitOnLastWindowClosed(False)  # the session ends its threads first
    try:
        language = workplace.settings().language
    except KomaError:  # the session says it
        language = "system"
    spoken = install_language(application, language)
    session = WindowSession(workplace)
    if notice := font_notice(spoken):
        session.notifications.say("warning", notice)
    keep_collections_short(session.engine)
    session.start(project)
    ask_for_motion(session)
    application.aboutToQuit.connect(session.close)
    return application.exec()
