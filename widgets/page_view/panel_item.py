"""One panel on the page: its picture, its state. Never paints from pixels while Qt paints."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
    QTransform,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from core.document import Framing, Panel
from core.geometry import Polygon
from widgets.page_view.badge import badge_rect, paint_badge
from widgets.page_view.panel_chrome import Link, PanelChrome, state_text
from widgets.page_view.pictures import ShownPicture
from widgets.page_view.state import PanelState, PanelStatus, status_of
from widgets.painting.placeholder import PAPER
from widgets.painting.shapes import MITER_LIMIT

PREVIEW_PX = 480  # longer side of a latent preview's picture; it is blurred anyway
SAME_SCALE = 1e-6


class PanelItem(QGraphicsItem):
    """A panel in page mm. The scene hands it the panel, its status and its picture."""

    def __init__(self, panel: Panel, on_changed: Callable[[QRectF], None]) -> None:
        """on_changed: told where the panel looks different from before."""
        super().__init__()
        self._on_changed = on_changed
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)  # the view's tools see all panels
        self._panel = panel
        self._outline = polygon_path(panel.polygon)
        self._status: PanelStatus | None = None
        self._picture: ShownPicture | None = None
        self._preview: QImage | None = None
        self._badge = ""
        self._hides_figures = False
        self._clip_mm: QRectF | None = None

    @property
    def shown_panel(self) -> Panel:
        return self._panel

    @property
    def picture(self) -> ShownPicture | None:
        return self._picture

    @property
    def status(self) -> PanelStatus:
        return self._status or status_of(self._panel)

    @property
    def is_grey(self) -> bool:
        """Whether its picture loses part of its colour."""
        return self._panel.drawing is not None and self.status.state is PanelState.STALE

    @property
    def hides_figures(self) -> bool:
        """Whether an undrawn panel leaves out its figures, because something else shows them."""
        return self._hides_figures

    @property
    def outline(self) -> QPainterPath:
        """In page mm."""
        return self._outline

    def set_panel(self, panel: Panel) -> None:
        if panel is self._panel:
            return
        before, self._panel = self._panel, panel
        reshaped = panel.polygon != before.polygon or panel.border != before.border
        if not reshaped and (panel.drawing is None) == (before.drawing is None):
            return  # its figures are in the picture, which comes by itself
        if reshaped:
            self._look_different()
            self.prepareGeometryChange()
            self._outline = polygon_path(panel.polygon)
            self._preview = _preview_of(panel, self.status.preview)
        self._look_different()

    def set_status(self, status: PanelStatus | None) -> None:
        """None = what the panel itself says."""
        if status == self._status:
            return
        self._status = status
        self._preview = _preview_of(self._panel, self.status.preview)
        self.setToolTip(state_text(self.status) or self._badge)
        self._look_different()

    def set_badge(self, text: str) -> None:
        """What is off about the figures of a drawing that is up to date; "" = nothing."""
        if text != self._badge:
            self._badge = text
            self.setToolTip(state_text(self.status) or text)
            self._look_different()

    def set_picture(self, picture: ShownPicture | None) -> None:
        self._picture = picture
        self._look_different()

    def set_hides_figures(self, hides: bool) -> None:
        self._hides_figures = hides

    def set_clip(self, clip_mm: QRectF | None) -> None:
        """Show nothing beyond this rectangle of the page."""
        if clip_mm != self._clip_mm:
            self._clip_mm = clip_mm
            self._look_different()

    def link_at(self, point_mm: QPointF, view_transform: QTransform, font: QFont) -> Link | None:
        """Which of Retry, Smaller, Details and the badge is at a point of the page."""
        if self._shows_badge:
            where = badge_rect(self._device_outline(view_transform))
            return Link.CHECK if where.contains(view_transform.map(point_mm)) else None
        if self.status.state is not PanelState.FAILED:
            return None
        chrome = PanelChrome(self._device_outline(view_transform), self.status, font)
        return chrome.link_at(view_transform.map(point_mm))

    @property
    def _shows_badge(self) -> bool:
        return bool(self._badge) and self.status.state is PanelState.FRESH

    def _look_different(self) -> None:
        self._on_changed(self.boundingRect())
        self.update()

    def _device_outline(self, transform: QTransform) -> QPolygonF:
        return transform.map(QPolygonF([QPointF(p.x, p.y) for p in self._panel.polygon.points]))

    def _paint_picture(self, painter: QPainter) -> None:
        picture = self._picture
        if picture is None or picture.image.isNull():
            painter.fillPath(self._outline, QColor(PAPER))
            self._paint_border(painter)
        elif picture.polygon == self._panel.polygon:
            _draw_at_place(painter, picture)
        else:
            self._draw_reshaped(painter, picture)

    def _draw_reshaped(self, painter: QPainter, picture: ShownPicture) -> None:
        """An older picture in a new outline, until the next one is painted."""
        old, new = picture.polygon.bounds, self._panel.polygon.bounds
        painter.save()
        painter.setClipPath(self._outline, Qt.ClipOperation.IntersectClip)
        painter.fillPath(self._outline, QColor(PAPER))
        scale = max(new.width / max(old.width, 1e-6), new.height / max(old.height, 1e-6))
        painter.translate(new.center.x, new.center.y)
        painter.scale(scale, scale)
        painter.translate(-old.center.x, -old.center.y)
        _draw_at_place(painter, picture)
        painter.restore()
        self._paint_border(painter)

    def _paint_preview(self, painter: QPainter) -> None:
        preview = self._preview
        if preview is None or self.status.state is not PanelState.DRAWING:
            return
        bounds = self._panel.polygon.bounds
        painter.drawImage(QRectF(bounds.x, bounds.y, bounds.width, bounds.height), preview)
        self._paint_border(painter)

    def _paint_border(self, painter: QPainter) -> None:
        border = self._panel.border
        if border is None or border.width_mm <= 0:
            return
        pen = QPen(QColor(border.colour), border.width_mm)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setMiterLimit(MITER_LIMIT)
        painter.strokePath(self._outline, pen)

    def _paint_chrome(self, painter: QPainter) -> None:
        status = self.status
        if status.state in (PanelState.FRESH, PanelState.MISSING) and not self._shows_badge:
            return
        outline = self._device_outline(painter.worldTransform())
        painter.save()
        painter.resetTransform()
        if self._shows_badge:
            paint_badge(painter, outline)
        PanelChrome(outline, status, painter.font()).paint(
            painter, is_drawn=self._panel.drawing is not None
        )
        painter.restore()

    # Qt's own names from here on.

    def boundingRect(self) -> QRectF:
        border = self._panel.border
        reach = 1.0 + (border.width_mm * MITER_LIMIT / 2 if border else 0.0)
        return self._outline.boundingRect().adjusted(-reach, -reach, reach, reach)

    def shape(self) -> QPainterPath:
        return self._outline

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        if self._clip_mm is not None:
            painter.setClipRect(self._clip_mm, Qt.ClipOperation.IntersectClip)
        self._paint_picture(painter)
        self._paint_preview(painter)
        self._paint_chrome(painter)


def polygon_path(polygon: Polygon) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(p.x, p.y) for p in polygon.points]))
    path.closeSubpath()
    return path


def _draw_at_place(painter: QPainter, picture: ShownPicture) -> None:
    """Pixel upon pixel where the picture has the scale of the view, else stretched."""
    transform = painter.worldTransform()
    device = painter.device()
    ratio = device.devicePixelRatioF()
    scale = picture.px_per_mm
    if abs(transform.m11() * ratio / scale - 1) < SAME_SCALE:
        painter.save()
        painter.resetTransform()
        image = QImage(picture.image)  # shares the pixels
        image.setDevicePixelRatio(ratio)
        at = QPointF(transform.dx() + picture.left / ratio, transform.dy() + picture.top / ratio)
        painter.drawImage(at, image)
        painter.restore()
        return
    size = picture.image.size()
    painter.drawImage(
        QRectF(
            picture.left / scale,
            picture.top / scale,
            size.width() / scale,
            size.height() / scale,
        ),
        picture.image,
    )


def _preview_of(panel: Panel, preview: QImage | None) -> QImage | None:
    """A latent preview as the panel's drawing will lie in it, cut by the outline."""
    bounds = panel.polygon.bounds
    if preview is None or preview.isNull() or min(bounds.width, bounds.height) <= 0:
        return None
    scale = PREVIEW_PX / max(bounds.width, bounds.height)
    size = (max(1, round(bounds.width * scale)), max(1, round(bounds.height * scale)))
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    crop = Framing(bounds, preview.width(), preview.height()).crop
    stretch = size[0] / crop.width
    brush = QBrush(preview)
    brush.setTransform(
        QTransform.fromTranslate(-crop.x * stretch, -crop.y * stretch).scale(stretch, stretch)
    )
    painter = QPainter(image)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    to_image = QTransform.fromScale(scale, scale).translate(-bounds.x, -bounds.y)
    painter.fillPath(to_image.map(polygon_path(panel.polygon)), brush)
    painter.end()
    return image
