"""Which segmenter to use, and the one call that importing a character needs.

Segmenters are imported when they are made: the window imports this module before it is shown.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.segmentation.segmenter import Segmenter, SegmentPrompt

SUBJECT_TEXT = "character"


def choose_segmenter(sam3_folder: Path | None = None, device: str = "cpu") -> Segmenter:
    """SAM 3 where the folder holds its weights, else the embedded segmenter. Loads nothing yet."""
    if sam3_folder is not None:
        from core.segmentation.sam3 import Sam3Segmenter, has_weights

        if has_weights(sam3_folder):
            return Sam3Segmenter(sam3_folder, device)
    from core.segmentation.embedded import EmbeddedSegmenter

    return EmbeddedSegmenter()


def subject_mask(image: NDArray[np.uint8], segmenter: Segmenter | None = None) -> NDArray[np.uint8]:
    """(H, W) uint8, 255 = the character in the picture. Raises BadInput where there is none.

    A picture's own transparency is exact, therefore it is asked first whatever the segmenter.
    """
    from core.segmentation.embedded import EmbeddedSegmenter

    embedded = EmbeddedSegmenter()
    if image.ndim == 3 and image.shape[2] == 4 and image[..., 3].min() < 128:
        return embedded.segment(image)[0].mask
    prompt = SegmentPrompt(text=SUBJECT_TEXT)
    return (segmenter or embedded).segment(image, prompt)[0].mask
