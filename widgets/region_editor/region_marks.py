"""Small marks over a panel: clicked points, the box being drawn, regions that are there already."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from core.document import Document, Panel
from core.errors import KomaError
from widgets.common import theme
from widgets.painting import LoadRaster
from widgets.region_editor.mask_outline import outline
from widgets.region_editor.mask_overlay import path_of, thin_pen

MARK_RADIUS_PX = 7.0
SIGN_PX = 3.0
OTHERS_OPACITY = 0.75
SMALLEST_BOX_MM = 1.0  # a box smaller than this was a click


class ClickPoint(NamedTuple):
    """A click on a subject, in mm of the panel: `positive` = this is it, else this is not it."""

    x_mm: float
    y_mm: float
    positive: bool


class OtherRegion(NamedTuple):
    """The outline (mm of the panel) and colour of a region that the panel has already."""

    path: QPainterPath
    colour: QColor


def other_regions(
    document: Document, panel: Panel, load: LoadRaster, plain: QColor
) -> tuple[OtherRegion, ...]:
    """The panel's visible regions. One whose mask cannot be read is left out: the page says so."""
    figures = {figure.id: figure.character_id for figure in panel.figures}
    masks = [(edit.mask, edit.character_id) for edit in panel.region_edits if edit.visible]
    masks += [(mask.mask, figures.get(mask.figure_id)) for mask in panel.region_masks]
    colours = {c.id: theme.character_colour(c.colour) for c in document.characters}
    bounds = panel.polygon.bounds
    found: list[OtherRegion] = []
    for digest, character_id in masks:
        try:
            mask = load(digest)
        except KomaError:
            continue
        pixels = mask.array if mask.channels == 1 else mask.array[..., 0]
        to_mm = QTransform.fromScale(bounds.width / mask.width, bounds.height / mask.height)
        path = to_mm.map(path_of(outline(pixels)))
        found.append(OtherRegion(path, colours.get(character_id or "", plain)))
    return tuple(found)


def draw_others(painter: QPainter, others: tuple[OtherRegion, ...]) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(OTHERS_OPACITY)
    for other in others:
        painter.strokePath(other.path, thin_pen(painter, QColor(theme.DARK.ground), 2.6))
        painter.strokePath(other.path, thin_pen(painter, other.colour, 1.4))
    painter.restore()


class Band:
    """The box around a subject, mm of the panel; it stays while the subject in it is looked for."""

    def __init__(self) -> None:
        self._start: QPointF | None = None
        self._rect: QRectF | None = None

    @property
    def is_held(self) -> bool:
        """It is under the hand."""
        return self._start is not None

    def begin(self, at: QPointF) -> None:
        self._start, self._rect = at, QRectF(at, at)

    def drag(self, at: QPointF) -> QRectF:
        """Stretch it from where it began. Returns what that changed."""
        if self._start is None:
            return QRectF()
        before = self._rect or QRectF()
        self._rect = QRectF(self._start, at).normalized()
        return before.united(self._rect)

    def release(self) -> QRectF | None:
        """Let go. None where it is too small to be meant."""
        self._start = None
        rect = self._rect
        if rect is not None and min(rect.width(), rect.height()) < SMALLEST_BOX_MM:
            self._rect = None
        return self._rect

    def forget(self) -> None:
        self._start = self._rect = None

    def draw(self, painter: QPainter, colour: QColor) -> None:
        """Filled only while it is held."""
        if self._rect is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_held:
            painter.fillRect(self._rect, theme.faded(colour, 0.15))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(thin_pen(painter, QColor(theme.DARK.ground), 3.0))
        painter.drawRect(self._rect)
        line = thin_pen(painter, QColor(theme.LIGHT.surface), 1.4)
        line.setDashPattern([4.0, 3.0])
        painter.setPen(line)
        painter.drawRect(self._rect)
        painter.restore()


def draw_point(painter: QPainter, point: ClickPoint, px: float, waiting: bool) -> None:
    """A disc with plus or minus, `px` being a pixel of the screen; hollow while it is looked at."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(point.x_mm, point.y_mm)
    painter.scale(px, px)
    dark = QColor(theme.DARK.ground)
    colour = QColor(theme.DARK.success if point.positive else theme.DARK.danger)
    disc = QPointF(0.0, 0.0)
    painter.setPen(QPen(dark, 3.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(disc, MARK_RADIUS_PX, MARK_RADIUS_PX)
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(dark if waiting else colour)
    painter.drawEllipse(disc, MARK_RADIUS_PX, MARK_RADIUS_PX)
    painter.setPen(QPen(colour if waiting else dark, 1.8))
    painter.drawLine(QPointF(-SIGN_PX, 0.0), QPointF(SIGN_PX, 0.0))
    if point.positive:
        painter.drawLine(QPointF(0.0, -SIGN_PX), QPointF(0.0, SIGN_PX))
    painter.restore()
