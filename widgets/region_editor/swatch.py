"""A dot in a character's colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from widgets.common import theme

SIDE_PX = 24  # twice what is shown, for dense screens


def swatch(colour: int) -> QIcon:
    """`colour` is a character's index into `CHARACTER_COLOURS`."""
    pixmap = QPixmap(SIDE_PX, SIDE_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.character_colour(colour))
    painter.drawEllipse(QRectF(2, 2, SIDE_PX - 4, SIDE_PX - 4))
    painter.end()
    return QIcon(pixmap)
