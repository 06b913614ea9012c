from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragLeaveEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from core.document import CHARACTER_COLOURS, Document
from core.document.edits import move_character, rename_character
from widgets.common.mime import CHARACTER_MIME, payload_of
from widgets.common.theme import current
from widgets.library_view import LibraryView
from widgets.library_view.card_delegate import CardLayout, body_font

from .conftest import RED, Drags, Hand, Heard, drop, hold

SIGNALS = (
    "add_requested",
    "add_reference_requested",
    "images_dropped",
    "character_opened",
    "selection_changed",
    "rename_requested",
    "gesture_finished",
    "remove_requested",
    "move_requested",
)


class Dock:
    """A LibraryView with hands."""

    def __init__(self, view: LibraryView) -> None:
        self.view = view
        self.cards = view._cards
        self.viewport = view._cards.viewport()
        self.hand = Hand(self.viewport)
        self.heard = Heard(view, *SIGNALS)

    def parts(self, character_id: str) -> CardLayout:
        rect = self.cards.visualRect(self.cards.index_of(character_id))
        return CardLayout.of(rect, body_font(self.cards.font()))

    def middle(self, character_id: str) -> QPoint:
        return self.parts(character_id).paper.center()

    def in_dock(self, at: QPoint) -> QPointF:
        return QPointF(self.viewport.mapTo(self.view, at))

    def pixel(self, at: QPoint) -> tuple[int, int, int]:
        return self.viewport.grab().toImage().pixelColor(at).getRgb()[:3]


@pytest.fixture
def dock(qtbot, cast, pictures) -> Dock:
    view = LibraryView()
    qtbot.addWidget(view)
    view.resize(220, 500)
    view.show_document(cast, pictures.load)
    view.show()
    dock = Dock(view)
    qtbot.waitUntil(lambda: dock.pixel(dock.middle("aiko")) == RED)
    return dock


def test_cards_show_the_subject_on_white_with_the_characters_edge(dock):
    aiko = dock.parts("aiko")
    assert dock.pixel(aiko.paper.center()) == RED
    assert dock.pixel(aiko.paper.topLeft() + QPoint(4, 20)) == (255, 255, 255)
    edge = QPoint(aiko.card.left() + 2, aiko.card.center().y())
    assert dock.pixel(edge) == tuple(bytes.fromhex(CHARACTER_COLOURS[0][1:]))


@pytest.mark.parametrize(("width", "columns"), [(150, 1), (220, 2), (300, 2), (760, 3)])
def test_as_many_columns_as_fit(dock, width, columns):
    dock.view.resize(width, 500)
    rects = [dock.cards.visualRect(dock.cards.index_of(c)) for c in ("aiko", "ren", "mio")]
    assert len({rect.left() for rect in rects}) == columns
    assert max(rect.right() for rect in rects) <= dock.viewport.width()


def test_a_click_selects_with_a_ring(dock):
    corner = QPoint(dock.parts("ren").card.center().x(), dock.parts("ren").card.top() + 1)
    before = dock.pixel(corner)
    QTest.mouseClick(dock.viewport, Qt.MouseButton.LeftButton, pos=dock.middle("ren"))
    assert dock.heard.of("selection_changed") == [("ren",)]
    assert dock.view.selected_id == "ren"
    accent = current().colour("accent").getRgb()[:3]
    assert dock.pixel(corner) == accent != before


def test_hovering_raises(dock):
    parts = dock.parts("ren")
    at = QPoint(parts.name.right(), parts.tags.bottom() + 2)
    before = dock.pixel(at)
    dock.hand.move(dock.middle("ren"), Qt.MouseButton.NoButton)
    QTest.mouseMove(dock.viewport, dock.middle("ren"))
    assert dock.pixel(at) != before


def test_selection_survives_edits(dock, cast, pictures):
    dock.view.set_selected("ren")
    dock.heard.said.clear()
    changed = move_character(rename_character(cast, "ren", "Len"), "ren", 0)
    dock.view.show_document(changed, pictures.load)
    assert dock.view.selected_id == "ren"
    assert dock.heard.of("selection_changed") == []


def test_double_click_opens_and_return_too(dock):
    QTest.mouseDClick(dock.viewport, Qt.MouseButton.LeftButton, pos=dock.middle("aiko"))
    dock.view.set_selected("ren")
    QTest.keyClick(dock.cards, Qt.Key.Key_Return)
    assert dock.heard.of("character_opened") == [("aiko",), ("ren",)]


def editor_of(dock: Dock) -> QLineEdit:
    editors = dock.viewport.findChildren(QLineEdit)
    assert len(editors) == 1
    return editors[0]


