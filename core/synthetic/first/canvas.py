"""The first edition's canvas: picture and part labels in two arrays, both supersampled."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import SHIFT, SUPERSAMPLING, Part, Points, Rgb
from core.synthetic.fabric import inked


class Canvas:
    """An RGB picture and its part labels, both supersampled; coordinates are output pixels."""

    def __init__(self, background: NDArray[np.uint8]) -> None:
        height, width = background.shape[:2]
        self.width, self.height = width, height
        size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        self.image = cv2.resize(background, size, interpolation=cv2.INTER_NEAREST)
        self.labels = np.zeros((size[1], size[0]), dtype=np.uint8)

    @staticmethod
    def _fixed(shape: Points) -> NDArray[np.int32]:
        return np.round(shape * (SUPERSAMPLING * (1 << SHIFT))).astype(np.int32)

    def fill(
        self, shape: Points, colour: Rgb, part: Part, *, line: Rgb | None = None, width: float = 1.2
    ) -> None:
        """Fill a polygon; with `line`, its outline is drawn under the fill's edge."""
        fixed = self._fixed(shape)
        if line is not None:
            thickness = max(1, round(2 * width * SUPERSAMPLING / 2))
            cv2.polylines(self.image, [fixed], True, line, thickness, cv2.LINE_8, SHIFT)
            cv2.polylines(self.labels, [fixed], True, int(part), thickness, cv2.LINE_8, SHIFT)
        cv2.fillPoly(self.image, [fixed], colour, cv2.LINE_8, SHIFT)
        cv2.fillPoly(self.labels, [fixed], int(part), cv2.LINE_8, SHIFT)

    def fill_group(
        self, shapes: list[Points], colour: Rgb, part: Part, *, line: Rgb, width: float = 1.2
    ) -> None:
        """Fill several shapes as one silhouette: no lines where they overlap."""
        thickness = max(1, round(2 * width * SUPERSAMPLING))
        fixed = [self._fixed(shape) for shape in shapes]
        cv2.polylines(self.image, fixed, True, line, thickness, cv2.LINE_8, SHIFT)
        cv2.polylines(self.labels, fixed, True, int(part), thickness, cv2.LINE_8, SHIFT)
        for shape in fixed:
            cv2.fillPoly(self.image, [shape], colour, cv2.LINE_8, SHIFT)
            cv2.fillPoly(self.labels, [shape], int(part), cv2.LINE_8, SHIFT)

    def stroke(self, path: Points, colour: Rgb, width: float, part: Part | None = None) -> None:
        """An open line."""
        fixed = [self._fixed(path)]
        thickness = max(1, round(width * SUPERSAMPLING))
        cv2.polylines(self.image, fixed, False, colour, thickness, cv2.LINE_8, SHIFT)
        if part is not None:
            cv2.polylines(self.labels, fixed, False, int(part), thickness, cv2.LINE_8, SHIFT)

    def region(self, shape: Points) -> tuple[slice, slice, NDArray[np.bool_]] | None:
        """Rows, columns and mask of a polygon on the supersampled canvas; None where outside."""
        scaled = shape * SUPERSAMPLING
        x0, y0 = np.maximum(np.floor(scaled.min(0)).astype(int) - 1, 0)
        x1 = min(int(scaled[:, 0].max()) + 2, self.image.shape[1])
        y1 = min(int(scaled[:, 1].max()) + 2, self.image.shape[0])
        if x1 <= x0 or y1 <= y0:
            return None
        mask = np.zeros((y1 - y0, x1 - x0), dtype=np.uint8)
        local = np.round((scaled - [x0, y0]) * (1 << SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [local], 1, cv2.LINE_8, SHIFT)
        return slice(y0, y1), slice(x0, x1), mask.astype(bool)

    def fill_on(self, shape: Points, colour: Rgb, part: Part) -> None:
        """Fill only where `part` already is (shadows, highlights, stripes on a garment)."""
        found = self.region(shape)
        if found is None:
            return
        rows, columns, mask = found
        self.image[rows, columns][mask & (self.labels[rows, columns] == int(part))] = colour

    def pattern(
        self, shape: Points, kind: str, colour: Rgb, origin: Points, angle: float, unit: float
    ) -> None:
        """A fabric pattern in the garment's own coordinates (`origin`, `angle`, `unit` px)."""
        found = self.region(shape)
        if found is None or kind == "plain":
            return
        rows, columns, mask = found
        ys, xs = np.mgrid[rows, columns].astype(np.float32) / SUPERSAMPLING
        dx, dy = xs - origin[0], ys - origin[1]
        cos, sin = np.cos(angle), np.sin(angle)
        u, v = (cos * dx + sin * dy) / unit, (-sin * dx + cos * dy) / unit
        self.image[rows, columns][mask & inked(kind, u, v)] = colour

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
        """Picture (H, W, 3), mask 0 to 255 (H, W) and labels (H, W) at output size."""
        size = (self.width, self.height)
        image = np.asarray(cv2.resize(self.image, size, interpolation=cv2.INTER_AREA), np.uint8)
        subject = (self.labels > 0).astype(np.uint8) * 255
        mask = np.asarray(cv2.resize(subject, size, interpolation=cv2.INTER_AREA), np.uint8)
        labels = np.ascontiguousarray(self.labels[1::SUPERSAMPLING, 1::SUPERSAMPLING])
        return image, mask, labels
