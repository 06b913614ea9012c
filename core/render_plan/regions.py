"""Who may paint where: a soft region for each figure, taken from its skeleton.

AnimeAdapter's region masks lie on the query axis: inside a figure's region the panel sees that
figure's references and no others, so that two characters do not exchange hair and clothes. A region
is the neighbourhood of the skeleton: capsules, wide for head and trunk, because hair and skirts
hang there. Where two figures come close, the nearer skeleton wins, and with equal distance the one
in front.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.pose import LIMBS, Pose

Field = NDArray[np.float32]

GRID_PX = 4  # distances are computed on a grid this coarse: regions are soft and end in 8x latents
REACH = 0.7  # how far beyond its capsules a figure may paint, in units of its body
SOFTNESS = 0.35  # width of the soft edge, in units of the body
FRONT = 0.12  # by so much a figure in front may be farther away and still win

_HEAD = (0, 14, 15, 16, 17)
_EARS = (16, 17)
_NECK, _HIPS = 1, (8, 11)
_HEAD_RADIUS, _TRUNK_RADIUS, _LIMB_RADIUS = 1.7, 0.9, 0.4  # in units of the body


def figure_regions(poses: Sequence[Pose], width: int, height: int) -> list[NDArray[np.uint8]]:
    """(height, width) for each pose (px of the picture, back to front): 255 = its own, 0 = not.

    A pose without visible keypoints owns nothing.
    """
    import cv2

    grid = (-(-width // GRID_PX), -(-height // GRID_PX))
    distances = [_distance(pose, grid) for pose in poses]
    regions: list[NDArray[np.uint8]] = []
    for index, distance in enumerate(distances):
        own = _ramp(REACH - distance)
        for other_index, other in enumerate(distances):
            if other_index != index:
                in_front = FRONT if index > other_index else -FRONT
                own = np.minimum(own, _ramp(other - distance + in_front))
        levels = np.rint(own * 255).astype(np.uint8)
        scaled = cv2.resize(
            levels, (grid[0] * GRID_PX, grid[1] * GRID_PX), interpolation=cv2.INTER_LINEAR
        )
        regions.append(np.ascontiguousarray(scaled[:height, :width], np.uint8))
    return regions


def _ramp(inside: Field) -> Field:
    """0 to 1 over `SOFTNESS`, 0.5 where the argument is 0."""
    return np.clip(inside / SOFTNESS + 0.5, 0.0, 1.0).astype(np.float32)


def _distance(pose: Pose, grid: tuple[int, int]) -> Field:
    """Distance to the figure's capsules in units of its body, negative inside."""
    columns, rows = grid
    x = (np.arange(columns, dtype=np.float32) + 0.5) * GRID_PX
    y = (np.arange(rows, dtype=np.float32) + 0.5) * GRID_PX
    field = np.full((rows, columns), np.inf, np.float32)
    points, visible = pose.to_array()[:, :2], [k.visible for k in pose.body]
    unit = body_unit(pose)
    for start, end, radius in _capsules(points, visible):
        along = end - start
        length = float(along @ along)
        dx, dy = x[None, :] - start[0], y[:, None] - start[1]
        share = np.clip((dx * along[0] + dy * along[1]) / max(length, 1e-6), 0, 1)
        gap = np.hypot(dx - share * along[0], dy - share * along[1])
        field = np.minimum(field, gap / unit - radius)
    return field


def _capsules(
    points: Field, visible: Sequence[bool]
) -> list[tuple[NDArray[np.float32], NDArray[np.float32], float]]:
    """Start, end and radius (units of the body) of everything that belongs to the figure."""
    capsules = [(points[a], points[b], _LIMB_RADIUS) for a, b in LIMBS if visible[a] and visible[b]]
    capsules += [(points[i], points[i], _LIMB_RADIUS) for i in range(len(points)) if visible[i]]
    head = [points[i] for i in _HEAD if visible[i]]
    if head:
        centre = np.mean(head, axis=0, dtype=np.float32)
        capsules.append((centre, centre, _HEAD_RADIUS))
    hips = [points[i] for i in _HIPS if visible[i]]
    if hips and visible[_NECK]:
        middle = np.mean(hips, axis=0, dtype=np.float32)
        capsules.append((points[_NECK], middle, _TRUNK_RADIUS))
    return capsules


def body_unit(pose: Pose) -> float:
    """About the radius of the figure's head in px; at least 1."""
    body = pose.body
    sizes: list[float] = []
    ear_right, ear_left = (body[i] for i in _EARS)
    if ear_right.visible and ear_left.visible:
        sizes.append(ear_right.point.distance_to(ear_left.point) / 2)
    face = [body[i] for i in _HEAD if body[i].visible]
    if face and body[_NECK].visible:
        x, y = (sum(getattr(k, axis) for k in face) / len(face) for axis in ("x", "y"))
        sizes.append(float(np.hypot(x - body[_NECK].x, y - body[_NECK].y)) * 0.9)
    if not sizes and pose.bounds is not None:
        sizes.append(0.2 * max(pose.bounds.width, pose.bounds.height))
    return max(1.0, *sizes) if sizes else 1.0
