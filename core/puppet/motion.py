"""How each part moves from the reference skeleton to the target skeleton."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.puppet import skeleton as sk
from core.puppet.anatomy import LIMB_ENDS, Anatomy, Part
from core.puppet.skeleton import Floats, Skeleton, body_scale, head_scale
from core.puppet.skirt import Skirt, skirt_corners

Pixels = NDArray[np.floating]
_CARELESS = 0.02  # error of keypoints on a face, in head radii
_FACE_FREEDOM = 0.25  # farthest shift of features, in head radii: keeps the map one-to-one
SMALLEST, LARGEST = 0.15, 2.5  # limits of a limb's stretch, in body scales


@dataclass(frozen=True, slots=True)
class Bulge:
    """Pixels near `center` shift by `shift` (both (2,), reference pixels), those at `radius` not.

    As on a turning ball, what faces the viewer moves most: by 1 - (r / radius)**4, squared.
    """

    center: Floats
    radius: float
    shift: Floats

    def undone(self, x: Pixels, y: Pixels) -> tuple[Pixels, Pixels]:
        """Where the pixels that are at (x, y) after the shift were before."""
        across, down = x - float(self.center[0]), y - float(self.center[1])
        squared = (across * across + down * down) * (1 / self.radius**2)
        share = np.square(1 - np.square(np.minimum(squared, 1)))
        return x - float(self.shift[0]) * share, y - float(self.shift[1]) * share


@dataclass(frozen=True, slots=True)
class Motion:
    """A map of reference pixels to output pixels: matrix (3, 3), affine for all but a skirt.

    `bulge` first moves what lies inside a disc of the reference, for a turning face.
    """

    matrix: Floats
    bulge: Bulge | None = None

    @property
    def is_affine(self) -> bool:
        return bool(self.matrix[2, 0] == 0 and self.matrix[2, 1] == 0)

    def from_crop(self, x: int, y: int, step: float) -> Floats:
        """The same map from pixel indices of a crop at (x, y), `step` apart, to output indices.

        Keypoints are continuous coordinates: pixel i of a picture has its centre at i + 1/2.
        """
        into = np.array([[step, 0, x + 0.5], [0, step, y + 0.5], [0, 0, 1]])
        out = np.array([[1, 0, -0.5], [0, 1, -0.5], [0, 0, 1]])
        return out @ self.matrix @ into


def motions(
    reference: Skeleton, target: Skeleton, anatomy: Anatomy, skirt: Skirt | None
) -> dict[Part, Motion]:
    """Part -> motion, for every part both skeletons know."""
    scale = float(np.clip(body_scale(reference, target), 0.02, 50.0))
    head = head_scale(reference, target, scale)
    moves = {
        Part.HEAD: _head(reference, target, head, anatomy),
        Part.TORSO: _torso(reference, target, scale),
    }
    for part, (a, b) in LIMB_ENDS.items():
        if reference.known[[a, b]].all() and target.known[[a, b]].all():
            moves[part] = _along(
                reference.points[[a, b]], target.points[[a, b]], scale, moves[Part.TORSO]
            )
    if skirt is not None:
        moves[Part.SKIRT] = _skirt(reference, target, skirt, scale, moves[Part.TORSO])
    return moves


def _skirt(
    reference: Skeleton, target: Skeleton, skirt: Skirt, scale: float, torso: Motion
) -> Motion:
    """Its outer corners go where hips and legs take them; with the trunk where that folds it."""
    before = skirt_corners(reference, skirt, 1.0)
    after = skirt_corners(target, skirt, scale)
    if _is_convex(before) and _is_convex(after):
        source, goal = before.astype(np.float32), after.astype(np.float32)
        matrix = np.asarray(cv2.getPerspectiveTransform(source, goal), np.float64)
        # A homography is known up to a factor: the weight is made positive on the skirt.
        weight = float(matrix[2] @ [*before.mean(axis=0), 1.0])
        return Motion(matrix / weight)
    return torso


def _is_convex(corners: Floats) -> bool:
    """Whether four corners turn one way, none of them nearly straight or folded."""
    edges = np.roll(corners, -1, axis=0) - corners
    following = np.roll(edges, -1, axis=0)
    turns = edges[:, 0] * following[:, 1] - edges[:, 1] * following[:, 0]
    size = np.hypot(*edges.T) * np.hypot(*following.T) + 1e-9
    sines = turns / size
    return bool((sines > 0.15).all() or (sines < -0.15).all())


def _along(source: Floats, target: Floats, scale: float, parent: Motion) -> Motion:
    """Segment to segment: the length follows the target, the width the body's scale."""
    u, v = source[1] - source[0], target[1] - target[0]
    before, after = float(np.hypot(*u)), float(np.hypot(*v))
    u = u / before if before > 1e-6 else np.array([0.0, 1.0])
    down = parent.matrix[:2, :2] @ u
    v = v / after if after > 1e-3 else down / max(float(np.hypot(*down)), 1e-9)
    stretch = after / before if before > 1e-6 else scale
    stretch = float(np.clip(stretch, SMALLEST * scale, LARGEST * scale))
    linear = stretch * np.outer(v, u) + scale * np.outer(_normal(v), _normal(u))
    return _anchored(linear, source[0], target[0])


