"""The dock of the cast."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.document import Character, Document
from widgets.common import EmptyState, new_gesture_id, set_role
from widgets.common.mime import image_paths
from widgets.common.theme import ICON_PX, RADIUS_CARD, SPACE_M, current, faded, icon
from widgets.library_view.card_delegate import GAP_PX
from widgets.library_view.card_list import CardList
from widgets.library_view.thumbnails import Thumbnails
from widgets.models.character_list_model import CharacterFilter, CharacterListModel
from widgets.painting import LoadRaster

WIDTH_PX = 220


class LibraryView(QWidget):
    """Shows the characters of a document; everything the artist wants of them is a signal.

    Picture files may be dropped anywhere on it. `images_dropped` carries their paths and the id of
    the character on whose card they fell, "" beside the cards. `move_requested` carries the
    character's index after the move.
    """

    add_requested = Signal()
    add_reference_requested = Signal(str)
    images_dropped = Signal(object, str)  # tuple[Path, ...], character id
    character_opened = Signal(str)
    selection_changed = Signal(str)  # character id, "" for none
    rename_requested = Signal(str, str, str)  # gesture id, character id, name
    gesture_finished = Signal(str)
    remove_requested = Signal(str)
    move_requested = Signal(str, int)

    def __init__(
        self, parent: QWidget | None = None, *, thumbnails: Thumbnails | None = None
    ) -> None:
        super().__init__(parent)
        self._characters: tuple[Character, ...] = ()
        self._load: LoadRaster | None = None
        self._thumbnails = thumbnails or Thumbnails(self)
        self._model = CharacterListModel(self)
        self._filter = CharacterFilter(self)
        self._filter.setSourceModel(self._model)
        self._search = self._make_search()
        self._cards = CardList(self._thumbnails, self)
        self._cards.setModel(self._filter)
        self._cards.setAccessibleName(self.tr("Characters"))
        self._empty = EmptyState(self.tr("No characters yet"), self.tr("Add a picture"), self)
        self._nothing_found = EmptyState(self.tr("No such character"), self.tr("Show all"), self)
        self._add = self._make_add_button()
        self._lay_out()
        self._connect()
        self._glow = _DropGlow(self)
        self.setAcceptDrops(True)
        self._choose_page()

    @property
    def thumbnails(self) -> Thumbnails:
        """Made here once; another view may show them too."""
        return self._thumbnails

    @property
    def selected_id(self) -> str:
        """The id of the selected character; "" for none."""
        return self._cards.selected_id

    def set_selected(self, character_id: str) -> None:
        """Select a character and bring the card into view; "" selects none."""
        index = self._cards.index_of(character_id)
        if index.isValid():
            self._cards.setCurrentIndex(index)
        else:
            self._cards.clearSelection()

    def start_rename(self, character_id: str) -> None:
        """Open the name of a character for typing."""
        self._cards.start_rename(character_id)

    def show_document(self, document: Document, load: LoadRaster) -> None:
        """Show the characters of this document; `load` reads their pictures when they are seen."""
        same_load, self._load = load == self._load, load
        if same_load and document.characters is self._characters:
            return
        self._thumbnails.set_load(load)
        if document.characters is not self._characters:
            self._characters = document.characters
            self._model.set_characters(document.characters)
        self._choose_page()
        self._cards.viewport().update()

    def set_busy(self, character_name: str | None, character_id: str = "") -> None:
        """Say that a picture of this character is being read; None: no longer.

        With the id of a character its own card says so, else a new card stands for it.
        """
        self._model.set_busy(character_name, character_id)
        self._cards.set_busy(self._model.is_busy)
        self._choose_page()

    def _make_search(self) -> QLineEdit:
        search = QLineEdit(self)
        search.setPlaceholderText(self.tr("Search"))
        search.setToolTip(self.tr("Search by name or tag"))
        search.setAccessibleName(self.tr("Search by name or tag"))
        search.setClearButtonEnabled(True)
        search.addAction(icon("mdi6.magnify"), QLineEdit.ActionPosition.LeadingPosition)
        search.setAcceptDrops(False)  # a dropped file is a picture here, no text
        return search

    def _make_add_button(self) -> QPushButton:
        button = QPushButton(icon("mdi6.plus", active=True), self.tr("Add character"), self)
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setToolTip(self.tr("Make a character from a picture, or drop one here"))
        button.setAccessibleName(self.tr("Add character"))
        set_role(button, "flat")
        return button

    def _lay_out(self) -> None:
        self._pages = QStackedWidget(self)
        for page in (self._cards, self._empty, self._nothing_found):
            self._pages.addWidget(page)
        # Each card has half a gap around it, and the scroll bar stands at the dock's edge.
        half_gap = GAP_PX // 2
        beside = (SPACE_M, 0, SPACE_M, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_M, 0, SPACE_M)
        layout.setSpacing(SPACE_M - half_gap)
        layout.addLayout(_padded(self._search, beside))
        layout.addLayout(_padded(self._pages, (SPACE_M - half_gap, 0, 0, 0)), 1)
        layout.addLayout(_padded(self._add, beside))

    def _connect(self) -> None:
        self._search.textChanged.connect(self._on_search_changed)
        self._add.clicked.connect(self.add_requested)
        self._empty.action_triggered.connect(self.add_requested)
        self._nothing_found.action_triggered.connect(self._search.clear)
        self._cards.opened.connect(self.character_opened)
        self._cards.selected.connect(self.selection_changed)
        self._cards.remove_pressed.connect(self.remove_requested)
        self._cards.menu_wanted.connect(self._on_menu_wanted)
        self._cards.delegate.rename_committed.connect(self._on_rename_committed)

    def _choose_page(self) -> None:
        has_any = self._model.rowCount() > 0
        if not has_any:
            page: QWidget = self._empty
        elif self._filter.rowCount() == 0:
            page = self._nothing_found
        else:
            page = self._cards
        self._pages.setCurrentWidget(page)
        self._search.setVisible(has_any)
        self._add.setVisible(has_any)

    def _menu_for(self, character_id: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = (
            (self.tr("Open"), "mdi6.account-edit-outline", self.character_opened.emit),
            (self.tr("Rename"), "mdi6.form-textbox", self._cards.start_rename),
            (
                self.tr("Add reference…"),
                "mdi6.image-plus-outline",
                self.add_reference_requested.emit,
            ),
            (self.tr("Remove"), "mdi6.trash-can-outline", self.remove_requested.emit),
        )
        for text, icon_name, act in entries:
            action = QAction(icon(icon_name), text, menu)
            action.triggered.connect(lambda _checked=False, act=act: act(character_id))
            if act == self.remove_requested.emit:
                menu.addSeparator()
            menu.addAction(action)
        return menu

    def _on_menu_wanted(self, character_id: str, position: QPoint) -> None:
        self._menu_for(character_id).popup(position)

    def _on_search_changed(self, text: str) -> None:
        self._filter.set_text(text)
        self._choose_page()

    def _on_rename_committed(self, character_id: str, name: str) -> None:
        gesture_id = new_gesture_id()
        self.rename_requested.emit(gesture_id, character_id, name)
        self.gesture_finished.emit(gesture_id)

    def _in_cards(self, position: QPoint) -> QPoint | None:
        """A position of the dock in the cards' viewport; None where no cards are shown there."""
        if self._pages.currentWidget() is not self._cards:
            return None
        viewport = self._cards.viewport()
        inside = viewport.mapFrom(self, position)
        return inside if viewport.rect().contains(inside) else None

    def _moved_id(self) -> str:
        """The card that is dragged within this dock; "" for none, and while searching."""
        return "" if self._filter.is_searching else self._cards.dragged_id

    def _new_index(self, character_id: str, gap: int) -> int:
        row = self._model.row_of(character_id)
        return gap - 1 if row is not None and row < gap else gap

    def _end_drop(self) -> None:
        self._glow.hide()
        self._cards.show_drop()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        has_pictures = bool(image_paths(event.mimeData()))
        self._glow.setVisible(has_pictures)
        self._glow.raise_()
        if has_pictures or self._moved_id():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        inside = self._in_cards(event.position().toPoint())
        if inside is not None:
            self._cards.scroll_near_edge(inside)
        if image_paths(event.mimeData()):
            card = self._cards.character_at(inside) if inside is not None else ""
            self._cards.show_drop(None, card)
            event.acceptProposedAction()
        elif inside is not None and self._moved_id():
            self._cards.show_drop(self._cards.gap_at(inside))
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
        else:
            self._cards.show_drop()
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._end_drop()

    def dropEvent(self, event: QDropEvent) -> None:
        inside = self._in_cards(event.position().toPoint())
        files: tuple[Path, ...] = image_paths(event.mimeData())
        moved = self._moved_id()
        self._end_drop()
        if files:
            event.acceptProposedAction()
            card = self._cards.character_at(inside) if inside is not None else ""
            self.images_dropped.emit(files, card)
        elif moved and inside is not None:
            event.setDropAction(Qt.DropAction.MoveAction)
            event.accept()
            index = self._new_index(moved, self._cards.gap_at(inside))
            if index != self._model.row_of(moved):
                self.move_requested.emit(moved, index)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._glow.setGeometry(self.rect())

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, 360)


def _padded(widget: QWidget, margins: tuple[int, int, int, int]) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(*margins)
    layout.addWidget(widget)
    return layout


class _DropGlow(QWidget):
    """Lies over the dock while pictures are held over it; the hand goes through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        accent = current().colour("accent")
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(faded(accent, 0.06))
        frame = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(frame, RADIUS_CARD, RADIUS_CARD)
        painter.end()
