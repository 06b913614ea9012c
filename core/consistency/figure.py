"""One figure in a drawing against the references of its character."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.consistency.colour import Image, Palette, ciede2000, palette, palette_distance
from core.consistency.scores import CLOTHES, PARTS, PartName
from core.consistency.zones import Mask, Zones
from core.pose import Pose

Encoder = Callable[[Image, Image], NDArray[np.float32]]
"""(H, W, 3) RGB and mask (H, W), 255 = subject, to a vector of length 1."""

MAX_SIDE = 384  # of pictures that colours are counted in; more pixels tell nothing more
FEWEST_POINTS = 3  # visible keypoints
FEWEST_PX = 24
_SAME = 8.0  # CIEDE2000 up to which a colour counts as that of the hair
_SOFT = 0.15  # of the figure's own area, that much is added around it for the encoder


@dataclass(frozen=True, eq=False)
class ReferencePicture:
    """A picture of the character: (H, W, 3 or 4) with its mask (H, W), None = all or its alpha.

    pose: in px of the picture; None = not known, then no part can be found in it.
    """

    image: Image
    mask: Image | None
    pose: Pose | None


@dataclass(frozen=True, eq=False)
class KnownReference:
    """What is needed of a reference, found once. vector: None where there is no encoder.

    head, dress: all colours of the head and of everything that is worn.
    """

    view: str
    parts: dict[PartName, Palette]
    head: Palette | None
    dress: Palette | None
    vector: NDArray[np.float32] | None


@dataclass(frozen=True, eq=False)
class DrawnFigure:
    """A figure in a drawing: its skeleton in px, and what stands before it, (H, W) or None."""

    pose: Pose
    hidden: Mask | None = None


def know(reference: ReferencePicture, encoder: Encoder | None = None) -> KnownReference:
    """Find a reference's colours and vector. A mask of another size counts as none."""
    image, mask = reference.image[..., :3], _subject(reference)
    vector = None if encoder is None else encoder(np.ascontiguousarray(image), mask)
    pose = reference.pose
    if pose is None or pose.visible_count < FEWEST_POINTS:
        return KnownReference("", {}, None, None, vector)
    small, scale = _smaller(image)
    inside = _resized(mask, small.shape) > 127
    zones = Zones(pose.mapped(scale, scale), (small.shape[0], small.shape[1]))
    parts: dict[PartName, Palette] = {}
    for part in PARTS:
        zone = zones.zone(part)
        colours = None if zone is None else _colours(small, zone & inside)
        if colours is not None:
            parts[part] = colours
    head = _colours(small, zones.head() & inside)
    return KnownReference(
        zones.view, parts, head, _colours(small, zones.clothed() & inside), vector
    )


def part_differences(
    picture: Image, figure: DrawnFigure, references: Sequence[KnownReference]
) -> dict[PartName, float]:
    """CIEDE2000 of each part that is in sight here and in a reference, to the nearest one.

    picture: (H, W, 3) RGB; of a reference without the part nothing is said.
    """
    if figure.pose.visible_count < FEWEST_POINTS:
        return {}
    small, scale = _smaller(picture)
    shape = (small.shape[0], small.shape[1])
    zones = Zones(figure.pose.mapped(scale, scale), shape)
    hidden = None
    if figure.hidden is not None:
        hidden = _resized(figure.hidden.astype(np.uint8), shape) > 0
    found: dict[PartName, float] = {}
    for part in PARTS:
        zone = zones.zone(part, hidden)
        colours = None if zone is None else _colours(small, zone)
        if colours is None:
            continue
        distances = [_distance(part, colours, zones.view, known) for known in references]
        judged = [distance for distance in distances if distance is not None]
        if judged:
            found[part] = min(judged)
    return found


def similarity(
    picture: Image, figure: DrawnFigure, references: Sequence[KnownReference], encoder: Encoder
) -> float | None:
    """Cosine of the figure, cut out along its skeleton, and the nearest reference.

    The encoder is one that conditioned the drawing, so this is a warning lamp for the artist and
    no measure of a benchmark: a drawing that satisfies the encoder may still look wrong.
    """
    vectors = [known.vector for known in references if known.vector is not None]
    if not vectors or figure.pose.visible_count < FEWEST_POINTS:
        return None
    zones = Zones(figure.pose, (picture.shape[0], picture.shape[1]))
    mask = zones.body()
    side = 2 * max(1, round(_SOFT * float(np.sqrt(mask.sum())) / 2)) + 1
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    mask = np.asarray(cv2.dilate(mask.astype(np.uint8) * 255, brush), np.uint8)
    if figure.hidden is not None:
        mask[figure.hidden] = 0
    if int((mask > 0).sum()) < FEWEST_PX:
        return None
    seen = encoder(np.ascontiguousarray(picture), mask)
    return max(float(seen @ vector) for vector in vectors)


def _distance(part: PartName, got: Palette, view: str, known: KnownReference) -> float | None:
    """None where the reference does not show the part, or hair hangs before it in the drawing.

    From another side the same coat shows other pieces of itself; there a part is only off where
    it has colours that the character wears nowhere.
    """
    wanted = known.parts.get(part)
    if wanted is None:
        return None
    if part in CLOTHES and _is_behind_hair(wanted, got, known.parts.get("hair")):
        return None
    distance = palette_distance(wanted, got)
    whole = known.dress if part in CLOTHES else known.head
    if view != known.view and part != "skin" and whole is not None:
        distance = min(distance, palette_distance(got, whole))
    return distance


def _is_behind_hair(wanted: Palette, got: Palette, hair: Palette | None) -> bool:
    return hair is not None and _share(got, hair) > 0.5 and _share(wanted, hair) < 0.5


def _share(of: Palette, like: Palette) -> float:
    """How much of a palette has the colours of another."""
    near = ciede2000(of.lab[:, None], like.lab[None]).min(axis=1) < _SAME
    return float(of.share[near].sum())


def _colours(picture: Image, zone: Mask) -> Palette | None:
    return palette(picture, zone) if int(zone.sum()) >= FEWEST_PX else None


def _subject(reference: ReferencePicture) -> Image:
    """(H, W) uint8, 255 = subject."""
    image, mask = reference.image, reference.mask
    if mask is None or mask.shape != image.shape[:2]:
        mask = np.full(image.shape[:2], 255, np.uint8)
    return np.minimum(mask, image[..., 3]) if image.shape[2] == 4 else mask


def _smaller(picture: Image) -> tuple[Image, float]:
    scale = min(1.0, MAX_SIDE / max(picture.shape[:2]))
    if scale == 1.0:
        return picture, 1.0
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _resized(mask: Image, shape: tuple[int, ...]) -> Image:
    if mask.shape == tuple(shape[:2]):
        return mask
    size = (shape[1], shape[0])
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)
