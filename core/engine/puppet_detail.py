"""Fine detail from the puppet, where the drawing agrees with it.

A 16x autoencoder softens lines narrower than two pixels. The puppet holds the artist's own pixels
of the same place: where the drawing, smoothed, is the puppet, smoothed, its pixels are taken;
where the drawing differs (another expression, a hidden side, a mended seam) the drawing stays.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SMOOTHING = 1.5 / 256  # sigma of the comparison, share of the picture's shorter side
SAME, DIFFERENT = 8.0, 24.0  # largest channel difference of 255: taken whole, not taken


def with_puppet_detail(
    picture: NDArray[np.uint8], puppet: NDArray[np.uint8], scale: float
) -> NDArray[np.uint8]:
    """`picture` (H, W, 3) with detail of `puppet` (H, W, 4); scale 0 leaves it unchanged."""
    if scale <= 0:
        return picture
    sigma = SMOOTHING * min(picture.shape[:2])
    drawn = picture.astype(np.float32)
    cover = puppet[..., 3:].astype(np.float32) / 255
    laid = puppet[..., :3] * cover + drawn * (1 - cover)
    difference = cv2.GaussianBlur(laid, (0, 0), sigma) - cv2.GaussianBlur(drawn, (0, 0), sigma)
    agreement = np.clip((DIFFERENT - np.abs(difference).max(axis=2)) / (DIFFERENT - SAME), 0, 1)
    inner = cv2.erode(puppet[..., 3], np.ones((3, 3), np.uint8)).astype(np.float32) / 255
    share = cv2.GaussianBlur(agreement.astype(np.float32) * inner, (0, 0), 1.0)[..., None]
    mixed = drawn + min(scale, 1.0) * share * (puppet[..., :3] - drawn)
    return np.clip(np.round(mixed), 0, 255).astype(np.uint8)
