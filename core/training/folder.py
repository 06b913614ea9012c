"""A folder of pictures to train on; `python -m core.training.folder DIR` checks it.

DIR/images/NAME.png     or .jpg, .jpeg, .webp
DIR/tags/NAME.txt       Danbooru-style tags, separated by commas
DIR/masks/NAME.png      grey, as large as the picture; white is the subject
DIR/poses/NAME.json     OpenPose JSON (18 or 25 keypoints) of everyone to be seen
DIR/characters.json     only for pairs: {"character": ["NAME", ...], ...}
DIR/identity_tags.txt   only where tags of looks are dropped: one tag a line
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from core.errors import BadInput
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.pose.openpose_json import read_openpose
from core.training.choices import Choice
from core.training.command import run_command
from core.training.sources import Reading, subject_share

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
SAMPLES = 16  # pictures that sample sheets show
_SHOWN_FAULTS = 5


@dataclass(frozen=True)
class PictureFiles:
    """One picture and what belongs to it."""

    name: str
    image: Path
    tags: Path
    mask: Path
    pose: Path


@dataclass(frozen=True)
class Folder:
    """A checked folder. partners: other pictures of the same character, by name."""

    path: Path
    pictures: tuple[PictureFiles, ...]
    partners: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    identity_tags: frozenset[str] | None = None


def open_folder(path: Path) -> Folder:
    """List a folder and check every picture's files without decoding the pixels.

    Raises BadInput with how many pictures have faults; `details` lists the first of them.
    """
    images = path / "images"
    if not images.is_dir():
        raise BadInput(
            f"{path} holds no folder “images”. Put the pictures there, their tags, masks and poses "
            "beside it (docs/training.md)."
        )
    found = sorted(file for file in images.iterdir() if file.suffix.lower() in SUFFIXES)
    if not found:
        raise BadInput(f"There are no pictures in {images}. Put PNG, JPEG or WebP files there.")
    pictures = tuple(_files(path, image) for image in found)
    _check_names(pictures)
    faults = [fault for one in pictures if (fault := _fault(one))]
    if faults:
        raise BadInput(
            f"{len(faults)} of {len(pictures)} pictures in {path} cannot be used; the first: "
            f"{faults[0]}.",
            details="\n".join(faults[:_SHOWN_FAULTS]),
        )
    return Folder(path, pictures, _partners(path, pictures), _identity_tags(path))


def _files(path: Path, image: Path) -> PictureFiles:
    name = image.stem
    return PictureFiles(
        name,
        image,
        path / "tags" / f"{name}.txt",
        path / "masks" / f"{name}.png",
        path / "poses" / f"{name}.json",
    )


def _check_names(pictures: Sequence[PictureFiles]) -> None:
    for one, other in pairwise(pictures):
        if one.name == other.name:
            raise BadInput(
                f"{one.image.name} and {other.image.name} share one name, so their tags cannot be "
                "told apart. Rename one of them."
            )


def _fault(one: PictureFiles) -> str:
    """What is wrong with the picture's files, or ""."""
    for file in (one.tags, one.mask, one.pose):
        if not file.is_file():
            return f"{file.parent.name}/{file.name} is missing"
    try:
        with Image.open(one.image) as picture, Image.open(one.mask) as mask:
            if picture.size != mask.size:
                return (
                    f"masks/{one.mask.name} is {mask.width} x {mask.height} px, its picture "
                    f"{picture.width} x {picture.height}"
                )
            read_openpose(one.pose.read_bytes(), default_size=picture.size)
        one.tags.read_text(encoding="utf-8")
    except BadInput as error:
        return f"poses/{one.pose.name}: {error}"
    except (OSError, UnidentifiedImageError, UnicodeDecodeError, Image.DecompressionBombError):
        return f"the picture, mask or tags of {one.image.name} cannot be read"
    return ""


def _partners(path: Path, pictures: Sequence[PictureFiles]) -> dict[str, tuple[int, ...]]:
    file = path / "characters.json"
    if not file.is_file():
        return {}
    place = {one.name: index for index, one in enumerate(pictures)}
    partners: dict[str, tuple[int, ...]] = {}
    for character, names in _characters(file).items():
        unknown = [name for name in names if name not in place]
        if unknown:
            raise BadInput(
                f"characters.json says that “{character}” is in “{unknown[0]}”, but there is no "
                "such picture. Correct the name."
            )
        for name in names:
            partners[name] = tuple(place[other] for other in names if other != name)
    return partners


def _characters(file: Path) -> dict[str, list[str]]:
    wrong = BadInput('characters.json is not of the form {"character": ["picture", ...]}. Mend it.')
    try:
        loaded: object = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong from error
    if not isinstance(loaded, dict):
        raise wrong
    characters = cast(dict[str, object], loaded)
    for names in characters.values():
        if not isinstance(names, list) or not all(
            isinstance(name, str) for name in cast(list[object], names)
        ):
            raise wrong
    return cast(dict[str, list[str]], characters)


def _identity_tags(path: Path) -> frozenset[str] | None:
    file = path / "identity_tags.txt"
    if not file.is_file():
        return None
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(tag for line in lines if (tag := _tag(line)))


def _tag(text: str) -> str:
    return " ".join(text.replace("_", " ").split())


