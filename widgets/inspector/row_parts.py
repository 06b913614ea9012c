"""The small parts that the rows of figures and regions share."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.document import ReferenceRole
from widgets.common import IconButton, set_role
from widgets.common.motion import appear
from widgets.common.theme import ICON_PX, SPACE_M, SPACE_S, icon

DOT_PX = 10
BUTTON_PX = 24


class ColourDot(QWidget):
    """A character's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor()
        self.setFixedSize(DOT_PX, DOT_PX)

    @property
    def colour(self) -> QColor:
        return self._colour

    def set_colour(self, colour: QColor) -> None:
        if colour != self._colour:
            self._colour = colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_dot(painter, self._colour)


def paint_dot(painter: QPainter, colour: QColor) -> None:
    """Fills the top left `DOT_PX` square of what the painter paints on."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(colour)
    painter.drawEllipse(0, 0, DOT_PX, DOT_PX)


def dot_icon(colour: QColor) -> QIcon:
    """A character's colour in a menu or a list."""
    pixmap = QPixmap(QSize(DOT_PX, DOT_PX))
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    paint_dot(painter, colour)
    painter.end()
    return QIcon(pixmap)


def role_text(role: ReferenceRole) -> str:
    """What a reference shows, in the artist's language."""
    texts = {
        "full": QCoreApplication.translate("ReferenceRole", "Whole"),
        "face": QCoreApplication.translate("ReferenceRole", "Face"),
        "hair": QCoreApplication.translate("ReferenceRole", "Hair"),
        "outfit": QCoreApplication.translate("ReferenceRole", "Outfit"),
        "accessory": QCoreApplication.translate("ReferenceRole", "Accessory"),
        "other": QCoreApplication.translate("ReferenceRole", "Other"),
    }
    return texts[role]


class NameButton(QToolButton):
    """A name to click on, shortened to the room it has."""

    def __init__(self, tooltip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._hint = tooltip
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    @property
    def name(self) -> str:
        return self._name

    def set_name(self, name: str) -> None:
        self._name = name
        self.setAccessibleName(f"{self._hint}: {name}")
        self._fit()

    def _fit(self) -> None:
        room = self.width() - 2 * SPACE_M
        text = self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        self.setText(text.replace("&", "&&"))
        self.setToolTip(self._hint if text == self._name else f"{self._name}\n{self._hint}")

    # Qt

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._name) + 2 * SPACE_M + 2
        return QSize(width, BUTTON_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(2 * BUTTON_PX, self.sizeHint().width()), BUTTON_PX)

    def resizeEvent(self, arg__1: QResizeEvent) -> None:
        super().resizeEvent(arg__1)
        self._fit()


class ActionButton(QToolButton):
    """A flat button of an icon and a word or two."""

    def __init__(self, icon_name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoRaise(True)
        self.setIcon(icon(icon_name))
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class Row(QFrame):
    """One object of a list: a line of name and buttons, fields, and details that fold away.

    `head` is the line, `body` the layout beneath it, `details_layout` what the chevron unfolds.
    """

    picked = Signal()
    raise_requested = Signal()
    lower_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_selected = False
        self._is_unfolded = False
        self.head = QHBoxLayout()
        self.head.setSpacing(0)
        self.raise_button = self.icon_button("mdi6.arrow-up", self.tr("Bring forward"))
        self.raise_button.clicked.connect(self.raise_requested)
        self.lower_button = self.icon_button("mdi6.arrow-down", self.tr("Send back"))
        self.lower_button.clicked.connect(self.lower_requested)
        self.remove_button = self.icon_button("mdi6.close", self.tr("Remove"))
        self.remove_button.clicked.connect(self.remove_requested)
        self.fold_button = self.icon_button("mdi6.chevron-right", self.tr("Show more"))
        self.fold_button.clicked.connect(self._on_fold_clicked)
        self.details = QWidget(self)
        self.details_layout = QVBoxLayout(self.details)
        self.details_layout.setContentsMargins(0, 0, 0, 0)
        self.details_layout.setSpacing(SPACE_S)
        self.details.hide()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(SPACE_S, SPACE_S, SPACE_S, SPACE_S)
        self.body.setSpacing(SPACE_S)
        self.body.addLayout(self.head)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def icon_button(self, icon_name: str, tooltip: str) -> IconButton:
        button = IconButton(icon_name, tooltip, self)
        button.setFixedSize(BUTTON_PX, BUTTON_PX)
        return button

    @property
    def is_selected(self) -> bool:
        return self._is_selected

    def set_selected(self, selected: bool) -> None:
        """Lift the row; its details unfold when it becomes selected."""
        if selected == self._is_selected:
            return
        self._is_selected = selected
        set_role(self, "card" if selected else "")
        if selected:
            self.set_unfolded(True)

    def set_place(self, index: int, count: int) -> None:
        """0 = at the back, count - 1 = in front."""
        self.raise_button.setEnabled(index < count - 1)
        self.lower_button.setEnabled(index > 0)

    @property
    def is_unfolded(self) -> bool:
        return self._is_unfolded

    def set_unfolded(self, unfolded: bool) -> None:
        """Show the details, or fold them away."""
        self._is_unfolded = unfolded
        self.details.setVisible(unfolded)
        if unfolded:
            appear(self.details, "raised" if self._is_selected else "surface")
        self.fold_button.set_icon_name("mdi6.chevron-down" if unfolded else "mdi6.chevron-right")
        self.fold_button.set_tooltip(self.tr("Show less") if unfolded else self.tr("Show more"))

    def _on_fold_clicked(self) -> None:
        self.set_unfolded(not self._is_unfolded)
