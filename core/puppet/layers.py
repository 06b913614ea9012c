"""The reference cut into layers: a premultiplied picture for each part, filled where covered."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.puppet import skeleton as sk
from core.puppet.anatomy import (
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
from core.puppet.skeleton import Skeleton

_KERNEL = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_LINE_CONTRAST = 36  # a pixel this far (of 255) from its part's local colour is a drawn line

# From the back to the front, as a reference is assumed to be drawn.
DEPTH = (
    Part.R_SHIN, Part.R_THIGH, Part.L_SHIN, Part.L_THIGH, Part.SKIRT, Part.TORSO, Part.HEAD,
    Part.R_UPPER_ARM, Part.R_FOREARM, Part.L_UPPER_ARM, Part.L_FOREARM,
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """One part's pixels: `levels[n]` is (h, w, 4) uint8 RGBA, premultiplied, at 2**-n scale.

    `x`, `y`: where the crop lies in the reference picture, in pixels of level 0.
    """

    x: int
    y: int
    levels: tuple[Image, ...]


Key = tuple[Part, bool]


@dataclass(frozen=True)
class _Cut:
    """A part before it is painted, cropped to `window` of the reference.

    `owned`: its pixels; `extent`: those it may show, also where others cover it; `source`: those
    surely of its own colour.
    """

    window: tuple[slice, slice]
    owned: Mask
    extent: Mask
    source: Mask


def cut_layers(rgb: Image, labels: Image, skeleton: Skeleton, anatomy: Anatomy) -> dict[Key, Layer]:
    """Layers by part; the second key is True for hair that hangs behind the body."""
    band = max(1, round(anatomy.unit * 0.12))
    back = _hair_behind(labels, skeleton, anatomy)
    cuts: dict[Key, _Cut] = {}
    if back.any():
        hidden = _between(back, labels) | (_closed(back, anatomy) & (labels > 0))
        cuts[Part.HEAD, True] = _cut(back, (labels > 0) & ~back, hidden, band)
    ranks = np.zeros(len(DEPTH) + 1, np.uint8)
    ranks[list(DEPTH)] = np.arange(1, len(DEPTH) + 1)
    depth = np.where(back, 0, ranks[labels])
    for rank, part in enumerate(DEPTH, start=1):
        owned = depth == rank
        if owned.any():
            shape = _shape(part, labels.shape, skeleton, anatomy)
            cuts[part, False] = _cut(owned, depth > rank, shape, band)
    return _with_lines(rgb, cuts, band)


def _cut(owned: Mask, covered: Mask, shape: Mask, band: int) -> _Cut:
    """A part's own colours lie at least `band` pixels from what is drawn over it."""
    window = _window(owned | (shape & covered), band + 3)
    owned, covered, shape = owned[window], covered[window], shape[window]
    source = owned & ~_grown(covered, band)
    if source.sum() < 0.2 * owned.sum():
        source = owned
    return _Cut(window, owned, owned | ((shape | _grown(owned, 2)) & covered), source)


def _with_lines(rgb: Image, cuts: dict[Key, _Cut], band: int) -> dict[Key, Layer]:
    """Each part painted, the line between two parts given to the one in front.

    A line drawn around an arm over the body must leave with the arm: the body shows its own
    colour there. `cuts` are in order of depth, the farthest first.
    """
    layers: dict[Key, Layer] = {}
    lines = np.zeros(rgb.shape[:2], np.bool_)  # drawn lines of parts farther back, not yet taken
    for key, cut in cuts.items():
        picture = rgb[cut.window]
        near = _grown(cut.owned, band)
        taken = near & lines[cut.window]
        fill = filled(picture, cut.source)
        apart = cv2.absdiff(picture, fill)
        foreign = cv2.max(cv2.max(apart[..., 0], apart[..., 1]), apart[..., 2]) > _LINE_CONTRAST
        lines[cut.window] &= ~near
        lines[cut.window] |= cut.owned & ~cut.source & foreign
        own = cut.source | taken | (cut.owned & ~foreign)
        colour = np.where(own[..., None], picture, fill)
        layers[key] = _layer(colour, cut.extent | taken, cut.window)
    return layers


def _grown(mask: Mask, pixels: int) -> Mask:
    return cv2.dilate(mask.astype(np.uint8), _KERNEL, iterations=pixels) > 0


