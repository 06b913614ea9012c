"""Every command of the window, by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QListView, QVBoxLayout, QWidget

from widgets.common import hairline, role_label
from widgets.common.theme import RADIUS_CARD, SPACE_L, SPACE_M, SPACE_S, current
from widgets.dialogs.command_delegate import ROW_PX, CommandDelegate
from widgets.models.command_list_model import Command, CommandListModel

WIDTH_PX = 560
SHOWN_ROWS = 10
TOP_SHARE = 0.16  # of the window's height, above the palette
_KEYS_OF_THE_LIST = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class CommandPalette(QDialog):
    """Opens over its window; Enter runs the chosen action after the palette has closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setObjectName("commandPalette")
        self.setWindowTitle(self.tr("Commands"))
        self._model = CommandListModel(self)
        self._search = QLineEdit(self)
        self._search.setProperty("role", "search")
        self._search.setPlaceholderText(self.tr("What do you want to do?"))
        self._search.setAccessibleName(self.tr("Search commands"))
        self._search.setToolTip(self.tr("Type a few letters of a command"))
        self._search.textChanged.connect(self._on_query_changed)
        self._search.installEventFilter(self)
        self._list = QListView(self)
        self._list.setModel(self._model)
        self._list.setItemDelegate(CommandDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setProperty("role", "floating")
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.clicked.connect(self._on_clicked)
        self._nothing: QLabel = role_label(self.tr("No command has these letters."), "quiet", self)
        self._nothing.setContentsMargins(SPACE_L, SPACE_M, SPACE_L, SPACE_M)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_S + 2, SPACE_S + 2, SPACE_S + 2, SPACE_S + 2)
        layout.setSpacing(SPACE_S)
        layout.addWidget(self._search)
        layout.addWidget(hairline(self))
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self.setFixedWidth(WIDTH_PX)
        self._show_results()

    @property
    def shown_commands(self) -> tuple[Command, ...]:
        """What answers the query, the best first."""
        return self._model.shown

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """All that can be found; those last used stay at the top over several calls."""
        self._model.set_actions(actions)
        self._show_results()

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of a window, with nothing typed yet."""
        self._search.clear()
        self._model.set_query("")
        self._show_results()
        left = (window.width() - self.width()) // 2
        self.move(window.mapToGlobal(QPoint(left, round(window.height() * TOP_SHARE))))
        self.show()

    def _on_query_changed(self, text: str) -> None:
        self._model.set_query(text)
        self._show_results()

    def _show_results(self) -> None:
        count = self._model.rowCount()
        self._list.setVisible(count > 0)
        self._nothing.setVisible(count == 0)
        self._list.setFixedHeight(ROW_PX * max(1, min(count, SHOWN_ROWS)) + 2)
        if count:
            self._list.setCurrentIndex(self._model.index(0))
            self._list.scrollToTop()
        self.adjustSize()

    def _on_clicked(self, index: QModelIndex) -> None:
        self._run(index)

    def _run(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        command = self._model.shown[index.row()]
        if not command.action.isEnabled():
            return
        self._model.remember(command)
        self.hide()  # first: the action may open a dialog of its own
        command.action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._search or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        assert isinstance(event, QKeyEvent)
        if event.key() in _KEYS_OF_THE_LIST:
            self._list.event(event)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self._list.currentIndex())
            return True
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._search.setFocus(Qt.FocusReason.PopupFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.colour("raised" if palette.is_dark else "surface"))
        painter.setPen(QPen(palette.colour("quiet_text"), 0.6))
        inner = QRectF(QPointF(0.5, 0.5), self.rect().size().toSizeF()).adjusted(0, 0, -1, -1)
        painter.drawRoundedRect(inner, RADIUS_CARD + 2, RADIUS_CARD + 2)
        painter.end()
