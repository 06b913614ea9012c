"""What lies around a layer's moving parts, painted once for the time that a hand holds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem

TILE_PX = 96  # painted ahead in one go: well under a millisecond


class Still:
    """A view's picture of all that does not move while a hand holds something on a layer.

    Under a moving hand Qt would paint every panel that the moving figure touches again, 60 times a
    second; of these only the figure is another one. Good as long as the view shows the same part
    at the same size; panels that change meanwhile are told by `spoil`.

    moving: children of the layer that are painted every time. The others are painted once too.
    """

    def __init__(
        self, view: QGraphicsView, layer: QGraphicsItem, moving: Collection[QGraphicsItem]
    ) -> None:
        self._view, self._layer = view, layer
        z = layer.zValue()
        self._above = [item for item in _roots(view) if item.zValue() > z]
        self._parts = _parts(layer, moving)
        self._ground = QPixmap()
        self._painted = QRegion()  # what the ground shows already: the rest waits until it is seen
        self._seen: tuple[QTransform, QSize, float] | None = None
        self._spoilt: list[QRectF] = []
        self._last = QPoint()  # the middle of what was painted last
        self._left: list[QRect] = []  # tiles not yet painted ahead

    def spoil(self, area_mm: QRectF) -> None:
        """What is seen of the panels in this part of the scene is another thing now."""
        self._spoilt.append(area_mm)

    def paint(self, painter: QPainter, exposed: QRegion) -> None:
        """Everything of the view within `exposed`."""
        self._keep_up()
        self._last = exposed.boundingRect().center()
        self._paint_ground(exposed - self._painted)
        painter.setClipRegion(exposed)
        area, ratio = QRectF(exposed.boundingRect()), self._ground.devicePixelRatio()
        source = QRectF(area.topLeft() * ratio, area.size() * ratio)
        painter.drawPixmap(area, self._ground, source)
        painter.setRenderHints(self._view.renderHints())
        _paint(painter, (self._layer,), self._view)
        for part in self._parts:
            if isinstance(part, _Resting):
                painter.drawPixmap(part.corner, part.pixmap)
            else:
                _paint(painter, (part,), self._view)
        _paint(painter, self._above, self._view)

    def paint_ahead(self) -> bool:
        """Paint one more tile of the ground, the nearest to the hand; False where none is left.

        The hand comes to parts of the page that it has not touched yet in nearly every frame.
        """
        if self._seen is None:
            return True  # the first painting comes first
        self._keep_up()
        self._left.sort(key=lambda t: (t.center() - self._last).manhattanLength(), reverse=True)
        while self._left:
            missing = QRegion(self._left.pop()) - self._painted
            if not missing.isEmpty():
                self._paint_ground(missing)
                break
        return bool(self._left)

    def _keep_up(self) -> None:
        port = self._view.viewport()
        now = (self._view.viewportTransform(), port.size(), port.devicePixelRatioF())
        if now != self._seen:
            self._seen = now
            self._ground = _pixmap(port.size(), now[2])
            self._painted = QRegion()
            self._left = _tiles(port.rect())
            for part in self._parts:
                if isinstance(part, _Resting):
                    part.render(self._view)
        for area in self._spoilt:
            self._painted -= QRegion(now[0].mapRect(area).toAlignedRect().adjusted(-1, -1, 1, 1))
        self._spoilt.clear()

    def _paint_ground(self, region: QRegion) -> None:
        if region.isEmpty():
            return
        self._painted += region
        painter = QPainter(self._ground)
        painter.setClipRegion(region)
        painter.setRenderHints(self._view.renderHints())
        painter.fillRect(region.boundingRect(), self._view.scene().backgroundBrush())
        _paint(painter, self._below(region), self._view)
        painter.end()

    def _below(self, region: QRegion) -> list[QGraphicsItem]:
        """From the bottom up; looked for anew, because panels come and go."""
        z, seen = self._layer.zValue(), self._view.viewportTransform()
        return [
            item
            for item in _roots(self._view)
            if item.zValue() < z
            and region.intersects(seen.mapRect(item.sceneBoundingRect()).toAlignedRect())
        ]


class _Resting:
    """Children of the layer between two that move, as one picture."""

    def __init__(self, items: list[QGraphicsItem]) -> None:
        self._items = items
        self.corner = QPoint()
        self.pixmap = QPixmap()

    def render(self, view: QGraphicsView) -> None:
        area = QRect()
        for item in self._items:
            if item.isVisible():
                seen = item.deviceTransform(view.viewportTransform())
                area = area.united(seen.mapRect(item.boundingRect()).toAlignedRect())
        area = area.intersected(view.viewport().rect())
        self.corner = area.topLeft()
        self.pixmap = _pixmap(area.size(), view.viewport().devicePixelRatioF())
        if area.isEmpty():
            return
        self.pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self.pixmap)
        painter.setRenderHints(view.renderHints())
        _paint(painter, self._items, view, QTransform.fromTranslate(-area.x(), -area.y()))
        painter.end()


def _roots(view: QGraphicsView) -> list[QGraphicsItem]:
    """The items without a parent, from the bottom up: by height alone, which they differ in."""
    roots = [item for item in view.scene().items() if not item.parentItem()]
    return sorted(roots, key=lambda item: item.zValue())


def _parts(
    layer: QGraphicsItem, moving: Collection[QGraphicsItem]
) -> list[QGraphicsItem | _Resting]:
    """The layer's children from the bottom up, those side by side that rest as one."""
    parts: list[QGraphicsItem | _Resting] = []
    for moves, items in groupby(layer.childItems(), key=lambda item: item in moving):
        if moves:
            parts += items
        else:
            parts.append(_Resting(list(items)))
    return parts


def _tiles(area: QRect) -> list[QRect]:
    return [
        QRect(x, y, TILE_PX, TILE_PX) & area
        for y in range(0, area.height(), TILE_PX)
        for x in range(0, area.width(), TILE_PX)
    ]


def _pixmap(size: QSize, ratio: float) -> QPixmap:
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _paint(
    painter: QPainter,
    items: Iterable[QGraphicsItem],
    view: QGraphicsView,
    shift: QTransform | None = None,
) -> None:
    """Items, without their children, from the bottom up; `shift` comes after the view."""
    seen = view.viewportTransform() * (shift or QTransform())
    for item in items:
        if not item.isVisible():
            continue
        painter.save()
        painter.setWorldTransform(item.deviceTransform(seen))
        option = QStyleOptionGraphicsItem()
        option.exposedRect = item.boundingRect()  # type: ignore[attr-defined]
        item.paint(painter, option, view.viewport())
        painter.restore()
