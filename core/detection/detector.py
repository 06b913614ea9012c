"""Detectors: a picture and its subject mask in, the figure's pose out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from core.detection.crop import SquareCrop, network_input, subject_crop
from core.errors import BadInput
from core.pose import Pose

if TYPE_CHECKING:
    from core.detection.keypoint_net import KeypointNet

MIN_KEYPOINTS = 5  # fewer are no figure (the rule of AnimeAdapter's pose metrics)
_PRESENT = 0.5  # presence above which the network's keypoint counts


@dataclass(frozen=True)
class DetectedPose:
    """A pose in pixels of the picture; score: mean confidence over all keypoints, 0 to 1.

    A hidden keypoint has confidence 0 and stands where the detector would guess it.
    """

    pose: Pose
    score: float


class PoseDetector(Protocol):
    """Finds the pose of the one figure that the mask shows."""

    def detect(
        self, image: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None
    ) -> DetectedPose:
        """image: (H, W, 3) RGB or (H, W, 4) RGBA; mask: (H, W) 0 to 255, None = all of it.

        Raises BadInput where no figure is found.
        """
        ...


class KeypointDetector:
    """Koma's own network (`keypoint_net`), on the CPU in a few milliseconds."""

    def __init__(self, net: KeypointNet) -> None:
        self._net = net

    @classmethod
    def load(cls, folder: Path) -> KeypointDetector:
        """Raises DamagedWeights where the files of the network are missing or damaged."""
        from core.detection.keypoint_net import load_keypoint_net

        return cls(load_keypoint_net(folder))

    def detect(
        self, image: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None
    ) -> DetectedPose:
        """As `PoseDetector.detect`."""
        import torch

        from core.detection.keypoint_net import decode

        rgb, mask, crop = prepared_subject(image, mask)
        size_px = self._net.config.size_px
        pixels = torch.from_numpy(network_input(rgb, mask, crop, size_px))[None]
        with torch.inference_mode():
            keypoints = decode(self._net(pixels))[0].numpy()
        keypoints = crop.to_image(keypoints, size_px)
        keypoints[keypoints[:, 2] < _PRESENT, 2] = 0
        return checked_pose(Pose.from_array(keypoints))


def prepared_subject(
    image: NDArray[np.uint8], mask: NDArray[np.uint8] | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], SquareCrop]:
    """RGB, mask and the square around the subject. Raises BadInput where the mask is empty."""
    height, width = image.shape[:2]
    if mask is None:
        mask = np.full((height, width), 255, dtype=np.uint8)
    if mask.shape != (height, width):
        raise BadInput(
            "The mask and the picture differ in size. Make the mask again from this picture."
        )
    crop = subject_crop(mask)
    if crop is None:
        raise no_figure()
    return image[..., :3], mask, crop


def checked_pose(pose: Pose) -> DetectedPose:
    """Raises BadInput where too few keypoints are visible to be a figure."""
    if pose.visible_count < MIN_KEYPOINTS:
        raise no_figure()
    return DetectedPose(pose, float(np.mean([keypoint.confidence for keypoint in pose.body])))


def no_figure() -> BadInput:
    """The one sentence for all detectors."""
    return BadInput(
        "No figure was found in this picture. Choose a picture that shows the whole character, "
        "or place the joints by hand.",
        code="no_figure",
    )
