"""The brush as the artist sees and handles it: its ring, its steps, its keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QPainter

from widgets.common import theme
from widgets.region_editor.mask_overlay import thin_pen

STEP = 1.2  # a press of a key makes the brush this much larger or smaller
CROSS_PX = 3.0
SMALL_PX = 6.0  # a ring smaller than this gets a cross, or it would be lost on the picture

# Actions that a key asks for.
GROW, SHRINK, ERASE, UNDO, REDO = "grow", "shrink", "erase", "undo", "redo"

_KEYS = {
    Qt.Key.Key_BracketRight: GROW,
    Qt.Key.Key_BracketLeft: SHRINK,
    Qt.Key.Key_X: ERASE,
    Qt.Key.Key_E: ERASE,
}
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier


def asked_for(event: QKeyEvent) -> str | None:
    """Which of the actions above a key press means; None = none of them."""
    if event.matches(QKeySequence.StandardKey.Undo):
        return UNDO
    if event.matches(QKeySequence.StandardKey.Redo):
        return REDO
    if event.modifiers() & (_COMMANDS | Qt.KeyboardModifier.AltModifier):
        return None
    return _KEYS.get(Qt.Key(event.key()))


class Brush:
    """A round brush; sizes and places in the units of the view that holds it.

    `at` is where it hovers, None = not over the picture. `erases` is what the artist chose,
    `erases_now` what the running stroke does.
    """

    def __init__(self, diameter: float, smallest: float, largest: float) -> None:
        self.smallest, self.largest = smallest, largest
        self.diameter = diameter
        self.erases = False
        self.erases_now = False
        self.at: QPointF | None = None

    def resize(self, diameter: float) -> None:
        """Inside its limits."""
        self.diameter = min(max(diameter, self.smallest), self.largest)

    def step(self, action: str) -> None:
        """`GROW` or `SHRINK`."""
        self.resize(self.diameter * STEP if action == GROW else self.diameter / STEP)

    def area(self, margin: float) -> QRectF:
        """What the ring covers, and `margin` around it; empty where there is no ring."""
        if self.at is None:
            return QRectF()
        reach = self.diameter / 2 + margin
        return QRectF(self.at.x() - reach, self.at.y() - reach, 2 * reach, 2 * reach)

    def draw(self, painter: QPainter, px: float, stroking: bool) -> None:
        """A circle of true size that reads on any picture; dashed, with a minus, while it erases.

        `px` is the length of one pixel of the screen in the painter's units.
        """
        if self.at is None:
            return
        erase = self.erases_now if stroking else self.erases
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((theme.DARK.ground, 2.5), (theme.LIGHT.surface, 1.2)):
            pen = thin_pen(painter, QColor(colour), width)
            painter.setPen(pen)
            if erase or self.diameter < SMALL_PX * px:
                _draw_cross(painter, self.at, CROSS_PX * px, erase)
            if erase and colour == theme.LIGHT.surface:
                pen.setDashPattern([3.0, 2.5])
                painter.setPen(pen)
            painter.drawEllipse(self.at, self.diameter / 2, self.diameter / 2)
        painter.restore()


def _draw_cross(painter: QPainter, centre: QPointF, arm: float, erase: bool) -> None:
    painter.drawLine(centre - QPointF(arm, 0.0), centre + QPointF(arm, 0.0))
    if not erase:  # a minus takes away
        painter.drawLine(centre - QPointF(0.0, arm), centre + QPointF(0.0, arm))
