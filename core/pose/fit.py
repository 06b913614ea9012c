"""Poses placed into rectangles and mirrored; the pose a new figure starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from core.errors import BadInput
from core.geometry import Rect
from core.pose.pose import Keypoint, Pose

# A relaxed standing figure of about five heads in the unit square, as seen from the front.
STANDING = Pose.from_array(
    np.array([
        (0.500, 0.175, 1), (0.500, 0.285, 1),
        (0.415, 0.295, 1), (0.375, 0.420, 1), (0.355, 0.535, 1),
        (0.585, 0.295, 1), (0.625, 0.420, 1), (0.645, 0.535, 1),
        (0.450, 0.545, 1), (0.440, 0.745, 1), (0.432, 0.935, 1),
        (0.550, 0.545, 1), (0.560, 0.745, 1), (0.568, 0.935, 1),
        (0.470, 0.150, 1), (0.530, 0.150, 1), (0.430, 0.160, 1), (0.570, 0.160, 1),
    ])
)  # fmt: skip

# Index of each keypoint's partner on the other side.
_BODY_SWAP = (0, 1, 5, 6, 7, 2, 3, 4, 11, 12, 13, 8, 9, 10, 15, 14, 17, 16)
_FACE_SWAP = (
    *range(16, -1, -1),  # outline
    *range(26, 16, -1),  # brows
    *range(27, 31),  # bridge
    *range(35, 30, -1),  # nose
    45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40,  # eyes
    *range(54, 47, -1), *range(59, 54, -1),  # outer mouth
    *range(64, 59, -1), *range(67, 64, -1),  # inner mouth
    69, 68,  # eyeballs
)  # fmt: skip

_FACE_TO_CROWN = 0.16  # keypoints end at the eyes: room for the top of the head, in heights
_ANKLE_TO_SOLE = 0.06
_NOSE, _ANKLES = 0, (10, 13)


def place_pose(pose: Pose, rect: Rect) -> Pose:
    """The pose, given in any unit, as large as fits into `rect` and standing on its lower side.

    Keeps the aspect; leaves room for the crown of the head and the feet, which have no
    keypoints. Raises BadInput where no keypoint is visible or the rectangle has no area.
    """
    bounds = pose.bounds
    if bounds is None:
        raise BadInput("The pose shows no keypoint; place at least one.")
    if not (rect.width > 0 and rect.height > 0):
        raise BadInput("There is no room for the figure; make the panel larger.")
    body = pose.body
    above = _FACE_TO_CROWN if body[_NOSE].visible else 0.0
    below = _ANKLE_TO_SOLE if any(body[i].visible for i in _ANKLES) else 0.0
    extent = max(bounds.height, 0.5 * bounds.width, 1e-9)
    top, bottom = bounds.y - above * extent, bounds.bottom + below * extent
    width = max(bounds.width, 1e-9) + 0.1 * extent
    scale = min(rect.width / width, rect.height / max(bottom - top, 1e-9))
    return pose.mapped(
        scale, scale, rect.center.x - scale * bounds.center.x, rect.bottom - scale * bottom
    )


def mirror(pose: Pose) -> Pose:
    """The pose as in a mirror: flipped about its own centre, left and right exchanged."""
    bounds = pose.bounds
    if bounds is None:
        return pose
    axis = 2 * bounds.center.x

    def flip(keypoints: Sequence[Keypoint]) -> tuple[Keypoint, ...]:
        return tuple(replace(k, x=axis - k.x) for k in keypoints)

    body = flip([pose.body[i] for i in _BODY_SWAP])
    swap = [i for i in _FACE_SWAP if i < len(pose.face)]
    face = flip([pose.face[i] for i in swap])
    return Pose(body, flip(pose.right_hand), flip(pose.left_hand), face)
