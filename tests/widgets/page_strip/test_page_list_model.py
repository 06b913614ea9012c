from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from core.document import Character, PageFormat, edits
from widgets.models.page_list_model import (
    CURRENT_ROLE,
    IMAGE_ROLE,
    NUMBER_ROLE,
    PAGE_ID_ROLE,
    PageListModel,
)

from .conftest import RED, make_page


@pytest.fixture
def model(qtbot, pictures) -> PageListModel:
    model = PageListModel(pictures.load)
    yield model
    model.thumbnails.set_document(None)
    model.deleteLater()


@pytest.fixture
def painted(model) -> list[str]:
    ids: list[str] = []
    model.thumbnails.painted.connect(ids.append)
    return ids


def image(model: PageListModel, row: int):
    return model.index(row).data(IMAGE_ROLE)


def test_the_rows_follow_the_pages_through_all_changes(model, make_document):
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    document = make_document(6)
    documents = [
        document,
        edits.move_page(document, "page-4", 1),
        edits.remove_page(document, "page-2"),
        edits.add_page(document, make_page("new"), 3),
        make_document(0),
        make_document(2),
        replace(document, pages=document.pages[::-1]),
    ]
    for shown in documents:
        model.show_document(shown, None)
        ids = [model.index(row).data(PAGE_ID_ROLE) for row in range(model.rowCount())]
        assert ids == [page.id for page in shown.pages]
    model.show_document(None, None)
    assert model.rowCount() == 0
    tester.deleteLater()


def test_only_what_differs_is_inserted_and_removed(qtbot, model, make_document):
    document = make_document(6)
    model.show_document(document, None)
    spans: list[tuple[str, int, int]] = []
    model.rowsInserted.connect(lambda _parent, first, last: spans.append(("in", first, last)))
    model.rowsRemoved.connect(lambda _parent, first, last: spans.append(("out", first, last)))
    with qtbot.assertNotEmitted(model.modelReset):
        document = edits.add_page(document, make_page("new"), 3)
        model.show_document(document, None)
        document = edits.remove_page(document, "page-0")
        model.show_document(document, None)
    assert spans == [("in", 3, 3), ("out", 0, 0)]


def test_a_page_is_described_by_number_and_name(model, make_document):
    document = edits.rename_page(make_document(2), "page-1", "The sea")
    model.show_document(document, "page-1")
    second = model.index(1)
    assert second.data(NUMBER_ROLE) == 2
    assert second.data(Qt.ItemDataRole.AccessibleTextRole) == "Page 2: The sea"
    assert [model.index(row).data(CURRENT_ROLE) for row in (0, 1)] == [False, True]


def test_a_thumbnail_shows_the_page(qtbot, model, painted, make_document):
    model.show_document(make_document(1), None)
    model.thumbnails.set_height(64, 1.0)
    assert image(model, 0) is None
    qtbot.waitUntil(lambda: painted == ["page-0"])
    thumbnail = image(model, 0)
    assert (thumbnail.width(), thumbnail.height()) == (45, 64)
    middle = thumbnail.pixelColor(22, 32)
    assert (middle.red(), middle.green(), middle.blue()) == RED
    assert thumbnail.pixelColor(1, 1).name() == "#ffffff"


def test_a_fine_screen_gets_finer_thumbnails(qtbot, model, painted, make_document):
    model.show_document(make_document(1), None)
    model.thumbnails.set_height(64, 2.0)
    image(model, 0)
    qtbot.waitUntil(lambda: painted == ["page-0"])
    thumbnail = image(model, 0)
    assert (thumbnail.height(), thumbnail.devicePixelRatio()) == (128, 2.0)


def test_pages_are_painted_one_a_turn_and_only_those_asked_for(
    qtbot, model, painted, pictures, make_document
):
    model.show_document(make_document(200), None)
    assert pictures.loads == 0
    for row in (0, 1, 2, 3):
        image(model, row)
    assert painted == []
    turns: list[int] = []
    model.thumbnails._turn.timeout.connect(lambda: turns.append(len(painted)))
    qtbot.waitUntil(lambda: len(painted) == 4)
    assert turns == [1, 2, 3, 4]
    assert pictures.loads == 4
    assert painted[0] == "page-3"  # what was asked for last is what is in sight


def test_only_a_page_that_changed_is_painted_again(qtbot, model, painted, make_document):
    document = make_document(3)
    model.show_document(document, None)
    for row in range(3):
        image(model, row)
    qtbot.waitUntil(lambda: len(painted) == 3)
    painted.clear()
    changed = edits.set_drawing(document, "page-1-panel", None)
    model.show_document(changed, None)
    images = [image(model, row) for row in range(3)]
    assert None not in images  # the old picture stays until the new one is there
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == ["page-1"]
    assert image(model, 1) != images[1]
    assert [image(model, row) for row in (0, 2)] == [images[0], images[2]]


def test_what_all_pages_depend_on_paints_all_again(qtbot, model, painted, make_document):
    document = make_document(2)
    model.show_document(document, None)
    for changed in (
        document,
        edits.set_page_format(document, PageFormat(200, 200)),
        edits.add_character(document, Character("aiko", "Aiko")),
    ):
        painted.clear()
        model.show_document(changed, None)
        for row in range(2):
            image(model, row)
        qtbot.waitUntil(lambda: sorted(painted) == ["page-0", "page-1"])


def test_a_missing_picture_leaves_a_thumbnail_without_it(
    qtbot, model, painted, pictures, make_document
):
    pictures.missing = True
    model.show_document(make_document(1), None)
    image(model, 0)
    qtbot.waitUntil(lambda: painted == ["page-0"])
    middle = image(model, 0).pixelColor(20, 28)
    assert middle.lightness() > 200


def test_a_page_too_thin_to_be_seen_is_still_a_page(qtbot, model, painted, make_document):
    document = make_document(1, page_format=PageFormat(10, 5_000, margin_mm=0))
    model.show_document(document, None)
    image(model, 0)
    qtbot.waitUntil(lambda: painted == ["page-0"])
    assert image(model, 0).width() > 0


def test_wide_pages_are_no_wider_than_a_strip_can_bear(model):
    size = model.thumbnails.size(PageFormat(2_000, 100, margin_mm=10))
    assert size.width() <= 1.8 * 56 + 1


def test_a_page_under_the_hand_is_painted_when_the_hand_rests(qtbot, model, painted, make_document):
    document = make_document(2)
    model.show_document(document, None)
    for row in range(2):
        image(model, row)
    qtbot.waitUntil(lambda: len(painted) == 2)
    painted.clear()
    told = []
    model.dataChanged.connect(lambda *_: told.append(1))
    for x in range(5):
        document = edits.update_panel(document, "page-0-panel", seed=x + 1)
        model.show_document(document, None)
        qtbot.wait(60)
    assert painted == [] and told == []  # nothing is shown anew while it goes on
    qtbot.waitUntil(lambda: bool(painted))
    assert painted == ["page-0"] and told == [1]
