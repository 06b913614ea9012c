"""Paints a command: its icon, its name with the letters that matched, its menu, its shortcut."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.common.theme import (
    ICON_PX,
    QUIET_PX,
    RADIUS_CARD,
    SPACE_L,
    SPACE_M,
    current,
    faded,
)
from widgets.models.command_list_model import Command, CommandListModel

ROW_PX = 34
CHOSEN_OPACITY = 0.07
_DISABLED_OPACITY = 0.45


class CommandDelegate(QStyledItemDelegate):
    def _paint_title(self, painter: QPainter, room: QRect, command: Command, font: QFont) -> int:
        """Letter by letter in two colours; the width it took, in px."""
        palette = current()
        text, hit = palette.colour("text"), palette.colour("accent")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        shown = metrics.elidedText(command.title, Qt.TextElideMode.ElideRight, room.width())
        x = room.left()
        for run, matched in _runs(shown, command.places):
            painter.setPen(hit if matched else text)
            painter.drawText(
                QRect(x, room.top(), room.right() + 1 - x, room.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                run,
            )
            x += metrics.horizontalAdvance(run)
        return x - room.left()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        command = index.data(CommandListModel.COMMAND_ROLE)
        assert isinstance(command, Command)
        palette = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(palette.colour("text"), CHOSEN_OPACITY))
            painter.drawRoundedRect(option.rect, RADIUS_CARD, RADIUS_CARD)
        if not command.action.isEnabled():
            painter.setOpacity(_DISABLED_OPACITY)
        room = option.rect.adjusted(SPACE_L, 0, -SPACE_L, 0)
        mark = QRect(room.left(), room.center().y() - ICON_PX // 2 + 1, ICON_PX, ICON_PX)
        command.action.icon().paint(painter, mark, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal)
        room.setLeft(mark.right() + 1 + SPACE_M)

        small = QFont(option.font)
        small.setPixelSize(QUIET_PX)
        quiet = palette.colour("quiet_text")
        right = Qt.AlignmentFlag.AlignRight
        room.setRight(room.right() - _quiet(painter, room, command.shortcut, small, quiet, right))
        room.setLeft(room.left() + self._paint_title(painter, room, command, option.font))
        room.setLeft(room.left() + SPACE_M)
        if room.width() > SPACE_L:
            left = Qt.AlignmentFlag.AlignLeft
            _quiet(painter, room, command.group, small, quiet, left)
        painter.restore()

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, ROW_PX)


def _quiet(
    painter: QPainter,
    room: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    side: Qt.AlignmentFlag,
) -> int:
    """A small quiet word at one side of the room; the width it took with a space, in px."""
    if not text:
        return 0
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | side, text)
    return QFontMetrics(font).horizontalAdvance(text) + SPACE_L


def _runs(text: str, places: tuple[int, ...]) -> list[tuple[str, bool]]:
    """The text in pieces that did or did not match."""
    hits = set(places)
    runs: list[tuple[str, bool]] = []
    for place, letter in enumerate(text):
        matched = place in hits
        if runs and runs[-1][1] == matched:
            runs[-1] = (runs[-1][0] + letter, matched)
        else:
            runs.append((letter, matched))
    return runs
