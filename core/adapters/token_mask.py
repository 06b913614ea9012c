"""From a reference picture to what the vision encoder reads, and its mask to a mask of tokens.

A picture that is not square is padded to one, never cropped: CLIP's own centre crop would cut off
head and feet. Padding costs nothing, because its tokens are masked like background.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from core.adapters.config import AnimeAdapterConfig
from core.errors import BadInput

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
SUBJECT_SHARE = 0.5  # of a patch that must be subject for its token to count


@dataclass(frozen=True)
class Letterbox:
    """A picture centred in a square of `side` px: where it lies and how large it is, in px."""

    side: int
    left: int
    top: int
    width: int
    height: int

    @classmethod
    def fit(cls, width: int, height: int, side: int) -> Letterbox:
        """The largest placement of `width` x `height` with its aspect kept, at least 1 px wide."""
        factor = side / max(width, height)
        fitted_width = max(1, round(width * factor))
        fitted_height = max(1, round(height * factor))
        return cls(
            side, (side - fitted_width) // 2, (side - fitted_height) // 2,
            fitted_width, fitted_height,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class PreparedReference:
    """pixel_values: float32 [3, side, side], normalised. token_mask: bool [N], True is subject.

    mask_was_empty: the subject mask reached no token, so the whole picture counts as subject; say
    so to the artist.
    """

    pixel_values: Tensor
    token_mask: Tensor
    mask_was_empty: bool


def preprocess_reference(
    image: NDArray[np.uint8],
    mask: NDArray[np.uint8] | None,
    config: AnimeAdapterConfig,
    mean: tuple[float, ...] = CLIP_MEAN,
    std: tuple[float, ...] = CLIP_STD,
) -> PreparedReference:
    """Letterbox and normalise a picture [H, W, 3 or 4]; its mask [H, W], 255 is subject.

    mean, std: per channel, of the encoder's image processor. Raises BadInput where the mask has
    another size than the picture.
    """
    mask = checked_mask(image, mask)
    box = Letterbox.fit(image.shape[1], image.shape[0], config.image_size)
    pixels = letterboxed(image, config.image_size, config.letterbox_colour)
    tokens, empty = token_mask(mask, box, config.grid)
    if config.keep_cls:
        tokens = torch.cat([torch.ones(1, dtype=torch.bool), tokens])
    return PreparedReference(normalised(pixels, mean, std), tokens, empty)


def checked_mask(image: NDArray[np.uint8], mask: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    """The mask [H, W] of a picture, everything where there is none. Raises BadInput: no fit."""
    if image.ndim != 3 or image.shape[2] not in (3, 4) or image.size == 0:
        raise BadInput("This reference is not a colour picture. Choose another picture.")
    if mask is None:
        return np.full(image.shape[:2], 255, dtype=np.uint8)
    if mask.shape != image.shape[:2]:
        raise BadInput(
            "The mask of this reference has another size than the picture. Make the mask again."
        )
    return mask


def normalised(
    pixels: NDArray[np.uint8],
    mean: tuple[float, ...] = CLIP_MEAN,
    std: tuple[float, ...] = CLIP_STD,
) -> Tensor:
    """Float32 [3, H, W] of RGB [H, W, 3], with mean and deviation of the encoder a channel."""
    shares = torch.from_numpy(pixels).float() / 255.0
    return ((shares - torch.tensor(mean)) / torch.tensor(std)).permute(2, 0, 1).contiguous()


def subject_on(
    image: NDArray[np.uint8], mask: NDArray[np.uint8], colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """RGB [H, W, 3]: what the mask [H, W] leaves of a picture [H, W, 3 or 4], before a colour."""
    alpha = mask if image.shape[2] == 3 else np.minimum(mask, image[..., 3])
    cut_out = np.dstack([image[..., :3], alpha])
    return _on_colour(Image.fromarray(np.ascontiguousarray(cut_out)), colour)


def letterboxed_cover(mask: NDArray[np.uint8], side: int) -> Tensor:
    """Share of subject of each pixel of the letterboxed square, [side, side] in 0..1."""
    return _patch_average(mask, Letterbox.fit(mask.shape[1], mask.shape[0], side), side)


def token_mask(mask: NDArray[np.uint8], box: Letterbox, grid: int) -> tuple[Tensor, bool]:
    """Bool [grid * grid] in row order, and whether the mask was empty.

    A token is subject where the mask covers half of its patch; where no patch is half covered
    (thin hair), any cover counts; where none is covered, every patch of the picture counts.
    """
    cover = _patch_average(mask, box, grid)
    for tokens in (cover >= SUBJECT_SHARE, cover > 0.0):
        if tokens.any():
            return tokens.flatten(), False
    everything = np.full(mask.shape, 255, dtype=np.uint8)
    return (_patch_average(everything, box, grid) > 0.0).flatten(), True


def _patch_average(mask: NDArray[np.uint8], box: Letterbox, grid: int) -> Tensor:
    """Share of each patch that is subject, [grid, grid]; padding counts as background."""
    canvas = np.zeros((box.side, box.side), dtype=np.float32)
    # In floats: rounding to grey levels would lose a few pixels of a large picture.
    shares = Image.fromarray(mask).convert("F")
    resized = shares.resize((box.width, box.height), Image.Resampling.BOX)
    rows, columns = _place(box)
    canvas[rows, columns] = np.asarray(resized, dtype=np.float32) / 255.0
    patch = box.side // grid
    return torch.from_numpy(canvas).reshape(grid, patch, grid, patch).mean(dim=(1, 3))


def letterboxed(
    image: NDArray[np.uint8], side: int, colour: tuple[int, int, int]
) -> NDArray[np.uint8]:
    """RGB [side, side, 3]; transparent parts and the padding show `colour`."""
    box = Letterbox.fit(image.shape[1], image.shape[0], side)
    picture = Image.fromarray(_on_colour(Image.fromarray(image), colour))
    canvas = np.empty((box.side, box.side, 3), dtype=np.uint8)
    canvas[:] = colour
    rows, columns = _place(box)
    resized = picture.resize((box.width, box.height), Image.Resampling.BICUBIC)
    canvas[rows, columns] = np.asarray(resized)
    return canvas


def _on_colour(picture: Image.Image, colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    if picture.mode == "RGBA":
        ground = Image.new("RGBA", picture.size, (*colour, 255))
        picture = Image.alpha_composite(ground, picture).convert("RGB")
    return np.asarray(picture, dtype=np.uint8)


def _place(box: Letterbox) -> tuple[slice, slice]:
    return slice(box.top, box.top + box.height), slice(box.left, box.left + box.width)
