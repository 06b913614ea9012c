"""Windows in processes of their own: begun, killed, ended; and what the next start offers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSysInfo, Qt
from PySide6.QtTest import QTest

from core.document.edits import set_title
from core.storage import Project, load_project, save_project
from tests.app.conftest import Studio
from tests.app.window.conftest import Artist
from widgets.dialogs import RecoveryDialog

ROOT = Path(__file__).parents[3]
GONE = "0123456789ab"

BEGIN = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from app.window.session import WindowSession
from app.workplace import Workplace
from core.engine.fake import FakeEngine

application = QApplication(["koma"])
application.setQuitOnLastWindowClosed(False)
profile, shipped, project = (Path(a) for a in sys.argv[1:4])
workplace = Workplace(profile=profile, shipped_models=shipped)
"""

ENGINE = """
def make_engine(folders):
    print("torch" in sys.modules, session.window.isVisible(), flush=True)
    QTimer.singleShot(0, application, lambda: application.exit(0))
    return FakeEngine()

workplace.make_engine = make_engine
session = WindowSession(workplace)
session.start(project)
heavy = {"torch", "diffusers", "transformers"} & set(sys.modules)
print(sorted(heavy), session.window.isVisible(), session.engine.state.kind, flush=True)
application.aboutToQuit.connect(session.close)
application.exec()
"""

EDITED = """
from core.document.edits import set_title
workplace.make_engine = lambda folders: FakeEngine()
session = WindowSession(workplace)
session.start(project)
session.controller.edit("Title", lambda d: set_title(d, "half done"))
session.autosave.saved.connect(lambda: print("kept", flush=True))
application.aboutToQuit.connect(session.close)
"""
KILLED = EDITED + "session.autosave.save_now()\napplication.exec()"
ENDED = (
    EDITED
    + """
QTimer.singleShot(0, lambda: application.exit(0))
application.exec()
print("ended")
"""
)


def run(script: str, studio: Studio, project: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)}
    arguments = [studio.workplace.profile, studio.workplace.shipped_models, project]
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + script, *map(str, arguments)],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def told(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it printed until its end."""
    with process:
        try:
            return process.communicate(timeout=60)
        finally:
            process.kill()


def killed(studio: Studio) -> Path:
    """A Koma was killed with unsaved work on this project."""
    project = studio.small()
    process = run(KILLED, studio, project)
    with process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        assert line == "kept\n", process.stderr.read()
    return project


def left_over(studio: Studio) -> Path:
    """The same without the kill: the files as a Koma writes them that is gone now."""
    project = studio.small()
    folder = studio.workplace.autosave_folder
    folder.mkdir(parents=True)
    known = load_project(project)
    save_project(Project(set_title(known.document, "half done"), known.assets), folder / "a.koma")
    entry = {"schema_version": 1, "instance": GONE, "original": str(project), "title": "小"}
    (folder / "a.json").write_text(json.dumps(entry))
    leave_lock(folder)
    return project


def leave_lock(folder: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    lines = (str(process.pid), "koma", QSysInfo.machineHostName())
    (folder / f"{GONE}.lock").write_text("\n".join(lines) + "\n")


def dialog_of(artist: Artist) -> RecoveryDialog:
    dialog = artist.session.recovery.dialog
    assert dialog is not None and dialog.isVisible()
    return dialog


def press(dialog: RecoveryDialog, row_id: str, button: str) -> None:
    QTest.mouseClick(dialog.button(row_id, button), Qt.MouseButton.LeftButton)


def test_the_engine_is_made_when_the_window_is_seen_and_without_torch(studio: Studio) -> None:
    out, err = told(run(ENGINE, studio, studio.small()))
    assert out.splitlines() == ["[] True starting", "False True"], err


def test_work_that_a_kill_took_is_offered_and_recovered(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    project = killed(studio)
    on_disk = load_project(project).document
    artist = window_on(None)
    dialog = dialog_of(artist)
    (row,) = dialog.rows
    assert (row.name, row.place) == ("small.koma", str(project.parent))
    press(dialog, row.id, "recover")
    artist.until(lambda: artist.document.title == "half done")
    assert artist.session.controller.path == project and artist.session.controller.modified
    assert artist.session.recovery.dialog is None and artist.session.recovery.count == 0
    assert load_project(project).document == on_disk, "the file itself is the artist's to save"
    artist.do("save")
    artist.until(lambda: not artist.session.controller.modified)
    assert load_project(project).document.title == "half done"
    artist.session.close()
    assert list(studio.workplace.autosave_folder.iterdir()) == []


def test_later_offers_it_again_and_discard_never_again(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    left_over(studio)
    first = window_on(None)
    dialog = dialog_of(first)
    press(dialog, dialog.rows[0].id, "later")
    assert first.session.recovery.dialog is None
    first.do("recover")  # it can be seen again without a new start
    dialog_of(first).reject()
    first.session.close()

    second = window_on(None)
    dialog = dialog_of(second)
    row_id = dialog.rows[0].id
    press(dialog, row_id, "discard")
    assert second.session.recovery.count == 1, "it is asked once more"
    press(dialog, row_id, "discard")
    assert second.session.recovery.dialog is None
    assert not second.window.actions_table["recover"].isEnabled()
    second.session.close()

    third = window_on(None)
    assert third.session.recovery.dialog is None and third.sentence() == ""


def test_a_damaged_copy_is_told_in_its_row(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    left_over(studio)
    copy = studio.workplace.autosave_folder / "a.koma"
    copy.write_bytes(copy.read_bytes()[:200])
    artist = window_on(None)
    dialog = dialog_of(artist)
    press(dialog, "a", "recover")
    artist.until(lambda: artist.sentence() != "")
    assert dialog.isVisible() and artist.document.title != "half done"
    assert dialog.problem("a") == artist.sentence()
    press(dialog, "a", "discard")
    press(dialog, "a", "discard")
    assert artist.session.recovery.dialog is None


def test_an_end_that_asks_nobody_keeps_a_copy(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    out, err = told(run(ENDED, studio, studio.small()))
    assert out.split() == ["kept", "ended"], err
    artist = window_on(None)
    dialog = dialog_of(artist)
    assert [row.name for row in dialog.rows] == ["small.koma"]
    dialog.reject()


def test_after_an_end_with_nothing_unsaved_only_the_log_is_named(
    window_on: Callable[..., Artist], studio: Studio
) -> None:
    studio.workplace.autosave_folder.mkdir(parents=True)
    leave_lock(studio.workplace.autosave_folder)
    artist = window_on(None)
    assert artist.session.recovery.dialog is None
    assert "did not end properly" in artist.sentence()


def test_there_is_nothing_to_recover_at_first(artist: Artist) -> None:
    assert not artist.window.actions_table["recover"].isEnabled()
