"""The puppet itself: a reference prepared once, warped to any pose in milliseconds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.pose import Pose
from core.puppet import skeleton as sk
from core.puppet.anatomy import Anatomy, Part, measure
from core.puppet.back_of_head import back_of_head
from core.puppet.layers import Layer, cut_layers
from core.puppet.motion import motions
from core.puppet.order import paint_order
from core.puppet.painting import paint, straight
from core.puppet.parts import segment
from core.puppet.skeleton import Skeleton, skeleton_of
from core.puppet.skirt import Skirt, measure_skirt

MAX_SIDE = 640  # the reference is kept no larger than this: a panel rarely shows more of it


@dataclass(frozen=True, eq=False)
class Puppet:
    """A reference ready to be warped: `image` (H, W, 3 or 4) uint8, `mask` (H, W) uint8 0 or 255.

    `pose` is the reference's own skeleton in pixels of the image. Raises BadInput where the mask
    is empty or of another size, or the pose shows no limb.
    """

    image: NDArray[np.uint8]
    mask: NDArray[np.uint8]
    pose: Pose

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.shape[2] not in (3, 4):
            raise BadInput("The reference is not a colour picture; convert it to RGB.")
        if self.mask.shape != self.image.shape[:2]:
            raise BadInput("The subject mask has another size than its reference; mark it again.")
        if int((self.mask > 127).sum()) < 16:
            raise BadInput("The subject mask is empty; mark the character in the reference.")
        _require_limb(self.pose)

    @cached_property
    def prepared(self) -> Prepared:
        """Crop, part segmentation and layers: computed at the first warp, then kept."""
        return _prepare(self.image, self.mask, self.pose)

    @cached_property
    def back_of_head(self) -> Layer | None:
        """What is seen of the head from the other side; None for one that is turned away itself."""
        prepared = self.prepared
        front = prepared.layers.get((Part.HEAD, False))
        if front is None or prepared.skeleton.turned:
            return front
        return back_of_head(front, prepared.skeleton, prepared.anatomy)


@dataclass(frozen=True)
class Prepared:
    skeleton: Skeleton
    layers: dict[tuple[Part, bool], Layer]
    anatomy: Anatomy
    skirt: Skirt | None


def _require_limb(pose: Pose) -> None:
    trunk = sum(pose.body[i].visible for i in (*sk.TRUNK, *sk.FACE))
    if pose.visible_count < 3 or trunk < 2:
        raise BadInput("The skeleton shows no limb; place at least neck, shoulders and hips.")


def _prepare(image: NDArray[np.uint8], mask: NDArray[np.uint8], pose: Pose) -> Prepared:
    subject = mask > 127
    if image.shape[2] == 4:
        subject &= image[..., 3] > 127
    rows, columns = np.nonzero(subject if subject.any() else mask > 127)
    pad = 4
    y0, x0 = max(int(rows.min()) - pad, 0), max(int(columns.min()) - pad, 0)
    y1, x1 = int(rows.max()) + 1 + pad, int(columns.max()) + 1 + pad
    rgb = np.ascontiguousarray(image[y0:y1, x0:x1, :3])
    inside = subject[y0:y1, x0:x1].astype(np.uint8)
    scale = min(1.0, MAX_SIDE / max(inside.shape))
    if scale < 1.0:
        size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        inside = cv2.resize(inside, size, interpolation=cv2.INTER_NEAREST)
    kept = inside > 0
    skeleton = skeleton_of(pose.mapped(scale, scale, -x0 * scale, -y0 * scale))
    anatomy = measure(skeleton, kept)
    labels, hem = segment(rgb, kept, skeleton, anatomy)
    skirt = measure_skirt(labels == Part.SKIRT, skeleton, anatomy, hem) if hem else None
    return Prepared(skeleton, cut_layers(rgb, labels, skeleton, anatomy), anatomy, skirt)


def warp(
    puppet: Puppet, target: Pose, width: int, height: int, *, premultiplied: bool = False
) -> NDArray[np.uint8]:
    """The puppet in pose `target` (pixels of the output): (height, width, 4) RGBA, straight alpha.

    Pixels without figure are 0, 0, 0, 0. premultiplied: leave the colours multiplied by alpha, as
    screens want them. Raises BadInput where the target shows no limb.
    """
    _require_limb(target)
    prepared = puppet.prepared
    skeleton = skeleton_of(target, prepared.skeleton, (width, height))
    moves = motions(prepared.skeleton, skeleton, prepared.anatomy, prepared.skirt)
    canvas = np.zeros((height, width, 4), np.uint8)
    for key in paint_order(skeleton):
        layer, motion = prepared.layers.get(key), moves.get(key[0])
        if skeleton.turned and key == (Part.HEAD, False):
            layer = puppet.back_of_head
        if layer is not None and motion is not None:
            paint(canvas, layer, motion)
    return canvas if premultiplied else straight(canvas)
