from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.document.edits import move_character, remove_character, rename_character
from widgets.common.mime import CHARACTER_MIME, payload_of
from widgets.models.character_list_model import (
    CharacterFilter,
    CharacterListModel,
    CharacterRole,
)

from .conftest import Heard


@pytest.fixture
def model(qapp, cast):
    model = CharacterListModel()
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Warning, model
    )
    assert tester is not None
    model.set_characters(cast.characters)
    return model


def names(model):
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_rows_follow_the_document(model, cast):
    assert names(model) == ["Aiko", "Ren", "Mio"]
    model.set_characters(move_character(cast, "mio", 0).characters)
    assert names(model) == ["Mio", "Aiko", "Ren"]
    model.set_characters(remove_character(cast, "ren").characters)
    assert names(model) == ["Aiko", "Mio"]
    model.set_characters(cast.characters)
    assert names(model) == ["Aiko", "Ren", "Mio"]


def test_only_the_changed_row_is_reported(model, cast):
    heard = Heard(model, "dataChanged", "rowsInserted", "rowsRemoved", "rowsMoved", "modelReset")
    model.set_characters(rename_character(cast, "ren", "Len").characters)
    assert [(said[0], said[1].row(), said[2].row()) for said in heard.said] == [
        ("dataChanged", 1, 1)
    ]
    heard.said.clear()
    model.set_characters(rename_character(cast, "ren", "Len").characters)
    assert [said[1].row() for said in heard.said] == [1]  # equal, but another object


def test_a_row_keeps_its_identity_when_it_moves(model, cast):
    index = QPersistentModelIndex(model.index(0, 0))
    model.set_characters(move_character(cast, "aiko", 2).characters)
    assert (index.row(), index.data(CharacterRole.ID)) == (2, "aiko")


def test_a_new_character_is_a_row_of_its_own_that_cannot_be_dragged(model):
    model.set_busy("Yui")
    assert names(model) == ["Aiko", "Ren", "Mio", "Yui"]
    last = model.index(3, 0)
    assert last.data(CharacterRole.BUSY) and last.data(CharacterRole.ID) == ""
    assert not model.flags(last) & Qt.ItemFlag.ItemIsDragEnabled
    model.set_busy(None)
    assert names(model) == ["Aiko", "Ren", "Mio"] and not model.is_busy


def test_a_known_character_is_busy_in_its_own_row(model):
    model.set_busy("Ren", "ren")
    assert [model.index(r, 0).data(CharacterRole.BUSY) for r in range(3)] == [False, True, False]
    assert model.rowCount() == 3 and model.is_busy
    model.set_busy(None)
    assert not model.index(1, 0).data(CharacterRole.BUSY)


def test_characters_may_come_while_one_is_read(model, cast):
    model.set_busy("Yui")
    yui = replace(cast.characters[2], id="yui", name="Yui")
    model.set_characters((*cast.characters, yui))
    assert names(model) == ["Aiko", "Ren", "Mio", "Yui", "Yui"]
    model.set_busy(None)
    assert names(model) == ["Aiko", "Ren", "Mio", "Yui"]


def test_a_drag_carries_the_id(model):
    mime = model.mimeData([model.index(1, 0)])
    assert payload_of(mime, CHARACTER_MIME) == "ren"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["Aiko", "Ren", "Mio"]),
        ("ai", ["Aiko", "Mio"]),  # the name, and "twintails"
        ("HOODIE", ["Ren", "Mio"]),
        ("hoodie mio", ["Mio"]),
        ("brown hair", ["Aiko"]),  # the tag is written brown_hair
        ("dragon", []),
    ],
)
def test_search(model, search, found):
    shown = CharacterFilter()
    shown.setSourceModel(model)
    shown.set_text(search)
    assert names(shown) == found
