"""A stance in space, projected: keypoints with depth, the head's frame and the trunk.

Space: x to the viewer's right, y down, z to the viewer. Turned by yaw, a figure that faced the
viewer faces (sin yaw, 0, cos yaw). Projection is orthographic: figures in panels are small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.synthetic.brush import Points
from core.synthetic.second.stance import Arm, Stance
from core.synthetic.second.tube import Tube

Vectors = NDArray[np.float64]
Vector = tuple[float, float, float]
SIDES = (-1.0, 1.0)  # the character's right is the viewer's left
TOP_OF_HEAD = 1.2  # with hair, from the head's centre, in head radii


@dataclass(frozen=True)
class Proportions:
    """Lengths in head radii. Thickness: radii of shoulder, elbow, wrist, hip, knee, ankle."""

    neck: float
    trunk: float
    shoulder: float
    hip: float
    upper_arm: float
    forearm: float
    thigh: float
    shin: float
    foot: float
    waist: float
    thickness: tuple[float, float, float, float, float, float]

    @property
    def height(self) -> float:
        return TOP_OF_HEAD + self.neck + self.trunk + self.thigh + self.shin + 0.55 * self.foot


_CHIBI = (1.0, 1.05, 0.46, 0.26, 0.62, 0.56, 0.66, 0.62, 0.34, 0.46)
_TALL = (1.42, 2.7, 0.88, 0.48, 1.58, 1.4, 2.75, 2.65, 0.62, 0.62)
_CHIBI_THICK = (0.19, 0.165, 0.13, 0.27, 0.22, 0.17)
_TALL_THICK = (0.26, 0.215, 0.15, 0.45, 0.31, 0.2)


def proportions(growth: float, boy: bool) -> Proportions:
    """Between chibi (growth 0, two heads high with the hair) and tall (1, five heads)."""
    mixed = [a + (b - a) * growth for a, b in zip(_CHIBI, _TALL, strict=True)]
    thick = [a + (b - a) * growth for a, b in zip(_CHIBI_THICK, _TALL_THICK, strict=True)]
    if boy:
        mixed[2] *= 1.0 + 0.16 * growth + 0.04
        mixed[3] *= 0.94
        mixed[9] *= 1.12
        thick[0] *= 1.08
        thick[3] *= 0.92
    shoulder, elbow, wrist, hip, knee, ankle = thick
    return Proportions(*mixed, thickness=(shoulder, elbow, wrist, hip, knee, ankle))


@dataclass(frozen=True)
class Body:
    """keypoints: (18, 2) px; depth: (18,) px towards the viewer; toes: (2, 2) px.

    yaw of the trunk and head_yaw in radians; head: centre of the head (px); radius: of the head,
    px; head_angle: its turn in the picture plane; pitch: how far the face looks down, radians.
    """

    keypoints: Points
    depth: Vectors
    toes: Points
    proportions: Proportions
    radius: float
    yaw: float
    head: Points
    head_yaw: float
    head_angle: float
    pitch: float
    trunk: Tube

    @property
    def facing(self) -> bool:
        """Whether the chest is towards the viewer."""
        return math.cos(self.yaw) >= 0

    def on_head(self, local: Points) -> Points:
        """Head coordinates (N, 2) in radii to px."""
        return local @ self._head_turn + self.head

    @cached_property
    def _head_turn(self) -> Points:
        cos, sin = math.cos(self.head_angle), math.sin(self.head_angle)
        return np.array([[cos, sin], [-sin, cos]], np.float32) * self.radius

    def moved(self, neck: Points, radius: float) -> Body:
        """A body of unit size with its neck at the origin, placed on the canvas."""
        return replace(
            self,
            keypoints=self.keypoints * radius + neck, depth=self.depth * radius,
            toes=self.toes * radius + neck,
            radius=radius, head=self.head * radius + neck, trunk=self.trunk.moved(neck, radius),
        )  # fmt: skip

    def on_face(self, x: float, y: float, z: float) -> tuple[float, float, float]:
        """A place of the face (radii, before its turn) after the turn: x, y and z to the viewer."""
        cos, sin = math.cos(self.head_yaw), math.sin(self.head_yaw)
        return x * cos + z * sin, y + 0.35 * self.pitch * z, z * cos - x * sin


def _aimed(out: float, forward: float, side: float) -> Vector:
    flat = math.cos(out)
    return side * math.sin(out), flat * math.cos(forward), flat * math.sin(forward)


def _along(start: Vector, way: Vector, length: float) -> Vector:
    return start[0] + way[0] * length, start[1] + way[1] * length, start[2] + way[2] * length


def _forearm(arm: Arm, side: float, upper: Vector) -> Vector:
    """The upper arm's direction bent by the elbow towards where the stance says."""
    inward, up, front = arm.toward
    wish = (-side * inward, -up, front)
    along = sum(a * b for a, b in zip(wish, upper, strict=True))
    bend = _along(wish, upper, -along)
    length = math.hypot(*bend)
    if length < 1e-6:
        return upper
    straight = _along((0.0, 0.0, 0.0), upper, math.cos(arm.elbow))
    return _along(straight, bend, math.sin(arm.elbow) / length)


def _toe(ankle: Vector, shin: Vector, side: float, foot: float) -> Vector:
    """Feet point forwards, at right angles to the shin, and a little outwards."""
    front = (side * 0.25, -0.9 * shin[2], 0.9 * shin[1] + 0.1)
    return _along(_along(ankle, front, 0.85 * foot), shin, 0.3 * foot)


