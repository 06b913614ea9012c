"""The cards of the cast in one column or more, with all that hand and keyboard do to them."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractAnimation,
    QEvent,
    QItemSelection,
    QModelIndex,
    QPoint,
    QPointF,
    QRect,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.common.motion import hand_is_down, motion_is_on
from widgets.common.theme import SPACE_S, current, theme_signals
from widgets.library_view.card_delegate import GAP_PX, CardDelegate, CardLayout, body_font
from widgets.library_view.thumbnails import Thumbnails
from widgets.models.character_list_model import CharacterRole

NARROWEST_PX = 84  # of a card in two columns; a narrower list has one
WIDEST_PX = 220  # a wider list gets another column
SHIMMER_MS = 1400
SHIMMER_STEPS = 12  # repaints a breath, not one a frame
DRAGGED_OPACITY = 0.85
SCROLL_ZONE_PX = 24


class CardList(QListView):
    """Shows a CharacterListModel, or a CharacterFilter upon one. One card may be selected."""

    opened = Signal(str)  # double-click beside the name, or Return
    selected = Signal(str)  # "" for none
    remove_pressed = Signal(str)  # Delete
    menu_wanted = Signal(str, QPoint)  # character id, global position

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drop_row: int | None = None
        self._dragged_id = ""
        self._delegate = CardDelegate(thumbnails, self)
        self.setItemDelegate(self._delegate)
        self._set_up_view()
        self._shimmer = QVariantAnimation(self)
        self._shimmer.setStartValue(0.0)
        self._shimmer.setKeyValueAt(0.5, 1.0)
        self._shimmer.setEndValue(0.0)
        self._shimmer.setDuration(SHIMMER_MS)
        self._shimmer.setLoopCount(-1)
        self._shimmer.valueChanged.connect(self._on_shimmer)
        self._is_busy = False
        thumbnails.made.connect(self.viewport().update)
        theme_signals().changed.connect(self.viewport().update)

    @property
    def delegate(self) -> CardDelegate:
        return self._delegate

    def set_busy(self, busy: bool) -> None:
        """Let busy cards breathe, or stop that."""
        self._is_busy = busy
        self._run_shimmer()

    def character_at(self, position: QPoint) -> str:
        """The id of the character at a position of the viewport; "" beside the cards."""
        index = self.indexAt(position)
        if not index.isValid() or not self._parts(index).card.contains(position):
            return ""
        return index.data(CharacterRole.ID)

    def index_of(self, character_id: str) -> QModelIndex:
        """Invalid where no such card is shown."""
        model = self.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if character_id and index.data(CharacterRole.ID) == character_id:
                return index
        return QModelIndex()

    @property
    def selected_id(self) -> str:
        """The id of the selected character; "" for none."""
        indexes = self.selectedIndexes()
        return indexes[0].data(CharacterRole.ID) if indexes else ""

    @property
    def dragged_id(self) -> str:
        """The id of the character whose card is being dragged; "" for none."""
        return self._dragged_id

    def start_rename(self, character_id: str) -> None:
        """Open the name of a card for typing."""
        index = self.index_of(character_id)
        if index.isValid():
            self.setCurrentIndex(index)
            self.edit(index)

    def gap_at(self, position: QPoint) -> int:
        """The row before which a card dropped at this position of the viewport comes to stand."""
        rows = self._rows_of_characters()
        for row in range(rows):
            rect = self.visualRect(self.model().index(row, 0))
            if self._columns() == 1:
                is_before = position.y() < rect.center().y()
            else:
                is_before = position.y() <= rect.bottom() and position.x() < rect.center().x()
            if is_before or position.y() < rect.top():
                return row
        return rows

    def show_drop(self, row: int | None = None, character_id: str = "") -> None:
        """Mark the gap before a row, or the card that files are held over; nothing: no mark."""
        if (row, character_id) != (self._drop_row, self._delegate.drop_id):
            self._drop_row = row
            self._delegate.drop_id = character_id
            self.viewport().update()

    def scroll_near_edge(self, position: QPoint) -> None:
        """Scroll a little where something is held close above or below the end of the view."""
        bar = self.verticalScrollBar()
        if position.y() < SCROLL_ZONE_PX:
            bar.setValue(bar.value() - SCROLL_ZONE_PX // 2)
        elif position.y() > self.viewport().height() - SCROLL_ZONE_PX:
            bar.setValue(bar.value() + SCROLL_ZONE_PX // 2)

    def dragged_pixmap(self, index: QModelIndex) -> QPixmap:
        """What hangs at the pointer while a card is dragged: its thumbnail on paper."""
        paper = self._parts(index).paper
        ratio = self.devicePixelRatioF()
        cell = QRect(QPoint(0, 0), self.visualRect(index).size())
        card = QPixmap(cell.size() * ratio)
        card.setDevicePixelRatio(ratio)
        card.fill(Qt.GlobalColor.transparent)
        painter = QPainter(card)
        painter.setOpacity(DRAGGED_OPACITY)
        self._delegate.paint(painter, self._option_at(cell), index)
        painter.end()
        corner = paper.topLeft() - self.visualRect(index).topLeft()
        return card.copy(QRect((QPointF(corner) * ratio).toPoint(), paper.size() * ratio))

    def _set_up_view(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.viewport().setAcceptDrops(False)  # drops are the dock's
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumWidth(NARROWEST_PX + GAP_PX)

    def _columns(self) -> int:
        return max(1, self._cards_width() // max(1, self.gridSize().width()))

    def _cards_width(self) -> int:
        """Px for cards; the scroll bar's room is kept free, so that its coming moves nothing."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        return max(1, self.width() - bar - 1)  # Qt wraps a pixel before the end

    def _lay_out(self) -> None:
        width = self._cards_width()
        columns = max(1, width // (WIDEST_PX + GAP_PX))
        if columns == 1 and width >= 2 * (NARROWEST_PX + GAP_PX):
            columns = 2
        cell_width = width // columns
        cell = QSize(cell_width, CardLayout.height_for(cell_width, body_font(self.font())))
        if cell != self.gridSize():
            self._delegate.cell = cell
            self.setGridSize(cell)

    def _parts(self, index: QModelIndex) -> CardLayout:
        return CardLayout.of(self.visualRect(index), body_font(self.font()))

    def _option_at(self, rect: QRect) -> QStyleOptionViewItem:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = rect  # pyright: ignore[reportAttributeAccessIssue]
        return option

    def _rows_of_characters(self) -> int:
        model = self.model()
        return sum(bool(model.index(r, 0).data(CharacterRole.ID)) for r in range(model.rowCount()))

    def _run_shimmer(self) -> None:
        running = self._shimmer.state() == QAbstractAnimation.State.Running
        wanted = self._is_busy and self.isVisible() and motion_is_on()
        if wanted and not running:
            self._shimmer.start()
        elif running and not wanted:
            self._shimmer.stop()

    def _on_shimmer(self, value: float) -> None:
        level = round(value * SHIMMER_STEPS) / SHIMMER_STEPS
        if level == self._delegate.shimmer or hand_is_down():
            return
        self._delegate.shimmer = level
        model = self.model()
        for row in range(model.rowCount()):
            index = model.index(row, 0)
            if index.data(CharacterRole.BUSY):
                self.viewport().update(self.visualRect(index))

    def _paint_gap(self, painter: QPainter, row: int) -> None:
        rows = self._rows_of_characters()
        if rows == 0:
            return
        rect = self.visualRect(self.model().index(min(row, rows - 1), 0))
        at_end = row >= rows
        if self._columns() == 1:
            y = rect.bottom() if at_end else rect.top()
            line = QRect(rect.left() + GAP_PX // 2, y - 1, rect.width() - GAP_PX, 3)
        else:
            x = rect.right() if at_end else rect.left()
            line = QRect(max(0, x - 1), rect.top() + SPACE_S, 3, rect.height() - GAP_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("accent"))
        painter.drawRoundedRect(line, 1.5, 1.5)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.selected.emit(self.selected_id)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:
        indexes = self.selectedIndexes()
        if not indexes:
            return
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData(indexes))
        pixmap = self.dragged_pixmap(indexes[0])
        drag.setPixmap(pixmap)
        size = pixmap.deviceIndependentSize()
        drag.setHotSpot(QPoint(round(size.width() / 2), round(size.height() / 2)))
        self._dragged_id = self.selected_id
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction, Qt.DropAction.CopyAction)
        self._dragged_id = ""
        self.show_drop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        character_id = self.character_at(position)
        if event.button() != Qt.MouseButton.LeftButton or not character_id:
            super().mouseDoubleClickEvent(event)
            return
        index = self.indexAt(position)
        if self._parts(index).name.contains(position):
            self.edit(index)
        else:
            self.opened.emit(character_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        character_id = self.selected_id
        is_editing = self.state() == QAbstractItemView.State.EditingState
        if character_id and not is_editing:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.opened.emit(character_id)
                return
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self.remove_pressed.emit(character_id)
                return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            character_id = self.selected_id
            rect = self.visualRect(self.index_of(character_id))
            position = self.viewport().mapToGlobal(rect.center())
        else:
            character_id = self.character_at(self.viewport().mapFrom(self, event.pos()))
            position = event.globalPos()
        if character_id:
            self.menu_wanted.emit(character_id, position)

    def paintEvent(self, e: QPaintEvent) -> None:
        super().paintEvent(e)
        if self._drop_row is not None:
            painter = QPainter(self.viewport())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_gap(painter, self._drop_row)
            painter.end()

    def resizeEvent(self, e: QResizeEvent) -> None:
        self._lay_out()
        super().resizeEvent(e)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run_shimmer()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run_shimmer()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._lay_out()