def test_double_click_on_the_name_renames_in_place(qtbot, dock):
    name = dock.parts("ren").name.center()
    QTest.mouseClick(dock.viewport, Qt.MouseButton.LeftButton, pos=name)
    QTest.mouseDClick(dock.viewport, Qt.MouseButton.LeftButton, pos=name)
    editor = editor_of(dock)
    assert editor.selectedText() == "Ren"
    QTest.keyClicks(editor, "  Len ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dock.heard.of("gesture_finished") != [])
    ((gesture_id, character_id, new_name),) = dock.heard.of("rename_requested")
    assert (character_id, new_name) == ("ren", "Len")
    assert dock.heard.of("gesture_finished") == [(gesture_id,)]
    assert dock.heard.of("character_opened") == []


@pytest.mark.parametrize(("typed", "last_key"), [("Len", Qt.Key.Key_Escape), ("  ", None)])
def test_escape_and_an_empty_name_change_nothing(qtbot, dock, typed, last_key):
    dock.view.set_selected("ren")
    QTest.keyClick(dock.cards, Qt.Key.Key_F2)
    editor = editor_of(dock)
    QTest.keyClicks(editor, typed)
    QTest.keyClick(editor, last_key or Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dock.viewport.findChildren(QLineEdit) == [])
    assert dock.heard.of("rename_requested") == []


def test_typing_survives_an_edit_from_elsewhere(dock, cast, pictures):
    dock.view.start_rename("ren")
    editor = editor_of(dock)
    QTest.keyClicks(editor, "Le")
    dock.view.show_document(rename_character(cast, "ren", "Other"), pictures.load)
    assert editor.text() == "Le"


def test_delete_asks_to_remove(dock):
    dock.view.set_selected("mio")
    QTest.keyClick(dock.cards, Qt.Key.Key_Delete)
    assert dock.heard.of("remove_requested") == [("mio",)]


NO_SUCH_THING = "This plugin does not support"  # what the offscreen platform says of menus


@pytest.mark.qt_log_ignore(NO_SUCH_THING)
@pytest.mark.parametrize(
    ("text", "signal"),
    [
        ("Open", "character_opened"),
        ("Add reference…", "add_reference_requested"),
        ("Remove", "remove_requested"),
    ],
)
def test_the_context_menu(dock, text, signal):
    at = dock.middle("ren")
    QTest.mouseClick(dock.viewport, Qt.MouseButton.LeftButton, pos=at)
    dock.cards.menu_wanted.emit("ren", dock.viewport.mapToGlobal(at))
    menu = dock.view.findChild(QMenu)
    assert menu.isVisible()
    next(a for a in menu.actions() if a.text() == text).trigger()
    assert dock.heard.of(signal) == [("ren",)]
    menu.close()


@pytest.mark.qt_log_ignore(NO_SUCH_THING)
def test_right_click_opens_the_menu_of_that_card(dock):
    wanted = Heard(dock.cards, "menu_wanted")
    for at in (dock.middle("mio"), QPoint(2, dock.viewport.height() - 2)):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, dock.viewport.mapToGlobal(at))
        QApplication.sendEvent(dock.viewport, event)
    assert [said[0] for said in wanted.of("menu_wanted")] == ["mio"]
    dock.view.findChild(QMenu).close()


def test_search_hides_cards_and_says_when_nothing_is_left(dock):
    QTest.keyClicks(dock.view._search, "hoodie")
    assert not dock.cards.index_of("aiko").isValid()
    assert dock.cards.index_of("mio").isValid()
    QTest.keyClicks(dock.view._search, "x")
    assert dock.view._nothing_found.isVisible() and not dock.cards.isVisible()
    dock.view._nothing_found.action_triggered.emit()
    assert dock.cards.isVisible() and dock.cards.index_of("aiko").isValid()


def test_the_empty_state_has_the_one_action(dock, pictures):
    dock.view.show_document(Document(), pictures.load)
    assert dock.view._empty.isVisible()
    assert not dock.view._search.isVisible() and not dock.view._add.isVisible()
    QTest.mouseClick(dock.view._empty._button, Qt.MouseButton.LeftButton)
    assert dock.heard.of("add_requested") == [()]


def test_the_first_picture_being_read_replaces_the_empty_state(dock, pictures):
    dock.view.show_document(Document(), pictures.load)
    dock.view.set_busy("Yui")
    assert dock.cards.isVisible() and dock.cards.model().rowCount() == 1
    QTest.mouseClick(
        dock.viewport,
        Qt.MouseButton.LeftButton,
        pos=dock.cards.visualRect(dock.cards.model().index(0, 0)).center(),
    )
    assert dock.view.selected_id == ""
    dock.view.set_busy(None)
    assert dock.view._empty.isVisible()


def test_a_busy_card_keeps_still_where_nothing_may_move_by_itself(dock):
    dock.view.set_busy("Ren", "ren")
    assert dock.cards._shimmer.state() == dock.cards._shimmer.State.Stopped
    assert dock.pixel(dock.middle("ren")) != (255, 255, 255), "it is grey all the same"


