"""What happens to changes when a project is left: asked about, saved, given up."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt

import app.file_actions
from app.file_dialogs import SaveAnswer
from app.new_project import layout_named
from core.document import Drawing, edits
from core.errors import StorageFailed
from core.storage import load_project


def test_nothing_is_asked_where_nothing_changed(desk, book) -> None:
    desk.opened(book)
    assert desk.files.maybe_save()
    assert desk.answers.asked == []


@pytest.mark.parametrize("answer", list(SaveAnswer))
def test_leaving_with_changes(desk, book, answer) -> None:
    desk.opened(book)
    desk.title("after")
    desk.answers.changes = answer
    assert desk.files.maybe_save() == (answer is not SaveAnswer.CANCEL)
    assert desk.answers.asked == ["book.koma"]
    kept = "after" if answer is SaveAnswer.SAVE else "before"
    assert load_project(book).document.title == kept
    assert not desk.files.busy


def test_leaving_waits_for_the_save_under_way(desk, book, slow_save) -> None:
    desk.opened(book)
    desk.title("after")
    desk.files.save()
    threading.Timer(0.05, slow_save[0].set).start()
    assert desk.files.maybe_save()
    assert desk.answers.asked == [], "it was saved by then"
    assert load_project(book).document.title == "after"


def test_leaving_is_off_where_saving_fails(desk, book, monkeypatch) -> None:
    desk.opened(book)
    desk.title("after")

    def refused(project, path):
        raise StorageFailed("book.koma was not saved: the disk is full.")

    monkeypatch.setattr(app.file_actions, "save_project", refused)
    desk.answers.changes = SaveAnswer.SAVE
    assert not desk.files.maybe_save()
    assert len(desk.said) == 1
    assert not desk.files.open(book)
    assert desk.controller.document.title == "after"


def test_leaving_is_off_where_save_as_is_cancelled(desk) -> None:
    desk.files.new(layout_named("four-panels"))
    desk.title("after")
    desk.answers.changes = SaveAnswer.SAVE
    assert not desk.files.maybe_save()
    assert desk.answers.asked[0] == "after" and len(desk.answers.asked) == 2


def test_a_panel_drawn_during_the_last_save_is_saved_too(desk, studio, slow_save) -> None:
    gate, begun = slow_save
    book = desk.opened(studio.small())
    desk.title("after")
    desk.answers.changes = SaveAnswer.SAVE
    image = desk.controller.document.characters[0].references[0].image

    def draw(busy: str) -> None:
        if busy and len(begun) <= 1 and not gate.is_set():
            desk.controller.apply_result(
                lambda d: edits.set_drawing(d, "panel-1", Drawing(image, "hash"))
            )
            gate.set()

    # Queued: after the snapshot was taken, as a result of the engine would come.
    desk.files.busy_changed.connect(draw, Qt.ConnectionType.QueuedConnection)
    assert desk.files.maybe_save()
    assert len(begun) == 2
    assert load_project(book).document.panel("panel-1").drawing is not None


def test_a_second_close_while_the_first_asks_does_nothing(desk, book) -> None:
    desk.opened(book)
    desk.title("after")
    inner: list[bool] = []

    def ask(name: str) -> SaveAnswer:
        inner.append(desk.files.maybe_save())
        return SaveAnswer.DISCARD

    desk.answers.ask_save_changes = ask
    assert desk.files.maybe_save()
    assert inner == [False]


def test_leaving_for_the_sample_asks_once(desk, book) -> None:
    desk.opened(book)
    desk.title("after")
    desk.answers.changes = SaveAnswer.DISCARD
    assert desk.files.open_sample()
    assert desk.answers.asked == ["book.koma"]
