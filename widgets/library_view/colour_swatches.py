"""The eight colours a character may have, one of them chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from core.document import CHARACTER_COLOURS
from widgets.common.theme import SPACE_S, character_colour, current, faded, theme_signals

SWATCH_PX = 24
DOT_PX = 16

_NAMES: tuple[Any, ...] = (  # str; PySide says that QT_TRANSLATE_NOOP gives an object
    QT_TRANSLATE_NOOP("CharacterColour", "Orange"),
    QT_TRANSLATE_NOOP("CharacterColour", "Sky blue"),
    QT_TRANSLATE_NOOP("CharacterColour", "Green"),
    QT_TRANSLATE_NOOP("CharacterColour", "Yellow"),
    QT_TRANSLATE_NOOP("CharacterColour", "Blue"),
    QT_TRANSLATE_NOOP("CharacterColour", "Vermilion"),
    QT_TRANSLATE_NOOP("CharacterColour", "Pink"),
    QT_TRANSLATE_NOOP("CharacterColour", "Grey"),
)


def colour_title(colour: int) -> str:
    """The translated name of a colour, by its index into `CHARACTER_COLOURS`."""
    return QCoreApplication.translate("CharacterColour", _NAMES[colour % len(_NAMES)])


class ColourSwatches(QWidget):
    """A row of dots; the arrow keys go from one to the next."""

    colour_chosen = Signal(int)  # index into CHARACTER_COLOURS; by hand only

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_S // 2)
        for colour in range(len(CHARACTER_COLOURS)):
            swatch = _Swatch(colour, self)
            self._group.addButton(swatch, colour)
            layout.addWidget(swatch)
        layout.addStretch(1)
        self._group.idClicked.connect(self.colour_chosen)
        theme_signals().changed.connect(self.update)

    def set_colour(self, colour: int) -> None:
        """Show which one is chosen, without a signal."""
        self._group.button(colour % len(CHARACTER_COLOURS)).setChecked(True)


class _Swatch(QAbstractButton):
    def __init__(self, colour: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._colour = colour
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(colour_title(colour))
        self.setAccessibleName(colour_title(colour))

    def sizeHint(self) -> QSize:
        return QSize(SWATCH_PX, SWATCH_PX)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, e: QPaintEvent) -> None:
        palette = current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        centre = QRectF(self.rect()).center()
        dot = QRectF(0, 0, DOT_PX, DOT_PX)
        dot.moveCenter(centre)
        painter.setPen(QPen(faded(palette.colour("text"), 0.25), 1))
        painter.setBrush(character_colour(self._colour))
        painter.drawEllipse(dot)
        if self.isChecked() or self.hasFocus():
            ring = dot.adjusted(-3, -3, 3, 3)
            token = "accent" if self.isChecked() else "quiet_text"
            painter.setPen(QPen(palette.colour(token), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(ring)
        painter.end()
