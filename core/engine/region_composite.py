"""Lay a redrawn region over the original picture; outside the mask the original's bytes stay.

A trip through an autoencoder changes every pixel, so the original is copied and only masked pixels
are written. The seam is soft *inside* the mask. No torch here: the tests' engine uses it too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def seam(mask: NDArray[np.uint8], feather_px: int) -> NDArray[np.float32]:
    """(H, W) weight of the new picture: 0 outside the mask, rising to 1 within `feather_px`.

    A region thinner than two feathers would never reach 1 and the edit would look faint, so the
    feather is at most half of the region's largest distance from its border. The border of the
    picture is no seam: a region that touches it stays opaque there.
    """
    import cv2

    inside = (mask > 0).astype(np.uint8)
    weight = mask.astype(np.float32) / 255.0
    if feather_px <= 0 or inside.all():
        return weight
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    width = max(1.0, min(float(feather_px), float(distance.max()) / 2))
    ramp = np.clip(distance / width, 0.0, 1.0)
    return (ramp * weight).astype(np.float32)


def composite(
    original: NDArray[np.uint8],
    redrawn: NDArray[np.uint8],
    mask: NDArray[np.uint8],
    feather_px: int,
) -> NDArray[np.uint8]:
    """(H, W, 3) uint8: `redrawn` inside the (H, W) mask; outside it exactly `original`."""
    weight = seam(mask, feather_px)[..., None]
    blended = original + (redrawn.astype(np.float32) - original) * weight
    result = original.copy()
    inside = mask > 0
    result[inside] = np.rint(blended).clip(0, 255).astype(np.uint8)[inside]
    return result
