"""The network learns skeletons in OpenPose's own colours within seconds, and finds them again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from core.adapters.errors import DamagedWeights
from core.detection.crop import network_input, subject_crop
from core.detection.detector import KeypointDetector
from core.detection.keypoint_net import (
    KeypointMaps,
    KeypointNet,
    KeypointNetConfig,
    heatmap_targets,
    keypoint_loss,
    save_keypoint_net,
    visible_keypoints,
)
from core.errors import BadInput
from core.geometry import Rect
from core.pose import STANDING, Pose, draw_control_image, place_pose

TINY = KeypointNetConfig(size_px=64, channels=(16, 32, 32, 32))


def picture_of(pose: Pose, width: int, height: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The picture and its subject mask."""
    image = draw_control_image([pose], width, height)
    return image, (image.max(axis=2) > 0).astype(np.uint8) * np.uint8(255)


@pytest.fixture(scope="module")
def trained_net() -> KeypointNet:
    """Learned on 64 poses near the standing one."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    inputs, keypoints = [], []
    for _ in range(64):
        standing = place_pose(STANDING, Rect(30, 20, 140, 210)).to_array()
        standing[:, :2] += rng.normal(0, 6, (18, 2))
        image, mask = picture_of(Pose.from_array(standing), 200, 256)
        crop = subject_crop(mask)
        assert crop is not None
        inputs.append(network_input(image, mask, crop, TINY.size_px))
        keypoints.append(crop.to_input(standing, TINY.size_px))
    pixels, points = torch.from_numpy(np.stack(inputs)), torch.from_numpy(np.stack(keypoints))
    target = heatmap_targets(points, TINY.size_px)
    visible = visible_keypoints(points, TINY.size_px)
    net = KeypointNet(TINY)
    optimiser = torch.optim.AdamW(net.parameters(), lr=6e-3)
    for step in range(110):
        batch = torch.randint(0, 64, (8,))
        loss = keypoint_loss(net(pixels[batch]), target[batch], visible[batch])
        optimiser.zero_grad()
        loss.total.backward()
        optimiser.step()
        optimiser.param_groups[0]["lr"] = 6e-3 * (1 - step / 110)
    return net.eval()


def placed(rect: Rect, seed: int) -> Pose:
    standing = place_pose(STANDING, rect).to_array()
    standing[:, :2] += np.random.default_rng(seed).normal(0, rect.height * 0.02, (18, 2))
    return Pose.from_array(standing)


@pytest.mark.parametrize("seed", [101, 102, 103])
def test_finds_a_pose_it_never_saw_anywhere_in_the_picture(
    trained_net: KeypointNet, seed: int
) -> None:
    pose = placed(Rect(260, 90, 140, 210), seed)
    image, mask = picture_of(pose, 480, 320)
    found = KeypointDetector(trained_net).detect(image, mask)
    away = np.linalg.norm(found.pose.to_array()[:, :2] - pose.to_array()[:, :2], axis=1)
    assert found.pose.visible_count == 18
    assert away.mean() < 0.04 * 210
    assert found.score > 0.6


def test_what_the_mask_leaves_out_changes_nothing(trained_net: KeypointNet) -> None:
    image, mask = picture_of(placed(Rect(30, 20, 140, 210), 7), 200, 256)
    crowded = image.copy()
    crowded[mask == 0] = np.random.default_rng(0).integers(0, 255, (int((mask == 0).sum()), 3))
    detector = KeypointDetector(trained_net)
    assert detector.detect(crowded, mask) == detector.detect(image, mask)


def test_without_a_mask_the_whole_picture_is_the_subject(trained_net: KeypointNet) -> None:
    image, _ = picture_of(placed(Rect(30, 20, 140, 210), 7), 200, 256)
    detector = KeypointDetector(trained_net)
    everything = np.full(image.shape[:2], 255, dtype=np.uint8)
    assert detector.detect(image) == detector.detect(image, everything)


class _Says(KeypointNet):
    """Answers with these maps, whatever it is shown."""

    def __init__(self, maps: KeypointMaps) -> None:
        super().__init__(TINY)
        self._maps = maps

    def forward(self, pixels: torch.Tensor) -> KeypointMaps:
        return self._maps


def test_a_hidden_keypoint_has_a_place_but_no_confidence() -> None:
    wanted = torch.full((1, 18, 3), 20.0)
    presence = torch.full((1, 18), 3.0)
    presence[0, 4] = -0.1  # a little less sure than one half
    maps = KeypointMaps(heatmap_targets(wanted, 64).clamp_min(1e-20).log(), presence)
    image = np.full((128, 128, 3), 90, dtype=np.uint8)
    found = KeypointDetector(_Says(maps)).detect(image)
    side = 128 * 1.16  # with the margin
    place = 20 / 64 * side - 0.08 * 128
    assert found.pose.body[4].x == pytest.approx(place, abs=1.5)
    assert found.pose.body[4].confidence == 0
    assert found.pose.body[5].confidence == pytest.approx(0.9526, abs=1e-3)
    assert found.score == pytest.approx(0.9526 * 17 / 18, abs=1e-3)


def test_saved_and_loaded_it_finds_the_same(trained_net: KeypointNet, tmp_path: Path) -> None:
    save_keypoint_net(trained_net, tmp_path, torch.float32)
    image, mask = picture_of(placed(Rect(30, 20, 140, 210), 9), 200, 256)
    found = KeypointDetector.load(tmp_path).detect(image, mask).pose.to_array()
    kept = KeypointDetector(trained_net).detect(image, mask).pose.to_array()
    assert np.abs(found - kept).max() < 1e-2  # channels_last convolutions round differently


def test_an_empty_mask_is_refused(trained_net: KeypointNet) -> None:
    image = np.zeros((40, 30, 3), dtype=np.uint8)
    with pytest.raises(BadInput, match="No figure was found") as caught:
        KeypointDetector(trained_net).detect(image, np.zeros((40, 30), dtype=np.uint8))
    assert caught.value.code == "no_figure"


def test_a_picture_without_a_figure_is_refused(trained_net: KeypointNet) -> None:
    net = KeypointNet(TINY)
    net.load_state_dict(trained_net.state_dict())
    last = net.presence[-1]
    assert isinstance(last, torch.nn.Linear)
    with torch.no_grad():
        last.bias.fill_(-50.0)  # the network says: nothing here
    image = np.full((40, 30, 3), 90, dtype=np.uint8)
    with pytest.raises(BadInput, match="No figure was found"):
        KeypointDetector(net.eval()).detect(image)


def test_a_mask_of_another_size_is_refused(trained_net: KeypointNet) -> None:
    image = np.zeros((40, 30, 3), dtype=np.uint8)
    with pytest.raises(BadInput, match="differ in size"):
        KeypointDetector(trained_net).detect(image, np.full((30, 40), 255, dtype=np.uint8))


def test_a_folder_without_the_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedWeights, match="missing or damaged"):
        KeypointDetector.load(tmp_path)


def test_importing_the_detector_loads_no_torch() -> None:
    code = "import sys, core.detection.detector; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
