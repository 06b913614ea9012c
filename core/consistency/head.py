"""The head of a figure: where it is, how large, and from which side it is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.puppet import skeleton as sk
from core.puppet.skeleton import Floats, Skeleton

View = Literal["front", "side", "back"]
Plane = NDArray[np.float32]
Inside = Callable[[Plane, Plane], NDArray[np.bool_]]

_GRID = 1.25  # how far zones reach from the head's centre, in head radii


@dataclass(frozen=True, eq=False)
class Head:
    """centre: px; radius: px, about to the skull's edge; up, right: unit vectors.

    `right` points where a face in profile looks. known: whether any point of the face is seen.
    """

    centre: Floats
    radius: float
    up: Floats
    right: Floats
    view: View
    known: bool

    def pixels(self, shape: tuple[int, int], inside: Inside) -> tuple[NDArray[np.bool_], int]:
        """Where `inside(u, v)` holds, (H, W), and how many pixels that were without the frame.

        u, v: to the right and up from the centre, in head radii.
        """
        reach = int(np.ceil(_GRID * self.radius))
        x0, y0 = (round(float(c)) - reach for c in self.centre)
        y, x = np.mgrid[0 : 2 * reach + 1, 0 : 2 * reach + 1].astype(np.float32)
        dx = (x + (x0 - self.centre[0])) / self.radius
        dy = (y + (y0 - self.centre[1])) / self.radius
        u = dx * self.right[0] + dy * self.right[1]
        v = dx * self.up[0] + dy * self.up[1]
        found = inside(u, v)
        whole = np.zeros(shape, np.bool_)
        top, left = max(y0, 0), max(x0, 0)
        part = found[top - y0 : max(shape[0] - y0, 0), left - x0 : max(shape[1] - x0, 0)]
        whole[top : top + part.shape[0], left : left + part.shape[1]] = part
        return whole, int(found.sum())


def head_of(skeleton: Skeleton, unit: float) -> Head:
    """Of a completed skeleton; unit: as `figure_unit`."""
    view = _view(skeleton)
    return _turned(skeleton, unit) if view == "side" else _frontal(skeleton, unit, view)


def _frontal(skeleton: Skeleton, unit: float, view: View) -> Head:
    p = skeleton.points
    centre = p[[sk.R_EYE, sk.L_EYE, sk.R_EAR, sk.L_EAR]].mean(axis=0)
    ears = float(np.hypot(*(p[sk.R_EAR] - p[sk.L_EAR])))
    eyes = float(np.hypot(*(p[sk.R_EYE] - p[sk.L_EYE])))
    neck = float(np.hypot(*(p[sk.NOSE] - p[sk.NECK])))
    radius = max(ears * 0.55, eyes * 0.95, neck * 0.75, unit)
    up = _unit_vector(centre - p[sk.NECK])
    right = np.array([-up[1], up[0]])
    return Head(centre, radius, up, right, view, bool(skeleton.seen[list(sk.FACE)].any()))


def _turned(skeleton: Skeleton, unit: float) -> Head:
    """A head with one ear in sight. Between three-quarter view and profile the ear wanders from
    the head's edge to its middle; what is taken here lies within the head in both.
    """
    p, seen = skeleton.points, skeleton.seen
    ear = p[sk.R_EAR if seen[sk.R_EAR] else sk.L_EAR]
    eyes = p[[i for i in (sk.R_EYE, sk.L_EYE) if seen[i]]].mean(axis=0)
    right = _unit_vector(eyes - ear)
    up = np.array([right[1], -right[0]])
    if float(up @ (ear - p[sk.NECK])) < 0:
        up = -up
    centre = ear + 0.45 * (eyes - ear)
    radius = max(0.95 * float(np.hypot(*(eyes - ear))), 0.7 * unit)
    known = bool(seen[sk.R_EAR] or seen[sk.L_EAR])
    return Head(centre, radius, up, right, "side", known)


def _view(skeleton: Skeleton) -> View:
    seen = skeleton.seen
    eyes = int(seen[sk.R_EYE]) + int(seen[sk.L_EYE])
    if eyes == 0:
        return "back"
    return "front" if eyes == 2 and (seen[sk.R_EAR] == seen[sk.L_EAR]) else "side"


def _unit_vector(vector: Floats) -> Floats:
    length = float(np.hypot(*vector))
    return vector / length if length > 1e-6 else np.array([0.0, -1.0])
