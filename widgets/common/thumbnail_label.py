"""A small picture with round corners."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.common.icons import icon
from widgets.common.palette import ICON_PX, RADIUS_CARD, current, theme_signals


class ThumbnailLabel(QWidget):
    """Shows a picture as large as there is room, never distorted, with a hairline around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme_signals().changed.connect(self.update)

    @property
    def image(self) -> QImage | None:
        return self._image

    def set_image(self, image: QImage | None) -> None:
        """The picture to show; where it lets shine through, it lies on white. None: nothing yet."""
        self._image = None if image is None or image.isNull() else image
        self.updateGeometry()
        self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture lies, in px of this widget."""
        return fitted(self.rect().toRectF(), self._image)

    def sizeHint(self) -> QSize:
        return QSize(96, 96)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_thumbnail(painter, self.rect().toRectF(), self._image)
        painter.end()


def fitted(area: QRectF, image: QImage | None) -> QRectF:
    """The largest rectangle of the image's shape in the middle of the area; no image: all of it."""
    if image is None or image.isNull():
        return area
    size = QSizeF(image.size()).scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    rect = QRectF(area.topLeft(), size)
    rect.moveCenter(area.center())
    return rect


def paint_thumbnail(
    painter: QPainter, area: QRectF, image: QImage | None, radius_px: float = RADIUS_CARD
) -> None:
    """Paint a picture, or the mark of a missing one, into an area; for delegates too."""
    palette = current()
    rect = fitted(area, image).adjusted(0.5, 0.5, -0.5, -0.5)
    outline = QPainterPath()
    outline.addRoundedRect(rect, radius_px, radius_px)
    painter.save()
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
    )
    if image is None or image.isNull():
        painter.fillPath(outline, palette.colour("raised"))
        mark = QRectF(0, 0, ICON_PX, ICON_PX)
        mark.moveCenter(rect.center())
        icon("mdi6.image-outline").paint(painter, mark.toAlignedRect())
    else:
        painter.fillPath(outline, Qt.GlobalColor.white)
        painter.setClipPath(outline)
        painter.drawImage(rect, _smaller(image, rect, painter.device().devicePixelRatioF()))
        painter.setClipping(False)
    painter.setPen(QPen(palette.colour("hairline"), 1.0))
    painter.drawPath(outline)
    painter.restore()


def _smaller(image: QImage, rect: QRectF, ratio: float) -> QImage:
    """Shrunk by area where it is much too large: bilinear sampling alone would flicker."""
    wanted = (rect.size() * ratio).toSize()
    if image.width() <= 2 * wanted.width():
        return image
    return image.scaled(
        wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
