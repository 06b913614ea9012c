"""The pose value: 18 body keypoints (COCO order of OpenPose), optional hands and face."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.geometry import Point, Rect, Similarity

COCO_18 = (
    "nose", "neck",
    "right_shoulder", "right_elbow", "right_wrist",
    "left_shoulder", "left_elbow", "left_wrist",
    "right_hip", "right_knee", "right_ankle",
    "left_hip", "left_knee", "left_ankle",
    "right_eye", "left_eye", "right_ear", "left_ear",
)  # fmt: skip

# Pairs of keypoint indices in OpenPose's drawing order (controlnet_aux open_pose/util.py).
LIMBS = (
    (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (1, 8), (8, 9), (9, 10),
    (1, 11), (11, 12), (12, 13), (1, 0), (0, 14), (14, 16), (0, 15), (15, 17),
)  # fmt: skip

VISIBLE = 0.1  # a keypoint counts as present above this confidence


@dataclass(frozen=True, slots=True)
class Keypoint:
    """A named point of a skeleton with the confidence (0 to 1) that it is there; 0 = hidden."""

    x: float
    y: float
    confidence: float = 1.0

    @property
    def visible(self) -> bool:
        return self.confidence > VISIBLE

    @property
    def point(self) -> Point:
        return Point(self.x, self.y)


@dataclass(frozen=True, slots=True)
class Pose:
    """One figure's keypoints, in units of their owner.

    A figure's pose is in millimetres from the top left of its panel's bounds; a reference's
    pose is in pixels of the reference image. `body` has 18 keypoints in `COCO_18` order; hands
    have 21 or none; the face has 68 or 70 or none.
    """

    body: tuple[Keypoint, ...]
    left_hand: tuple[Keypoint, ...] = ()
    right_hand: tuple[Keypoint, ...] = ()
    face: tuple[Keypoint, ...] = ()

    def __post_init__(self) -> None:
        if len(self.body) != len(COCO_18):
            raise ValueError(f"a body has 18 keypoints, not {len(self.body)}")

    @classmethod
    def from_array(cls, keypoints: NDArray[np.floating]) -> Pose:
        """From an (18, 3) array of x, y, confidence."""
        return cls(tuple(Keypoint(float(x), float(y), float(c)) for x, y, c in keypoints))

    def to_array(self) -> NDArray[np.float32]:
        """(18, 3) float32 of x, y, confidence."""
        return np.array([(k.x, k.y, k.confidence) for k in self.body], dtype=np.float32)

    def mapped(self, ax: float, ay: float, tx: float = 0.0, ty: float = 0.0) -> Pose:
        """x -> ax x + tx, y -> ay y + ty for every keypoint."""

        def move(keypoints: tuple[Keypoint, ...]) -> tuple[Keypoint, ...]:
            return tuple(replace(k, x=ax * k.x + tx, y=ay * k.y + ty) for k in keypoints)

        return Pose(move(self.body), move(self.left_hand), move(self.right_hand), move(self.face))

    def transformed(self, transform: Similarity) -> Pose:
        def move(keypoints: tuple[Keypoint, ...]) -> tuple[Keypoint, ...]:
            points = (transform.apply(k.point) for k in keypoints)
            return tuple(replace(k, x=p.x, y=p.y) for k, p in zip(keypoints, points, strict=True))

        return Pose(move(self.body), move(self.left_hand), move(self.right_hand), move(self.face))

    @property
    def bounds(self) -> Rect | None:
        """Box around the visible body keypoints; None where none is visible."""
        seen = [k for k in self.body if k.visible]
        if not seen:
            return None
        x0, y0 = min(k.x for k in seen), min(k.y for k in seen)
        return Rect(x0, y0, max(k.x for k in seen) - x0, max(k.y for k in seen) - y0)

    @property
    def visible_count(self) -> int:
        return sum(k.visible for k in self.body)
