"""The row of pages, and moving them with the hand."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QListView, QWidget

from core.document import Document
from widgets.common.theme import SPACE_S, current, theme_signals
from widgets.models.page_list_model import PageListModel
from widgets.page_strip.page_delegate import NUMBER_PX, PageDelegate

EDGE_PX = 28  # how near an end of the strip a dragged page scrolls it
SCROLL_PX = 14
SCROLL_MS = 30
SETTLE_MS = 120  # after the last resize thumbnails are painted at their new size


class PageListView(QListView):
    """Pages side by side; with a right-to-left layout direction the first is at the right.

    `page_picked` and the requests come from the artist alone. A dragged page shows a line where it
    would go; Esc lets it go where it was.
    """

    page_picked = Signal(str)
    move_requested = Signal(str, int)  # page id, place in the result
    remove_requested = Signal(str)

    def __init__(self, model: PageListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = model
        self._is_filling = False
        self._pressed_at: QPoint | None = None
        self._pressed_row = -1
        self._slot: int | None = None  # before which row the dragged page would go
        self._scroll_step = 0
        self._fitted_height = 0
        self._scroll_timer = QTimer(self)
        self._scroll_timer.setInterval(SCROLL_MS)
        self._scroll_timer.timeout.connect(self._on_scroll)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._fit_thumbnails)
        self._look()
        self.setModel(model)
        self.setItemDelegate(PageDelegate(model))
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        theme_signals().changed.connect(self._on_theme_changed)

    def _look(self) -> None:
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Pages"))

    def show_pages(self, document: Document | None, current_page_id: str | None) -> None:
        """Show pages without `page_picked`; a page that becomes the current one comes into view."""
        before = self._pages.page_id(self._row())
        self._is_filling = True
        self._pages.show_document(document, current_page_id)
        row = self._pages.row_of(current_page_id)
        index = self._pages.index(row) if row >= 0 else QModelIndex()
        if index != self.currentIndex():
            self.setCurrentIndex(index)
        self._is_filling = False
        if row >= 0 and current_page_id != before:
            self.scrollTo(index)

    @property
    def _is_rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    @property
    def is_dragging(self) -> bool:
        return self._slot is not None

    def _row(self) -> int:
        return self.currentIndex().row() if self.currentIndex().isValid() else -1

    def _on_current_changed(self) -> None:
        page_id = self._pages.page_id(self._row())
        if page_id is not None and not self._is_filling:
            self.page_picked.emit(page_id)

    def _on_theme_changed(self) -> None:
        self.viewport().update()

    def _fit_thumbnails(self) -> None:
        # As if there were a scroll bar: were there room for thumbnails only without one, it would
        # come and go for ever.
        bar = self.horizontalScrollBar().sizeHint().height()
        height = self.height() - bar - NUMBER_PX - 2 * SPACE_S
        self._pages.thumbnails.set_height(height, self.devicePixelRatioF())
        self.scheduleDelayedItemsLayout()
        self._pages.refresh()

    def fit_now(self) -> None:
        """Give the thumbnails the height there is, at once."""
        self._settle.stop()
        self._fit_thumbnails()

    def _takes(self, key: int) -> bool:
        escapes = key == Qt.Key.Key_Escape and self.is_dragging
        return escapes or key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)

    def _go(self, step: int) -> None:
        index = self._pages.index(self._row() + step)
        if index.isValid():
            self.setCurrentIndex(index)

    # Moving a page

    def _slot_at(self, x: int) -> int:
        """Before which row a page dropped at x of the viewport would go; rows = after the last."""
        rows = self._pages.rowCount()
        first = self.visualRect(self._pages.index(0))
        width = max(1, first.width())
        along = first.right() + 1 - x if self._is_rtl else x - first.left()
        return min(max(round(along / width), 0), rows)

    def _target_row(self) -> int:
        """Where the dragged page would stand in the result."""
        slot = self._pressed_row if self._slot is None else self._slot
        return slot - 1 if slot > self._pressed_row else slot

    def _drag_to(self, position: QPoint) -> None:
        self._slot = self._slot_at(position.x())
        width = self.viewport().width()
        near = (position.x() > width - EDGE_PX) - (position.x() < EDGE_PX)
        self._scroll_step = near * SCROLL_PX
        if near and not self._scroll_timer.isActive():
            self._scroll_timer.start()
        elif not near:
            self._scroll_timer.stop()
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self.viewport().update()

    def _end_drag(self) -> None:
        self._pressed_at, self._pressed_row, self._slot = None, -1, None
        self._scroll_timer.stop()
        self.viewport().unsetCursor()
        self.viewport().update()

    def _on_scroll(self) -> None:
        bar = self.horizontalScrollBar()
        # A right-to-left view counts its scroll bar from the right.
        bar.setValue(bar.value() + (-self._scroll_step if self._is_rtl else self._scroll_step))
        self._slot = self._slot_at(self.viewport().mapFromGlobal(self.cursor().pos()).x())
        self.viewport().update()

    def move_current(self, step: int) -> None:
        """Ask for the current page `step` places later (+) or earlier (-)."""
        row = self._row()
        page_id = self._pages.page_id(row)
        if page_id is not None and 0 <= row + step < self._pages.rowCount():
            self.move_requested.emit(page_id, row + step)

    def _drop_line(self) -> QRect | None:
        if self._slot is None:
            return None
        rows = self._pages.rowCount()
        cell = self.visualRect(self._pages.index(min(self._slot, rows - 1)))
        after = self._slot == rows  # behind the last page, not before one
        x = cell.left() if self._is_rtl == after else cell.right()
        return QRect(x - 1, cell.top() + SPACE_S, 3, cell.height() - NUMBER_PX - SPACE_S)

    # Qt

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_row = self.indexAt(event.position().toPoint()).row()
            self._pressed_at = event.position().toPoint() if self._pressed_row >= 0 else None

    def mouseMoveEvent(self, e: QMouseEvent) -> None:
        if self._pressed_at is None or not e.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(e)
            return
        position = e.position().toPoint()
        far = (position - self._pressed_at).manhattanLength() >= QApplication.startDragDistance()
        if self.is_dragging or far:
            self._drag_to(position)

    def mouseReleaseEvent(self, e: QMouseEvent) -> None:
        if self.is_dragging and e.button() == Qt.MouseButton.LeftButton:
            row, target = self._pressed_row, self._target_row()
            page_id = self._pages.page_id(row)
            self._end_drag()
            if page_id is not None and target != row:
                self.move_requested.emit(page_id, target)
            return
        self._end_drag()
        super().mouseReleaseEvent(e)

    def event(self, event: QEvent) -> bool:
        # Else the window's own Delete and Esc would take the key from the pages in focus.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._takes(event.key())
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        page_id = self._pages.page_id(self._row())
        if key == Qt.Key.Key_Escape and self.is_dragging:
            self._end_drag()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and page_id is not None:
            self.remove_requested.emit(page_id)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = 1 if (key == Qt.Key.Key_Right) != self._is_rtl else -1
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.move_current(step)
            else:
                self._go(step)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, e: QWheelEvent) -> None:
        delta = e.angleDelta()
        turned = delta.x() or delta.y()
        bar = self.horizontalScrollBar()
        away = -turned if (self._is_rtl and delta.x()) else turned
        bar.setValue(bar.value() - away)
        e.accept()

    def resizeEvent(self, e: QResizeEvent) -> None:
        super().resizeEvent(e)
        if self.height() != self._fitted_height:
            self._fitted_height = self.height()
            self._settle.start()

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        line = self._drop_line()
        if line is not None:
            painter = QPainter(self.viewport())
            painter.setPen(QPen(Qt.PenStyle.NoPen))
            painter.setBrush(current().colour("accent"))
            painter.drawRoundedRect(line, 1.5, 1.5)
            painter.end()

    def sizeHint(self) -> QSize:
        return QSize(400, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 64)
