"""Paints a job's row and finds the button under the mouse."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QIcon, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from widgets.common import paint_thumbnail
from widgets.common.icons import Tone
from widgets.common.theme import ICON_PX, QUIET_PX, RADIUS_CARD, current, faded, icon
from widgets.models.job_list_model import JobListModel, JobRow
from widgets.queue_view.job_layout import JobButton, JobLayout, job_layout, row_height_px

_Index = QModelIndex | QPersistentModelIndex
_ICONS = {
    JobButton.CANCEL: "mdi6.close",
    JobButton.RETRY: "mdi6.refresh",
    JobButton.SMALLER: "mdi6.arrow-collapse",
    JobButton.DETAILS: "mdi6.information-outline",
}
_STATE_TONES: dict[str, Tone] = {"failed": "danger", "done": "success"}
HOVER_OPACITY = 0.05  # how much the text colour lightens or darkens a row under the mouse
CHOSEN_OPACITY = 0.1
_CANCELLED_OPACITY = 0.55
NARROWEST_PX = 160  # a narrower row says nothing


class JobDelegate(QStyledItemDelegate):
    """Rows of `JobListModel`; says which button of which job was clicked."""

    button_clicked = Signal(str, object)  # job id, JobButton

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        self._hovered: tuple[str, JobButton] | None = None
        self._pressed: tuple[str, JobButton] | None = None

    def button_text(self, button: JobButton) -> str:
        """What a button does, for its tooltip and for menus."""
        return {
            JobButton.CANCEL: self.tr("Cancel"),
            JobButton.RETRY: self.tr("Retry"),
            JobButton.SMALLER: self.tr("Draw smaller"),
            JobButton.DETAILS: self.tr("Details"),
        }[button]

    def layout_of(self, option: QStyleOptionViewItem, row: JobRow) -> JobLayout:
        title, state = _fonts(option.font)
        return job_layout(
            option.rect, row, QFontMetrics(title).height(), QFontMetrics(state).height()
        )

    def forget_mouse(self) -> None:
        """The mouse left the view."""
        if self._hovered is not None:
            self._hovered = None
            self._view.viewport().update()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        under_mouse = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if not chosen and not under_mouse:
            return
        palette = current()
        colour = (
            faded(palette.colour("accent"), CHOSEN_OPACITY)
            if chosen
            else faded(palette.colour("text"), HOVER_OPACITY)
        )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        rect = QRectF(option.rect).adjusted(4, 1, -4, -1)
        painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)

    def _paint_text(
        self, painter: QPainter, option: QStyleOptionViewItem, row: JobRow, layout: JobLayout
    ) -> None:
        palette = current()
        title, state = _fonts(option.font)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(title)
        painter.setPen(palette.colour("text"))
        painter.drawText(layout.title, middle, _elided(title, row.title, layout.title.width()))
        text = self._model_text(row)
        painter.setFont(state)
        painter.setPen(palette.colour(_STATE_TONES.get(row.state, "quiet_text")))
        painter.drawText(layout.state, middle, _elided(state, text, layout.state.width()))

    def _model_text(self, row: JobRow) -> str:
        model = self._view.model()
        assert isinstance(model, JobListModel)
        return model.state_text(row)

    def _paint_bar(self, painter: QPainter, row: JobRow, layout: JobLayout) -> None:
        if layout.bar is None:
            return
        palette = current()
        bar = QRectF(layout.bar)
        radius = bar.height() / 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(palette.colour("text"), 0.14))
        painter.drawRoundedRect(bar, radius, radius)
        if row.share_done > 0:
            bar.setWidth(max(bar.height(), bar.width() * row.share_done))
            painter.setBrush(palette.colour("accent"))
            painter.drawRoundedRect(bar, radius, radius)

    def _paint_buttons(self, painter: QPainter, row: JobRow, layout: JobLayout) -> None:
        palette = current()
        for button, rect in layout.buttons:
            here = (row.id, button)
            if here == self._hovered:
                strength = 0.18 if here == self._pressed else 0.1
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(faded(palette.colour("text"), strength))
                painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
            mark = QRect(0, 0, ICON_PX, ICON_PX)
            mark.moveCenter(rect.center())
            glyph = icon(_ICONS[button], tone="text" if here == self._hovered else None)
            glyph.paint(painter, mark, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal)

    def _target_at(
        self, option: QStyleOptionViewItem, index: _Index, point: QPoint
    ) -> tuple[str, JobButton] | None:
        row = _row(index)
        button = self.layout_of(option, row).button_at(point)
        return None if button is None else (row.id, button)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = _row(index)
        layout = self.layout_of(option, row)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        if row.state == "cancelled":
            painter.setOpacity(_CANCELLED_OPACITY)
        paint_thumbnail(painter, QRectF(layout.thumbnail), row.preview, radius_px=4)
        painter.setOpacity(1.0)
        self._paint_text(painter, option, row, layout)
        self._paint_bar(painter, row, layout)
        self._paint_buttons(painter, row, layout)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(NARROWEST_PX, row_height_px(_row(index)))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if not isinstance(event, QMouseEvent):
            return super().editorEvent(event, model, option, index)
        target = self._target_at(option, index, event.position().toPoint())
        if target != self._hovered:
            self._hovered = target
            self._view.viewport().update()
        left = event.button() == Qt.MouseButton.LeftButton
        if left and event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = target
        elif left and event.type() == QEvent.Type.MouseButtonRelease:
            pressed, self._pressed = self._pressed, None
            if pressed is not None and pressed == target:
                self.button_clicked.emit(*pressed)
        return target is not None

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: _Index,
    ) -> bool:
        if not index.isValid() or event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        target = self._target_at(option, index, event.pos())
        row = _row(index)
        text = self.button_text(target[1]) if target else self._model_text(row)
        QToolTip.showText(event.globalPos(), text, view)
        return True


def _row(index: _Index) -> JobRow:
    row = index.data(JobListModel.JOB_ROLE)
    assert isinstance(row, JobRow)
    return row


def _fonts(font: QFont) -> tuple[QFont, QFont]:
    """For the title and for the line beneath it."""
    title, state = QFont(font), QFont(font)
    title.setWeight(QFont.Weight.Medium)
    state.setPixelSize(QUIET_PX)
    return title, state


def _elided(font: QFont, text: str, width_px: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width_px)
