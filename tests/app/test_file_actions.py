from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

import app.file_actions
import resources
from app.autosave import Autosave
from app.instances import Instances
from app.new_project import layout_named
from core.document import Document, edits
from core.errors import StorageFailed
from core.storage import Project, load_project, save_project


def test_a_new_project_has_the_panels_of_its_layout(desk) -> None:
    assert desk.files.new(layout_named("four-panels"), title="葵", pages=2, page_format="a4")
    document = desk.controller.document
    assert [len(page.panels) for page in document.pages] == [4, 4]
    assert (document.title, document.page_format.trim_width_mm) == ("葵", 210)
    settings = document.settings
    assert (settings.steps, settings.guidance_scale, settings.base_px) == (5, 2.0, 64), (
        "what the installed model is drawn best with"
    )
    assert desk.controller.path is None and not desk.controller.modified
    assert desk.files.project_name == "葵"


def test_a_new_project_that_cannot_be_leaves_the_present_one(desk, book) -> None:
    desk.opened(book)
    assert not desk.files.new(layout_named("four-panels"), title="x" * 10_000)
    assert desk.controller.path == book
    assert desk.said[0].level == "error"


def test_open_save_and_open_again(desk, book) -> None:
    desk.opened(book)
    assert desk.controller.document.title == "before" and not desk.controller.modified
    desk.title("after")
    assert desk.files.save()
    assert desk.files.busy
    desk.files.wait()
    assert load_project(book).document.title == "after"
    assert not desk.controller.modified and desk.saved == [book]
    assert desk.busy == ["Opening book.koma", "", "Saving book.koma", ""]
    assert load_project(book.with_name("book.koma.bak")).document.title == "before"
    assert desk.said == []


def test_open_asks_where_nothing_is_named(desk, book) -> None:
    assert not desk.files.open()
    desk.answers.open = book
    assert desk.files.open()
    assert desk.controller.path == book
    assert desk.answers.asked[0] == Path.home()
    desk.files.open()
    assert desk.answers.asked[-1] == book.parent


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_what_cannot_be_opened_leaves_the_present_project(desk, book, tmp_path, damage) -> None:
    desk.opened(book)
    other = tmp_path / "other.koma"
    if damage == "damaged":
        other.write_bytes(b"PK nothing")
    desk.recent.add(other)
    assert not desk.files.open(other)
    assert desk.controller.path == book and desk.controller.document.title == "before"
    assert len(desk.said) == 1 and "other.koma" in desk.said[0].text
    assert desk.said[0].action is None
    assert (other in desk.recent.paths) == (damage == "damaged")


def test_a_damaged_file_offers_its_backup(desk, book) -> None:
    desk.opened(book)
    desk.title("after")
    desk.files.save()
    desk.files.wait()
    book.write_bytes(book.read_bytes()[:100])
    assert not desk.files.open(book)
    action = desk.said[0].action
    assert action is not None and action.text == "Open backup"
    action.run()
    assert desk.controller.document.title == "before"
    assert desk.controller.path == book and desk.controller.modified


def test_saving_without_changes_writes_nothing(desk, book, slow_save) -> None:
    desk.opened(book)
    assert desk.files.save()
    assert not desk.files.busy and slow_save[1] == []
    book.unlink()
    slow_save[0].set()
    assert desk.files.save()
    desk.files.wait()
    assert book.exists(), "but a file that is gone is written again"


def test_edits_made_while_it_is_saved_keep_it_modified(desk, book, slow_save) -> None:
    desk.opened(book)
    desk.title("one")
    desk.files.save()
    desk.title("two")
    slow_save[0].set()
    desk.files.wait()
    assert desk.controller.modified and desk.controller.document.title == "two"
    assert load_project(book).document.title == "one"


def test_a_save_that_ends_late_is_not_taken_for_the_next_project(desk, book, slow_save) -> None:
    desk.opened(book)
    desk.title("one")
    desk.files.save()
    desk.controller.open_project(Project(Document("next")), None, modified=True)
    slow_save[0].set()
    desk.files.wait()
    assert load_project(book).document.title == "one"
    assert desk.controller.path is None and desk.controller.modified


def test_saving_twice_fast_ends_with_the_last(desk, book, slow_save) -> None:
    gate, begun = slow_save
    desk.opened(book)
    for title in ("one", "two", "three"):
        desk.title(title)
        desk.files.save()
    gate.set()
    desk.files.wait()
    assert begun == [("book.koma", "one"), ("book.koma", "three")]
    assert load_project(book).document.title == "three"
    assert not desk.controller.modified


def test_a_failed_save_says_so_and_keeps_the_file(desk, book, monkeypatch) -> None:
    desk.opened(book)
    before = book.read_bytes()
    desk.title("after")

    def full(self, entry, *args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "writestr", full)
        desk.files.save()
        desk.files.wait()
    assert len(desk.said) == 1
    assert desk.said[0].level == "error" and "the disk is full" in desk.said[0].text
    assert desk.controller.modified and desk.saved == []
    assert book.read_bytes() == before
    assert [p.name for p in book.parent.glob("*.tmp")] == []
    assert [p.name for p in book.parent.glob(".*.tmp")] == []
    desk.files.save()
    desk.files.wait()
    assert load_project(book).document.title == "after"


