"""What is written upon a panel: hints, progress, marks. Of one size on the screen at any zoom."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTextLayout,
)

from widgets.common.theme import (
    LIGHT,
    QUIET_PX,
    RADIUS_CARD,
    SPACE_L,
    SPACE_M,
    SPACE_S,
    current,
    faded,
)
from widgets.page_view.state import PanelState, PanelStatus

BAR_PX = 3.0
MARK_PX = 14.0
PILL_OPACITY = 0.92
CARD_PX = 96.0  # a row narrower than this has no room for what went wrong
SMALLEST_PX = 36.0  # panels smaller than this on the screen show no text

translate = QCoreApplication.translate


class Link(enum.Enum):
    """What can be clicked in a panel."""

    RETRY = enum.auto()
    SMALLER = enum.auto()
    DETAILS = enum.auto()
    CHECK = enum.auto()  # the badge of a panel whose figures drift


def state_text(status: PanelStatus) -> str:
    """What a tooltip says of the state; "" where the panel shows all there is to say."""
    texts = {
        PanelState.EMPTY: translate("PanelChrome", "Drop a character here, or write what happens"),
        PanelState.MISSING: translate("PanelChrome", "Not drawn yet"),
        PanelState.STALE: translate("PanelChrome", "Changed since it was drawn"),
        PanelState.QUEUED: translate("PanelChrome", "Waiting to be drawn"),
        PanelState.FAILED: status.message,
        PanelState.DRAWING: translate("PanelChrome", "Drawing: {step} of {steps}").format(
            step=status.step, steps=status.steps
        ),
    }
    return texts.get(status.state, "")


@dataclass(frozen=True)
class _Row:
    """Where the chrome's rows are: `left` to `right` inside the panel at height `bottom`, px."""

    left: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


