"""The pages of a document as a list for Qt's views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.document import Document, Page, PageFormat
from widgets.models.page_thumbnails import PageThumbnails
from widgets.painting import LoadRaster

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

PAGE_ID_ROLE = Qt.ItemDataRole.UserRole + 1
IMAGE_ROLE = Qt.ItemDataRole.UserRole + 2  # QImage, or None while it is not painted
NUMBER_ROLE = Qt.ItemDataRole.UserRole + 4  # counted from 1
CURRENT_ROLE = Qt.ItemDataRole.UserRole + 3  # whether this is the page in the middle of the window


@dataclass(frozen=True, slots=True)
class _Shown:
    """What rows show beside the thumbnails."""

    names: tuple[tuple[str, str], ...]  # id and name of each page
    page_format: PageFormat | None
    colours: tuple[int, ...]
    current_id: str | None

    @classmethod
    def of(cls, document: Document | None, current_id: str | None) -> _Shown:
        if document is None:
            return cls((), None, (), current_id)
        names = tuple((page.id, page.name) for page in document.pages)
        colours = tuple(character.colour for character in document.characters)
        return cls(names, document.page_format, colours, current_id)


class PageListModel(QAbstractListModel):
    """One row a page, in the document's order. Told what to show; changes nothing itself."""

    def __init__(self, load: LoadRaster, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pages: tuple[Page, ...] = ()
        self._document: Document | None = None
        self._current_id: str | None = None
        self._shown = _Shown.of(None, None)
        self.thumbnails = PageThumbnails(load, self)
        self.thumbnails.painted.connect(self._on_painted)

    @property
    def document(self) -> Document | None:
        return self._document

    def show_document(self, document: Document | None, current_page_id: str | None) -> None:
        """Rows are inserted and removed only where the list of pages differs."""
        before, look_before = self._shown, self._pages
        self._document, self._current_id = document, current_page_id
        self.thumbnails.set_document(document)
        self._show_pages(() if document is None else document.pages)
        self._shown = _Shown.of(document, current_page_id)
        if self._shown != before:
            self.refresh()
            return
        for old, page in zip(look_before, self._pages, strict=True):
            if page is not old:  # its row is painted again when the thumbnail is
                self.thumbnails.follow(page)

    def page_id(self, row: int) -> str | None:
        return self._pages[row].id if 0 <= row < len(self._pages) else None

    def row_of(self, page_id: str | None) -> int:
        """-1 where there is no such page."""
        for row, page in enumerate(self._pages):
            if page.id == page_id:
                return row
        return -1

    def refresh(self) -> None:
        """Have the views paint all rows again, those in sight at once."""
        if self._pages:
            self.dataChanged.emit(self.index(0), self.index(len(self._pages) - 1))

    def _show_pages(self, pages: tuple[Page, ...]) -> None:
        old, new = [p.id for p in self._pages], [p.id for p in pages]
        start = _common(old, new)
        end = _common(old[start:][::-1], new[start:][::-1])
        removed, added = len(old) - start - end, len(new) - start - end
        if removed:
            self.beginRemoveRows(ROOT, start, start + removed - 1)
            self._pages = (*self._pages[:start], *self._pages[start + removed :])
            self.endRemoveRows()
        if added:
            self.beginInsertRows(ROOT, start, start + added - 1)
            self._pages = pages
            self.endInsertRows()
        self._pages = pages

    def _on_painted(self, page_id: str) -> None:
        row = self.row_of(page_id)
        if row >= 0:
            index = self.index(row)
            self.dataChanged.emit(index, index, [int(IMAGE_ROLE)])

    def _description(self, row: int) -> str:
        name = self._pages[row].name
        text = self.tr("Page {number}").format(number=row + 1)
        return f"{text}: {name}" if name else text

    # Qt

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._pages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not 0 <= row < len(self._pages):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._pages[row].name
        if role == NUMBER_ROLE:
            return row + 1
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._description(row)
        return self._page_data(self._pages[row], role)

    def _page_data(self, page: Page, role: int) -> Any:
        if role == PAGE_ID_ROLE:
            return page.id
        if role == IMAGE_ROLE:
            return self.thumbnails.image(page)
        if role == CURRENT_ROLE:
            return page.id == self._current_id
        return None


def _common(first: list[str], second: list[str]) -> int:
    """How many ids are the same from the start."""
    count = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        count += 1
    return count
