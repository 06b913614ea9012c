"""controlnet_aux takes seconds to import, therefore what needs it is marked slow."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch

from core.adapters.errors import DamagedWeights
from core.detection.crop import SquareCrop
from core.detection.openpose import BODY_NAME, OpenposeDetector, pose_from_body
from core.errors import BadInput


class _Found(NamedTuple):
    x: float
    y: float
    score: float = 1.0
    id: int = -1


class _Body(NamedTuple):
    keypoints: list[_Found | None]
    total_score: float = 1.0
    total_parts: int = 18


def test_missing_weights_are_refused_without_loading_anything(tmp_path: Path) -> None:
    with pytest.raises(DamagedWeights, match=BODY_NAME):
        OpenposeDetector(tmp_path)


def test_a_body_is_moved_back_into_the_picture() -> None:
    found: list[_Found | None] = [_Found(4.0 * i, 2.0 * i, 1.4) for i in range(18)]
    found[3] = None
    pose = pose_from_body(_Body(found), SquareCrop(10, 20, 200), 100)  # type: ignore[arg-type]
    assert (pose.body[5].x, pose.body[5].y, pose.body[5].confidence) == (50.0, 40.0, 1.0)
    assert not pose.body[3].visible
    assert (pose.body[3].x, pose.body[3].y) == (110.0, 120.0)
    assert pose.visible_count == 17


@pytest.mark.slow
def test_weights_that_are_no_torch_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / BODY_NAME).write_bytes(b"not a torch file")
    with pytest.raises(DamagedWeights, match="missing or damaged"):
        OpenposeDetector(tmp_path)


@pytest.mark.slow
def test_the_real_network_runs_and_finds_nothing_with_weights_of_zero(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from controlnet_aux.open_pose.model import bodypose_model
    # A zero that is stretched to the shape takes no room in the file.
    weights = {
        key.split(".", 1)[1]: torch.zeros(1).expand(tensor.shape)
        for key, tensor in bodypose_model().state_dict().items()
    }
    torch.save(weights, tmp_path / BODY_NAME)
    detector = OpenposeDetector(tmp_path)
    with pytest.raises(BadInput, match="No figure was found"):
        detector.detect(np.full((64, 48, 3), 200, dtype=np.uint8))
