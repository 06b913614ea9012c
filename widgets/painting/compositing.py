"""Layers laid over each other: on the screen, and as the merged picture of an export."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage, QPainter

from core.export import Layer, LayerGroup, Mask, Node
from widgets.painting.images import alpha_image, array_from_image, image_from_array
from widgets.painting.placement import PixelRect
from widgets.painting.shapes import bands

Pixels = NDArray[np.uint8]

_MODES = {
    "normal": QPainter.CompositionMode.CompositionMode_SourceOver,
    "multiply": QPainter.CompositionMode.CompositionMode_Multiply,
    "screen": QPainter.CompositionMode.CompositionMode_Screen,
}


def merge(nodes: Iterable[Node], canvas: PixelRect) -> Pixels:
    """(H, W, 3) uint8 RGB: the layers over black, which an opaque lowest layer hides."""
    nodes = tuple(nodes)
    merged = np.empty((canvas.height, canvas.width, 3), np.uint8)
    for band in bands(canvas):
        image = flatten(nodes, band)
        rows = slice(band.top - canvas.top, band.bottom - canvas.top)
        merged[rows] = array_from_image(image.convertToFormat(QImage.Format.Format_RGB32), 3)
    return merged


def flatten(nodes: Iterable[Node], window: PixelRect) -> QImage:
    """The layers over nothing, where `window` shows them: premultiplied, with alpha."""
    image = QImage(window.width, window.height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    for node in nodes:
        if node.visible:
            _draw(painter, node, window)
    painter.end()
    return image


def extent(node: Node) -> PixelRect:
    """The pixels outside of which the node shows nothing."""
    if isinstance(node, Layer):
        return _rect_of(node)
    if node.mask is not None:
        return _rect_of(node.mask)
    first, *others = map(extent, node.children)
    for other in others:
        first = first.united(other)
    return first


def _draw(painter: QPainter, node: Node, window: PixelRect) -> None:
    part = extent(node).intersected(window)
    if part.is_empty:
        return
    place = part.moved(-window.left, -window.top)
    if isinstance(node, LayerGroup):
        painter.drawImage(place.left, place.top, _group(node, part))
        return
    painter.save()
    painter.setOpacity(node.opacity)
    painter.setCompositionMode(_MODES[node.blend])
    painter.drawImage(place.left, place.top, image_from_array(_cut(node, part)))
    painter.restore()


def _group(group: LayerGroup, part: PixelRect) -> QImage:
    image = flatten(group.children, part)
    if group.mask is not None:
        painter = QPainter(image)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        painter.drawImage(0, 0, alpha_image(_cut(group.mask, part)))
        painter.end()
    return image


def _cut(pixels: Layer | Mask, part: PixelRect) -> Pixels:
    rows = slice(part.top - pixels.top, part.bottom - pixels.top)
    columns = slice(part.left - pixels.left, part.right - pixels.left)
    return pixels.image[rows, columns]


def _rect_of(pixels: Layer | Mask) -> PixelRect:
    return PixelRect(
        pixels.left, pixels.top, pixels.left + pixels.width, pixels.top + pixels.height
    )
