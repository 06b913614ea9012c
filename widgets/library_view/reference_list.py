"""The references of a character, one below the other; the first is the one on its card."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.document import Reference
from widgets.common.theme import SPACE_S, current, icon, theme_signals
from widgets.library_view.card_delegate import GAP_PX, Index
from widgets.library_view.card_painting import (
    CardState,
    paint_card,
    paint_text,
    quiet_font,
)
from widgets.library_view.thumbnails import Thumbnails, paint_reference
from widgets.models.reference_list_model import (
    ReferenceItemRole,
    ReferenceListModel,
)

CARD_HEIGHT_PX = 132


class ReferenceDelegate(QStyledItemDelegate):
    """A card: the thumbnail, the role, the scale where it is not 1."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        reference: Reference = index.data(ReferenceItemRole.REFERENCE)
        flags = option.state  # pyright: ignore[reportAttributeAccessIssue]
        cell: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue]
        font = quiet_font(option.font)  # pyright: ignore[reportAttributeAccessIssue]
        half = GAP_PX // 2
        card = cell.adjusted(half, half, -half, -half)
        line = QFontMetrics(font).height()
        inside = card.adjusted(SPACE_S, SPACE_S, -SPACE_S, -SPACE_S)
        words = QRect(inside.left(), inside.bottom() + 1 - line, inside.width(), line)
        paper = QRectF(inside.adjusted(0, 0, 0, -line - SPACE_S))
        state = CardState(
            hovered=bool(flags & QStyle.StateFlag.State_MouseOver),
            selected=bool(flags & QStyle.StateFlag.State_Selected),
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_card(painter, QRectF(card), None, state)
        paint_reference(painter, paper, self._thumbnails, reference)
        text = index.data()
        if reference.scale != 1.0:
            text = f"{text} × {reference.scale:.2f}"
        paint_text(painter, words, text, current().colour("text"), font)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, CARD_HEIGHT_PX)


class ReferenceList(QListView):
    """One reference is chosen while there are any. Order changes by drag or Alt with the arrows."""

    chosen = Signal(str)  # reference id, "" for none
    move_requested = Signal(str, int)  # reference id, index after the move
    remove_requested = Signal(str)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen_id = ""
        self._dragged_id = ""
        self._drop_row: int | None = None
        self._references = ReferenceListModel()
        self._references.setParent(self)
        self.setModel(self._references)
        self.setItemDelegate(ReferenceDelegate(thumbnails, self))
        self._set_up_view()
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        thumbnails.made.connect(self.viewport().update)
        theme_signals().changed.connect(self.viewport().update)

    @property
    def chosen_id(self) -> str:
        """The id of the chosen reference; "" for none."""
        return self._chosen_id

    def set_references(self, references: tuple[Reference, ...]) -> None:
        """Show these; a single new one is chosen, else the choice stays as near as it can."""
        before = [
            self._references.index(row).data(ReferenceItemRole.ID)
            for row in range(self._references.rowCount())
        ]
        new = [r.id for r in references if r.id not in before]
        old_row = self._references.row_of(self._chosen_id) or 0
        blocked = self.selectionModel().blockSignals(True)
        self._references.set_references(references)
        wanted = new[0] if before and len(new) == 1 else self._chosen_id
        row = self._references.row_of(wanted)
        if row is None:
            row = min(old_row, len(references) - 1)
        self.setCurrentIndex(self._references.index(row))
        self.selectionModel().blockSignals(blocked)
        self._on_current_changed()
        self.viewport().update()

    def choose(self, reference_id: str) -> None:
        """Choose a reference; one that is not there changes nothing."""
        row = self._references.row_of(reference_id)
        if row is not None:
            self.setCurrentIndex(self._references.index(row))

    def gap_at(self, position: QPoint) -> int:
        """The row before which a reference dropped here comes to stand."""
        rows = self._references.rowCount()
        for row in range(rows):
            if position.y() < self.visualRect(self._references.index(row)).center().y():
                return row
        return rows

    def _set_up_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("References"))
        self.setToolTip(self.tr("Drag to change the order. The first one is on the card."))

    def _move(self, reference_id: str, index: int) -> None:
        row = self._references.row_of(reference_id)
        if row is not None and index != row and 0 <= index < self._references.rowCount():
            self.move_requested.emit(reference_id, index)

    def _show_drop(self, row: int | None) -> None:
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def _menu_for(self, reference_id: str) -> QMenu:
        row = self._references.row_of(reference_id) or 0
        last = self._references.rowCount() - 1
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        up = QAction(icon("mdi6.arrow-up"), self.tr("Move up"), menu)
        up.setEnabled(row > 0)
        up.triggered.connect(lambda: self._move(reference_id, row - 1))
        down = QAction(icon("mdi6.arrow-down"), self.tr("Move down"), menu)
        down.setEnabled(row < last)
        down.triggered.connect(lambda: self._move(reference_id, row + 1))
        remove = QAction(icon("mdi6.trash-can-outline"), self.tr("Remove reference"), menu)
        remove.triggered.connect(lambda: self.remove_requested.emit(reference_id))
        menu.addActions([up, down])
        menu.addSeparator()
        menu.addAction(remove)
        return menu

    def _on_current_changed(self) -> None:
        chosen = self.currentIndex().data(ReferenceItemRole.ID) or ""
        if chosen != self._chosen_id:
            self._chosen_id = chosen
            self.chosen.emit(chosen)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        rect = self.visualRect(index)
        drag = QDrag(self)
        drag.setMimeData(self._references.mimeData([index]))
        drag.setPixmap(self.viewport().grab(rect))
        drag.setHotSpot(QPoint(rect.width() // 2, rect.height() // 2))
        self._dragged_id = self._chosen_id
        drag.exec(Qt.DropAction.MoveAction)
        self._dragged_id = ""
        self._show_drop(None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dragged_id:
            event.acceptProposedAction()
        else:
            event.ignore()  # picture files are for the dialog

    def dragMoveEvent(self, e: QDragMoveEvent) -> None:
        if self._dragged_id:
            self._show_drop(self.gap_at(e.position().toPoint()))
            e.acceptProposedAction()
        else:
            e.ignore()

    def dragLeaveEvent(self, e: QDragLeaveEvent) -> None:
        self._show_drop(None)

    def dropEvent(self, event: QDropEvent) -> None:
        reference_id = self._dragged_id
        self._show_drop(None)
        if not reference_id:
            event.ignore()
            return
        event.acceptProposedAction()
        gap = self.gap_at(event.position().toPoint())
        row = self._references.row_of(reference_id)
        self._move(reference_id, gap - 1 if row is not None and row < gap else gap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen, row = self._chosen_id, self.currentIndex().row()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if chosen and alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move(chosen, row + (1 if event.key() == Qt.Key.Key_Down else -1))
        elif chosen and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.remove_requested.emit(chosen)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.currentIndex()
        position = self.viewport().mapToGlobal(self.visualRect(index).center())
        if event.reason() != QContextMenuEvent.Reason.Keyboard:
            index = self.indexAt(self.viewport().mapFrom(self, event.pos()))
            position = event.globalPos()
        if index.isValid():
            self._menu_for(index.data(ReferenceItemRole.ID)).popup(position)

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self._drop_row is None:
            return
        rows = self._references.rowCount()
        rect = self.visualRect(self._references.index(min(self._drop_row, rows - 1)))
        y = rect.bottom() if self._drop_row >= rows else rect.top()
        line = QRectF(rect.left() + SPACE_S, y - 1, rect.width() - 2 * SPACE_S, 3)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("accent"))
        painter.drawRoundedRect(line, 1.5, 1.5)
        painter.end()
