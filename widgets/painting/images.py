"""Between arrays, rasters and QImage. Every conversion copies, so that no buffer can dangle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from core.geometry import Raster

Pixels = NDArray[np.uint8]

_FORMATS = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGBA8888,
}


def image_from_array(pixels: Pixels) -> QImage:
    """A QImage that owns its pixels, from (H, W), (H, W, 3) RGB or (H, W, 4) RGBA uint8.

    Raises ValueError for other shapes or types.
    """
    channels = 1 if pixels.ndim == 2 else pixels.shape[-1]
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or channels not in _FORMATS:
        raise ValueError(f"no image has {pixels.dtype} pixels of shape {pixels.shape}")
    return _owned(pixels, channels, _FORMATS[channels])


def premultiplied_from_array(pixels: Pixels) -> QImage:
    """A QImage from the bytes of another one in Format_ARGB32_Premultiplied: (H, W, 4) uint8."""
    return _owned(pixels, 4, QImage.Format.Format_ARGB32_Premultiplied)


def alpha_image(coverage: Pixels) -> QImage:
    """A QImage of nothing but alpha, from (H, W) uint8: what masks are painted with."""
    return _owned(coverage, 1, QImage.Format.Format_Alpha8)


def image_from_raster(raster: Raster) -> QImage:
    return image_from_array(raster.array)


def array_from_image(image: QImage, channels: int) -> Pixels:
    """(H, W) grey, (H, W, 3) RGB or (H, W, 4) straight RGBA for `channels` 1, 3, 4; contiguous."""
    converted = image.convertToFormat(_FORMATS[channels])
    height, width = converted.height(), converted.width()
    # Qt pads every row to a multiple of four bytes.
    rows = np.frombuffer(converted.constBits(), np.uint8).reshape(height, -1)
    pixels = rows[:, : width * channels].copy()
    return pixels if channels == 1 else pixels.reshape(height, width, channels)


def raster_from_image(image: QImage, channels: int) -> Raster:
    return Raster.from_array(array_from_image(image, channels))


def _owned(pixels: Pixels, channels: int, image_format: QImage.Format) -> QImage:
    contiguous = np.ascontiguousarray(pixels)
    height, width = contiguous.shape[:2]
    borrowed = QImage(contiguous.data, width, height, width * channels, image_format)
    return borrowed.copy()
