"""Where the parts of a figure surely are: zones that hang on its skeleton.

Not the outlines of hair and clothes, which nobody knows of a drawing, but their cores: in these
places hair is hair and a top is a top, whatever the cut and though the drawing does not follow the
skeleton to the pixel.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.consistency.head import Head, Plane, View, head_of
from core.consistency.scores import PartName
from core.pose import Pose
from core.puppet import skeleton as sk
from core.puppet.anatomy import (
    FOREARMS,
    LIMB_ENDS,
    SHINS,
    THIGHS,
    Part,
    capsule,
    disc,
    limb_segment,
    polygon,
    torso_quad,
)  # fmt: skip
from core.puppet.skeleton import Floats, skeleton_of

Mask = NDArray[np.bool_]

FEWEST_PX = 24
FEWEST_SHARE = 0.35  # of a zone that must be in sight, else the part is not judged
_HEAD_COVER = 1.2  # head radii that a head and its hair hide of what is behind


class Zones:
    """The zones of one figure in a picture of `shape` (H, W); `pose` in px of the picture."""

    def __init__(self, pose: Pose, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._skeleton = skeleton_of(pose, None, (shape[1], shape[0]))
        self._unit = sk.figure_unit(self._skeleton)
        self._head: Head = head_of(self._skeleton, self._unit)

    @property
    def view(self) -> View:
        return self._head.view

    def zone(self, part: PartName, hidden: Mask | None = None) -> Mask | None:
        """(H, W), where the part is if it is in sight; None where it cannot be judged.

        That is where the skeleton hides the part, where too little of it lies in the picture, or
        where too much of it is `hidden` (H, W) by somebody else.
        """
        whole = self._whole(part)
        if whole is None:
            return None
        zone, area = whole
        if part in ("top", "bottom"):
            zone = zone & ~self._forearms()
        if hidden is not None:
            zone = zone & ~hidden
        count = int(zone.sum())
        return zone if count >= max(FEWEST_PX, FEWEST_SHARE * area) else None

    def head(self) -> Mask:
        """Head and hair around it, with whatever is worn there."""
        return self._head_disc(_HEAD_COVER)

    def clothed(self) -> Mask:
        """Trunk and limbs, wherever any piece of clothing may be."""
        covered = polygon(self._shape, torso_quad(self._skeleton, 0.9), 0.1 * self._unit)
        for part in LIMB_ENDS:
            covered |= self._limb(part, 0.3)
        return covered & ~self._head_disc(1.0)

    def body(self) -> Mask:
        """What the figure hides of what is behind it."""
        return self.clothed() | self.head()

    def _whole(self, part: PartName) -> tuple[Mask, float] | None:
        """The zone as far as the picture reaches, and its area in px without that limit."""
        if part == "hair":
            return self._hair()
        if part == "skin":
            return self._skin()
        if part == "top":
            return self._top()
        return self._bottom() if part == "bottom" else self._legwear()

    def _hair(self) -> tuple[Mask, float] | None:
        """Crown and temples; in profile the crown and the back; from behind the whole head."""
        if not self._head.known:
            return None
        return self._head.pixels(self._shape, _HAIR[self._head.view])

    def _skin(self) -> tuple[Mask, float] | None:
        """Cheeks and nose."""
        if not (self._head.known and self._skeleton.seen[sk.NOSE]) or self._head.view == "back":
            return None
        return self._head.pixels(self._shape, _CHEEKS[self._head.view])

    def _top(self) -> tuple[Mask, float] | None:
        if not self._skeleton.seen[[sk.NECK, sk.R_SHOULDER, sk.L_SHOULDER]].any():
            return None
        corners = torso_quad(self._skeleton, 0.6, 0.2, 0.8)
        area = abs(float(cv2.contourArea(corners.astype(np.float32))))
        return polygon(self._shape, corners) & ~self._head_disc(1.0), area

    def _bottom(self) -> tuple[Mask, float] | None:
        """From the hips towards the middle of the thighs."""
        points, seen = self._skeleton.points, self._skeleton.seen
        if not seen[[sk.R_HIP, sk.L_HIP]].any():
            return None
        return self._strips(
            [(points[a], points[a] + 0.45 * (points[b] - points[a])) for a, b in _ends(THIGHS)], 0.3
        )

    def _legwear(self) -> tuple[Mask, float] | None:
        """Shins between knee and ankle; bare ones are a colour as well."""
        points, seen = self._skeleton.points, self._skeleton.seen
        strips = [
            (points[a] + 0.3 * (points[b] - points[a]), points[a] + 0.8 * (points[b] - points[a]))
            for a, b in _ends(SHINS)
            if seen[a] and seen[b]
        ]
        return self._strips(strips, 0.2) if strips else None

    def _strips(self, strips: list[tuple[Floats, Floats]], radius: float) -> tuple[Mask, float]:
        zone, area = np.zeros(self._shape, np.bool_), 0.0
        for start, end in strips:
            zone |= capsule(self._shape, np.stack([start, end]), radius * self._unit)
            area += 2 * radius * self._unit * float(np.hypot(*(end - start)))
        return zone, area

    def _forearms(self) -> Mask:
        """With the hands; they pass before trunk and hips."""
        covered = np.zeros(self._shape, np.bool_)
        for part in FOREARMS:
            covered |= self._limb(part, 0.4, 0.5)
        return covered

    def _limb(self, part: Part, radius: float, beyond: float = 0.0) -> Mask:
        start, end = LIMB_ENDS[part]
        if not (self._skeleton.known[start] and self._skeleton.known[end]):
            return np.zeros(self._shape, np.bool_)
        segment = limb_segment(self._skeleton, part, beyond * self._unit)
        return capsule(self._shape, segment, radius * self._unit)

    def _head_disc(self, radius: float) -> Mask:
        return disc(self._shape, self._head.centre, radius * self._head.radius)


def _ends(parts: tuple[Part, Part]) -> list[tuple[int, int]]:
    return [LIMB_ENDS[part] for part in parts]


def _front_hair(u: Plane, v: Plane) -> Mask:
    side = np.abs(u)
    crown = (v > 0.35) & (v < 1.0) & (side < 0.95)
    temples = (v > -0.3) & (v <= 0.35) & (side > 0.75) & (side < 1.0)
    return np.asarray(crown | temples)


def _side_hair(u: Plane, v: Plane) -> Mask:
    return np.asarray((u**2 + v**2 < 0.9**2) & (v > 0.35) & (u < 0.5))


def _back_hair(u: Plane, v: Plane) -> Mask:
    return np.asarray((u**2 + v**2 < 0.8**2) & (v > -0.4))


def _front_cheeks(u: Plane, v: Plane) -> Mask:
    return np.asarray((np.abs(u) < 0.5) & (v > -0.6) & (v < 0.0))


def _side_cheeks(u: Plane, v: Plane) -> Mask:
    return np.asarray((u > -0.05) & (u < 0.4) & (v > -0.65) & (v < -0.2))


_HAIR = {"front": _front_hair, "side": _side_hair, "back": _back_hair}
_CHEEKS = {"front": _front_cheeks, "side": _side_cheeks}
