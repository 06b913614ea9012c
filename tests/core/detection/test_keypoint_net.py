from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from core.adapters.errors import DamagedWeights
from core.detection.keypoint_net import (
    CONFIG_NAME,
    WEIGHTS_NAME,
    KeypointMaps,
    KeypointNet,
    KeypointNetConfig,
    decode,
    heatmap_targets,
    keypoint_loss,
    load_keypoint_net,
    save_keypoint_net,
    visible_keypoints,
)
from core.errors import StorageFailed

TINY = KeypointNetConfig(size_px=32, channels=(8, 8, 8, 8))


def test_the_shipped_size_is_small_and_its_maps_have_the_promised_shapes() -> None:
    net = KeypointNet()
    assert 0.8e6 < sum(p.numel() for p in net.parameters()) < 1.2e6
    with torch.inference_mode():
        maps = net(torch.zeros(2, 4, 128, 128))
    assert maps.heatmaps.shape == (2, 18, 32, 32)
    assert maps.presence.shape == (2, 18)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 107), st.floats(20, 107)), min_size=18, max_size=18))
def test_decoding_a_target_gives_its_keypoints(points: list[tuple[float, float]]) -> None:
    keypoints = torch.tensor([[(x, y, 1.0) for x, y in points]])
    target = heatmap_targets(keypoints, 128)
    assert torch.allclose(target.sum(dim=(2, 3)), torch.ones(1, 18), atol=1e-5)
    found = decode(KeypointMaps(target.clamp_min(1e-20).log(), torch.full((1, 18), 50.0)))
    assert torch.allclose(found[..., :2], keypoints[..., :2], atol=0.25)
    assert torch.all(found[..., 2] > 0.999)


def test_a_second_peak_does_not_pull_the_keypoint() -> None:
    logits = torch.full((1, 18, 32, 32), -20.0)
    logits[..., 10, 12], logits[..., 28, 3] = 5.0, 4.5
    found = decode(KeypointMaps(logits, torch.zeros(1, 18)))
    assert torch.allclose(found[0, 0], torch.tensor([50.0, 42.0, 0.5]))


def test_keypoints_that_are_hidden_outside_or_nowhere_have_no_target_and_cost_nothing() -> None:
    keypoints = torch.full((1, 18, 3), 16.0)
    keypoints[0, :, 2] = 1
    keypoints[0, 0] = torch.tensor([16.0, 16.0, 0.0])
    keypoints[0, 1] = torch.tensor([-1.0, 5.0, 1.0])
    keypoints[0, 2] = torch.tensor([float("nan"), float("nan"), 0.0])
    visible, target = visible_keypoints(keypoints, 32), heatmap_targets(keypoints, 32)
    assert visible[0].tolist() == [0, 0, 0] + [1] * 15
    assert not target[0, :3].any()
    assert torch.isfinite(target).all()
    presence = torch.where(visible > 0, 50.0, -50.0)
    right = KeypointMaps(target.clamp_min(1e-20).log(), presence)
    right.heatmaps[0, :3] = torch.randn(3, 8, 8)
    assert keypoint_loss(right, target, visible).total.item() == pytest.approx(0, abs=1e-4)
    wrong = KeypointMaps(right.heatmaps.roll(3, dims=3), presence)
    assert keypoint_loss(wrong, target, visible).location > 1
    assert keypoint_loss(KeypointMaps(right.heatmaps, -presence), target, visible).presence > 10


def test_presence_does_not_bend_the_maps() -> None:
    net = KeypointNet(TINY)
    net(torch.randn(1, 4, 32, 32)).presence.sum().backward()
    assert net.heatmaps.weight.grad is None


@pytest.mark.parametrize("wrong", [{"size_px": 100}, {"channels": (8, 8, 8, 9)}, {"size_px": 8}])
def test_sizes_that_do_not_fit_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"multiples? of"):
        KeypointNetConfig(**wrong)  # type: ignore[arg-type]


def test_weights_come_back_as_they_were_saved(tmp_path: Path) -> None:
    net = KeypointNet(TINY)
    assert save_keypoint_net(net, tmp_path / "detector") == tmp_path / "detector" / WEIGHTS_NAME
    loaded = load_keypoint_net(tmp_path / "detector")
    assert loaded.config == TINY
    assert not loaded.training
    for key, tensor in net.state_dict().items():
        assert torch.equal(loaded.state_dict()[key], tensor.half().float())
    assert sorted(p.name for p in (tmp_path / "detector").iterdir()) == [CONFIG_NAME, WEIGHTS_NAME]


def _cut_short(folder: Path) -> None:
    path = folder / WEIGHTS_NAME
    path.write_bytes(path.read_bytes()[:-20])


def _without_a_tensor(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS_NAME)
    tensors.pop("heatmaps.weight")
    save_file(tensors, folder / WEIGHTS_NAME)


def _with_another_tensor(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS_NAME)
    save_file({**tensors, "surprise": torch.zeros(1)}, folder / WEIGHTS_NAME)


def _of_another_shape(folder: Path) -> None:
    config = json.loads((folder / CONFIG_NAME).read_text())
    (folder / CONFIG_NAME).write_text(json.dumps({**config, "channels": [8, 8, 8, 16]}))


def _not_json(folder: Path) -> None:
    (folder / CONFIG_NAME).write_text("{")


def _huge(folder: Path) -> None:
    (folder / CONFIG_NAME).write_text(json.dumps({"channels": [8, 8, 8, 10**9]}))


def _unknown_field(folder: Path) -> None:
    (folder / CONFIG_NAME).write_text(json.dumps({"colour": "red"}))


def _no_config(folder: Path) -> None:
    (folder / CONFIG_NAME).unlink()


@pytest.mark.parametrize(
    "damage",
    [
        _cut_short, _without_a_tensor, _with_another_tensor, _of_another_shape, _not_json, _huge,
        _unknown_field, _no_config,
    ],
)  # fmt: skip
def test_damaged_files_give_one_sentence(damage: object, tmp_path: Path) -> None:
    save_keypoint_net(KeypointNet(TINY), tmp_path)
    assert callable(damage)
    damage(tmp_path)
    with pytest.raises(DamagedWeights, match="Install the model again") as caught:
        load_keypoint_net(tmp_path)
    assert "Error" not in str(caught.value)


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "detector").write_text("a file is in the way")
    with pytest.raises(StorageFailed, match="could not be saved"):
        save_keypoint_net(KeypointNet(TINY), tmp_path / "detector")
    assert (tmp_path / "detector").read_text() == "a file is in the way"
