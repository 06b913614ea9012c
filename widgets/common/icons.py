"""Icons from one font, painted in the palette in force: a new theme needs no new icons."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap

from widgets.common.icon_font import glyph, icon_font
from widgets.common.palette import current, faded

Tone = Literal["quiet_text", "text", "accent", "on_accent", "success", "warning", "danger"]

DISABLED_OPACITY = 0.5  # seen to be there, and seen to be off


def icon(name: str, *, active: bool = False, tone: Tone | None = None) -> QIcon:
    """An icon of Material Design Icons, "mdi6.cursor-default-outline" for instance.

    Quiet where nothing is said, in the accent where `active` or checked; `tone` picks another
    colour of the palette. Raises KeyError for a name that does not exist.
    """
    if tone is None:
        return QIcon(_GlyphEngine(name, "accent" if active else "quiet_text", "accent"))
    return QIcon(_GlyphEngine(name, tone, tone))


class _GlyphEngine(QIconEngine):
    """Paints one character of the icon font; asks for the palette each time."""

    def __init__(self, name: str, tone: Tone, checked_tone: Tone) -> None:
        super().__init__()
        self._name = name
        self._glyph = glyph(name)
        self._tone: Tone = tone
        self._checked_tone: Tone = checked_tone

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._name, self._tone, self._checked_tone)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        checked = state == QIcon.State.On
        colour = current().colour(self._checked_tone if checked else self._tone)
        if mode == QIcon.Mode.Disabled:
            colour = faded(colour, DISABLED_OPACITY)
        painter.save()
        painter.setFont(icon_font(min(rect.width(), rect.height())))
        painter.setPen(colour)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap
