"""The puppets of a panel: which reference is warped, and all figures in one picture."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.document import Digest, Reference
from core.errors import BadInput
from core.geometry import Raster
from core.pose import Pose

if TYPE_CHECKING:  # the window imports this module before it is shown, and OpenCV takes its time
    from core.puppet import Puppet

MIN_KEYPOINTS = 3  # fewer show no limb
SHELF_SIZE = 64  # prepared references that are kept; each takes a few megabytes

_Load = Callable[[Digest], Raster]
_Key = tuple[Digest, Digest | None, Pose]


@dataclass(frozen=True)
class PuppetPlace:
    """A figure to show: its name for messages, references to choose from, its pose in px."""

    name: str
    references: tuple[Reference, ...]
    pose: Pose


class PuppetShelf:
    """References prepared for warping, the most recently used kept."""

    def __init__(self, size: int = SHELF_SIZE) -> None:
        self._size = size
        self._puppets: OrderedDict[_Key, Puppet] = OrderedDict()

    def picture(
        self, places: Sequence[PuppetPlace], load: _Load, width: int, height: int
    ) -> Raster | None:
        """All figures warped to their poses, back to front, RGBA; None where there is nothing.

        A figure without a usable reference, or whose pose shows no limb, is left out: the pose and
        the adapter still draw it. Raises BadInput for a reference with an empty or wrong mask.
        """
        canvas = np.zeros((height, width, 4), np.uint8)
        for place in places:
            drawn = self.figure(place, load, width, height)
            if drawn is not None:
                canvas = laid_over(canvas, drawn)
        return Raster.from_array(canvas) if canvas[..., 3].any() else None

    def figure(
        self,
        place: PuppetPlace,
        load: _Load,
        width: int,
        height: int,
        *,
        premultiplied: bool = False,
    ) -> NDArray[np.uint8] | None:
        """One figure of `picture`, (H, W, 4) RGBA as `warp` has it; None where it is left out."""
        from core.puppet import warp

        reference = best_reference(place.references, place.pose, load)
        if reference is None:
            return None
        puppet = self._puppet(place.name, reference, load)
        try:
            return warp(puppet, place.pose, width, height, premultiplied=premultiplied)
        except BadInput:
            return None

    def _puppet(self, name: str, reference: Reference, load: _Load) -> Puppet:
        from core.puppet import Puppet

        assert reference.pose is not None
        key = (reference.image, reference.mask, reference.pose)
        puppet = self._puppets.pop(key, None)  # put back as the newest
        if puppet is None:
            image = load(reference.image)
            mask = image.array[..., 3] if reference.mask is None else load(reference.mask).array
            try:
                puppet = Puppet(image.array, mask, reference.pose)
            except BadInput as error:
                raise BadInput(f"{name}: {error}", code=error.code) from error
        self._puppets[key] = puppet
        while len(self._puppets) > self._size:
            self._puppets.popitem(last=False)
        return puppet


def best_reference(references: Sequence[Reference], target: Pose, load: _Load) -> Reference | None:
    """The reference to warp: one that shows what the target shows, a full view first.

    It needs a skeleton of its own, and a subject mask or transparency: without one its background
    would be warped along.
    """
    usable = [r for r in references if _is_usable(r, load)]
    if not usable:
        return None
    wanted = [i for i, k in enumerate(target.body) if k.visible]

    def worth(reference: Reference) -> tuple[int, bool]:
        assert reference.pose is not None
        shown = sum(reference.pose.body[i].visible for i in wanted)
        return shown, reference.role == "full"

    return max(usable, key=worth)


def _is_usable(reference: Reference, load: _Load) -> bool:
    if reference.scale == 0 or reference.pose is None:
        return False
    if reference.pose.visible_count < MIN_KEYPOINTS:
        return False
    return reference.mask is not None or load(reference.image).channels == 4


def laid_over(under: NDArray[np.uint8], over: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 4) straight alpha: `over` in front of `under`."""
    import cv2

    x, y, width, height = cv2.boundingRect(over[..., 3])
    if not width:
        return under
    laid = under.copy()
    box = (slice(y, y + height), slice(x, x + width))
    laid[box] = _blended(under[box], over[box])
    return laid


def _blended(under: NDArray[np.uint8], over: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not under[..., 3].any():
        return over
    upper = over[..., 3:].astype(np.float32) / 255
    lower = under[..., 3:].astype(np.float32) / 255 * (1 - upper)
    alpha = upper + lower
    colour = over[..., :3] * upper + under[..., :3] * lower
    colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
    return np.rint(np.dstack([colour, alpha * 255])).astype(np.uint8)
