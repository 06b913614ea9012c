"""Pure measures on arrays. Pictures are (H, W, 3) uint8 RGB, masks (H, W) bool."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def masked_psnr(got: Image, truth: Image, mask: Mask) -> float:
    """Peak signal-to-noise ratio in dB over the pixels of `mask`; infinite where equal.

    Raises ValueError where the mask is empty or the sizes differ.
    """
    if got.shape != truth.shape or not mask.any():
        raise ValueError("pictures of one size and a mask with pixels are needed")
    difference = got[mask].astype(np.float64) - truth[mask].astype(np.float64)
    error = float(np.mean(difference**2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)


def colour_difference(got: Image, truth: Image, mask: Mask) -> float:
    """CIEDE2000 between the mean colours of two pictures over `mask`."""
    from skimage.color import deltaE_ciede2000, rgb2lab

    means = [picture[mask].mean(axis=0)[None, None] / 255 for picture in (got, truth)]
    first, second = (rgb2lab(mean)[0, 0] for mean in means)
    return float(deltaE_ciede2000(first, second))


def average_keypoint_distance(
    got: NDArray[np.floating], truth: NDArray[np.floating], width: int, height: int
) -> float | None:
    """AKD: mean over keypoints present in both of (|dx| / W + |dy| / H) / 2.

    Both are (18, 3) of x, y in px and presence; the L1 form of the pose-evaluation code that
    MagicAnimate uses. None where no keypoint is in both.
    """
    both = (got[:, 2] > 0) & (truth[:, 2] > 0)
    if not both.any():
        return None
    distance = np.abs(got[both, :2] - truth[both, :2]) / np.array([width, height])
    return float(distance.mean())


def missing_keypoint_rate(got: NDArray[np.floating], truth: NDArray[np.floating]) -> float:
    """MKR: share of the truth's keypoints that the detection lacks; 0 where the truth has none."""
    present = truth[:, 2] > 0
    if not present.any():
        return 0.0
    return float(np.mean(got[present, 2] <= 0))
