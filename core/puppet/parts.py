"""Which pixel of the reference belongs to which part of the body.

Seeds are laid along the skeleton and grown by the watershed (Meyer 1992), which floods flat
colours first and stops at drawn lines: hair is reached from the head, a skirt from the hips.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from core.puppet import skeleton as sk
from core.puppet.anatomy import (
    FOREARMS,
    SHINS,
    THIGHS,
    UPPER_ARMS,
    Anatomy,
    Image,
    Mask,
    Part,
    capsule,
    disc,
    limb_segment,
    polygon,
    torso_quad,
)  # fmt: skip
from core.puppet.skeleton import Floats, Skeleton
from core.puppet.skirt import find_hem, skirt_seed

_GROUND = 12  # the background's marker in the watershed
_HAIR_LIKELIER = 4.0  # how much likelier a colour must be in the head to leave an arm
_BINS = 12


def segment(rgb: Image, mask: Mask, skeleton: Skeleton, anatomy: Anatomy) -> tuple[Image, float]:
    """(H, W) of `Part` values, 0 outside the mask, and the skirt's hem along the legs or 0.

    Every subject pixel belongs to one part.
    """
    hem = find_hem(rgb, mask, skeleton) or 0.0
    seeds = _seeds(mask, skeleton, anatomy, hem)
    markers = seeds.astype(np.int32)
    markers[~mask] = _GROUND
    cv2.watershed(_walled(rgb, mask), markers)
    labels = np.where((markers > 0) & (markers < _GROUND) & mask, markers, 0).astype(np.uint8)
    if hem:
        below = polygon((mask.shape[0], mask.shape[1]), _below_hips(skeleton, anatomy))
        labels[(labels == Part.TORSO) & below] = Part.SKIRT
    _claim_sleeves(labels, skeleton, anatomy)
    _return_hair(labels, rgb, seeds, skeleton, anatomy)
    _drop_threads(labels, seeds, anatomy)
    return _nearest_label(labels, mask), hem


def _seeds(mask: Mask, skeleton: Skeleton, anatomy: Anatomy, hem: float) -> Image:
    """Pixels that surely belong to a part."""
    shape = (mask.shape[0], mask.shape[1])
    seeds = np.zeros(shape, np.uint8)
    seeds[polygon(shape, torso_quad(skeleton, 0.6, 0.12, 0.95 if hem else 1.05))] = Part.TORSO
    if hem:
        seeds[skirt_seed(shape, skeleton, hem)] = Part.SKIRT
    seeds[disc(shape, anatomy.head_center, anatomy.head_radius * 0.75)] = Part.HEAD
    for part in (*THIGHS, *SHINS, *UPPER_ARMS, *FOREARMS):
        if part not in anatomy.limb_radius:
            continue
        start, stop = 0.15, 1.1 if part in FOREARMS or part in SHINS else 0.95
        if part in THIGHS:
            start = max(0.45, hem + 0.12)
        elif part in SHINS:
            start = max(start, hem - 1 + 0.12)
        if start < stop:
            a, b = limb_segment(skeleton, part)
            ends = np.stack([a + (b - a) * start, a + (b - a) * stop])
            seeds[capsule(shape, ends, max(0.5 * anatomy.limb_radius[part], 0.5))] = part
    seeds[~mask] = 0
    return seeds


def _below_hips(skeleton: Skeleton, anatomy: Anatomy) -> Floats:
    """A large rectangle (4, 2) from a little below the hips down the picture."""
    right, left = skeleton.points[sk.R_HIP], skeleton.points[sk.L_HIP]
    middle = (right + left) / 2
    down = middle - skeleton.points[sk.NECK]
    down = down / max(float(np.hypot(*down)), 1e-6)
    across = np.array([-down[1], down[0]]) * 20 * anatomy.unit
    start = middle + down * 0.15 * anatomy.unit
    end = start + down * 20 * anatomy.unit
    return np.stack([start - across, start + across, end + across, end - across])


def _walled(rgb: Image, mask: Mask) -> Image:
    """The picture with a background that contrasts with the subject's edge everywhere.

    So the flood of the background marker enters the subject last.
    """
    spread = cv2.dilate(np.where(mask[..., None], rgb, 0).astype(np.uint8), np.ones((5, 5)))
    wall = np.where(spread < 128, 255, 0).astype(np.uint8)
    return np.ascontiguousarray(np.where(mask[..., None], rgb, wall))


def _core(labels: Image, skeleton: Skeleton, anatomy: Anatomy, part: Part, widen: float) -> Mask:
    """A limb's plain shape, with the hand or foot beyond it."""
    beyond = 0.6 * anatomy.unit if part in FOREARMS or part in SHINS else 0.0
    shape = (labels.shape[0], labels.shape[1])
    radius = widen * anatomy.limb_radius[part]
    return capsule(shape, limb_segment(skeleton, part, beyond), radius)


