"""The bar with one message, over the lower edge of the widget that it belongs to."""

from __future__ import annotations

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPropertyAnimation,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QEnterEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from widgets.common import IconButton, role_label, set_role
from widgets.common.icons import Tone
from widgets.common.motion import APPEAR_MS, hand_is_down, may_move
from widgets.common.theme import (
    ICON_PX,
    RADIUS_CARD,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    current,
    faded,
    icon,
    theme_signals,
)
from widgets.notifications.notification import Level, Notification

SHOWN_MS = 8_000
MAX_WIDTH_PX = 560
EDGE_OPACITY = 0.55
_ICONS: dict[Level, tuple[str, Tone]] = {
    "info": ("mdi6.information-outline", "quiet_text"),
    "success": ("mdi6.check-circle-outline", "success"),
    "warning": ("mdi6.alert-outline", "warning"),
    "error": ("mdi6.alert-circle-outline", "danger"),
}


class NotificationBar(QFrame):
    """Lies over `host`, centred at its lower edge, and moves nothing in it.

    Closes itself after `SHOWN_MS`, unless the message is an error or the pointer rests on it; then
    `closed` is emitted, as for the artist's own click or Esc.
    """

    closed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAccessibleName(self.tr("Message"))
        self._notification: Notification | None = None
        self._icon = QLabel(self)
        self._icon.setFixedSize(ICON_PX, ICON_PX)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._waiting = role_label("", "quiet", self)
        self._button = QPushButton(self)
        set_role(self._button, "flat")
        self._button.clicked.connect(self._on_action_clicked)
        self._close = IconButton("mdi6.close", self.tr("Close this message"), self)
        self._close.clicked.connect(self._on_close)
        self._lay_out()

        self._effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(APPEAR_MS)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(self._on_fading)
        self._fade.finished.connect(self._on_faded_in)
        self._effect.setEnabled(False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_close)
        theme_signals().changed.connect(self._on_theme_changed)
        host.installEventFilter(self)
        self.hide()

    @property
    def notification(self) -> Notification | None:
        """What is shown; None = nothing."""
        return self._notification

    def show_notification(self, notification: Notification | None, waiting: int = 0) -> None:
        """Show another message at once, or none; `waiting` more stand behind it."""
        self._waiting.setText(self.tr("{count} more").format(count=waiting) if waiting else "")
        self._waiting.setVisible(waiting > 0)
        if notification is self._notification:
            self._place()
            return
        self._notification = notification
        if notification is None:
            self.hide()
            return
        self._text.setText(notification.text)
        self.setAccessibleDescription(notification.text)
        action = notification.action
        self._button.setVisible(action is not None)
        self._button.setText(action.text if action else "")
        self._button.setToolTip(action.text if action else "")
        self._button.setAccessibleName(action.text if action else "")
        self._update_icon()
        self._place()
        if self.isHidden() and may_move():
            self._effect.setEnabled(True)
            self._fade.start()
        self.show()
        self.raise_()
        self._restart_timer()  # also where it was shown already

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_L, SPACE_M, SPACE_M, SPACE_M)
        layout.setSpacing(SPACE_M)
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._waiting)
        layout.addWidget(self._button)
        layout.addSpacing(SPACE_S)
        layout.addWidget(self._close)

    def _place(self) -> None:
        """As wide as the text wants it and the host allows, as high as it then needs."""
        # Asked for each time: who holds its own parent is torn down in no good order.
        host = self.parentWidget()
        if host is None:
            return
        room = host.width() - 2 * SPACE_L
        wish = self._line_width()
        width = max(0, min(MAX_WIDTH_PX, room, wish))
        layout = self.layout()
        height = layout.totalHeightForWidth(width) if layout else self.sizeHint().height()
        x = (host.width() - width) // 2
        self.setGeometry(x, host.height() - height - SPACE_L, width, height)

    def _line_width(self) -> int:
        """Of the bar with its whole text in one line."""
        line = self._text.fontMetrics().horizontalAdvance(self._text.text()) + SPACE_S
        layout = self.layout()
        rest = layout.sizeHint().width() - self._text.sizeHint().width() if layout else 0
        return rest + line

    def _restart_timer(self) -> None:
        stays = self._notification is None or self._notification.stays
        if stays or self.underMouse():
            self._timer.stop()
        else:
            self._timer.start(SHOWN_MS)

    def _update_icon(self) -> None:
        if self._notification is None:
            return
        name, tone = _ICONS[self._notification.level]
        self._icon.setPixmap(
            icon(name, tone=tone).pixmap(QSize(ICON_PX, ICON_PX), self.devicePixelRatio())
        )

    def _on_theme_changed(self) -> None:
        self._update_icon()
        self.update()

    def _on_action_clicked(self) -> None:
        action = self._notification.action if self._notification else None
        self._on_close()
        if action is not None:
            action.run()

    def _on_close(self) -> None:
        if self._notification is not None:
            self._notification = None
            self.hide()
            self.closed.emit()

    def _on_fading(self) -> None:
        if hand_is_down():
            self._fade.stop()
            self._on_faded_in()

    def _on_faded_in(self) -> None:
        # An effect draws through a picture of the widget, which blurs text on scaled screens.
        self._effect.setEnabled(False)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._restart_timer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_close()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card that stands out from the page's ground, its edge in the colour of the level."""
        palette = current()
        level = self._notification.level if self._notification else "info"
        edge = faded(palette.colour(_ICONS[level][1]), EDGE_OPACITY)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.colour("ground" if palette.is_dark else "surface"))
        painter.setPen(QPen(edge, 1.0))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS_CARD, RADIUS_CARD)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._restart_timer()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self._fade.stop()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        resized = event.type() == QEvent.Type.Resize and watched is self.parentWidget()
        if resized and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)
