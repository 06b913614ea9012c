"""The badge of a panel whose figures drift from their references: small, in a corner."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPen, QPolygonF

from widgets.common.theme import RADIUS_FIELD, SPACE_S, current, faded, icon

BADGE_PX = 20.0
GLYPH_PX = 14.0
SMALLEST_PX = 60.0  # in panels smaller than this on the screen the badge is half as large
NAME = "mdi6.account-alert-outline"


def badge_rect(outline: QPolygonF) -> QRectF:
    """In the top left corner of a panel's outline, px of the view: the stale mark has the right."""
    bounds = outline.boundingRect()
    small = min(bounds.width(), bounds.height()) < SMALLEST_PX
    side = BADGE_PX / 2 if small else BADGE_PX
    corner = min(outline.toList(), key=lambda point: point.x() + point.y(), default=QPointF())
    return QRectF(corner.x() + SPACE_S, corner.y() + SPACE_S, side, side)


def paint_badge(painter: QPainter, outline: QPolygonF) -> None:
    """A card with an icon, so that it is told by its shape and not by its colour alone."""
    card = badge_rect(outline)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(faded(current().colour("text"), 0.2), 1))
    painter.setBrush(current().colour("surface"))
    painter.drawRoundedRect(card, RADIUS_FIELD, RADIUS_FIELD)
    side = min(GLYPH_PX, card.width() - 2)
    glyph = QRectF(0, 0, side, side)
    glyph.moveCenter(card.center())
    _icon().paint(painter, glyph.toAlignedRect(), Qt.AlignmentFlag.AlignCenter)
    painter.restore()


@lru_cache(maxsize=1)
def _icon() -> QIcon:
    """Asks for the palette each time that it is painted."""
    return icon(NAME, tone="warning")
