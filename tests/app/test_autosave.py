from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import app.autosave
from app.autosave import Autosave
from app.document_controller import DocumentController
from app.instances import Instances
from core.document import Document, edits
from core.errors import BadInput, StorageFailed
from core.storage import Project, load_project, save_project

ROOT = Path(__file__).resolve().parents[2]
BOOK = Path("/somewhere/book.koma")
WORKER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.autosave import Autosave
from app.document_controller import DocumentController
from app.instances import Instances
from core.document import Document, edits
from core.storage import Project
application = QCoreApplication([])
controller = DocumentController()
instances = Instances(Path(sys.argv[1]))
instances.begin()
autosave = Autosave(controller, Path(sys.argv[1]), instances, 5)
controller.open_project(Project(Document("before")), Path("/somewhere/other.koma"))
controller.edit("t", lambda d: edits.set_title(d, "not saved"))
autosave.saved.connect(lambda: print(instances.id, flush=True))
autosave.save_now()
application.exec()
"""


class Running:
    """A running Koma without its window."""

    def __init__(self, folder: Path, minutes: int = 5, idle_ms: int = 20_000) -> None:
        self.folder = folder
        self.controller = DocumentController()
        self.instances = Instances(folder)
        assert self.instances.begin()
        self.autosave = Autosave(self.controller, folder, self.instances, minutes, idle_ms=idle_ms)
        self.failures: list[str] = []
        self.autosave.failed.connect(self.failures.append)
        self.controller.open_project(Project(Document("before")), BOOK)

    def title(self, text: str, gesture_id: str | None = None) -> None:
        self.controller.edit("t", lambda d: edits.set_title(d, text), gesture_id)

    @property
    def copies(self) -> list[str]:
        """Titles of the safety copies in the folder."""
        return sorted(load_project(path).document.title for path in self.folder.glob("*.koma"))

    @property
    def files(self) -> int:
        return sum(path.suffix != ".lock" for path in self.folder.iterdir())

    def copy_now(self) -> None:
        self.autosave.save_now()
        self.autosave._runner.wait()

    def close(self) -> None:
        self.autosave.close()
        self.instances.end()


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "autosave"


@pytest.fixture
def running(qapp, folder):
    running = Running(folder)
    yield running
    running.close()


@pytest.fixture
def crashed(qapp, folder):
    """What a Koma left behind that was killed after a safety copy; its id."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with process:
        assert process.stdout is not None
        instance_id = process.stdout.readline().strip()
        process.kill()
    return instance_id


def leave_behind(folder: Path, name: str, **entry: object) -> Path:
    file = folder / f"{name}.koma"
    save_project(Project(Document(name)), file)
    file.with_suffix(".json").write_text(json.dumps(entry))
    return file


def test_a_copy_is_made_some_time_after_the_last_edit(qapp, folder, qtbot) -> None:
    running = Running(folder, idle_ms=30)
    with qtbot.waitSignal(running.autosave.saved, timeout=5000):
        running.title("one")
    assert running.copies == ["one"] and running.files == 2
    with qtbot.waitSignal(running.autosave.saved, timeout=5000):
        running.title("two")
    assert running.copies == ["two"] and running.files == 2, "and no backup of the copy"
    running.close()
    assert list(folder.iterdir()) == []


def test_the_copy_comes_in_time_though_the_artist_goes_on(running) -> None:
    regular, idle = running.autosave._regular, running.autosave._idle
    running.title("one")
    assert regular.isActive() and regular.interval() == 5 * 60_000 and idle.interval() == 20_000
    running.autosave._on_timeout()
    running.autosave._runner.wait()
    assert running.copies == ["one"]
    assert not regular.isActive() and not idle.isActive()
    running.title("two")
    assert regular.isActive()


def test_nothing_is_copied_within_a_gesture(running) -> None:
    running.title("one", "g")
    running.autosave._on_timeout()
    assert running.autosave._idle.isActive() and not running.autosave._runner.busy
    running.controller.finish_gesture("g")
    running.autosave._on_timeout()
    running.autosave._runner.wait()
    assert running.copies == ["one"]


def test_what_was_copied_is_not_copied_again(running, monkeypatch) -> None:
    writes: list[Path] = []
    monkeypatch.setattr(app.autosave, "save_project", lambda project, path: writes.append(path))
    running.copy_now()
    assert writes == [], "nothing is unsaved"
    running.title("one")
    running.copy_now()
    running.copy_now()
    assert len(writes) == 1


def test_no_minutes_means_no_copies(running) -> None:
    running.title("one")
    running.autosave.set_minutes(0)
    assert not running.autosave._idle.isActive() and not running.autosave._regular.isActive()
    running.title("two")
    assert not running.autosave._idle.isActive() and not running.autosave._regular.isActive()
    running.autosave.set_minutes(2)
    running.title("three")
    assert running.autosave._regular.isActive()
    assert running.autosave._regular.interval() == 120_000


def test_a_proper_save_takes_the_copy_away(running) -> None:
    running.title("one")
    running.copy_now()
    running.controller.mark_saved(BOOK)
    assert running.files == 0
    assert not running.autosave._idle.isActive()


def test_undo_to_what_was_saved_takes_the_copy_away(running) -> None:
    running.title("one")
    running.copy_now()
    running.controller.undo()
    assert running.files == 0


def test_another_project_takes_the_copy_away(running) -> None:
    running.title("one")
    running.copy_now()
    running.controller.open_project(Project(Document("other")), None)
    assert running.files == 0
    running.title("two")
    running.copy_now()
    assert running.copies == ["two"]


