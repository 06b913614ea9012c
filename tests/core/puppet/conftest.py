"""A drawn doll with one flat colour a part, so that a test can see where each part went."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.pose import STANDING, Pose

Image = NDArray[np.uint8]

COLORS = {
    "head": (250, 210, 180), "torso": (220, 40, 40),
    "right_upper_arm": (200, 0, 180), "right_forearm": (90, 220, 90),
    "left_upper_arm": (110, 110, 0), "left_forearm": (0, 200, 220),
    "right_thigh": (0, 0, 180), "right_shin": (0, 140, 140),
    "left_thigh": (0, 100, 200), "left_shin": (120, 60, 200),
}  # fmt: skip
_LIMBS = {
    "right_thigh": (8, 9, 18), "right_shin": (9, 10, 16),
    "left_thigh": (11, 12, 18), "left_shin": (12, 13, 16),
    "right_upper_arm": (2, 3, 14), "right_forearm": (3, 4, 12),
    "left_upper_arm": (5, 6, 14), "left_forearm": (6, 7, 12),
}  # fmt: skip


@dataclass(frozen=True)
class Doll:
    """A reference: (H, W, 3) image, (H, W) mask 0 or 255, and its pose in pixels."""

    image: Image
    mask: Image
    pose: Pose


def draw_doll(pose: Pose, size: int = 256) -> Doll:
    """Outlined limbs in COLORS on a grey ground; `pose` in pixels of the square picture."""
    image = np.full((size, size, 3), 200, np.uint8)
    mask = np.zeros((size, size), np.uint8)
    points = [(round(k.x), round(k.y)) for k in pose.body]
    scale = size / 256

    def limb(name: str) -> None:
        start, end, width = _LIMBS[name]
        for picture, color, extra in ((mask, 255, 4), (image, (20, 20, 20), 4), (image, None, 0)):
            shade = COLORS[name] if color is None else color
            cv2.line(picture, points[start], points[end], shade, round((width + extra) * scale))

    for name in list(_LIMBS)[:4]:
        limb(name)
    trunk = np.array([points[i] for i in (2, 5, 11, 8)])
    cv2.fillPoly(mask, [trunk], 255)
    cv2.fillPoly(image, [trunk], COLORS["torso"])
    cv2.polylines(image, [trunk], True, (20, 20, 20), round(2 * scale))
    radius = round(30 * scale)
    cv2.circle(mask, points[0], radius, 255, -1)
    cv2.circle(image, points[0], radius, COLORS["head"], -1)
    cv2.circle(image, points[0], radius, (20, 20, 20), round(2 * scale))
    for name in list(_LIMBS)[4:]:
        limb(name)
    image[mask == 0] = 200
    return Doll(image, mask, pose)


@pytest.fixture(scope="session")
def colors() -> dict[str, tuple[int, int, int]]:
    return COLORS


@pytest.fixture(scope="session")
def doll() -> Doll:
    return draw_doll(STANDING.mapped(256, 256))


@pytest.fixture(scope="session")
def large_doll() -> Doll:
    return draw_doll(STANDING.mapped(1024, 1024), 1024)
