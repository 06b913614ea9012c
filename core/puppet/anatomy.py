"""The parts of a figure, their sizes in a picture, and their plain shapes as masks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from core.puppet import skeleton as sk
from core.puppet.skeleton import Floats, Skeleton

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


class Part(IntEnum):
    """What a figure is cut into."""

    HEAD = 1
    TORSO = 2
    R_UPPER_ARM = 3
    R_FOREARM = 4
    L_UPPER_ARM = 5
    L_FOREARM = 6
    R_THIGH = 7
    R_SHIN = 8
    L_THIGH = 9
    L_SHIN = 10
    SKIRT = 11


LIMB_ENDS: dict[Part, tuple[int, int]] = {
    Part.R_THIGH: (sk.R_HIP, sk.R_KNEE),
    Part.R_SHIN: (sk.R_KNEE, sk.R_ANKLE),
    Part.L_THIGH: (sk.L_HIP, sk.L_KNEE),
    Part.L_SHIN: (sk.L_KNEE, sk.L_ANKLE),
    Part.R_UPPER_ARM: (sk.R_SHOULDER, sk.R_ELBOW),
    Part.R_FOREARM: (sk.R_ELBOW, sk.R_WRIST),
    Part.L_UPPER_ARM: (sk.L_SHOULDER, sk.L_ELBOW),
    Part.L_FOREARM: (sk.L_ELBOW, sk.L_WRIST),
}
THIGHS = (Part.R_THIGH, Part.L_THIGH)
SHINS = (Part.R_SHIN, Part.L_SHIN)
UPPER_ARMS = (Part.R_UPPER_ARM, Part.L_UPPER_ARM)
FOREARMS = (Part.R_FOREARM, Part.L_FOREARM)
_SHIFT = 4  # fractional bits of coordinates handed to cv2's drawing


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Sizes of a figure in its picture, in pixels. `limb_radius` has the limbs that are known."""

    unit: float
    head_center: Floats
    head_radius: float
    limb_radius: dict[Part, float]


def measure(skeleton: Skeleton, mask: Mask) -> Anatomy:
    """Sizes from the skeleton, limb widths from the subject mask where a limb stands free."""
    p = skeleton.points
    unit = sk.figure_unit(skeleton)
    depth = np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3), np.float32)
    radii: dict[Part, float] = {}
    for part, (a, b) in LIMB_ENDS.items():
        if skeleton.known[a] and skeleton.known[b]:
            samples = p[a] + np.linspace(0.3, 0.8, 9)[:, None] * (p[b] - p[a])
            inside = [d for d in sample(depth, samples).tolist() if d > 0]
            least = float(np.percentile(inside, 25)) if inside else 0.0
            radii[part] = float(np.clip(least, 0.2 * unit, 0.55 * unit))
    ears = float(np.hypot(*(p[sk.R_EAR] - p[sk.L_EAR])))
    eyes = float(np.hypot(*(p[sk.R_EYE] - p[sk.L_EYE])))
    neck = float(np.hypot(*(p[sk.NOSE] - p[sk.NECK])))
    center = (p[sk.R_EYE] + p[sk.L_EYE] + p[sk.R_EAR] + p[sk.L_EAR]) / 4
    return Anatomy(unit, center, max(ears * 0.55, eyes * 0.95, neck * 0.75, unit), radii)


def sample(field: NDArray[np.generic], points: Floats) -> NDArray[np.float64]:
    """Values of `field` (H, W) or (H, W, C) at the pixels nearest `points` (n, 2); 0 outside."""
    height, width = field.shape[:2]
    at = np.clip(np.nan_to_num(points), -1e6, 1e6).round().astype(int)
    inside = (at >= 0).all(axis=1) & (at[:, 0] < width) & (at[:, 1] < height)
    values = np.zeros((len(points), *field.shape[2:]))
    values[inside] = field[at[inside, 1], at[inside, 0]]
    return values


def capsule(shape: tuple[int, int], ends: Floats, radius: float) -> Mask:
    """Pixels within `radius` of the segment `ends` (2, 2)."""
    canvas = np.zeros(shape, np.uint8)
    a, b = _fixed(ends)
    cv2.line(canvas, tuple(a), tuple(b), 1, max(1, round(2 * radius)), cv2.LINE_8, _SHIFT)
    return canvas > 0


def disc(shape: tuple[int, int], center: Floats, radius: float) -> Mask:
    """Pixels within `radius` of `center` (2,)."""
    canvas = np.zeros(shape, np.uint8)
    size = max(1, round(min(radius, 1e4) * (1 << _SHIFT)))
    cv2.circle(canvas, tuple(_fixed(center[None])[0]), size, 1, -1, cv2.LINE_8, _SHIFT)
    return canvas > 0


def polygon(shape: tuple[int, int], corners: Floats, grow: float = 0.0) -> Mask:
    """Pixels in the polygon `corners` (n, 2) or within `grow` of it."""
    canvas = np.zeros(shape, np.uint8)
    points = _fixed(corners)
    cv2.fillPoly(canvas, [points], 1, cv2.LINE_8, _SHIFT)
    if grow >= 0.5:
        cv2.polylines(canvas, [points], True, 1, round(2 * grow), cv2.LINE_8, _SHIFT)
    return canvas > 0


def torso_quad(skeleton: Skeleton, widen: float, top: float = 0.0, bottom: float = 1.0) -> Floats:
    """Shoulders-to-hips quadrilateral (4, 2), its sides at `widen` times their half-width.

    `top` and `bottom`: where its ends lie, 0 at the shoulders and 1 at the hips.
    """
    p = skeleton.points
    upper = (p[sk.R_SHOULDER], p[sk.L_SHOULDER])
    lower = (p[sk.R_HIP], p[sk.L_HIP])
    corners: list[Floats] = []
    for t, order in ((top, (0, 1)), (bottom, (1, 0))):
        ends = [upper[i] + (lower[i] - upper[i]) * t for i in order]
        middle = (ends[0] + ends[1]) / 2
        corners += [middle + (end - middle) * widen for end in ends]
    return np.stack(corners)


def limb_segment(skeleton: Skeleton, part: Part, beyond: float = 0.0) -> Floats:
    """A limb's segment (2, 2), made `beyond` pixels longer at its far end."""
    a, b = (skeleton.points[i] for i in LIMB_ENDS[part])
    length = max(float(np.hypot(*(b - a))), 1e-6)
    return np.stack([a, b + (b - a) * (beyond / length)])


def _fixed(points: Floats) -> NDArray[np.int32]:
    """Points as fixed-point integers for cv2's `shift` argument, kept within its range."""
    return np.round(np.clip(points, -2e4, 2e4) * (1 << _SHIFT)).astype(np.int32)