def _joints(stance: Stance, p: Proportions) -> tuple[Vectors, Vectors, Vectors]:
    """Neck at the origin, no yaw: 18 keypoints (face left out), two toes and the head's centre.

    Plain numbers: arrays of three cost more than they bring.
    """
    points, toes = np.zeros((18, 3)), np.zeros((2, 3))
    lean, bow = stance.lean, stance.bow
    origin = (0.0, 0.0, 0.0)
    spine = (-math.sin(lean), math.cos(lean) * math.cos(bow), -math.sin(bow))
    across = (math.cos(lean), math.sin(lean), 0.0)
    chest, hips = _along(origin, spine, 0.13 * p.trunk), _along(origin, spine, p.trunk)
    for index, side in enumerate(SIDES):
        arm, leg = stance.arms[index], stance.legs[index]
        shoulder = _along(chest, across, side * p.shoulder)
        upper = _aimed(arm.out - side * lean, arm.forward, side)
        elbow = _along(shoulder, upper, p.upper_arm)
        wrist = _along(elbow, _forearm(arm, side, upper), p.forearm)
        hip = _along(hips, across, side * p.hip * 0.86)
        knee = _along(hip, _aimed(leg.out, leg.forward, side), p.thigh)
        shin = _aimed(leg.out, leg.forward - leg.knee, side)
        ankle = _along(knee, shin, p.shin)
        first = 2 + 3 * index
        points[first : first + 3] = shoulder, elbow, wrist
        points[first + 6 : first + 9] = hip, knee, ankle
        toes[index] = _toe(ankle, shin, side, p.foot)
    angle = stance.lean * 0.5 + stance.tilt
    forward = 0.25 * stance.bow + 0.12 * stance.nod + 0.06
    head = p.neck * np.array([math.sin(angle), -math.cos(angle), forward])
    return points, toes, head


def _turned(points: Vectors, yaw: float) -> Vectors:
    cos, sin = math.cos(yaw), math.sin(yaw)
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack([x * cos + z * sin, y, z * cos - x * sin], -1)


# Where the trunk's sections lie from neck (0) to hips (1), as shares of the shoulder's half width.
_TRUNK_S = np.array([-0.1, 0.0, 0.06, 0.14, 0.3, 0.5, 0.66, 0.82, 1.0, 1.12], np.float32)
_TRUNK_WIDE = np.array([0.34, 0.36, 0.72, 1.1, 1.0, 0.84, 0.0, 0.0, 0.0, 0.0], np.float32)
_TRUNK_DEEP = np.array([0.34, 0.36, 0.46, 0.6, 0.78, 0.7, 0.0, 0.0, 0.0, 0.0], np.float32)


def _trunk(flat: Vectors, p: Proportions, yaw: float, lean: float) -> Tube:
    """flat: the turned joints in radii; the sections follow the spine on the screen."""
    neck, hips = flat[1], (flat[8] + flat[11]) / 2
    spine = hips - neck
    centre = neck[:2] + _TRUNK_S[:, None] * spine[:2]
    hip_wide = p.hip * 0.86 + p.thickness[3] * 1.02
    waist = p.waist if p.waist < hip_wide else hip_wide
    wide, deep = _TRUNK_WIDE * p.shoulder, _TRUNK_DEEP * p.shoulder
    wide[5] = max(float(wide[5]), waist * 1.04)
    wide[6:] = waist, 0.45 * waist + 0.55 * hip_wide, hip_wide, hip_wide
    deep[4] = max(float(deep[4]), 0.42)
    deep[5:] = deep[4] * 0.92, waist * 0.74, hip_wide * 0.72, hip_wide * 0.78, hip_wide * 0.72
    across = np.array([math.cos(lean), math.sin(lean) * math.cos(yaw)])
    across /= math.hypot(*across)
    return Tube(_TRUNK_S, centre.astype(np.float32), across.astype(np.float32), wide, deep, yaw)


_FACE = ((0, (0.0, 0.45, 0.88)), (14, (-0.4, 0.22, 0.6)), (15, (0.4, 0.22, 0.6)),
         (16, (-0.93, 0.22, -0.08)), (17, (0.93, 0.22, -0.08)))  # fmt: skip


def pose_body(stance: Stance, p: Proportions, yaw: float) -> Body:
    """The figure at unit size: neck at the origin, a head of radius 1. See `Body.moved`."""
    points, toes, head = _joints(stance, p)
    flat, flat_toes, flat_head = (_turned(v, yaw) for v in (points, toes, head))
    keypoints, depth = flat[:, :2].astype(np.float32), flat[:, 2].copy()
    angle = math.asin(max(-0.9, min(0.9, float(flat_head[0] / p.neck)))) * 0.9
    body = Body(
        keypoints, depth, flat_toes[:, :2].astype(np.float32), p, 1.0, yaw,
        flat_head[:2].astype(np.float32), yaw + stance.twist, angle,
        stance.nod + 0.2 * stance.bow, _trunk(flat, p, yaw, stance.lean),
    )  # fmt: skip
    for index, place in _FACE:
        x, y, z = body.on_face(*place)
        keypoints[index] = body.on_head(np.array([[x, y]], np.float32))[0]
        depth[index] = z + flat_head[2]
    return body
