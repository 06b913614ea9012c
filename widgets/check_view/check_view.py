"""The dock that lists figures which drift from their references."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from widgets.common import EmptyState, IconButton, set_role
from widgets.common.theme import ICON_PX, SPACE_L, SPACE_M, SPACE_S, icon, theme_signals

_PANEL = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class CheckRow:
    """A figure's panel, one sentence of what is off, and the numbers behind it."""

    panel_id: str
    text: str
    details: str = ""


class CheckView(QWidget):
    """A row for each figure that drifts; a click goes to its panel."""

    panel_chosen = Signal(str)
    again_requested = Signal(str)  # panel id
    ignore_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[CheckRow, ...] = ()
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Figures that drift from their references"))
        self._list.setWordWrap(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self._list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSpacing(1)
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._again = QPushButton(self)
        set_role(self._again, "flat")
        self._ignore = IconButton("mdi6.check", self.tr("Leave this drawing as it is"))
        self._empty = EmptyState("")
        self._build()
        self._connect()
        self.set_again_text("")
        self.set_looking(False)
        self.set_rows(())

    @property
    def rows(self) -> tuple[CheckRow, ...]:
        return self._rows

    def set_again_text(self, text: str) -> None:
        self._again.setText(text)
        self._again.setAccessibleName(text)

    def set_looking(self, looking: bool) -> None:
        """Whether drawings wait to be looked at."""
        self._empty.set_text(
            self.tr("Comparing drawings with their references.")
            if looking
            else self.tr("In the drawings that are up to date every figure looks like itself.")
        )

    def set_rows(self, rows: Sequence[CheckRow]) -> None:
        """Show these; the row that was current stays so."""
        rows = tuple(rows)
        if rows == self._rows and self._list.count() == len(rows):
            self._show_page()
            return
        current = self._current()
        self._rows = rows
        self._list.clear()
        for row in rows:
            item = QListWidgetItem(icon("mdi6.account-alert-outline", tone="warning"), row.text)
            item.setData(_PANEL, row.panel_id)
            item.setToolTip(row.details)
            self._list.addItem(item)
        self._fit_rows()
        self.select(current)
        self._show_page()

    def select(self, panel_id: str) -> None:
        """Make a panel's first row current; an unknown id leaves none."""
        ids = [row.panel_id for row in self._rows]
        if panel_id in ids:
            self._list.setCurrentRow(ids.index(panel_id))
        self._show_buttons()

    def context_menu(self, panel_id: str) -> QMenu:
        menu = QMenu(self)
        for text, signal in (
            (self._again.text(), self.again_requested),
            (self._ignore.toolTip(), self.ignore_requested),
        ):
            action = menu.addAction(text)
            action.triggered.connect(lambda _=False, signal=signal: signal.emit(panel_id))
        return menu

    def _build(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(SPACE_L, SPACE_S, SPACE_M, SPACE_M)
        buttons.setSpacing(SPACE_S)
        buttons.addWidget(self._again, 1)
        buttons.addWidget(self._ignore)
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._list, 1)
        column.addLayout(buttons)
        self.setFocusProxy(self._list)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(page)

    def _connect(self) -> None:
        self._list.itemClicked.connect(self._choose)
        self._list.itemActivated.connect(self._choose)
        self._list.currentItemChanged.connect(self._show_buttons)
        self._list.customContextMenuRequested.connect(self._on_menu_requested)
        self._again.clicked.connect(lambda: self._tell(self.again_requested))
        self._ignore.clicked.connect(lambda: self._tell(self.ignore_requested))
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), self._list)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(lambda: self._tell(self.ignore_requested))
        theme_signals().changed.connect(self._list.viewport().update)

    def _current(self) -> str:
        index = self._list.currentIndex()
        return str(index.data(_PANEL)) if index.isValid() else ""

    def _choose(self, item: QListWidgetItem) -> None:
        self.panel_chosen.emit(str(item.data(_PANEL)))

    def _tell(self, signal: SignalInstance) -> None:
        panel_id = self._current()
        if panel_id:
            signal.emit(panel_id)

    def _show_buttons(self, *_: object) -> None:
        for button in (self._again, self._ignore):
            button.setEnabled(bool(self._current()))

    def _show_page(self) -> None:
        self._stack.setCurrentIndex(1 if self._rows else 0)
        self._show_buttons()

    def _fit_rows(self) -> None:
        """As high as their text needs: Qt counts without the padding that the style gives rows."""
        taken = ICON_PX + 4 * SPACE_M + 2 * SPACE_L + self._list.verticalScrollBar().width()
        room = QRect(0, 0, max(self.width() - taken, ICON_PX), 0)
        for index in range(self._list.count()):
            item = self._list.item(index)
            flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft)
            text = self._list.fontMetrics().boundingRect(room, flags, item.text())
            item.setSizeHint(QSize(0, text.height() + 2 * SPACE_S))

    def _on_menu_requested(self, point: QPoint) -> None:
        item = self._list.itemAt(point)
        if item is None:
            return
        menu = self.context_menu(str(item.data(_PANEL)))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._list.viewport().mapToGlobal(point))

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()
