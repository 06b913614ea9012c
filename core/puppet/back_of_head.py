"""The back of a head, made of what its front shows."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from core.puppet import skeleton as sk
from core.puppet.anatomy import Anatomy
from core.puppet.layers import Layer, filled, halved
from core.puppet.skeleton import Skeleton

# In head radii, from the middle of eyes and ears: where the face begins and ends, how far it
# reaches to the sides, how wide the seam around it is, and how far away its hair is looked for.
_BROW, _CHIN, _CHEEK, _SEAM, _AROUND = 0.42, -1.05, 0.98, 0.12, 0.7
_ALIKE = 90.0  # the hair's common colour: neither lines nor a hat
_SKIN = 40.0  # colours (of 255 a channel, together) nearer than this to the cheeks' are skin


def back_of_head(front: Layer, skeleton: Skeleton, anatomy: Anatomy) -> Layer:
    """The head's layer with the colours of the hair around it where the face was.

    Hair beside and above the face, a hat and an outline stay as they are: a reference shows nothing
    better of what lies behind it.
    """
    level = front.levels[0]
    height, width = level.shape[:2]
    up = anatomy.head_center - skeleton.points[sk.NECK]
    up = up / max(float(np.hypot(*up)), 1e-6)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x = (columns + front.x - anatomy.head_center[0]) / anatomy.head_radius
    y = (rows + front.y - anatomy.head_center[1]) / anatomy.head_radius
    along, across = x * up[0] + y * up[1], y * up[0] - x * up[1]
    centre, half = (_BROW + _CHIN) / 2, (_BROW - _CHIN) / 2
    distance = np.hypot(across / _CHEEK, (along - centre) / half)
    opaque = level[..., 3] > 250
    cheeks = opaque & (np.abs(across) < 0.5) & (along < -0.15) & (along > -0.6)
    skin = np.median(level[cheeks, :3], axis=0) if cheeks.any() else np.full(3, 999.0)
    apart = np.abs(level[..., :3].astype(np.float32) - skin).sum(axis=2)
    hair = opaque & (distance > 1) & (distance < 1 + _AROUND) & (apart > _SKIN)
    if not hair.any():
        return front
    common = np.median(level[hair, :3], axis=0)
    hair &= np.abs(level[..., :3].astype(np.float32) - common).sum(axis=2) < _ALIKE
    inside = np.clip((1 + _SEAM - distance) / _SEAM, 0, 1)
    inside = np.where(opaque & (apart <= _SKIN) & (distance < 1 + _AROUND), 1, inside)
    soft = cv2.GaussianBlur(inside.astype(np.float32), (5, 5), 1.0)[..., None]
    soft = soft * (level[..., 3:] / 255)
    colours = filled(level[..., :3], hair)
    rgb = level[..., :3] * (1 - soft) + colours * soft
    mixed = np.concatenate([np.minimum(rgb.round(), level[..., 3:]), level[..., 3:]], axis=2)
    return replace(front, levels=halved(mixed.astype(np.uint8)))
