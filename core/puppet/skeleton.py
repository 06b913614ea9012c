"""A pose made complete: hidden keypoints are estimated from those that are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.pose import Pose

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NOSE, NECK = 0, 1
R_SHOULDER, R_ELBOW, R_WRIST, L_SHOULDER, L_ELBOW, L_WRIST = range(2, 8)
R_HIP, R_KNEE, R_ANKLE, L_HIP, L_KNEE, L_ANKLE = range(8, 14)
R_EYE, L_EYE, R_EAR, L_EAR = range(14, 18)

FACE = (NOSE, R_EYE, L_EYE, R_EAR, L_EAR)
TRUNK = (NECK, R_SHOULDER, L_SHOULDER, R_HIP, L_HIP)
LEGS = ((R_HIP, R_KNEE, R_ANKLE), (L_HIP, L_KNEE, L_ANKLE))
ARMS = ((R_SHOULDER, R_ELBOW, R_WRIST), (L_SHOULDER, L_ELBOW, L_WRIST))

_TURNED = 0.25  # how much better (squared) the other side has to fit

# A standing figure of four to five heads, torso length 1: fills what a reference hides.
_STANDING = np.array(
    [
        (0.0, -0.45), (0.0, 0.0),
        (-0.36, 0.02), (-0.50, 0.45), (-0.56, 0.85),
        (0.36, 0.02), (0.50, 0.45), (0.56, 0.85),
        (-0.22, 1.0), (-0.23, 1.62), (-0.24, 2.25),
        (0.22, 1.0), (0.23, 1.62), (0.24, 2.25),
        (-0.14, -0.55), (0.14, -0.55), (-0.32, -0.50), (0.32, -0.50),
    ],
    dtype=np.float64,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Skeleton:
    """18 keypoints, `points` (18, 2); `seen` says which the pose showed, `known` which to trust.

    A point that is not known has no useful position: the limbs it ends are skipped. `turned`: seen
    from the other side than the skeleton that it was completed like.
    """

    points: Floats
    seen: Bools
    known: Bools
    turned: bool = False


def skeleton_of(
    pose: Pose, like: Skeleton | None = None, frame: tuple[int, int] | None = None
) -> Skeleton:
    """Complete a pose, hidden points estimated in the proportions of `like` or a standing figure.

    Trunk and face are fitted by a similarity through the keypoints seen in both; legs hang from
    their last seen keypoint. Arms are guessed only where they reach out of the picture, whose
    (width, height) is `frame`: inside it a hidden arm is most often behind the body.
    """
    raw = pose.to_array().astype(np.float64)
    seen = np.array([k.visible for k in pose.body]) & np.isfinite(raw).all(axis=1)
    points = np.where(seen[:, None], raw[:, :2], 0.0)
    template = _STANDING if like is None else like.points
    usable = seen if like is None else seen & like.known
    turned = _is_turned(template, points, usable)
    if turned:
        template = template * (-1.0, 1.0)
    fitted = _fit(template, points, usable, (*TRUNK, *FACE))
    if usable[list(FACE)].sum() >= 2:  # a tilted head tells more about its ears than the trunk
        fitted[list(FACE)] = _fit(template, points, usable, FACE)[list(FACE)]
    known = seen.copy()
    for index in (*TRUNK, *FACE):
        if not seen[index]:
            points[index] = fitted[index]
            known[index] = True
    for hip, knee, ankle in LEGS:
        for upper, lower in ((hip, knee), (knee, ankle)):
            if not seen[lower]:
                points[lower] = points[upper] + fitted[lower] - fitted[upper]
                known[lower] = True
    if frame is not None:
        for arm in ARMS:
            _reach_out(arm, points, known, fitted, frame)
    return Skeleton(points, seen, known, turned)


def _is_turned(template: Floats, points: Floats, usable: Bools) -> bool:
    """Whether left and right have changed sides: the front of one is seen, the back of the other.

    Both turns about the trunk are tried; where neither is much better, as in a profile, it is not.
    """
    chosen = [i for i in (*TRUNK, *FACE) if usable[i]]
    sides = [(R_SHOULDER, L_SHOULDER), (R_HIP, L_HIP), (R_EAR, L_EAR)]
    if len(chosen) < 4 or not any(usable[a] and usable[b] for a, b in sides):
        return False
    errors = [
        float(np.square(_fit(t, points, usable, tuple(chosen)) - points)[chosen].sum())
        for t in (template, template * (-1.0, 1.0))
    ]
    return errors[1] < _TURNED * errors[0]


def _reach_out(
    arm: tuple[int, int, int], points: Floats, known: Bools, fitted: Floats, frame: tuple[int, int]
) -> None:
    """Continue an arm whose hidden elbow or wrist must lie outside the frame."""
    shoulder, elbow, wrist = arm
    if not known[elbow]:
        guess = points[shoulder] + fitted[elbow] - fitted[shoulder]
        if _inside(guess, frame):
            return
        points[elbow], known[elbow] = guess, True
    if not known[wrist]:
        upper, lower = points[elbow] - points[shoulder], fitted[wrist] - fitted[elbow]
        length = float(np.hypot(*lower)) / max(float(np.hypot(*upper)), 1e-6)
        guess = points[elbow] + upper * length
        if not _inside(guess, frame):
            points[wrist], known[wrist] = guess, True


def _inside(point: Floats, frame: tuple[int, int]) -> bool:
    return bool(0 <= point[0] < frame[0] and 0 <= point[1] < frame[1])


def _fit(source: Floats, target: Floats, usable: Bools, preferred: tuple[int, ...]) -> Floats:
    """`source` moved by the least-squares similarity (no mirroring) through `usable` points.

    Of these the `preferred` ones alone where there are two, else all.
    """
    core = [i for i in preferred if usable[i]]
    chosen = core if len(core) >= 2 else [i for i in range(18) if usable[i]]
    if not chosen:
        return source.copy()
    a, b = source[chosen], target[chosen]
    a_mean, b_mean = a.mean(axis=0), b.mean(axis=0)
    za, zb = _complex(a - a_mean), _complex(b - b_mean)
    spread = float((np.abs(za) ** 2).sum())
    turn = complex((zb * za.conj()).sum()) / spread if spread > 1e-9 else 1.0 + 0j
    if abs(turn) < 1e-3:
        turn = 1.0 + 0j
    moved = _complex(source - a_mean) * turn
    return np.stack([moved.real, moved.imag], axis=1) + b_mean


def _complex(points: Floats) -> NDArray[np.complex128]:
    return points[:, 0] + 1j * points[:, 1]


# Lengths whose ratio tells the size of one figure to another, and how far each is trusted: arms
# and legs are often foreshortened, the trunk and head seldom.
_BODY_LENGTHS = (
    (R_SHOULDER, L_SHOULDER, 2.0), (NECK, R_HIP, 1.5), (NECK, L_HIP, 1.5), (NECK, NOSE, 1.0),
    (R_EAR, L_EAR, 1.5), (R_EYE, L_EYE, 1.0), (R_HIP, L_HIP, 0.7),
    (R_SHOULDER, R_ELBOW, 0.6), (R_ELBOW, R_WRIST, 0.6), (L_SHOULDER, L_ELBOW, 0.6),
    (L_ELBOW, L_WRIST, 0.6), (R_HIP, R_KNEE, 0.6), (R_KNEE, R_ANKLE, 0.6),
    (L_HIP, L_KNEE, 0.6), (L_KNEE, L_ANKLE, 0.6),
)  # fmt: skip
_HEAD_LENGTHS = ((R_EAR, L_EAR, 3.0), (R_EYE, L_EYE, 1.0), (NECK, NOSE, 0.5))
_BODY_IN_HEAD = 1.5  # how far the body's scale is trusted for the head's
_HEAD_FREEDOM = 1.5  # a head never grows or shrinks by more than this against the body
_QUANTILE = 0.6  # above the median, for foreshortening only ever shortens


def body_scale(reference: Skeleton, target: Skeleton) -> float:
    """Size of the target figure to the reference: a weighted quantile of ratios of lengths."""
    ratios, weights = _ratios(reference, target, _BODY_LENGTHS)
    return _weighted_quantile(ratios, weights, _QUANTILE) if len(ratios) else 1.0


def head_scale(reference: Skeleton, target: Skeleton, body: float) -> float:
    """Size of the target's head to the reference's: by its own points, steadied by the body."""
    ratios, weights = _ratios(reference, target, _HEAD_LENGTHS)
    ratios, weights = np.append(ratios, body), np.append(weights, _BODY_IN_HEAD)
    found = _weighted_quantile(ratios, weights, 0.5)
    return float(np.clip(found, body / _HEAD_FREEDOM, body * _HEAD_FREEDOM))


def _ratios(
    reference: Skeleton, target: Skeleton, lengths: tuple[tuple[int, int, float], ...]
) -> tuple[Floats, Floats]:
    """Ratios target to reference of the lengths seen in both, and their weights."""
    first, second = [a for a, _, _ in lengths], [b for _, b, _ in lengths]
    weights = np.array([weight for _, _, weight in lengths])
    before, after = (np.hypot(*(s.points[first] - s.points[second]).T) for s in (reference, target))
    seen = reference.seen & target.seen
    usable = seen[first] & seen[second] & (before > 1e-6) & (after > 1e-6)
    return after[usable] / before[usable], weights[usable]


def _weighted_quantile(values: Floats, weights: Floats, share: float) -> float:
    order = np.argsort(values)
    middles = np.cumsum(weights[order]) - weights[order] / 2
    return float(np.interp(share * weights.sum(), middles, values[order]))


def figure_unit(skeleton: Skeleton) -> float:
    """A length that grows with the figure: about a third of the way from neck to hips."""
    points = skeleton.points
    hips = (points[R_HIP] + points[L_HIP]) / 2
    torso = float(np.hypot(*(hips - points[NECK])))
    shoulders = float(np.hypot(*(points[R_SHOULDER] - points[L_SHOULDER])))
    face = float(np.hypot(*(points[NOSE] - points[NECK])))
    return max(float(np.median([torso, shoulders * 1.4, face * 2.0])) / 3, 1e-3)
