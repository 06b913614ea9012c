"""A pose as a card: a small skeleton and its name."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from core.pose import Pose
from widgets.common.theme import QUIET_PX, RADIUS_CARD, SPACE_M, SPACE_S, current, faded
from widgets.models.pose_preset_model import PoseRole
from widgets.pose_editor.skeleton_paint import paint_thumbnail_skeleton

LEAST_WIDTH_PX = 92
PICTURE_HEIGHT_PX = 76
_TEXT_PX = 20
_KEPT = 512


class PoseCardDelegate(QStyledItemDelegate):
    """Paints one card; skeletons are painted once a size and kept as pixmaps."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size = QSize(LEAST_WIDTH_PX, PICTURE_HEIGHT_PX + _TEXT_PX)
        self._pictures: dict[tuple[Pose, int, int, float, bool], QPixmap] = {}

    def set_card_width(self, width_px: int) -> None:
        self._size.setWidth(width_px)

    def picture(self, pose: Pose, width_px: int, height_px: int, ratio: float) -> QPixmap:
        """A transparent pixmap of the skeleton; sizes without the screen's pixel ratio."""
        on_dark = current().is_dark
        key = (pose, width_px, height_px, ratio, on_dark)
        kept = self._pictures.get(key)
        if kept is not None:
            return kept
        if len(self._pictures) >= _KEPT:  # a window dragged wider leaves many sizes behind
            self._pictures.clear()
        pixmap = QPixmap(QSize(width_px, height_px) * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(0, 0, width_px, height_px).adjusted(6, 6, -6, -4)
        paint_thumbnail_skeleton(painter, pose, room, on_dark=on_dark)
        painter.end()
        self._pictures[key] = pixmap
        return pixmap

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self._size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rect: QRect = option.rect.adjusted(2, 2, -2, -2)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_card(painter, rect, state)
        picture_rect = rect.adjusted(0, 0, 0, -_TEXT_PX)
        pose = index.data(PoseRole.POSE)
        if isinstance(pose, Pose):
            ratio = painter.device().devicePixelRatio()
            size = picture_rect.size()
            picture = self.picture(pose, size.width(), size.height(), ratio)
            painter.drawPixmap(picture_rect.topLeft(), picture)
        self._paint_title(painter, rect, str(index.data()), option)
        painter.restore()

    def _paint_card(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        palette = current()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.colour("raised"))
        painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
        if hovered and not chosen:
            painter.setBrush(faded(palette.colour("text"), 0.06))
            painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
        if chosen:
            painter.setBrush(faded(palette.colour("accent"), 0.12))
            painter.setPen(QPen(palette.colour("accent"), 1.5))
            painter.drawRoundedRect(
                QRectF(rect).adjusted(0.75, 0.75, -0.75, -0.75), RADIUS_CARD, RADIUS_CARD
            )

    def _paint_title(
        self, painter: QPainter, rect: QRect, title: str, option: QStyleOptionViewItem
    ) -> None:
        palette: QPalette = option.palette  # type: ignore[attr-defined]
        font = painter.font()
        font.setPixelSize(QUIET_PX)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        line = QRect(rect.left() + SPACE_S, rect.bottom() - _TEXT_PX, rect.width() - SPACE_M, 18)
        text = QFontMetrics(font).elidedText(title, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
