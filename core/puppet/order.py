"""Which layer is painted over which."""

from __future__ import annotations

import numpy as np

from core.puppet import skeleton as sk
from core.puppet.anatomy import Part
from core.puppet.layers import Key
from core.puppet.skeleton import Skeleton

_RIGHT_LEG = ((Part.R_SHIN, False), (Part.R_THIGH, False))
_LEFT_LEG = ((Part.L_SHIN, False), (Part.L_THIGH, False))
_RIGHT_ARM = ((Part.R_UPPER_ARM, False), (Part.R_FOREARM, False))
_LEFT_ARM = ((Part.L_UPPER_ARM, False), (Part.L_FOREARM, False))
_TRUNK = ((Part.SKIRT, False), (Part.TORSO, False), (Part.HEAD, False))
_BACK_HAIR = ((Part.HEAD, True),)
_PROFILE = 0.3  # shoulders narrower than this share of the trunk's length: seen from the side


def paint_order(target: Skeleton) -> tuple[Key, ...]:
    """Layers from the back to the front.

    Keypoints have no depth. Arms lie over the trunk; of a figure seen from the side, the arm and
    leg away from the viewer lie behind it. What hangs down the back of a figure lies over it where
    it is seen from the other side than the reference.
    """
    if target.turned:
        body = [key for key in _TRUNK if key[0] is not Part.HEAD]
        head = [key for key in _TRUNK if key[0] is Part.HEAD]
        return (*_RIGHT_LEG, *_LEFT_LEG, *body, *_RIGHT_ARM, *_LEFT_ARM, *_BACK_HAIR, *head)
    if not _from_the_side(target):
        return (*_BACK_HAIR, *_RIGHT_LEG, *_LEFT_LEG, *_TRUNK, *_RIGHT_ARM, *_LEFT_ARM)
    if _faces_viewers_left(target):
        return (*_BACK_HAIR, *_RIGHT_ARM, *_RIGHT_LEG, *_LEFT_LEG, *_TRUNK, *_LEFT_ARM)
    return (*_BACK_HAIR, *_LEFT_ARM, *_LEFT_LEG, *_RIGHT_LEG, *_TRUNK, *_RIGHT_ARM)


def _from_the_side(target: Skeleton) -> bool:
    p = target.points
    hips = (p[sk.R_HIP] + p[sk.L_HIP]) / 2
    trunk = float(np.hypot(*(hips - p[sk.NECK])))
    shoulders = float(np.hypot(*(p[sk.R_SHOULDER] - p[sk.L_SHOULDER])))
    return shoulders < _PROFILE * trunk


def _faces_viewers_left(target: Skeleton) -> bool:
    """The nose points away from the ears, and from the neck where no ear is seen."""
    p = target.points
    ears = [i for i in (sk.R_EAR, sk.L_EAR) if target.seen[i]] or [sk.NECK]
    return bool(p[sk.NOSE][0] < p[ears].mean(axis=0)[0])
