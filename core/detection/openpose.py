"""OpenPose as a second detector, from annotator weights that the artist has on disk.

The network and its decoding are controlnet_aux's. They are licensed by CMU for non-commercial
use only: Koma ships neither and uses them only where the artist's folder is given.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.adapters.errors import DamagedWeights
from core.detection.crop import SquareCrop, network_input
from core.detection.detector import DetectedPose, checked_pose, no_figure, prepared_subject
from core.pose import Keypoint, Pose

if TYPE_CHECKING:
    from controlnet_aux.open_pose.body import BodyResult

BODY_NAME = "body_pose_model.pth"
_INPUT_PX = 368  # OpenPose's own box size: its network then sees the figure at 184 px


class OpenposeDetector:
    """Finds the 18 body keypoints; the weights file is controlnet_aux's `body_pose_model.pth`."""

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Raises DamagedWeights where the weights are missing or cannot be read."""
        path = folder / BODY_NAME
        if not path.is_file():
            raise _damaged(f"no {BODY_NAME} in {folder}")
        body_class = _body_class()
        try:
            # torch.load reads tensors only (weights_only is its default): no code runs.
            self._body = body_class(str(path)).to(device)
        except MemoryError:
            raise
        except Exception as error:  # a bad .pth file fails as almost any exception
            raise _damaged(f"{type(error).__name__}: {error}") from error

    def detect(
        self, image: NDArray[np.uint8], mask: NDArray[np.uint8] | None = None
    ) -> DetectedPose:
        """As `PoseDetector.detect`; of several figures, the one with the most keypoints."""
        rgb, mask, crop = prepared_subject(image, mask)
        pixels = network_input(rgb, mask, crop, _INPUT_PX)[:3].transpose(1, 2, 0)
        bgr = np.round((pixels[..., ::-1] + 1) * 127.5).astype(np.uint8)
        candidates, people = self._body(bgr)
        if len(people) == 0:
            raise no_figure()
        bodies = self._body.format_body_result(candidates, people)
        best = max(bodies, key=lambda body: (body.total_parts, body.total_score))
        return checked_pose(pose_from_body(best, crop, _INPUT_PX))


def pose_from_body(body: BodyResult, crop: SquareCrop, size_px: int) -> Pose:
    """controlnet_aux's result, in px of the `size_px` input, as a pose in px of the picture."""
    found = [Keypoint(0.0, 0.0, 0.0) if k is None else _keypoint(k) for k in body.keypoints]
    moved = crop.to_image(Pose(tuple(found)).to_array(), size_px)
    seen = [k is not None for k in body.keypoints]
    centre = crop.to_image(np.full(2, size_px / 2, dtype=np.float32), size_px)
    keypoints = Pose.from_array(moved).body
    # A keypoint that was not found has no place at all: the middle of the figure is a start.
    hidden = Keypoint(float(centre[0]), float(centre[1]), 0.0)
    return Pose(tuple(k if s else hidden for k, s in zip(keypoints, seen, strict=True)))


def _keypoint(found: Any) -> Keypoint:
    point = Keypoint(float(found.x), float(found.y))
    return replace(point, confidence=min(max(float(found.score), 0.0), 1.0))


def _body_class() -> type[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # controlnet_aux imports all its detectors, deprecated APIs too
        from controlnet_aux.open_pose.body import Body
    return Body


def _damaged(details: str) -> DamagedWeights:
    return DamagedWeights(
        f"The OpenPose weights ({BODY_NAME}) are missing or damaged. Choose the folder that "
        "holds the annotator files, or use Koma's own detector.",
        details=details,
    )
