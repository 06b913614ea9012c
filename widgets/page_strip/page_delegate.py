"""How a page looks in the strip."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from widgets.common.theme import QUIET_PX, RADIUS_FIELD, SPACE_S, current, faded
from widgets.models.page_list_model import CURRENT_ROLE, IMAGE_ROLE, NUMBER_ROLE, PageListModel

Index = QModelIndex | QPersistentModelIndex

NUMBER_PX = 16  # height of the line with the page's number
SIDE_PX = 6
LEAST_WIDTH_PX = 40
OUTLINE_PX = 2.0


class PageDelegate(QStyledItemDelegate):
    """The thumbnail, outlined in the accent where the page is the current one; its number below."""

    def __init__(self, model: PageListModel) -> None:
        super().__init__(model)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect  # type: ignore[attr-defined]  # missing in PySide's stubs
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        is_current = bool(index.data(CURRENT_ROLE))
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        palette = current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        page = self._page_rect(area)
        self._paint_page(painter, page, index.data(IMAGE_ROLE))
        if is_current or hovered:
            colour = palette.colour("accent" if is_current else "quiet_text")
            painter.setPen(QPen(colour, OUTLINE_PX if is_current else 1.0))
            outset = OUTLINE_PX / 2 + 0.5
            painter.drawRoundedRect(
                page.adjusted(-outset, -outset, outset, outset), RADIUS_FIELD, RADIUS_FIELD
            )
        self._paint_number(painter, area, str(index.data(NUMBER_ROLE)), is_current)
        if focused and not is_current:
            painter.setPen(QPen(faded(palette.colour("accent"), 0.6), 1, Qt.PenStyle.DotLine))
            painter.drawRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.restore()

    def _paint_page(self, painter: QPainter, page: QRectF, image: QImage | None) -> None:
        palette = current()
        if image is None:
            painter.fillRect(page, palette.colour("raised"))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(page, image)
        painter.setPen(QPen(palette.colour("hairline"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(page.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_number(self, painter: QPainter, area: QRect, text: str, is_current: bool) -> None:
        font = QFont(painter.font())
        font.setPixelSize(QUIET_PX)
        font.setBold(is_current)
        painter.setFont(font)
        painter.setPen(current().colour("accent" if is_current else "quiet_text"))
        line = QRect(area.left(), area.bottom() - NUMBER_PX + 1, area.width(), NUMBER_PX)
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)

    def _page_rect(self, area: QRect) -> QRectF:
        document = self._model.document
        size = QSize(LEAST_WIDTH_PX, area.height() - NUMBER_PX - SPACE_S)
        if document is not None:
            size = self._model.thumbnails.size(document.page_format)
        left = area.left() + (area.width() - size.width()) // 2
        top = area.bottom() + 1 - NUMBER_PX - size.height()
        return QRectF(left, top, size.width(), size.height())

    # Qt

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        document = self._model.document
        if document is None:
            return QSize(LEAST_WIDTH_PX, NUMBER_PX)
        size = self._model.thumbnails.size(document.page_format)
        width = max(LEAST_WIDTH_PX, size.width() + 2 * SIDE_PX)
        return QSize(width, size.height() + NUMBER_PX + SPACE_S)
