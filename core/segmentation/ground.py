"""What lies behind the figure, read from the picture's border.

A ground is a smooth colour: a quadratic polynomial in x and y for each Lab channel, so that
plain paper, soft gradients and vignettes are one ground each. The border is walked around once and
cut where its colour jumps; the longest piece and the pieces that continue it are the ground, and
bands that cross the whole picture (sky, sea, floor) are further ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_SAMPLES = 640  # places along the border
_MIN_JUMP = 3.0  # Lab distance between places four apart that cuts the border
_MIN_RUN = 6  # places; shorter pieces decide nothing
_CLEAN = 0.8  # Lab noise of a picture that needs no smoothing
_LEVEL = 0.03  # of the height: how level the edge of a band is
_STRIP_ROWS = 256  # rows compared at once: bounds the memory on large pictures

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Ground:
    """coefficients: (6, 3), of 1, x, y, x^2, xy, y^2 with x and y from -1 to 1 over the picture.

    noise: median Lab distance of its own pixels from it; share: of the border, 0 to 1.
    corners: which of top left, top right, bottom left, bottom right are of this ground.
    """

    coefficients: Floats
    noise: float
    share: float
    corners: tuple[bool, bool, bool, bool]

    @property
    def tolerance(self) -> float:
        """Lab distance up to which a pixel that the border reaches is this ground."""
        return min(5.5 + 3 * self.noise, 10.0)

    @property
    def exact_tolerance(self) -> float:
        """The same for enclosed pixels: white hair inside an outline is no hole in white paper."""
        return min(2.5 + 3 * self.noise, 9.0)

    def distance(self, image: NDArray[np.uint8]) -> Floats:
        """(H, W): Lab distance of the RGB picture from this ground."""
        height, width = image.shape[:2]
        away = np.empty((height, width), dtype=np.float32)
        for top in range(0, height, _STRIP_ROWS):
            bottom = min(top + _STRIP_ROWS, height)
            rows, columns = np.mgrid[top:bottom, 0:width]
            x, y = columns / max(width - 1, 1), rows / max(height - 1, 1)
            expected = _terms(x, y) @ self.coefficients
            away[top:bottom] = np.linalg.norm(to_lab(image[top:bottom]) - expected, axis=2)
        return away

    def matches(self, image: NDArray[np.uint8]) -> Flags:
        """(H, W): which pixels of the RGB picture have the ground's colour at their place."""
        return self.distance(image) <= self.tolerance


@dataclass(frozen=True)
class _Border:
    """The picture's border as a closed walk: x and y from 0 to 1, colours (N, 3) in Lab."""

    x: Floats
    y: Floats
    colours: Floats

    @property
    def terms(self) -> Floats:
        return _terms(self.x, self.y)


def to_lab(image: NDArray[np.uint8]) -> Floats:
    """RGB -> CIE Lab as float32, L from 0 to 100."""
    return cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB).astype(np.float32)


def fit_grounds(image: NDArray[np.uint8], limit: int = 4) -> list[Ground]:
    """The ground that explains most of the border of the RGB picture, then bands; may be none."""
    border = _walk(image)
    runs = _runs(border.colours)
    grounds: list[Ground] = []
    while runs and len(grounds) < limit:
        members, rest = _grown(border, runs)
        if not grounds or _is_band(border, members):
            grounds.append(_ground(border, members))
        runs = rest
    return grounds