def _window(mask: Mask, pad: int) -> tuple[slice, slice]:
    """Bounding box of a mask that is not empty, `pad` larger on each side where there is room."""
    x, y, width, height = cv2.boundingRect(mask.astype(np.uint8))
    rows = slice(max(y - pad, 0), min(y + height + pad, mask.shape[0]))
    return rows, slice(max(x - pad, 0), min(x + width + pad, mask.shape[1]))


def _hair_behind(labels: Image, skeleton: Skeleton, anatomy: Anatomy) -> Mask:
    """The head's pixels below the shoulders and beside the trunk: drawn behind the body."""
    shape = labels.shape[:2]
    up = anatomy.head_center - skeleton.points[sk.NECK]
    up = up / max(float(np.hypot(*up)), 1e-6)
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    neck = skeleton.points[sk.NECK]
    below = (columns - neck[0]) * up[0] + (rows - neck[1]) * up[1] < 0.1 * anatomy.unit
    trunk = polygon(shape, torso_quad(skeleton, 0.8))
    face = disc(shape, anatomy.head_center, anatomy.head_radius)
    return (labels == Part.HEAD) & below & ~trunk & ~face


def _closed(mask: Mask, anatomy: Anatomy) -> Mask:
    """Gaps no wider than an arm closed."""
    reach = 2 * round(anatomy.unit * 0.6) + 1
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((reach, reach)))
    return closed > 0


def _between(back: Mask, labels: Image) -> Mask:
    """Pixels of the body that have hair behind it on both sides in their row, ground on neither."""
    stop = back | (labels == 0)
    columns = np.arange(labels.shape[1])
    left = np.maximum.accumulate(np.where(stop, columns, 0), axis=1)
    right = np.minimum.accumulate(np.where(stop, columns, columns[-1])[:, ::-1], axis=1)[:, ::-1]
    rows = np.arange(labels.shape[0])[:, None]
    return back[rows, left] & back[rows, right]


def _shape(part: Part, shape: tuple[int, ...], skeleton: Skeleton, anatomy: Anatomy) -> Mask:
    """Where a part may extend under those that cover it."""
    size = (shape[0], shape[1])
    if part is Part.HEAD:
        return disc(size, anatomy.head_center, anatomy.head_radius)
    if part is Part.TORSO:
        return polygon(size, torso_quad(skeleton, 0.9), 0.1 * anatomy.unit)
    if part is Part.SKIRT:
        return np.zeros(size, np.bool_)
    radius = anatomy.limb_radius.get(part, 1.0)
    return capsule(size, limb_segment(skeleton, part), radius)


def _layer(colour: Image, extent: Mask, window: tuple[slice, slice]) -> Layer:
    """Smooth the contour, premultiply, and halve the size until it is small."""
    soft = cv2.GaussianBlur(extent.astype(np.float32), (7, 7), 1.2)
    alpha = np.clip((soft - 0.5) * 1.6 + 0.5, 0, 1)[..., None]
    picture = np.concatenate([colour * alpha, alpha * 255], axis=2)
    levels = halved(np.round(picture).astype(np.uint8))
    return Layer(window[1].start, window[0].start, levels)


def halved(picture: Image) -> tuple[Image, ...]:
    """The picture, a half of it, and so on until it is small."""
    levels = [picture]
    while min(levels[-1].shape[:2]) >= 8 and len(levels) < 4:
        levels.append(np.asarray(cv2.pyrDown(levels[-1]), np.uint8))
    return tuple(levels)


def filled(rgb: Image, source: Mask) -> Image:
    """Colours of `source` kept, the rest pulled and pushed from them through a pyramid.

    Gortler et al., The Lumigraph (1996), section 3.5.
    """
    weight = source.astype(np.float32)
    value = np.dstack([rgb * weight[..., None], weight]).astype(np.float32)
    stack: list[NDArray[np.float32]] = []
    while min(value.shape[:2]) > 2 and float(value[..., 3].min()) < 0.5:
        stack.append(value)
        value = np.asarray(cv2.pyrDown(value), np.float32)
    result = value[..., :3] / np.maximum(value[..., 3:], 1e-6)
    for finer in reversed(stack):
        size = (finer.shape[1], finer.shape[0])
        coarse = cv2.resize(result, size, interpolation=cv2.INTER_LINEAR)
        result = finer[..., :3] + coarse * (1 - finer[..., 3:])
    return np.where(source[..., None], rgb, np.clip(np.round(result), 0, 255)).astype(np.uint8)
