"""From the command line to a window on the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.workplace import APP_NAME, Workplace
from core.errors import BadInput, KomaError

SWITCH_INTERVAL_S = 0.001


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
    install_language(application, language)
    session = WindowSession(workplace)
    session.start(project)
    application.aboutToQuit.connect(session.close)
    return application.exec()