def denoised(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The RGB picture without grain and JPEG blocks, lines kept; clean drawings stay as they are.

    How noisy it is shows at the border, where it is smooth for the most part.
    """
    raw, smooth = _colours_along(image)
    noise = float(np.median(np.linalg.norm(raw - smooth, axis=1)))
    if noise < _CLEAN:
        return image
    return np.asarray(cv2.bilateralFilter(image, 7, 14 * noise, 2.0), dtype=np.uint8)


def _walk(image: NDArray[np.uint8]) -> _Border:
    x, y = _places()
    return _Border(x, y, _colours_along(image)[1])


def _places() -> tuple[Floats, Floats]:
    """x and y from 0 to 1, clockwise from the top left corner."""
    forth = np.linspace(0, 1, _SAMPLES // 4, endpoint=False, dtype=np.float32)
    zero, one = np.zeros_like(forth), np.ones_like(forth)
    return np.concatenate([forth, one, 1 - forth, zero]), np.concatenate(
        [zero, forth, one, 1 - forth]
    )


def _colours_along(image: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Lab colours at `_places`, as they are and with less noise (two pixels deep, median of 5)."""
    height, width = image.shape[:2]
    x, y = _places()
    depths: list[Floats] = []
    for depth in (0, 1):
        columns = np.clip(np.rint(x * (width - 1)), depth, max(width - 1 - depth, 0)).astype(int)
        rows = np.clip(np.rint(y * (height - 1)), depth, max(height - 1 - depth, 0)).astype(int)
        depths.append(to_lab(image[rows, columns][None])[0])
    lab = np.mean(depths, axis=0, dtype=np.float32)
    shifted = np.stack([np.roll(lab, shift, axis=0) for shift in (-2, -1, 0, 1, 2)])
    return depths[0], np.median(shifted, axis=0).astype(np.float32)


def _runs(colours: Floats) -> list[NDArray[np.intp]]:
    """Indices of the pieces between jumps, the longest first."""
    jump = np.linalg.norm(np.roll(colours, -2, axis=0) - np.roll(colours, 2, axis=0), axis=1)
    limit = max(_MIN_JUMP, 4 * float(np.median(jump)))
    cuts = np.flatnonzero(jump > limit)
    if not len(cuts):
        return [np.arange(len(colours))]
    start = int(cuts[0])  # begin the walk at a cut, so that no piece is split by the seam
    order = np.roll(np.arange(len(colours)), -start)
    smooth = np.roll(jump <= limit, -start)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], smooth.astype(np.int8), [0]])))
    pieces = [order[a:b] for a, b in edges.reshape(-1, 2).tolist()]
    return sorted((p for p in pieces if len(p) >= _MIN_RUN), key=len, reverse=True)


def _grown(
    border: _Border, runs: list[NDArray[np.intp]]
) -> tuple[NDArray[np.intp], list[NDArray[np.intp]]]:
    """The longest piece with all that continue its colour, and the pieces left over."""
    members, rest = runs[0], list(runs[1:])
    grew = True
    while grew:
        grew = False
        coefficients = _least_squares(border.terms[members], border.colours[members])
        # Extrapolated from the pieces so far, therefore a little more than `Ground.tolerance`.
        tolerance = 6.6 + 3.6 * _noise(border, members, coefficients)
        for run in rest:
            away = _away(border, run, coefficients)
            if np.median(away) <= tolerance:
                members = np.concatenate([members, run])
                rest = [other for other in rest if other is not run]
                grew = True
                break
    return members, rest


def _is_band(border: _Border, members: NDArray[np.intp]) -> bool:
    """Whether the piece lies on both sides of the picture, up to the same height.

    A figure that is cut by the picture's edge also makes pieces; its two sides are hardly level.
    """
    left, right = members[border.x[members] == 0], members[border.x[members] == 1]
    if not len(left) or not len(right):
        return False
    return abs(float(border.y[left].min()) - float(border.y[right].min())) <= _LEVEL


def _ground(border: _Border, members: NDArray[np.intp]) -> Ground:
    coefficients = _least_squares(border.terms[members], border.colours[members])
    noise = _noise(border, members, coefficients)
    flags: list[bool] = []
    everywhere = _away(border, np.arange(len(border.x)), coefficients) <= 5.5 + 3 * noise
    for corner_y in (0, 1):
        for corner_x in (0, 1):
            near = (abs(border.x - corner_x) <= 0.06) & (abs(border.y - corner_y) <= 0.06)
            flags.append(bool(everywhere[near].mean() > 0.5))
    share = len(members) / len(border.x)
    return Ground(coefficients, noise, share, (flags[0], flags[1], flags[2], flags[3]))


def _noise(border: _Border, members: NDArray[np.intp], coefficients: Floats) -> float:
    return float(np.median(_away(border, members, coefficients)))


def _away(border: _Border, members: NDArray[np.intp], coefficients: Floats) -> Floats:
    expected = border.terms[members] @ coefficients
    return np.linalg.norm(border.colours[members] - expected, axis=1).astype(np.float32)


def _terms(x: NDArray[np.floating], y: NDArray[np.floating]) -> Floats:
    x, y = (2 * x - 1).astype(np.float32), (2 * y - 1).astype(np.float32)
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _least_squares(terms: Floats, colours: Floats) -> Floats:
    # A little ridge keeps slope and bend quiet where the samples do not determine them.
    ridge = np.diag([1e-6, 1e-3, 1e-3, 1e-2, 1e-2, 1e-2]).astype(np.float32) * len(terms)
    return np.linalg.solve(terms.T @ terms + ridge, terms.T @ colours).astype(np.float32)