class FolderSource:
    """The pictures of a folder, each cut to a square of `size_px` around its subject.

    The reference is the whole picture, letterboxed as at inference; with a pair, another picture of
    the same character.
    """

    def __init__(self, folder: Folder, size_px: int, reading: Reading) -> None:
        self._folder, self._size, self._reading = folder, size_px, reading

    @property
    def reading(self) -> Reading:
        return self._reading

    @property
    def count(self) -> int:
        many = len(self._folder.pictures) > 8 * SAMPLES
        return len(self._folder.pictures) - (SAMPLES if many else 0)

    @property
    def samples(self) -> list[int]:
        count = len(self._folder.pictures)
        return list(range(max(0, count - SAMPLES), count))

    @property
    def sample_choice(self) -> Choice:
        looks = self._folder.identity_tags
        return Choice(
            reference=True,
            pair=bool(self._folder.partners),
            drop_identity_tags=0.0 if looks is None else 1.0,
        )

    def example(self, row: int, choice: Choice, rng: np.random.Generator) -> dict[str, Tensor]:
        """See `Source`. Raises BadInput where a file is damaged or missing for this choice."""
        if choice.puppet:
            raise BadInput("A folder of pictures has no puppets. Set puppet_share to 0.")
        files = self._folder.pictures[row]
        image, mask = _read(files)
        window = Window.around(mask, self._size)
        pixels = torch.from_numpy(window.cut(image)).permute(2, 0, 1).float() / 127.5 - 1
        height, width = mask.shape
        poses, canvas = read_openpose(files.pose.read_bytes(), default_size=(width, height))
        control = self._control(poses, canvas or (width, height), (width, height), window)
        reference, tokens = self._reference(row, choice, rng, image, mask)
        return {
            "pixels": pixels,
            "control": control,
            "ids": self._reading.ids(self._prompt(files, choice, rng)),
            "reference": reference,
            "token_mask": tokens,
            "subject": subject_share(window.cut(mask), self._reading.latent_shape[1:]),
        }

    def _control(
        self, poses: Sequence[Pose], canvas: tuple[int, int], size: tuple[int, int], window: Window
    ) -> Tensor:
        scale = (size[0] / canvas[0] * window.scale, size[1] / canvas[1] * window.scale)
        placed = [pose.mapped(*scale, -window.left, -window.top) for pose in poses]
        drawn = draw_control_image(placed, self._size, self._size)
        return torch.from_numpy(drawn).permute(2, 0, 1).float() / 255

    def _prompt(self, files: PictureFiles, choice: Choice, rng: np.random.Generator) -> str:
        drop = rng.random() < choice.drop_identity_tags
        if not choice.text:
            return ""
        tags = [_tag(tag) for tag in files.tags.read_text(encoding="utf-8").split(",")]
        looks = self._folder.identity_tags
        if looks is None and choice.drop_identity_tags:
            raise BadInput(
                "The folder has no identity_tags.txt, which says what tags of looks are. Add it, "
                "or set drop_identity_tags to 0."
            )
        dropped = looks if drop and looks else frozenset[str]()
        return ", ".join(tag for tag in tags if tag and tag not in dropped)

    def _reference(
        self,
        row: int,
        choice: Choice,
        rng: np.random.Generator,
        image: NDArray[np.uint8],
        mask: NDArray[np.uint8],
    ) -> tuple[Tensor, Tensor]:
        if not choice.reference:
            return self._reading.no_reference()
        if not choice.pair:
            return self._reading.reference(image, mask)
        if not self._folder.partners:
            raise BadInput(
                "The folder has no characters.json, which says what pictures are pairs. Add it, or "
                "set pair_share to 0."
            )
        others = self._folder.partners.get(self._folder.pictures[row].name, ())
        if not others:  # the only picture of this character is its own reference
            return self._reading.reference(image, mask)
        other = others[int(rng.integers(len(others)))]
        return self._reading.reference(*_read(self._folder.pictures[other]))


@dataclass(frozen=True)
class Window:
    """A square of `side` px in the picture scaled by `scale`, at `left`, `top` there."""

    scale: float
    left: int
    top: int
    side: int

    @classmethod
    def around(cls, mask: NDArray[np.uint8], side: int) -> Window:
        """The short side fills the window; along the long one it is centred on the subject."""
        height, width = mask.shape
        scale = side / min(height, width)
        rows, columns = (np.flatnonzero(mask.max(axis) > 127) for axis in (1, 0))
        left = _start(columns, width, scale, side)
        return cls(scale, left, _start(rows, height, scale, side), side)

    def cut(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The window of a picture (H, W, 3) or mask (H, W), (side, side, ...)."""
        height, width = picture.shape[:2]
        size = (
            max(self.side, round(width * self.scale)),
            max(self.side, round(height * self.scale)),
        )
        scaled = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS))
        rows = slice(self.top, self.top + self.side)
        return np.ascontiguousarray(scaled[rows, self.left : self.left + self.side])


def _start(covered: NDArray[np.int64], length: int, scale: float, side: int) -> int:
    """Where the window begins on a side of `length` px, of which `covered` show the subject."""
    centre = (covered[0] + covered[-1] + 1) / 2 if len(covered) else length / 2
    longest = max(side, round(length * scale)) - side
    return int(np.clip(round(centre * scale - side / 2), 0, longest))


def _read(files: PictureFiles) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Picture (H, W, 3), transparent parts white, and mask (H, W)."""
    try:
        with Image.open(files.image) as opened:
            picture = opened.convert("RGBA")
        ground = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        image = np.array(Image.alpha_composite(ground, picture).convert("RGB"))
        with Image.open(files.mask) as opened:
            mask = np.array(opened.convert("L"))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise BadInput(
            f"{files.image.name} or its mask is damaged. Save it again.", details=str(error)
        ) from error
    return image, mask


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    found = open_folder(parser.parse_args().folder)
    characters = "no pairs" if not found.partners else f"{len(found.partners)} with partners"
    print(f"{len(found.pictures)} pictures, {characters}: ready to be trained on")


if __name__ == "__main__":
    run_command(main)