def _torso(reference: Skeleton, target: Skeleton, scale: float) -> Motion:
    """Shoulders' middle to hips' middle along; across half of how shoulders and hips narrowed.

    Half, as a geometric mean: seen from the side a trunk is thinner, but no line.
    """
    ends = [
        np.stack([
            (s.points[sk.R_SHOULDER] + s.points[sk.L_SHOULDER]) / 2,
            (s.points[sk.R_HIP] + s.points[sk.L_HIP]) / 2,
        ])
        for s in (reference, target)
    ]  # fmt: skip
    rigid = Motion(np.diag([scale, scale, 1.0]))
    widths = [
        float(
            np.hypot(*(s.points[sk.R_SHOULDER] - s.points[sk.L_SHOULDER]))
            + np.hypot(*(s.points[sk.R_HIP] - s.points[sk.L_HIP]))
        )
        for s in (reference, target)
    ]
    narrower = float(np.clip(widths[1] / max(widths[0], 1e-6) / scale, 0.4, 1.4))
    return _along(ends[0], ends[1], scale * math.sqrt(narrower), rigid)


def _head(reference: Skeleton, target: Skeleton, scale: float, anatomy: Anatomy) -> Motion:
    """Rigid: turned and placed as the face's points were; the features follow a turned face.

    Seen from the other side it is mirrored, and its features are not to be seen.
    """
    chosen = [*sk.FACE, sk.NECK]
    side = np.diag([-1.0 if target.turned else 1.0, 1.0])
    a, b = reference.points[chosen] @ side, target.points[chosen]
    turning = np.array([0.5, 1.0, 1.0, 2.0, 2.0, 0.5])
    za, zb = ((p - np.average(p, axis=0, weights=turning)) @ [1, 1j] for p in (a, b))
    turn = complex((turning * zb * za.conj()).sum())
    turn = turn / abs(turn) if abs(turn) > 1e-9 else 1.0 + 0j
    linear = scale * np.array([[turn.real, -turn.imag], [turn.imag, turn.real]]) @ side
    # Eyes and nose lie before the axis of a turning head, the ears a little behind it.
    placing = np.array([0.0, 0.6, 0.6, 2.0, 2.0, 0.0])
    source, goal = (np.average(p, axis=0, weights=placing) for p in (a @ side, b))
    motion = _anchored(linear, source, goal)
    if target.turned:
        return motion
    features = [sk.NOSE, sk.R_EYE, sk.L_EYE]
    before, after = (s.points[features].mean(axis=0) for s in (reference, target))
    shift = np.linalg.solve(linear, after - goal) - (before - source)
    return replace(motion, bulge=_bulge(shift, anatomy))


def _bulge(shift: Floats, anatomy: Anatomy) -> Bulge | None:
    """The shift of a face's features, unless it is no more than careless keypoints give."""
    size = float(np.hypot(*shift)) / anatomy.head_radius
    certain = size**2 / (size**2 + _CARELESS**2)
    shift = shift * certain * min(1.0, _FACE_FREEDOM / max(size, 1e-6))
    if float(np.hypot(*shift)) < 0.3:
        return None
    return Bulge(anatomy.head_center, anatomy.head_radius, shift)


def _normal(unit: Floats) -> Floats:
    return np.array([-unit[1], unit[0]])


def _anchored(linear: Floats, source: Floats, target: Floats) -> Motion:
    """The affine map with `linear` that takes `source` to `target`."""
    matrix = np.eye(3)
    matrix[:2, :2] = linear
    matrix[:2, 2] = target - linear @ source
    return Motion(matrix)