def test_a_fault_while_saving_is_logged_and_told(desk, book, monkeypatch) -> None:
    desk.opened(book)
    desk.title("after")

    def broken(project, path):
        raise ZeroDivisionError("nobody foresaw this")

    monkeypatch.setattr(app.file_actions, "save_project", broken)
    desk.files.save()
    desk.files.wait()
    assert desk.controller.modified
    assert "ZeroDivision" not in desk.said[0].text
    assert "nobody foresaw this" in desk.workplace.log_file.read_text()


def test_save_asks_where_for_a_new_project(desk, tmp_path) -> None:
    desk.files.new(layout_named("four-panels"), title="My: book?")
    assert not desk.files.save()
    suggested = desk.answers.asked[0]
    assert suggested.name == "My_ book_.koma"
    desk.answers.save_as = tmp_path / "mine"
    assert desk.files.save()
    desk.files.wait()
    path = tmp_path / "mine.koma"
    assert desk.controller.path == path and not desk.controller.modified
    assert len(load_project(path).document.pages) == 1
    assert desk.recent.paths[0] == path


def test_save_again_before_save_as_has_ended_asks_no_more(desk, tmp_path, slow_save) -> None:
    gate, begun = slow_save
    desk.files.new(layout_named("four-panels"))
    desk.answers.save_as = tmp_path / "mine.koma"
    desk.files.save()
    assert desk.files.project_name == "mine.koma"
    desk.title("more")
    desk.files.save()
    assert len(desk.answers.asked) == 1
    gate.set()
    desk.files.wait()
    assert begun == [("mine.koma", ""), ("mine.koma", "more")]
    assert not desk.controller.modified


def test_save_as_that_fails_keeps_the_former_path(desk, book, tmp_path, monkeypatch) -> None:
    desk.opened(book)

    def refused(project, path):
        raise StorageFailed(f"{path.name} was not saved: the disk is full.")

    monkeypatch.setattr(app.file_actions, "save_project", refused)
    desk.answers.save_as = tmp_path / "new.koma"
    desk.files.save_as()
    desk.files.wait()
    assert desk.controller.path == book and desk.files.project_name == "book.koma"
    assert desk.said[0].text == "new.koma was not saved: the disk is full."


def test_two_copies_in_a_row_are_both_written(desk, book, tmp_path, slow_save) -> None:
    gate, begun = slow_save
    desk.opened(book)
    for name in ("a", "b", "c"):
        desk.answers.save_as = tmp_path / f"{name}.koma"
        desk.files.save_as()
    gate.set()
    desk.files.wait()
    assert [name for name, _ in begun] == ["a.koma", "b.koma", "c.koma"]
    assert desk.controller.path == tmp_path / "c.koma"


def test_fields_may_hand_in_their_text_before_it_is_saved(desk, book) -> None:
    desk.opened(book)
    desk.title("typed")
    desk.files.about_to_save.connect(
        lambda: desk.controller.edit("t", lambda d: edits.set_title(d, "typed to the end"))
    )
    desk.files.save()
    desk.files.wait()
    assert load_project(book).document.title == "typed to the end"


def test_the_sample_is_a_copy_of_the_artists_own(desk) -> None:
    bundled = resources.path("samples", "sample.koma")
    before = bundled.read_bytes()
    assert desk.files.open_sample()
    path = desk.controller.path
    assert path == desk.workplace.projects_folder / "sample.koma"
    desk.title("mine")
    desk.files.save()
    desk.files.wait()
    assert bundled.read_bytes() == before
    assert desk.files.open_sample()
    assert desk.controller.path == path and desk.controller.document.title == "mine"


def test_a_damaged_copy_of_the_sample_is_left_alone(desk) -> None:
    damaged = desk.workplace.projects_folder / "sample.koma"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"mine")
    assert desk.files.open_sample()
    assert desk.controller.path == damaged.with_name("sample 2.koma")
    assert damaged.read_bytes() == b"mine"


def test_the_bundled_sample_is_never_written(desk, tmp_path) -> None:
    bundled = resources.path("samples", "sample.koma")
    before = bundled.read_bytes()
    desk.opened(bundled)
    desk.title("mine")
    desk.answers.save_as = bundled
    assert not desk.files.save(), "it asks where, and does not take Koma's own folder"
    assert len(desk.said) == 1 and bundled.read_bytes() == before
    assert resources.ROOT not in desk.answers.asked[0].parents
    desk.answers.save_as = tmp_path / "mine.koma"
    assert desk.files.save()
    desk.files.wait()
    assert load_project(tmp_path / "mine.koma").document.title == "mine"


def test_recovered_work_is_opened_as_changes_of_its_project(desk, book, tmp_path) -> None:
    folder = desk.workplace.autosave_folder
    instances = Instances(folder)
    instances.begin()
    autosave = Autosave(desk.controller, folder, instances, 5)
    copy = folder / "aaaa.koma"
    save_project(Project(Document("what was lost")), copy)
    copy.with_suffix(".json").write_text(f'{{"instance": "00112233aabb", "original": "{book}"}}')
    (work,) = autosave.recoverable()
    assert desk.files.recover(work, autosave)
    assert desk.controller.document.title == "what was lost"
    assert desk.controller.path == book and desk.controller.modified
    assert not copy.exists() and len(list(folder.glob("*.koma"))) == 1, "it is this Koma's now"
    desk.files.save()
    desk.files.wait()
    assert load_project(book).document.title == "what was lost"
    QCoreApplication.processEvents()
    assert list(folder.glob("*.koma")) == []
    autosave.close()
    instances.end()
    assert list(folder.iterdir()) == []
