"""Finding a skirt, and how it hangs on hips and legs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.puppet import skeleton as sk
from core.puppet.anatomy import Anatomy, Image, Mask, polygon, sample
from core.puppet.skeleton import Floats, Skeleton

_STEPS = np.arange(0.15, 1.9, 0.05)  # along a leg: 0 hip, 1 knee, 2 ankle
_SHORTEST = 0.5  # a hem above this is a pair of shorts' or trousers' crotch
_LINE = 70.0  # contrast of a drawn line between two legs; pleats are fainter


@dataclass(frozen=True, slots=True)
class Skirt:
    """`hem`: where it ends along the legs (1 = knee, 2 = ankle); `flare`: how far it reaches
    beyond the hip and beyond the leg at the hem, in pixels."""

    hem: float
    flare: tuple[float, float]


def along_leg(skeleton: Skeleton, leg: tuple[int, int, int], t: float) -> Floats:
    """The point at `t` on hip, knee, ankle."""
    hip, knee, ankle = (skeleton.points[i] for i in leg)
    if t <= 1:
        return hip + (knee - hip) * t
    return knee + (ankle - knee) * (t - 1)


def find_hem(rgb: Image, mask: Mask, skeleton: Skeleton) -> float | None:
    """Where the cloth that joins both legs ends; None where the legs are apart all the way.

    Between the legs cloth goes on without ground and without the outlines of two legs.
    """
    last = 0.0
    for t in _STEPS:
        a, b = (along_leg(skeleton, leg, float(t)) for leg in sk.LEGS)
        points = a + np.linspace(0.0, 1.0, 21)[:, None] * (b - a)
        colours = sample(rgb, points)
        far = np.abs(colours - np.median(colours, axis=0)).max(axis=1) > _LINE
        if sample(mask, points).min() < 0.5 or far.mean() > 0.1:
            break
        last = float(t)
    return last if _SHORTEST <= last < float(_STEPS[-1]) - 0.06 else None


def skirt_seed(shape: tuple[int, int], skeleton: Skeleton, hem: float) -> Mask:
    """Surely skirt: between the legs from below the hips to above the hem."""
    right, left = sk.LEGS
    ends = [(right, 0.15), (left, 0.15), (left, hem - 0.1), (right, hem - 0.1)]
    return polygon(shape, np.stack([along_leg(skeleton, leg, t) for leg, t in ends]))


def measure_skirt(region: Mask, skeleton: Skeleton, anatomy: Anatomy, hem: float) -> Skirt:
    """How wide the skirt's pixels reach at the hips and at the hem."""
    rows, columns = np.nonzero(region)
    points = np.stack([columns, rows], axis=1).astype(np.float64)
    flares: list[float] = []
    for t in (0.1, hem):
        ends = np.stack([along_leg(skeleton, leg, t) for leg in sk.LEGS])
        middle = ends.mean(axis=0)
        across = _across(skeleton)
        down = np.array([-across[1], across[0]])
        near = np.abs((points - middle) @ down) < 0.25 * anatomy.unit
        reach = np.abs((points[near] - middle) @ across)
        half = abs(float((ends[1] - ends[0]) @ across)) / 2
        width = float(np.percentile(reach, 98)) - half if near.sum() > 8 else 0.0
        flares.append(float(np.clip(width, 0.1 * anatomy.unit, 4 * anatomy.unit)))
    return Skirt(hem, (flares[0], flares[1]))


def skirt_corners(skeleton: Skeleton, skirt: Skirt, scale: float) -> Floats:
    """Outer corners (4, 2): right hip, left hip, left hem, right hem."""
    across = _across(skeleton)
    corners: list[Floats] = []
    for t, flare in zip((0.1, skirt.hem), skirt.flare, strict=True):
        right, left = (along_leg(skeleton, leg, t) for leg in sk.LEGS)
        middle = (right + left) / 2
        # Crossed legs pull a hem together, but never turn it over.
        half = max(float((left - right) @ across) / 2, -0.5 * flare * scale) + flare * scale
        sag = (left - right) / 2 - across * float((left - right) @ across) / 2
        corners += [middle - across * half - sag, middle + across * half + sag]
    return np.stack([corners[0], corners[1], corners[3], corners[2]])


def _across(skeleton: Skeleton) -> Floats:
    """Unit vector from the right hip to the left hip."""
    hips = skeleton.points[sk.L_HIP] - skeleton.points[sk.R_HIP]
    length = float(np.hypot(*hips))
    return hips / length if length > 1e-6 else np.array([1.0, 0.0])
