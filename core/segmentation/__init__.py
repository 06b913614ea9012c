"""Which pixels of a picture are the subject: SAM 3 where its weights are there, else embedded."""

from core.segmentation.choose import choose_segmenter, subject_mask
from core.segmentation.segmenter import (
    Cancellation,
    PromptPoint,
    SegmentationCancelled,
    SegmentedMask,
    Segmenter,
    SegmentPrompt,
    Stroke,
)

__all__ = [
    "Cancellation",
    "PromptPoint",
    "SegmentPrompt",
    "SegmentationCancelled",
    "SegmentedMask",
    "Segmenter",
    "Stroke",
    "choose_segmenter",
    "subject_mask",
]
