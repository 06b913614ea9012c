"""What the stages feed their networks: references, times, weights, crops; and going on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import nn

from core.synthetic import Split
from core.training import world as world_module
from core.training.base import Drawer, flow_sample, mean_where, subject_weights
from core.training.config import AdapterStage, FinisherStage, Optimisation
from core.training.finisher import Drawings, crops, request
from core.training.loop import Trainer, ema_weights
from core.training.references import dropped
from core.training.restart import restart
from core.training.world import World, draw_pair

MODEL = Path("resources/models/koma-toon")
OPTIMISATION = Optimisation(steps=1, batch=2, learning_rate=0.1, bf16=False, warmup_steps=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three pairs of 64 px, drawn in this process."""
    folder = tmp_path_factory.mktemp("world")

    def pairs(count: int, size_px: int, noise: float, workers: int):
        return ((seed, draw_pair(seed, Split.TRAIN, size_px, noise)) for seed in range(count))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "_pairs", pairs)
        world_module.build(folder, 3, 64, 0.0, 1)
    return World(folder)


def test_later_times_are_later_and_the_rest_stays() -> None:
    torch.manual_seed(0)
    latents = torch.zeros(4000, 1, 1, 1)
    later = torch.cat([torch.zeros(2000), torch.full((2000,), 2.0)])
    noisy, t, velocity = flow_sample(latents, later)
    assert 0.5 < t[:2000].median() < 0.6 and t[2000:].median() > 0.87
    torch.testing.assert_close(noisy, t[:, None, None, None] * velocity)  # clean is zero


def test_the_subject_weighs_more_and_a_picture_as_much_as_before() -> None:
    masks = np.zeros((2, 64, 64), np.uint8)
    masks[0, :32] = 255
    weights = subject_weights(masks, 3.0, 4)
    assert weights.shape == (2, 1, 4, 4)
    torch.testing.assert_close(weights.mean((1, 2, 3)), torch.ones(2))
    torch.testing.assert_close(weights[0, 0, 0] / weights[0, 0, 3], torch.full((4,), 3.0))
    assert torch.equal(weights[1], torch.ones(1, 4, 4)), "no subject: all cells alike"


def test_means_are_of_the_chosen_rows() -> None:
    errors = torch.tensor([1.0, 2.0, 4.0])
    assert mean_where(errors, torch.tensor([0.0, 1.0, 1.0])) == 3.0
    assert mean_where(errors, torch.zeros(3)) == 0.0


def test_image_and_text_are_dropped_as_often_as_asked() -> None:
    stage = AdapterStage(OPTIMISATION, drop_image=0.1, drop_text=0.2, drop_both=0.3)
    no_image, no_text = dropped(np.random.default_rng(0), 20_000, stage)
    assert no_image.mean() == pytest.approx(0.4, abs=0.02)
    assert no_text.mean() == pytest.approx(0.5, abs=0.02)
    assert (no_image & no_text).mean() == pytest.approx(0.3, abs=0.02)


def test_parts_of_a_network_learn_at_rates_of_their_own(tmp_path: Path) -> None:
    module = nn.ModuleDict(
        {"slow": nn.Linear(1, 1, bias=False), "fast": nn.Linear(1, 1, bias=False)}
    )
    before = {name: p.detach().clone() for name, p in module.named_parameters()}
    trainer = Trainer("two", module, OPTIMISATION, tmp_path, {"fast.": 3.0})
    trainer.run(lambda _: (sum(p.sum() for p in module.parameters()), {}))
    moved = {name: float(before[name] - p.detach()) for name, p in module.named_parameters()}
    # AdamW's first step is the learning rate, whatever the gradient; weight decay adds a little.
    assert moved["slow.weight"] == pytest.approx(0.1, abs=0.005)
    assert moved["fast.weight"] == pytest.approx(0.3, abs=0.01)


def test_the_finisher_sees_the_same_place_in_all_pictures(world: World, tmp_path: Path) -> None:
    drawn = np.stack([world.target[i] // 2 for i in range(world.count)])
    np.save(tmp_path / "drawn.npy", drawn)
    np.save(tmp_path / "with_puppet.npy", np.array([True, False, True]))
    stage = FinisherStage(OPTIMISATION, crop_px=32)
    source = crops(world, Drawings(tmp_path), stage, np.random.default_rng(3))
    rows = [next(source) for _ in range(40)]
    for picture, puppet, truth, mask in rows:
        assert picture.shape == truth.shape == (32, 32, 3) and mask.shape == (32, 32)
        assert puppet.shape == (32, 32, 4)
        assert np.array_equal(picture, truth // 2), "drawing and truth are cut and turned alike"
    assert any(not row[1].any() for row in rows) and any(row[1].any() for row in rows)


def test_training_drawings_are_asked_for_as_the_application_asks(world: World) -> None:
    stage = FinisherStage(OPTIMISATION, drop_puppet=0.5)
    asked = [request(world, i, stage) for i in range(world.count)]
    assert asked == [request(world, i, stage) for i in range(world.count)], "the same at each call"
    for one in asked:
        assert (one.width, one.height) == (64, 64) and one.steps == stage.steps_drawn[0]
        assert one.pose_image is not None and one.prompt


def test_training_goes_on_from_the_shipped_model(tmp_path: Path) -> None:
    restart(MODEL, tmp_path)
    drawer = Drawer()
    ema_weights("base", drawer, tmp_path)
    shipped = UNet2DConditionModel.from_pretrained(str(MODEL / "unet"), torch_dtype=torch.float32)
    state = shipped.state_dict()
    assert all(torch.equal(value, state[key]) for key, value in drawer.unet.state_dict().items())
    again = Trainer("base", Drawer(), OPTIMISATION, tmp_path)
    assert again.step == 0
    for name in ("vae", "clip"):
        assert (tmp_path / f"{name}.pt").exists()
    assert float((tmp_path / "world" / "published_scaling.txt").read_text()) > 0
