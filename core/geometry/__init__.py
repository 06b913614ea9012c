"""Value types of the plane and of pixels: points, rectangles, polygons, similarities, rasters."""

from core.geometry.raster import Raster
from core.geometry.shapes import Point, Polygon, Rect, Similarity

__all__ = ["Point", "Polygon", "Raster", "Rect", "Similarity"]