@pytest.mark.parametrize("end", ["save", "save and edit", "open", "close"])
def test_a_copy_under_way_does_not_outlive_the_project(running, monkeypatch, end) -> None:
    gate, begun = threading.Event(), threading.Event()

    def slow(project: Project, path: Path) -> None:
        begun.set()
        assert gate.wait(10)
        save_project(project, path)

    monkeypatch.setattr(app.autosave, "save_project", slow)
    running.title("one")
    running.autosave.save_now()
    assert begun.wait(5)
    threading.Timer(0.05, gate.set).start()
    if end.startswith("save"):
        running.controller.mark_saved(BOOK)
        if end != "save":
            running.title("two")
    elif end == "open":
        running.controller.open_project(Project(Document("other")), None)
    else:
        running.autosave.close()
    running.autosave._runner.wait()
    assert running.files == 0


def test_save_as_moves_the_copy(running) -> None:
    running.title("one")
    running.copy_now()
    snapshot = running.controller.document
    running.title("two")
    running.controller.mark_saved(Path("/elsewhere/new.koma"), snapshot)
    assert running.autosave._idle.isActive()
    running.copy_now()
    assert running.copies == ["two"] and running.files == 2
    (entry,) = (json.loads(p.read_text()) for p in running.folder.glob("*.json"))
    assert entry["original"] == str(Path("/elsewhere/new.koma"))


def test_a_failure_is_told_once_until_it_works_again(running, monkeypatch) -> None:
    def full(project: Project, path: Path) -> None:
        raise StorageFailed("x was not saved: the disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(app.autosave, "save_project", full)
        for title in ("one", "two"):
            running.title(title)
            running.copy_now()
    assert len(running.failures) == 1 and "the disk is full" in running.failures[0]
    running.copy_now()
    assert running.copies == ["two"], "the same document is tried again"
    monkeypatch.setattr(app.autosave, "save_project", full)
    running.title("three")
    running.copy_now()
    assert len(running.failures) == 2


def test_a_crash_is_offered_to_one_start_only(crashed, folder) -> None:
    one, two = Running(folder), Running(folder)
    assert one.instances.ended_badly() == (crashed,)
    (work,) = one.autosave.recoverable()
    assert (work.original, work.name) == (Path("/somewhere/other.koma"), "other.koma")
    assert work.load().document.title == "not saved"
    assert two.instances.ended_badly() == () and two.autosave.recoverable() == ()
    one.close()
    assert work.file.exists(), "undecided, it waits for the next start"
    (again,) = two.autosave.recoverable()
    two.autosave.discard(again)
    assert two.autosave.recoverable() == ()
    two.close()
    assert list(folder.iterdir()) == []


def test_running_komas_keep_their_copies_to_themselves(running, folder) -> None:
    other = Running(folder)
    for koma, title in ((running, "one"), (other, "two")):
        koma.title(title)
        koma.copy_now()
    assert running.copies == ["one", "two"]
    assert running.autosave.recoverable() == () == other.autosave.recoverable()
    other.close()
    assert running.copies == ["one"]


def test_adopted_work_is_kept_by_whoever_adopted_it(crashed, running) -> None:
    (work,) = running.autosave.recoverable()
    running.controller.open_project(work.load(), work.original, modified=True)
    running.autosave.adopt(work)
    assert not work.file.exists() and running.copies == ["not saved"]
    assert not list(running.folder.glob(f"{crashed}.lock"))
    running.controller.mark_saved(BOOK)
    assert running.files == 0


def test_work_that_cannot_be_adopted_is_not_lost(crashed, running, monkeypatch) -> None:
    def full(project: Project, path: Path) -> None:
        raise StorageFailed("x was not saved: the disk is full.")

    (work,) = running.autosave.recoverable()
    monkeypatch.setattr(app.autosave, "save_project", full)
    running.controller.open_project(work.load(), work.original, modified=True)
    running.autosave.adopt(work)
    assert work.file.exists() and len(running.failures) == 1


def test_entries_are_not_trusted(running, folder) -> None:
    leave_behind(folder, "aa", nothing=1)
    (folder / "bb.json").write_text("{" * 5000)
    save_project(Project(Document("broken entry")), folder / "bb.koma")
    (folder / "cc.json").write_text('{"instance": "../../x", "original": 5, "title": []}')
    (folder / "cc.koma").write_bytes(b"damaged")
    (folder / "dd.json").write_text('{"instance": "00112233aabb"}')
    works = {work.file.stem: work for work in running.autosave.recoverable()}
    assert set(works) == {"aa", "bb", "cc"}
    assert not (folder / "dd.json").exists(), "it came to no copy"
    assert works["bb"].load().document.title == "broken entry"
    assert (works["cc"].original, works["cc"].name) == (None, "")
    with pytest.raises(BadInput):
        works["cc"].load()
    for work in works.values():
        running.autosave.discard(work)
    assert running.files == 0


def test_newest_work_stands_first(running, folder) -> None:
    for name, seconds in (("old", 1_000), ("new", 3_000), ("middle", 2_000)):
        file = leave_behind(folder, name, instance="00112233aabb", title=name)
        os.utime(file, (seconds, seconds))
    works = running.autosave.recoverable()
    assert [work.name for work in works] == ["new", "middle", "old"]
    assert works[0].saved_at.timestamp() == 3_000
    for work in works:
        running.autosave.discard(work)
