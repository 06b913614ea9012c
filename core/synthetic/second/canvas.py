"""The canvas of the second edition: colour and layer in one picture of four channels.

One call of cv2 then paints both, which halves the time. A layer stands for a figure, a limb (the
owner) and a part; what a pixel shows is read from it at the end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import SHIFT, SUPERSAMPLING, Part, Points, Rgb, line_tone, shade
from core.synthetic.fabric import tile

_SCALE = SUPERSAMPLING * (1 << SHIFT)
_BACKGROUND = 255
_REFERENCE_PX = 256  # line weights are px of a picture this high


class Owner(IntEnum):
    """The limb that a painted shape belongs to; tells which keypoints are covered."""

    TRUNK = 0
    HEAD = 1
    RIGHT_ARM = 2
    LEFT_ARM = 3
    RIGHT_LEG = 4
    LEFT_LEG = 5
    HAIR = 6
    CLOTHES = 7  # hangs from the trunk over the legs


@dataclass(frozen=True)
class Style:
    """How it is drawn. shading: flat, cel or manga; weight: outline in px at 256 px height."""

    shading: str = "cel"
    weight: float = 1.1


class Canvas:
    """Paints in output px on a supersampled picture; `finish` gives picture and layers."""

    def __init__(self, background: NDArray[np.uint8], style: Style) -> None:
        height, width = background.shape[:2]
        self.width, self.height, self.style = width, height, style
        size = (width * SUPERSAMPLING, height * SUPERSAMPLING)
        layered = cv2.cvtColor(background, cv2.COLOR_RGB2RGBA)  # layer 255: the background
        self._pixels = cv2.resize(layered, size, interpolation=cv2.INTER_NEAREST)
        self.layers: list[tuple[int, Owner, Part]] = []
        self._numbers: dict[tuple[int, Owner, Part], int] = {}
        self._figure = 0
        self._layer = 0
        self._owner = Owner.TRUNK
        self._line = 1

    def begin_figure(self, number: int, radius: float) -> None:
        """Shapes from now on belong to this figure; its head `radius` (px) sets the line width."""
        self._figure = number
        size = 0.7 * self.height / _REFERENCE_PX + 0.012 * radius
        self._line = max(1, round(2 * self.style.weight * size * SUPERSAMPLING / 2))

    def on(self, owner: Owner, part: Part) -> None:
        """Shapes from now on are this part of this limb."""
        key = (self._figure, owner, part)
        if key not in self._numbers:
            self._numbers[key] = len(self.layers)
            self.layers.append(key)
        self._layer = self._numbers[key]
        self._owner = owner

    def owner_of(self, layer: int) -> tuple[int, Owner | None]:
        """Figure and limb of a layer number; (-1, None) for the background."""
        if layer == _BACKGROUND:
            return -1, None
        return self.layers[layer][0], self.layers[layer][1]

    def part(self, part: Part) -> None:
        """Another part of the same limb."""
        self.on(self._owner, part)

    def fill(self, shape: Points | None, colour: Rgb, *, line: bool = True) -> None:
        """A closed shape; its outline lies under the fill's edge."""
        if shape is not None:
            self.fill_group([shape], colour, line=line)

    def fill_group(self, shapes: list[Points], colour: Rgb, *, line: bool = True) -> None:
        """Several shapes as one silhouette: no lines where they overlap."""
        fixed = [_fixed(shape) for shape in shapes]
        if line:
            ink = (*line_tone(colour), self._layer)
            cv2.polylines(self._pixels, fixed, True, ink, self._line + 1, cv2.LINE_8, SHIFT)
        for shape in fixed:
            cv2.fillPoly(self._pixels, [shape], (*colour, self._layer), cv2.LINE_8, SHIFT)

    def tone(self, shape: Points | None, colour: Rgb) -> None:
        """A shadow or light inside a shape already painted; nothing in flat style."""
        if shape is not None and self.style.shading != "flat":
            fixed = [_fixed(shape)]
            cv2.fillPoly(self._pixels, fixed, (*colour, self._layer), cv2.LINE_8, SHIFT)

    def stroke(self, path: Points, colour: Rgb, width: float) -> None:
        """An open line, `width` in output px."""
        thickness = max(1, round(width * SUPERSAMPLING))
        ink = (*colour, self._layer)
        cv2.polylines(self._pixels, [_fixed(path)], False, ink, thickness, cv2.LINE_8, SHIFT)

    def crease(self, path: Points, colour: Rgb) -> None:
        """A thin inner line in a dark tone of what it lies on."""
        self.creases([path], colour)

    def creases(self, paths: list[Points], colour: Rgb) -> None:
        ink = (*line_tone(shade(colour, 0.9)), self._layer)
        fixed = [_fixed(path) for path in paths]
        width = max(1, round(0.7 * self._line))
        cv2.polylines(self._pixels, fixed, False, ink, width, cv2.LINE_8, SHIFT)

    def pattern(
        self, shape: Points, kind: str, colour: Rgb, origin: Points, angle: float, unit: float
    ) -> None:
        """A fabric pattern inside `shape`: its origin (px), turn and unit (px) on the canvas."""
        scaled = shape * SUPERSAMPLING
        low = np.maximum(np.floor(scaled.min(0)).astype(int), 0)
        high = np.minimum(
            np.ceil(scaled.max(0)).astype(int) + 1,
            (self.width * SUPERSAMPLING, self.height * SUPERSAMPLING),
        )
        width, height = (high - low).tolist()
        if width <= 0 or height <= 0 or unit <= 0:
            return
        mask = np.zeros((height, width), np.uint8)
        cv2.fillPoly(mask, [np.round((scaled - low) * 16).astype(np.int32)], 1, cv2.LINE_8, SHIFT)
        cell, side = tile(kind)
        step = cell.shape[0] / (side * unit * SUPERSAMPLING)
        cos, sin = float(np.cos(angle)) * step, float(np.sin(angle)) * step
        dx, dy = (low - np.asarray(origin) * SUPERSAMPLING).tolist()
        where = np.array(
            [[cos, sin, cos * dx + sin * dy], [-sin, cos, cos * dy - sin * dx]], np.float32
        )
        ink = cv2.warpAffine(
            cell, where, (width, height),
            flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_WRAP,
        )  # fmt: skip
        ink *= mask
        target = self._pixels.view(np.uint32)[low[1] : high[1], low[0] : high[0], 0]
        np.copyto(target, self._packed(colour), where=ink == 1)
        if kind == "plaid":
            np.copyto(target, self._packed(shade(colour, 0.8)), where=ink == 2)

    def _packed(self, colour: Rgb) -> np.uint32:
        """Colour and layer as one number, as they lie in the picture."""
        return np.array([*colour, self._layer], np.uint8).view(np.uint32)[0]

    def finish(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
        """Picture (H, W, 3), subject mask 0 to 255 (H, W) and layer numbers (H, W).

        Layer 255 is the background.
        """
        size = (self.width, self.height)
        top = cv2.extractChannel(self._pixels, 3)
        mask = cv2.resize(
            np.not_equal(top, _BACKGROUND).view(np.uint8) * np.uint8(255),
            size,
            interpolation=cv2.INTER_AREA,
        )
        small = cv2.resize(self._pixels, size, interpolation=cv2.INTER_AREA)
        image = cv2.cvtColor(small, cv2.COLOR_RGBA2RGB)
        if self.style.shading == "manga":
            grey = cv2.LUT(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), _MANGA)
            image = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
        layers = np.ascontiguousarray(top[1::SUPERSAMPLING, 1::SUPERSAMPLING])
        return np.asarray(image, np.uint8), np.asarray(mask, np.uint8), layers.astype(np.uint8)


def _fixed(shape: Points) -> NDArray[np.int32]:
    return np.rint(shape * _SCALE).astype(np.int32)


def _manga_curve() -> NDArray[np.uint8]:
    """Grey values drawn together to paper, two tones and ink, with soft steps between."""
    knots = [0, 50, 80, 105, 140, 165, 195, 215, 255]
    tones = [10, 20, 84, 122, 142, 206, 222, 252, 255]
    return np.interp(np.arange(256), knots, tones).astype(np.uint8)


_MANGA = _manga_curve()
