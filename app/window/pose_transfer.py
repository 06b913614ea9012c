"""Poses between panels: as OpenPose text on the clipboard and in files, and fitted into place."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import BadInput
from core.geometry import Rect
from core.pose import Pose, read_openpose, write_openpose

CANVAS_PX = 512  # the longer side of the canvas in what is written


def openpose_text(poses: Sequence[Pose], panel: Rect) -> str:
    """Poses in mm of a panel with these bounds, as other programs read them."""
    scale = CANVAS_PX / max(panel.width, panel.height)
    width, height = round(panel.width * scale), round(panel.height * scale)
    return write_openpose([pose.mapped(scale, scale) for pose in poses], width, height)


def first_pose(text: str) -> Pose | None:
    """The first figure of OpenPose text, in px of its canvas; None where it shows none."""
    try:
        poses, _ = read_openpose(text)
    except BadInput:
        return None
    return poses[0] if poses else None


def in_place_of(pose: Pose, now: Pose) -> Pose:
    """A pose as large as the one it replaces, its feet and its middle where that one's were."""
    old, new = now.bounds, pose.bounds
    if old is None or new is None or new.height <= 0:
        return pose
    body = _torso(now) / _torso(pose) if _torso(pose) > 0 and _torso(now) > 0 else 0.0
    scale = body or old.height / new.height
    return pose.mapped(
        scale, scale, old.center.x - scale * new.center.x, old.bottom - scale * new.bottom
    )


def _torso(pose: Pose) -> float:
    """From the neck to the middle of the hips; 0 where one of them is hidden."""
    neck, right, left = pose.body[1], pose.body[8], pose.body[11]
    if not (neck.visible and right.visible and left.visible):
        return 0.0
    return neck.point.distance_to((right.point + left.point) * 0.5)