def _claim_sleeves(labels: Image, skeleton: Skeleton, anatomy: Anatomy) -> None:
    """Give an arm what the trunk's flood took of it along stripes and outlines."""
    trunk = polygon((labels.shape[0], labels.shape[1]), torso_quad(skeleton, 0.9, 0.0, 1.1))
    outside = np.isin(labels, (0, Part.TORSO, Part.SKIRT)) & ~trunk
    for part in (*UPPER_ARMS, *FOREARMS):
        if part in anatomy.limb_radius:
            labels[outside & _core(labels, skeleton, anatomy, part, 1.0)] = part


def _return_hair(
    labels: Image, rgb: Image, seeds: Image, skeleton: Skeleton, anatomy: Anatomy
) -> None:
    """Take hair from arms whose flood ran into it: far from the arm, and of the hair's colours."""
    bins = (rgb // (256 // _BINS + 1)).astype(np.int32)
    index = (bins[..., 0] * _BINS + bins[..., 1]) * _BINS + bins[..., 2]
    face = disc((labels.shape[0], labels.shape[1]), anatomy.head_center, 0.7 * anatomy.head_radius)
    hair = _shares(index[(labels == Part.HEAD) & ~face])
    for part in (*UPPER_ARMS, *FOREARMS):
        if part not in anatomy.limb_radius:
            continue
        own = labels == part
        core = _core(labels, skeleton, anatomy, part, 1.0)
        near = _core(labels, skeleton, anatomy, part, 1.7)
        colours = _shares(index[own & core])
        likelier = hair[index] > _HAIR_LIKELIER * colours[index]
        labels[own & (seeds == 0) & ((likelier & ~core) | (~near & (hair[index] > 0)))] = Part.HEAD
        labels[own & ~near & (labels == part) & (seeds == 0)] = 0


def _shares(index: NDArray[np.int32]) -> NDArray[np.float32]:
    """Share of each colour bin among pixels, none quite zero where any was seen near it."""
    counts = np.bincount(index, minlength=_BINS**3).astype(np.float32)
    cube = counts.reshape(_BINS, _BINS, _BINS)
    return (cube.ravel() + 1e-6) / max(float(counts.sum()), 1.0)


def _drop_threads(labels: Image, seeds: Image, anatomy: Anatomy) -> None:
    """Unlabel what is as thin as a drawn line: floods run along outlines into other parts."""
    size = 2 * max(1, round(0.09 * anatomy.unit)) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    for part in np.unique(labels[labels > 0]):
        own = (labels == part).astype(np.uint8)
        thin = (own > 0) & (cv2.morphologyEx(own, cv2.MORPH_OPEN, kernel) == 0)
        labels[thin & (seeds != part)] = 0


def _nearest_label(labels: Image, mask: Mask) -> Image:
    """Every subject pixel without a label takes that of the nearest labelled pixel."""
    empty = labels == 0
    if not (empty & mask).any() or empty.all():
        return labels
    _, nearest = cv2.distanceTransformWithLabels(
        empty.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.uint8)
    table[nearest[~empty]] = labels[~empty]
    return np.where(mask, table[nearest], 0).astype(np.uint8)
