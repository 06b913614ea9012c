"""Painting pages with QtGui alone: the same code for the screen, PNG and PSD."""

from widgets.painting.images import (
    alpha_image,
    array_from_image,
    image_from_array,
    image_from_raster,
    raster_from_image,
)
from widgets.painting.page_painter import PagePainter, PanelPicture, page_layers
from widgets.painting.panel_layers import LayerNames, LoadRaster
from widgets.painting.placement import Area, PixelRect, Placement

__all__ = [
    "Area",
    "LayerNames",
    "LoadRaster",
    "PagePainter",
    "PanelPicture",
    "PixelRect",
    "Placement",
    "alpha_image",
    "array_from_image",
    "image_from_array",
    "image_from_raster",
    "page_layers",
    "raster_from_image",
]
