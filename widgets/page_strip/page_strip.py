"""The pages of the project along the foot of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QWidget

from core.document import Document
from core.document.checks import MAX_PAGES
from widgets.common import EmptyState, IconButton, role_label
from widgets.common.theme import SPACE_M, SPACE_S
from widgets.models.page_list_model import PageListModel
from widgets.page_strip.layout_menu import Layout, LayoutMenu
from widgets.page_strip.page_list_view import PageListView
from widgets.painting import LoadRaster

HEIGHT_PX = 88


class PageStrip(QWidget):
    """Thumbnails in reading direction: for rtl the first page is at the right.

    Layouts are told apart by their names. Places (`index`) are those in the list of pages after the
    change. tools: the buttons, in a row at the left; see `take_tools`.
    """

    page_chosen = Signal(str)
    page_add_requested = Signal(str, int)  # layout, index
    page_removed = Signal(str)
    page_moved = Signal(str, int)
    layout_requested = Signal(str, str)  # page, layout

    def __init__(self, load: LoadRaster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Document | None = None
        self._load = load
        self.model = PageListModel(load, self)
        self.view = PageListView(self.model, self)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setToolTip(self.tr("Drag to put pages in another order"))
        self.add_menu = LayoutMenu(self.tr("Add a page after this one"), self)
        self.layout_menu = LayoutMenu(self.tr("Change the layout"), self)
        self._count = role_label("", "quiet", self)
        self._make_buttons()
        self._empty = EmptyState(self.tr("No pages yet."), parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        self._place()
        self._connect()
        self.setMinimumHeight(HEIGHT_PX)
        self.set_layouts(())
        self._show_state()

    def _make_buttons(self) -> None:
        self.add_button = IconButton("mdi6.plus", self.tr("Add a page"), self)
        self.layout_button = IconButton(
            "mdi6.view-dashboard-outline", self.tr("Change the layout of this page"), self
        )
        for button, menu in (
            (self.add_button, self.add_menu),
            (self.layout_button, self.layout_menu),
        ):
            button.clicked.connect(partial(self._open_menu, menu, button))
        self.remove_button = IconButton("mdi6.delete-outline", self.tr("Remove this page"), self)

    def _place(self) -> None:
        self.tools = QWidget(self)
        buttons = QHBoxLayout(self.tools)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._count)
        buttons.addSpacing(SPACE_S)
        buttons.addStretch(1)
        for button in (self.add_button, self.layout_button, self.remove_button):
            buttons.addWidget(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._stack, 1)

    def take_tools(self) -> QWidget:
        """The row of buttons, for somewhere else, the title of a dock for instance; whoever takes
        it owns it.
        """
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(self.tools)
        return self.tools

    def _connect(self) -> None:
        self.view.page_picked.connect(self.page_chosen)
        self.view.move_requested.connect(self.page_moved)
        self.view.remove_requested.connect(self.page_removed)
        self.view.customContextMenuRequested.connect(self._on_menu_requested)
        self.add_menu.layout_chosen.connect(self._on_add_chosen)
        self.layout_menu.layout_chosen.connect(self._on_layout_chosen)
        self.remove_button.clicked.connect(self._on_remove_clicked)

    @property
    def current_page_id(self) -> str | None:
        """The page in accent."""
        return self.model.page_id(self.view.currentIndex().row())

    def show_document(
        self, document: Document | None, load: LoadRaster, current_page_id: str | None
    ) -> None:
        """Show the pages of a document, one of them as the current one. Cheap: no page is painted
        here, those in sight follow one by one.
        """
        if load != self._load:
            self._load = load
            self.model.thumbnails.set_load(load)
        resized = document is not None and (
            self._document is None or document.page_format != self._document.page_format
        )
        self._document = document
        rtl = document is not None and document.reading_direction == "rtl"
        self.view.setLayoutDirection(
            Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
        )
        for menu in (self.add_menu, self.layout_menu):
            menu.set_mirrored(rtl)
        self.view.show_pages(document, current_page_id)
        if resized:
            self.view.fit_now()
        self._show_state()

    def set_layouts(self, layouts: tuple[Layout, ...]) -> None:
        """The layouts to choose from: a name, and panels in the unit square for ltr pages."""
        for menu in (self.add_menu, self.layout_menu):
            menu.set_layouts(layouts)
        self._has_layouts = bool(layouts)
        self._show_state()

    def _show_state(self) -> None:
        count = self.model.rowCount()
        self._stack.setCurrentWidget(self.view if count else self._empty)
        self._count.setText(str(count) if count else "")
        is_open = self._document is not None
        self._empty.set_text(
            self.tr("No pages yet. Add the first with +.")
            if is_open
            else self.tr("No project is open.")
        )
        has_current = self.current_page_id is not None
        self.add_button.setEnabled(is_open and self._has_layouts and count < MAX_PAGES)
        self.layout_button.setEnabled(has_current and self._has_layouts)
        self.remove_button.setEnabled(has_current)

    def _open_menu(self, menu: LayoutMenu, button: QWidget) -> None:
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _on_add_chosen(self, name: str) -> None:
        row = self.view.currentIndex().row()
        self.page_add_requested.emit(name, row + 1 if row >= 0 else self.model.rowCount())

    def _on_layout_chosen(self, name: str) -> None:
        page_id = self.current_page_id
        if page_id is not None:
            self.layout_requested.emit(page_id, name)

    def _on_remove_clicked(self) -> None:
        page_id = self.current_page_id
        if page_id is not None:
            self.page_removed.emit(page_id)

    def _on_menu_requested(self, position: QPoint) -> None:
        if self.view.indexAt(position).isValid():
            menu = self.make_menu()
            menu.popup(self.view.viewport().mapToGlobal(position))

    def make_menu(self) -> QMenu:
        """What can be done with the current page; deletes itself when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row, count = self.view.currentIndex().row(), self.model.rowCount()
        menu.addMenu(self.add_menu)
        menu.addMenu(self.layout_menu)
        menu.addSeparator()
        earlier = menu.addAction(self.tr("Move one page earlier"))
        earlier.setEnabled(row > 0)
        earlier.triggered.connect(lambda: self.view.move_current(-1))
        later = menu.addAction(self.tr("Move one page later"))
        later.setEnabled(0 <= row < count - 1)
        later.triggered.connect(lambda: self.view.move_current(1))
        menu.addSeparator()
        menu.addAction(self.tr("Remove page")).triggered.connect(self._on_remove_clicked)
        return menu

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(640, HEIGHT_PX)
