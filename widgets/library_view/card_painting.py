"""How cards look: ground, coloured edge, ring, thumbnail, badge. QtGui only, palette in force."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPen

from widgets.common.theme import (
    QUIET_PX,
    RADIUS_CARD,
    RADIUS_FIELD,
    SPACE_S,
    current,
    faded,
    icon,
    mixed,
)

EDGE_PX = 4
RING_PX = 2
PICTURE_INSET_PX = 3  # white between the paper's edge and the subject
BADGE_ICON_PX = 12
SHADOW_STEPS = 4


@dataclass(frozen=True)
class CardState:
    """How the hand is on a card."""

    hovered: bool = False
    selected: bool = False
    dropping: bool = False  # files are held over it


def paint_card(painter: QPainter, card: QRectF, edge: QColor | None, state: CardState) -> None:
    """The card without its contents; `edge` None leaves the left edge as the rest."""
    palette = current()
    if state.hovered:
        _paint_shadow(painter, card)
    outline = QPainterPath()
    outline.addRoundedRect(card, RADIUS_CARD, RADIUS_CARD)
    ground = palette.colour("raised")
    if state.hovered:
        ground = mixed(ground, palette.colour("text"), 0.06)
    painter.fillPath(outline, ground)
    if edge is not None:
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(card.left(), card.top(), EDGE_PX, card.height()), edge)
        painter.restore()
    if state.dropping:
        painter.fillPath(outline, faded(palette.colour("accent"), 0.18))
    if state.selected or state.dropping:
        paint_ring(painter, card, palette.colour("accent"))
    else:
        _paint_line(painter, card, palette.colour("hairline"))


def paint_ring(painter: QPainter, card: QRectF, colour: QColor) -> None:
    """A ring just inside a card."""
    painter.setPen(QPen(colour, RING_PX))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inner = card.adjusted(RING_PX / 2, RING_PX / 2, -RING_PX / 2, -RING_PX / 2)
    painter.drawRoundedRect(inner, RADIUS_CARD - 1, RADIUS_CARD - 1)


def paint_paper(painter: QPainter, paper: QRectF, picture: QImage | None) -> None:
    """White paper with the picture in its middle, in the picture's own device pixels."""
    outline = QPainterPath()
    outline.addRoundedRect(paper, RADIUS_FIELD, RADIUS_FIELD)
    painter.fillPath(outline, Qt.GlobalColor.white)
    if picture is not None:
        size = QRectF(QPointF(0, 0), picture.deviceIndependentSize())
        size.moveCenter(paper.center())
        corner = size.topLeft()
        painter.drawImage(QPointF(round(corner.x()), round(corner.y())), picture)
    _paint_line(painter, paper, current().colour("hairline"), RADIUS_FIELD)


def paint_blank(painter: QPainter, area: QRectF, shimmer: float) -> None:
    """A grey shape where something is still being read; `shimmer` 0 to 1 is how bright."""
    palette = current()
    colour = faded(palette.colour("text"), 0.07 + 0.07 * shimmer)
    outline = QPainterPath()
    outline.addRoundedRect(area, RADIUS_FIELD, RADIUS_FIELD)
    painter.fillPath(outline, colour)


def paint_no_picture(painter: QPainter, paper: QRectF) -> None:
    """What stands for a picture that cannot be read, or that was never there."""
    paint_blank(painter, paper, 0.0)
    side = min(32, round(min(paper.width(), paper.height()) / 2))
    at = QRect(0, 0, side, side)
    at.moveCenter(paper.center().toPoint())
    icon("mdi6.image-off-outline").paint(painter, at)


def paint_badge(painter: QPainter, corner: QPointF, text: str, icon_name: str = "") -> None:
    """A small pill whose right lower corner is `corner`."""
    palette = current()
    font = quiet_font(painter.font())
    metrics = QFontMetrics(font)
    glyph = BADGE_ICON_PX + 2 if icon_name else 0
    width = metrics.horizontalAdvance(text) + glyph + 2 * SPACE_S
    height = metrics.height() + 2
    pill = QRectF(corner.x() - width, corner.y() - height, width, height)
    painter.setPen(QPen(faded(palette.colour("text"), 0.14), 1))
    painter.setBrush(faded(palette.colour("surface"), 0.9))
    painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
    if icon_name:
        at = QRect(0, 0, BADGE_ICON_PX, BADGE_ICON_PX)
        at.moveTopLeft(
            QPointF(pill.left() + SPACE_S, pill.center().y() - BADGE_ICON_PX / 2).toPoint()
        )
        icon(icon_name).paint(painter, at)
    painter.setFont(font)
    painter.setPen(palette.colour("quiet_text"))
    beside = pill.adjusted(SPACE_S + glyph, 0, 0, 0)
    painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


def paint_text(painter: QPainter, area: QRect, text: str, colour: QColor, font: QFont) -> None:
    """One line, shortened to the area."""
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def picture_size(paper: QRectF, ratio: float) -> QSize:
    """Device pixels of the picture on this paper, on a screen with this device pixel ratio."""
    return QSize(
        max(1, round((paper.width() - 2 * PICTURE_INSET_PX) * ratio)),
        max(1, round((paper.height() - 2 * PICTURE_INSET_PX) * ratio)),
    )


def quiet_font(body: QFont) -> QFont:
    """The small font of what is said aside."""
    font = QFont(body)
    font.setPixelSize(QUIET_PX)
    return font


def _paint_line(
    painter: QPainter, area: QRectF, colour: QColor, radius: float = RADIUS_CARD
) -> None:
    painter.setPen(QPen(colour, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


def _paint_shadow(painter: QPainter, card: QRectF) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(QColor(Qt.GlobalColor.black), 0.09))
    for step in range(1, SHADOW_STEPS):
        grown = card.adjusted(-step, 1 - step / 2, step, 1 + step)
        painter.drawRoundedRect(grown, RADIUS_CARD + step, RADIUS_CARD + step)