class PanelChrome:
    """Lays out and paints the state of one panel. Coordinates are px of the view.

    `outline` is the panel's polygon there, `font` the font of the view.
    """

    def __init__(self, outline: QPolygonF, status: PanelStatus, font: QFont) -> None:
        self._outline = outline
        self._bounds = outline.boundingRect()
        self._status = status
        self._font = QFont(font)
        self._font.setPixelSize(QUIET_PX)
        self._metrics = QFontMetricsF(self._font)

    def paint(self, painter: QPainter, *, is_drawn: bool) -> None:
        """`is_drawn`: an older picture is there, which needs no hint that it is empty."""
        painters = {
            PanelState.STALE: self._paint_mark,
            PanelState.QUEUED: self._paint_queued,
            PanelState.DRAWING: self._paint_progress,
            PanelState.FAILED: self._paint_failure,
        }
        if not is_drawn:
            painters[PanelState.EMPTY] = self._paint_hint
        paint = painters.get(self._status.state)
        if paint is None:
            return
        painter.setFont(self._font)
        paint(painter)

    def link_at(self, point: QPointF) -> Link | None:
        """The link under a point."""
        if self._status.state is not PanelState.FAILED:
            return None
        hits = (link for link, rect in self.links() if rect.contains(point))
        return next(hits, None)

    def links(self) -> list[tuple[Link, QRectF]]:
        """The links of a failed panel, and their areas; none where there is no room."""
        row = self._row()
        if row is None or row.width < CARD_PX:
            return []
        found: list[tuple[Link, QRectF]] = []
        left = row.left + SPACE_M
        height = self._metrics.height() + 2 * SPACE_S
        for link, text in self._link_texts():
            width = self._metrics.horizontalAdvance(text)
            if left + width > row.right - SPACE_M + 0.5:
                break
            area = QRectF(left, row.bottom - height - SPACE_S / 2, width, height)
            found.append((link, area))
            left += width + SPACE_L
        return found

    def _link_texts(self) -> list[tuple[Link, str]]:
        return [
            (Link.RETRY, translate("PanelChrome", "Retry")),
            (Link.SMALLER, translate("PanelChrome", "Smaller")),
            (Link.DETAILS, translate("PanelChrome", "Details")),
        ]

    def _row(self) -> _Row | None:
        """The lowest row with room for text inside the outline; None in tiny panels."""
        if min(self._bounds.width(), self._bounds.height()) < SMALLEST_PX:
            return None
        bottom = self._bounds.bottom() - SPACE_M
        height = self._metrics.height()
        for _ in range(4):
            spans = [_widest_span(self._outline, y) for y in (bottom, bottom - 2 * height)]
            left = max(span[0] for span in spans) + SPACE_M
            right = min(span[1] for span in spans) - SPACE_M
            if right - left >= SMALLEST_PX - 2 * SPACE_M:
                return _Row(left, right, bottom)
            bottom -= height
        return None

    def _paint_hint(self, painter: QPainter) -> None:
        room = self._bounds.adjusted(SPACE_L, SPACE_L, -SPACE_L, -SPACE_L)
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        text = state_text(self._status)
        needed = self._metrics.boundingRect(room, flags, text)
        if needed.height() > room.height() or needed.width() > room.width():
            return
        # The panel's paper is white in every theme, so its ink is that of the light one.
        painter.setPen(LIGHT.colour("quiet_text"))
        painter.drawText(room, flags, text)

    def _paint_mark(self, painter: QPainter) -> None:
        corner = max(self._outline.toList(), key=lambda p: p.x() - p.y())
        side = min(MARK_PX, self._bounds.width() / 3, self._bounds.height() / 3)
        path = QPainterPath(QPointF(corner.x() - side, corner.y()))
        path.lineTo(corner)
        path.lineTo(QPointF(corner.x(), corner.y() + side))
        path.closeSubpath()
        outline = QPainterPath()
        outline.addPolygon(self._outline)
        outline.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(current().colour("warning"))
        painter.drawPath(path.intersected(outline))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_queued(self, painter: QPainter) -> None:
        row = self._row()
        if row is None or not self._pill(painter, row, translate("PanelChrome", "Queued")):
            self._dot(painter, current().colour("quiet_text"))

    def _paint_progress(self, painter: QPainter) -> None:
        row = self._row()
        if row is None:
            return
        steps = max(1, self._status.steps)
        share = min(max(self._status.step / steps, 0.0), 1.0)
        bar = QRectF(row.left, row.bottom - BAR_PX, row.width, BAR_PX)
        _rounded(painter, bar, faded(current().colour("ground"), 0.6), BAR_PX / 2)
        done = QRectF(bar.left(), bar.top(), max(BAR_PX, bar.width() * share), BAR_PX)
        _rounded(painter, done, current().colour("accent"), BAR_PX / 2)
        text = translate("PanelChrome", "Starting")
        if self._status.steps:
            text = translate("PanelChrome", "{step} of {steps}").format(
                step=self._status.step, steps=self._status.steps
            )
        self._pill(painter, _Row(row.left, row.right, row.bottom - BAR_PX - SPACE_S), text)

    def _paint_failure(self, painter: QPainter) -> None:
        row = self._row()
        if row is None or row.width < CARD_PX:
            self._dot(painter, current().colour("danger"))
            return
        links = self.links()
        lines = self._message_lines(row.width - 2 * SPACE_M)
        line = self._metrics.height()
        widest = max(self._metrics.horizontalAdvance(text) for text in lines)
        width = max(widest, links[-1][1].right() - row.left - SPACE_M) + 2 * SPACE_M
        text_bottom = links[0][1].top() + SPACE_S / 2
        top = text_bottom - line * len(lines)
        card = QRectF(row.left, top - SPACE_S, width, row.bottom - top + SPACE_S)
        self._paint_card(painter, card)
        stripe = QRectF(card.left(), card.top(), BAR_PX, card.height())
        _rounded(painter, stripe, current().colour("danger"), BAR_PX / 2)
        painter.setPen(current().colour("text"))
        for index, text in enumerate(lines):
            room = QRectF(row.left + SPACE_M, top + index * line, width, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        self._paint_links(painter, links)

    def _message_lines(self, room_px: float) -> list[str]:
        """The message on one line, or on two where the panel is high enough."""
        message = self._status.message or translate("PanelChrome", "Not drawn")
        elide = Qt.TextElideMode.ElideRight
        layout = QTextLayout(message, self._font)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(room_px)
        layout.endLayout()
        first, rest = message[: line.textLength()].rstrip(), message[line.textLength() :].lstrip()
        if not rest or self._bounds.height() < 8 * self._metrics.height():
            return [self._metrics.elidedText(message, elide, room_px)]
        return [self._metrics.elidedText(text, elide, room_px) for text in (first, rest)]

    def _paint_links(self, painter: QPainter, links: Sequence[tuple[Link, QRectF]]) -> None:
        texts = dict(self._link_texts())
        painter.setPen(current().colour("accent"))
        for link, rect in links:
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, texts[link])

    def _pill(self, painter: QPainter, row: _Row, text: str) -> bool:
        """A short text at the row's left; False where it has no room."""
        width = self._metrics.horizontalAdvance(text) + 2 * SPACE_M
        if width > row.width:
            return False
        height = self._metrics.height() + SPACE_S
        rect = QRectF(row.left, row.bottom - height, width, height)
        self._paint_card(painter, rect)
        painter.setPen(current().colour("text"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        return True

    def _dot(self, painter: QPainter, colour: QColor) -> None:
        """What is left of a message in a panel too small for it; the tooltip says the rest."""
        dot = QRectF(0, 0, SPACE_M, SPACE_M)
        dot.moveCenter(self._bounds.center())
        painter.setPen(QPen(self._ground(), 2))
        painter.setBrush(colour)
        painter.drawEllipse(dot)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_card(self, painter: QPainter, rect: QRectF) -> None:
        painter.setPen(QPen(faded(current().colour("text"), 0.16), 1))
        painter.setBrush(self._ground())
        painter.drawRoundedRect(rect, RADIUS_CARD, RADIUS_CARD)
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _ground(self) -> QColor:
        return faded(current().colour("surface"), PILL_OPACITY)


def _rounded(painter: QPainter, rect: QRectF, colour: QColor, radius_px: float) -> None:
    painter.setPen(QPen(Qt.PenStyle.NoPen))
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, radius_px, radius_px)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _widest_span(outline: QPolygonF, y: float) -> tuple[float, float]:
    """Where a horizontal line at `y` runs inside the outline; the longest piece, (y, y) = none."""
    points = outline.toList()
    crossings: list[float] = []
    for a, b in zip(points, [*points[1:], points[0]], strict=True):
        if (a.y() > y) != (b.y() > y):
            crossings.append(a.x() + (y - a.y()) * (b.x() - a.x()) / (b.y() - a.y()))
    crossings.sort()
    pieces = list(zip(crossings[::2], crossings[1::2], strict=False))
    return max(pieces, key=lambda piece: piece[1] - piece[0], default=(y, y))
