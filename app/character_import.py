"""A picture of a character becomes a reference: its subject mask and its own skeleton are found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import PoseDetector
from core.document import Character, Document, Reference, random_id
from core.document.edits import add_character, add_reference, free_colour, update_character
from core.errors import BadInput
from core.geometry import Raster
from core.pose import Pose, draw_control_image, read_openpose
from core.segmentation import Segmenter, subject_mask
from core.storage import AssetStore, put_image, put_mask, read_mask

DIMMED = 0.55  # how bright the picture stays under its skeleton


@dataclass(frozen=True)
class FoundReference:
    """A picture with what was found in it; `pose` is in px of the picture."""

    image: Raster
    mask: Raster
    pose: Pose

    def put(self, assets: AssetStore) -> Reference:
        """As a reference with a new id. Raises BadInput for an empty mask."""
        return Reference(
            random_id("reference"),
            put_image(assets, self.image),
            put_mask(assets, self.mask),
            self.pose,
        )


def find_reference(
    image: Raster,
    segmenter: Callable[[], Segmenter],
    detector: Callable[[], PoseDetector],
    mask: Raster | None = None,
    pose: Pose | None = None,
) -> FoundReference:
    """Find mask and skeleton, each unless it is given.

    Raises BadInput where the picture shows no figure, or a given mask has another size.
    """
    if mask is None:
        mask = Raster.from_array(subject_mask(image.array, segmenter()))
    elif (mask.width, mask.height) != (image.width, image.height):
        raise BadInput(
            f"The mask is {mask.width} x {mask.height} px and the picture {image.width} x "
            f"{image.height} px. Give a mask of the picture's size."
        )
    if pose is None:
        pose = detector().detect(image.array, mask.array).pose
    return FoundReference(image, mask, pose)


def read_reference_mask(path: Path) -> Raster:
    """A mask from a file, made hard. Raises BadInput where it is empty."""
    mask = read_mask(path)
    if not (mask.array > 127).any():
        raise BadInput(f"The mask {path.name} is empty. Paint the character white in it.")
    return Raster.from_array(np.where(mask.array > 127, np.uint8(255), np.uint8(0)))


def read_reference_pose(path: Path, image: Raster) -> Pose:
    """The one figure of an OpenPose file, in px of the picture. Raises BadInput."""
    poses, size = read_openpose(read_bytes(path), default_size=(image.width, image.height))
    if len(poses) != 1:
        raise BadInput(f"{path.name} shows {len(poses)} figures. Give a file that shows one.")
    width, height = size or (image.width, image.height)
    return poses[0].mapped(image.width / width, image.height / height)


def read_bytes(path: Path) -> bytes:
    """Raises BadInput where the file is not there or cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput(f"There is no file {path}.", code="no_file") from error
    except OSError as error:
        raise BadInput(f"{path} cannot be read.", code="no_file", details=repr(error)) from error


def with_reference(
    document: Document, name: str, tags: tuple[str, ...], reference: Reference
) -> Document:
    """A new character with this reference, or another reference for the one of that name.

    Tags are added to those that it has.
    """
    known = next((c for c in document.characters if c.name == name), None)
    if known is None:
        character = Character(
            random_id("character"), name, tags, free_colour(document), (reference,)
        )
        return add_character(document, character)
    document = add_reference(document, known.id, reference)
    return update_character(document, known.id, tags=tuple(dict.fromkeys((*known.tags, *tags))))


def skeleton_picture(found: FoundReference) -> NDArray[np.uint8]:
    """(H, W, 3): the skeleton drawn over the dimmed picture, for a look."""
    pixels = found.image.array
    rgb = pixels[..., :3].astype(np.float32)
    if found.image.channels == 4:
        alpha = pixels[..., 3:].astype(np.float32) / 255
        rgb = rgb * alpha + 255 * (1 - alpha)
    dimmed = rgb * DIMMED
    scale = max(1.0, max(rgb.shape[:2]) / 640)  # thin lines vanish in a large picture
    width, height = round(rgb.shape[1] / scale), round(rgb.shape[0] / scale)
    small = draw_control_image([found.pose.mapped(1 / scale, 1 / scale)], width, height)
    lines = _enlarged(small, rgb.shape[1], rgb.shape[0])
    drawn = np.where(lines.any(axis=2, keepdims=True), lines, dimmed)
    return np.rint(drawn).astype(np.uint8)


def _enlarged(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    rows = np.arange(height) * picture.shape[0] // height
    columns = np.arange(width) * picture.shape[1] // width
    return picture[rows[:, None], columns[None, :]]