def test_a_busy_card_breathes_only_while_it_is_seen(qtbot, dock, motion):
    dock.view.set_busy("Ren", "ren")
    qtbot.waitUntil(lambda: dock.cards.delegate.shimmer > 0)
    assert dock.pixel(dock.middle("ren")) != (255, 255, 255)
    dock.view.hide()
    assert dock.cards._shimmer.state() == dock.cards._shimmer.State.Stopped
    dock.view.show()
    assert dock.cards._shimmer.state() == dock.cards._shimmer.State.Running
    dock.view.set_busy(None)
    assert dock.cards._shimmer.state() == dock.cards._shimmer.State.Stopped


def files(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def test_pictures_dropped_on_a_card_and_beside(dock):
    mime = files("/a/one.png", "/a/notes.txt", "/a/two.JPEG")
    expected = (Path("/a/one.png"), Path("/a/two.JPEG"))
    drop(dock.view, dock.in_dock(dock.middle("ren")), mime)
    drop(dock.view, QPointF(110, 490), mime)
    assert dock.heard.of("images_dropped") == [(expected, "ren"), (expected, "")]


def test_pictures_may_be_dropped_on_the_empty_dock(dock, pictures):
    dock.view.show_document(Document(), pictures.load)
    drop(dock.view, QPointF(110, 250), files("/a/one.webp"))
    assert dock.heard.of("images_dropped") == [((Path("/a/one.webp"),), "")]


def test_other_files_are_not_taken(dock):
    assert not hold(dock.view, dock.in_dock(dock.middle("ren")), files("/a/notes.txt"))


def test_the_dock_glows_while_pictures_are_held_over_it(dock):
    def frame() -> QImage:
        return dock.view.grab().toImage()

    before = frame()
    hold(dock.view, dock.in_dock(dock.middle("ren")), files("/a/one.png"))
    held = frame()
    assert dock.cards.delegate.drop_id == "ren"
    for at in (QPoint(110, 495), QPoint(110, 400), QPoint(110, 2)):  # everywhere, and its frame
        assert held.pixelColor(at) != before.pixelColor(at)
    QApplication.sendEvent(dock.view, QDragLeaveEvent())
    assert frame() == before


class Page(QWidget):
    """Something that takes characters, as the page does."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.got: list[str | None] = []

    def dragEnterEvent(self, event):
        event.acceptProposedAction()

    def dragMoveEvent(self, event):
        event.acceptProposedAction()

    def dropEvent(self, event):
        event.acceptProposedAction()
        self.got.append(payload_of(event.mimeData(), CHARACTER_MIME))


def drag_out(dock: Dock, drags: Drags, character_id: str, target: QWidget, to: QPointF) -> None:
    """Drag a card by the mouse until a drag begins, and drop it there."""
    drags.target = (target, to)
    start = dock.middle(character_id)
    dock.hand.drag(start, start + QPoint(0, 30))
    assert len(drags.started) == 1


def test_a_card_is_dragged_out_to_the_page(qtbot, dock, drags):
    page = Page()
    qtbot.addWidget(page)
    page.setGeometry(400, 0, 200, 200)
    page.show()
    drag_out(dock, drags, "ren", page, QPointF(100, 100))
    assert page.got == ["ren"]
    assert drags.started[0].pixmap().size() == dock.parts("ren").paper.size()
    assert dock.heard.of("move_requested") == []


@pytest.mark.parametrize(
    ("moved", "beside", "right_half", "index"),
    [("aiko", "mio", True, 2), ("mio", "aiko", False, 0), ("aiko", "ren", True, 1)],
)
def test_a_card_is_dragged_to_another_place(dock, drags, moved, beside, right_half, index):
    card = dock.parts(beside).card
    at = QPoint(card.right() - 4 if right_half else card.left() + 4, card.center().y())
    drag_out(dock, drags, moved, dock.view, dock.in_dock(at))
    assert dock.heard.of("move_requested") == [(moved, index)]


def test_a_card_dropped_where_it_was_stays(dock, drags):
    drag_out(dock, drags, "aiko", dock.view, dock.in_dock(dock.parts("aiko").card.center()))
    assert dock.heard.of("move_requested") == []


def test_the_order_is_not_changed_while_searching(dock, drags):
    QTest.keyClicks(dock.view._search, "hoodie")
    at = dock.parts("ren").card.topLeft() + QPoint(4, 40)
    drag_out(dock, drags, "mio", dock.view, dock.in_dock(at))
    assert dock.heard.of("move_requested") == []


def test_what_hangs_at_the_pointer_is_the_thumbnail(dock):
    pixmap = dock.cards.dragged_pixmap(dock.cards.index_of("aiko"))
    middle = pixmap.toImage().pixelColor(pixmap.rect().center())
    assert middle.red() > 150 and middle.blue() < 100
    assert pixmap.size() == dock.parts("aiko").paper.size()
