"""The skeleton drawn as pose networks were trained to see it, pixel for pixel.

Draw at generation size: a drawn map that is resized has other line widths than the training's.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.pose.pose import LIMBS, Keypoint, Pose

Profile = Literal["classic", "xinsir"]
Image = NDArray[np.uint8]

# The colour of limb i and of keypoint i: 18 hues from red over green and blue to rose.
KEYPOINT_COLOURS = (
    (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0),
    (0, 255, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255),
    (0, 0, 255), (85, 0, 255), (170, 0, 255), (255, 0, 255), (255, 0, 170), (255, 0, 85),
)  # fmt: skip
# Pairs of keypoint indices of a hand: five fingers of four edges, each starting at the wrist.
FINGERS = tuple((0 if k == 0 else 4 * f + k, 4 * f + k + 1) for f in range(5) for k in range(4))
_STICK = 4
_FAR = 1e5  # beyond this many pixels a keypoint is as good as at this distance


def draw_control_image(
    poses: Sequence[Pose], width: int, height: int, profile: Profile = "classic"
) -> Image:
    """(height, width, 3) uint8 RGB: skeletons on black, `poses` in pixels of that picture.

    "classic" draws as OpenPose ControlNets of SD1.5 learned it, "xinsir" with limbs and
    keypoints that grow with the picture, as xinsir's openpose-sdxl asks for.
    """
    canvas: Image = np.zeros((height, width, 3), np.uint8)
    stick = _STICK * (1 if profile == "classic" else xinsir_ratio(width, height))
    for pose in poses:
        _draw_body(canvas, pose.body, stick)
        _draw_hand(canvas, pose.left_hand)
        _draw_hand(canvas, pose.right_hand)
        _draw_face(canvas, pose.face)
    return canvas


def xinsir_ratio(width: int, height: int) -> int:
    """How many times wider than classic xinsir's lines are at this size."""
    longer = max(width, height)
    if longer < 1000:
        return 1 if longer < 500 else 2
    return min(2 + longer // 1000, 7)


def _draw_body(canvas: Image, body: Sequence[Keypoint], stick: int) -> None:
    import cv2

    for (start, end), color in zip(LIMBS, KEYPOINT_COLOURS, strict=False):
        a, b = _place(body[start]), _place(body[end])
        if a is None or b is None:
            continue
        dx, dy = a[0] - b[0], a[1] - b[1]
        middle = (int((a[0] + b[0]) / 2), int((a[1] + b[1]) / 2))
        axes = (int((dx**2 + dy**2) ** 0.5 / 2), stick)
        angle = int(math.degrees(math.atan2(dy, dx)))
        polygon = np.array(cv2.ellipse2Poly(middle, axes, angle, 0, 360, 1))
        cv2.fillConvexPoly(canvas, polygon, [int(c * 0.6) for c in color])
    for keypoint, color in zip(body, KEYPOINT_COLOURS, strict=True):
        at = _place(keypoint)
        if at is not None:
            cv2.circle(canvas, (int(at[0]), int(at[1])), stick, color, -1)


def _draw_hand(canvas: Image, hand: Sequence[Keypoint]) -> None:
    import cv2

    if not hand:
        return
    for index, (start, end) in enumerate(FINGERS):
        a, b = _pixel(hand[start]), _pixel(hand[end])
        if a is not None and b is not None:
            hue = colorsys.hsv_to_rgb(index / len(FINGERS), 1.0, 1.0)
            cv2.line(canvas, a, b, [c * 255 for c in hue], 2)
    for keypoint in hand:
        at = _pixel(keypoint)
        if at is not None:
            cv2.circle(canvas, at, 4, (0, 0, 255), -1)


def _draw_face(canvas: Image, face: Sequence[Keypoint]) -> None:
    import cv2

    for keypoint in face:
        at = _pixel(keypoint)
        if at is not None:
            cv2.circle(canvas, at, 3, (255, 255, 255), -1)


def _place(keypoint: Keypoint) -> tuple[float, float] | None:
    """Position of a keypoint that can be drawn, else None."""
    if not keypoint.visible or not (math.isfinite(keypoint.x) and math.isfinite(keypoint.y)):
        return None
    return min(max(keypoint.x, -_FAR), _FAR), min(max(keypoint.y, -_FAR), _FAR)


def _pixel(keypoint: Keypoint) -> tuple[int, int] | None:
    """Pixel of a hand's or face's point; the first row and column count as hidden there."""
    at = _place(keypoint)
    if at is None or int(at[0]) < 1 or int(at[1]) < 1:
        return None
    return int(at[0]), int(at[1])
