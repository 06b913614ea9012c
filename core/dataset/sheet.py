"""The contact sheet: each reference beside what was measured on it, to look at before training."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.dataset.pictures import TOKEN_GRID, Picture
from core.dataset.shards import ShardSample
from core.files import write_atomically
from core.geometry import Raster
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.storage.images import encode_png

Pixels = NDArray[np.uint8]
_CELL_PX = 192
_GAP_PX = 6
_SAMPLES_IN_A_ROW = 2
_DIMMED = 0.25


def write_sheet(path: Path, samples: Sequence[ShardSample]) -> None:
    """A PNG: for each reference the picture, its token mask over it, and its skeleton."""
    strips = [_strip(p) for sample in samples for p in sample.pictures.values()]
    rows = [strips[i : i + _SAMPLES_IN_A_ROW] for i in range(0, len(strips), _SAMPLES_IN_A_ROW)]
    width = max(sum(s.shape[1] + _GAP_PX for s in row) for row in rows) + _GAP_PX
    height = sum(row[0].shape[0] + _GAP_PX for row in rows) + _GAP_PX
    sheet = np.full((height, width, 3), 255, np.uint8)
    top = _GAP_PX
    for row in rows:
        left = _GAP_PX
        for strip in row:
            sheet[top : top + strip.shape[0], left : left + strip.shape[1]] = strip
            left += strip.shape[1] + _GAP_PX
        top += row[0].shape[0] + _GAP_PX
    png = encode_png(Raster.from_array(sheet))
    write_atomically(path, lambda file: file.write(png))


def _strip(picture: Picture) -> Pixels:
    image = picture.image[..., :3]
    parts = (image, _with_tokens(picture, image), _skeleton(picture))
    return np.hstack([_cell(part) for part in parts])


def _with_tokens(picture: Picture, image: Pixels) -> Pixels:
    """The picture, dimmed where the encoder's token does not count as subject."""
    tokens = np.array([[mark == "1" for mark in row] for row in picture.token_mask])
    height, width = image.shape[:2]
    side = max(height, width)  # the encoder sees the picture centred in a square
    x = (np.arange(width) + (side - width) / 2) * TOKEN_GRID // side
    y = (np.arange(height) + (side - height) / 2) * TOKEN_GRID // side
    shown = tokens[y.astype(int)[:, None], x.astype(int)[None, :]]
    return np.where(shown[..., None], image, image * _DIMMED).astype(np.uint8)


def _skeleton(picture: Picture) -> Pixels:
    if picture.keypoints is None:
        return np.full((picture.height, picture.width, 3), 96, np.uint8)
    pose = Pose.from_array(np.array(picture.keypoints, dtype=np.float32))
    return draw_control_image([pose], picture.width, picture.height)


def _cell(pixels: Pixels) -> Pixels:
    """Fitted into a square on grey."""
    height, width = pixels.shape[:2]
    factor = _CELL_PX / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    fitted = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
    cell = np.full((_CELL_PX, _CELL_PX, 3), 224, np.uint8)
    top, left = (_CELL_PX - size[1]) // 2, (_CELL_PX - size[0]) // 2
    cell[top : top + size[1], left : left + size[0]] = fitted
    return cell
