"""Pictures side by side: what sample sheets are made of."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.training.monitor import Sheet


def to_uint8(pixels: Tensor) -> NDArray[np.uint8]:
    """(B, 3, H, W) in -1 to 1 to (B, H, W, 3)."""
    scaled = ((pixels.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    return scaled.permute(0, 2, 3, 1).cpu().numpy()


def rows_of(*columns: NDArray[np.uint8]) -> Sheet:
    """Stacks of pictures (B, H, W, 3), each stack one row of the sheet, scaled to one height."""
    height = columns[0].shape[1]
    return np.vstack([np.hstack([_fitted(one, height) for one in column]) for column in columns])


def _fitted(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    if picture.shape[0] == side and picture.shape[1] == side:
        return picture
    return np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.uint8)
