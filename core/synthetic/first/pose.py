"""Skeletons for the painter: joint angles to COCO-18 keypoints, random and acted poses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Points

# Lengths in head radii.
NECK, TORSO, SHOULDER, HIP = 0.98, 1.12, 0.50, 0.30
UPPER_ARM, FOREARM, THIGH, SHIN = 0.62, 0.58, 0.72, 0.72
TOP_OF_HEAD, SOLE = 1.18, 0.2
HEIGHT = TOP_OF_HEAD + NECK + TORSO + THIGH + SHIN + SOLE  # of a standing figure


@dataclass(frozen=True)
class Joints:
    """Joint angles in radians. Arms: outwards from hanging; legs: outwards from standing.

    Pairs are (right, left) of the character. `stretch` foreshortens arms and legs.
    """

    lean: float = 0.0
    tilt: float = 0.0
    arms: tuple[float, float] = (0.3, 0.3)
    elbows: tuple[float, float] = (0.15, 0.15)
    legs: tuple[float, float] = (0.06, 0.06)
    knees: tuple[float, float] = (0.0, 0.0)
    stretch: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    arms_behind: tuple[bool, bool] = (False, False)


ACTED: dict[str, Joints] = {
    "standing": Joints(),
    "arms up": Joints(arms=(2.6, 2.6), elbows=(0.2, 0.2)),
    "waving": Joints(arms=(0.25, 2.2), elbows=(0.1, 0.7), tilt=0.08),
    "hand on hip": Joints(arms=(0.85, 0.25), elbows=(-1.7, 0.1)),
    "arms at sides": Joints(arms=(0.15, 0.15), elbows=(0.0, 0.0)),
    "outstretched arms": Joints(arms=(1.5, 1.5), elbows=(0.05, 0.05)),
    "running": Joints(
        lean=0.16, arms=(0.9, -0.4), elbows=(1.0, -1.2), legs=(0.55, 0.2), knees=(-0.9, 0.5)
    ),
    "jumping": Joints(arms=(2.2, 2.3), elbows=(0.4, 0.3), legs=(0.5, 0.55), knees=(-1.0, -1.1)),
    "sitting": Joints(
        legs=(0.55, 0.55), knees=(-0.5, -0.5), stretch=(1, 1, 0.62, 0.62), arms=(0.2, 0.2)
    ),
    "walking": Joints(legs=(0.3, 0.22), knees=(-0.25, -0.1), arms=(0.5, -0.2), elbows=(0.3, -0.4)),
    "leaning": Joints(lean=0.25, tilt=-0.15, arms=(0.5, 0.6), legs=(0.05, 0.3)),
    "crossed arms": Joints(arms=(0.35, 0.35), elbows=(-2.0, -2.0)),
    "pointing": Joints(arms=(0.3, 1.7), elbows=(0.1, 0.0)),
}


def random_joints(rng: np.random.Generator) -> Joints:
    """Within what looks natural: any arm, legs mostly near standing."""

    def pair(low: float, high: float) -> tuple[float, float]:
        return float(rng.uniform(low, high)), float(rng.uniform(low, high))

    arms = pair(0.05, 2.75)
    elbows = tuple(
        float(rng.uniform(-2.0, 0.5) if arm < 1.2 else rng.uniform(-0.3, 1.3)) for arm in arms
    )
    spread = 0.6 if rng.random() < 0.4 else 0.22
    legs = pair(-0.06, spread)
    stretch = tuple(float(s) for s in rng.uniform(0.82, 1.02, 4))
    return Joints(
        lean=float(rng.normal(0, 0.1)),
        tilt=float(np.clip(rng.normal(0, 0.12), -0.3, 0.3)),
        arms=arms,
        elbows=(elbows[0], elbows[1]),
        legs=legs,
        knees=(float(rng.uniform(-0.6, 0.1)), float(rng.uniform(-0.6, 0.1))),
        stretch=(stretch[0], stretch[1], stretch[2], stretch[3]),
        arms_behind=(bool(rng.random() < 0.12), bool(rng.random() < 0.12)),
    )


def _step(angle: float, side: float, length: float, lean: float) -> Points:
    """Vector of a limb that hangs at `angle` outwards on `side` (-1 viewer's left)."""
    x, y = side * np.sin(angle) * length, np.cos(angle) * length
    return rotate(np.array([x, y], dtype=np.float32), lean)


def rotate(vector: NDArray[np.float32], angle: float) -> Points:
    cos, sin = np.cos(angle), np.sin(angle)
    return np.array(
        [cos * vector[0] - sin * vector[1], sin * vector[0] + cos * vector[1]], dtype=np.float32
    )


@dataclass(frozen=True)
class Skeleton:
    """Keypoints in canvas px (18, 2), the head's centre, radius (px) and rotation, torso lean."""

    keypoints: Points
    head: Points
    radius: float
    head_angle: float
    lean: float

    def on_head(self, *pairs: tuple[float, float]) -> Points:
        """Head coordinates (radii; x right, y down) to canvas px."""
        local = np.array(pairs, dtype=np.float32) * self.radius
        cos, sin = np.cos(self.head_angle), np.sin(self.head_angle)
        turn = np.array([[cos, sin], [-sin, cos]], dtype=np.float32)
        return local @ turn + self.head


def build_skeleton(joints: Joints, neck: Points, radius: float, turn: float) -> Skeleton:
    """Place the joints with the neck at `neck` (px) and the head's `radius` in px."""
    keypoints = np.zeros((18, 2), dtype=np.float32)
    keypoints[1] = neck
    hips = neck + rotate(np.array([0, TORSO], np.float32) * radius, joints.lean)
    narrow = 1 - 0.12 * abs(turn)
    for index, side in ((0, -1.0), (1, 1.0)):
        shoulder = neck + rotate(
            np.array([side * SHOULDER * narrow, 0.16], np.float32) * radius, joints.lean
        )
        elbow = shoulder + _step(
            joints.arms[index], side, UPPER_ARM * radius * joints.stretch[index], joints.lean
        )
        bend = joints.arms[index] + joints.elbows[index]
        wrist = elbow + _step(bend, side, FOREARM * radius * joints.stretch[index], joints.lean)
        hip = hips + rotate(np.array([side * HIP * narrow, 0], np.float32) * radius, joints.lean)
        knee = hip + _step(joints.legs[index], side, THIGH * radius * joints.stretch[2 + index], 0)
        shin = joints.legs[index] + joints.knees[index]
        ankle = knee + _step(shin, side, SHIN * radius * joints.stretch[2 + index], 0)
        arm, leg = (2, 8) if index == 0 else (5, 11)
        keypoints[arm : arm + 3] = shoulder, elbow, wrist
        keypoints[leg : leg + 3] = hip, knee, ankle
    head_angle = joints.lean * 0.6 + joints.tilt
    head = neck + rotate(np.array([0, -NECK], np.float32) * radius, head_angle)
    skeleton = Skeleton(keypoints, head, radius, head_angle, joints.lean)
    shift = 0.2 * turn
    keypoints[[0, 14, 15, 16, 17]] = skeleton.on_head(
        (1.3 * shift, 0.42),
        (-0.38 + shift, 0.2),
        (0.38 + shift, 0.2),
        (-0.92 - 0.3 * shift, 0.2),
        (0.92 - 0.3 * shift, 0.2),
    )
    return skeleton
