"""What the stages feed their networks: references, times, weights, crops; and going on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import DDPMScheduler, UNet2DConditionModel

from core.adapters.weights_file import load_adapter
from core.errors import BadInput
from core.training import world as world_module
from core.training.checkpoint import ema_weights, read_checkpoint
from core.training.choices import adapter_choice
from core.training.config import AdapterStage, FinisherStage
from core.training.drawer import Drawer
from core.training.finisher import Crops, Drawings, draw_faces, on_drawn_ground, request
from core.training.fresh import FreshPool, fill_array
from core.training.frozen import finished_finisher
from core.training.loop import Trainer
from core.training.monitor import figure
from core.training.networks import FINISHER_WORDS
from core.training.noising import DiffusionNoising, FlowNoising, ends_first, noising_of
from core.training.restart import restart
from core.training.sources import subject_share, subject_weights
from core.training.world import World
from tests.core.training.tiny import optimisation, pairs_here

MODEL = Path("resources/models/koma-toon")
OPTIMISATION = optimisation(steps=1, batch=2, learning_rate=0.1, warmup_steps=1)


def test_flow_times_and_targets() -> None:
    u = torch.rand(4000, generator=torch.Generator().manual_seed(0))
    clean, noise = torch.zeros(4000, 1, 1, 1), torch.randn(4000, 1, 1, 1)
    later = torch.cat([torch.zeros(2000), torch.full((2000,), 2.0)])
    noised = FlowNoising().noised(clean, noise, u, later)
    t = noised.timestep / 1000
    assert 0.5 < t[:2000].median() < 0.6 and t[2000:].median() > 0.87
    torch.testing.assert_close(noised.latents, t[:, None, None, None] * noised.target)
    even = FlowNoising("even").noised(clean, noise, u).timestep / 1000
    torch.testing.assert_close(even, u, atol=1e-5, rtol=1e-4)
    late = FlowNoising("late").noised(clean, noise, u).timestep / 1000
    torch.testing.assert_close(late, 1 - u**3, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_diffusion_is_noised_as_diffusers_does(prediction: str) -> None:
    beta = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
    scheduler = DDPMScheduler(prediction_type=prediction, **beta)
    noising = noising_of(scheduler.config)
    assert isinstance(noising, DiffusionNoising)
    clean, noise = torch.randn(6, 4, 2, 2), torch.randn(6, 4, 2, 2)
    noised = noising.noised(clean, noise, torch.linspace(0, 1, 6))
    assert noised.timestep[0] == 0 and noised.timestep[-1] == 999
    expected = scheduler.add_noise(clean, noise, noised.timestep)
    torch.testing.assert_close(noised.latents, expected)
    v = scheduler.get_velocity(clean, noise, noised.timestep)
    torch.testing.assert_close(noised.target, noise if prediction == "epsilon" else v)


def test_the_ends_of_the_schedule_are_trained_more() -> None:
    u = torch.linspace(0, 1, 10_001)
    times = ends_first(u, 4.0)
    assert times[0] == pytest.approx(0, abs=1e-5) and times[-1] == pytest.approx(1, abs=1e-5)
    counts, edges = np.histogram(times.numpy(), bins=20, range=(0, 1))
    expected = np.cosh(4.0 * ((edges[:-1] + edges[1:]) / 2 - 0.5))
    assert np.allclose(counts / counts.mean(), expected / expected.mean(), atol=0.02)
    assert torch.equal(ends_first(u, 0.0), u)


def test_the_subject_weighs_more_and_a_picture_as_much_as_before() -> None:
    masks = np.zeros((2, 64, 64), np.uint8)
    masks[0, :32] = 255
    shares = torch.stack([subject_share(mask, (4, 4)) for mask in masks])
    weights = subject_weights(shares, 3.0)
    assert weights.shape == (2, 1, 4, 4)
    torch.testing.assert_close(weights.mean((1, 2, 3)), torch.ones(2))
    torch.testing.assert_close(weights[0, 0, 0] / weights[0, 0, 3], torch.full((4,), 3.0))
    assert torch.equal(weights[1], torch.ones(1, 4, 4)), "no subject: all cells alike"


def test_figures_are_of_the_chosen_rows() -> None:
    errors = torch.tensor([1.0, 2.0, 4.0])
    assert figure(errors, torch.tensor([0.0, 1.0, 1.0])).tolist() == [6.0, 2.0]
    assert figure(errors, torch.zeros(3)).tolist() == [0.0, 0.0]
    assert figure(errors.mean()).tolist() == pytest.approx([7 / 3, 1.0])


def test_image_and_text_are_dropped_as_often_as_asked() -> None:
    stage = AdapterStage(OPTIMISATION, drop_image=0.1, drop_text=0.2, drop_both=0.3)
    choose, rng = adapter_choice(stage), np.random.default_rng(0)
    choices = [choose(rng) for _ in range(20_000)]
    no_image = np.array([not one.reference for one in choices])
    no_text = np.array([not one.text for one in choices])
    assert no_image.mean() == pytest.approx(0.4, abs=0.02)
    assert no_text.mean() == pytest.approx(0.5, abs=0.02)
    assert (no_image & no_text).mean() == pytest.approx(0.3, abs=0.02)


def test_a_pool_is_the_same_wherever_training_goes_on() -> None:
    made: list[int] = []

    def make(index: int) -> int:
        made.append(index)
        return index

    def chosen(pool: FreshPool[int], steps: range) -> list[int]:
        return [pool.choose(step, np.random.default_rng(step)) for step in steps]

    through = chosen(FreshPool(make, 6, 2), range(20))
    assert through[12:] == chosen(FreshPool(make, 6, 2), range(12, 20))
    assert all(2 * step + 2 - 6 <= one < 2 * step + 2 for step, one in enumerate(through))
    made.clear()
    pool = FreshPool(make, 100, 1)
    for step in range(50):
        pool.choose(step, np.random.default_rng(step))
    assert len(made) == len(set(made)), "nothing is drawn twice"


def test_an_array_goes_on_where_its_filling_was_stopped(tmp_path: Path) -> None:
    path, made = tmp_path / "a.npy", []

    def make(rows: np.ndarray) -> np.ndarray:
        made.extend(rows.tolist())
        return np.repeat(rows[:, None], 3, 1)

    def fill(count: int, about: str, fault_at: int | None = None) -> np.ndarray:
        def one(rows: np.ndarray) -> np.ndarray:
            if fault_at is not None and fault_at in rows:
                raise KeyboardInterrupt
            return make(rows)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("core.training.fresh._SECONDS", -1)
            return fill_array(path, (count, 3), np.int64, about, one, 2)

    with pytest.raises(KeyboardInterrupt):
        fill(8, "first", fault_at=4)
    assert np.array_equal(fill(8, "first")[:, 0], np.arange(8)) and made == list(range(8))
    made.clear()
    assert np.array_equal(fill(11, "first")[:, 0], np.arange(11)) and made == [8, 9, 10]
    made.clear()
    assert np.array_equal(fill(5, "first")[:, 0], np.arange(5)) and made == []
    assert len(fill(4, "other")) == 4 and made == [0, 1, 2, 3], "made anew"


def test_a_world_goes_on_where_its_drawing_was_stopped(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def stopped(first: int, *others: int):
        for seed, pair in pairs_here(first, *others):
            asked.append(seed)
            if len(asked) == 4:
                raise KeyboardInterrupt
            yield seed, pair

    monkeypatch.setattr(world_module, "_pairs", stopped)
    with pytest.raises(KeyboardInterrupt):
        world_module.build(tmp_path, 6, 64, 0.0, 1)
    assert not (tmp_path / "about.json").exists()
    with (tmp_path / "pairs.jsonl").open("a") as file:
        file.write('{"identity": ["cut o')
    world_module.build(tmp_path, 6, 64, 0.0, 1)
    assert asked == [0, 1, 2, 3, 3, 4, 5]
    again = World(tmp_path)
    assert again.about == world.about and np.array_equal(again.poses, world.poses)
    for name in ("reference", "reference_parts", "target", "target_mask", "target_parts", "puppet"):
        assert np.array_equal(getattr(again, name), getattr(world, name))
    assert ((world.target_parts > 0) == (world.target_mask > 127)).mean() > 0.97
    (tmp_path / "target_parts.npy").unlink()  # as a world drawn before there were parts
    with pytest.raises(BadInput, match="older version"):
        World(tmp_path)


def test_the_finisher_sees_the_same_place_in_all_pictures(world: World, tmp_path: Path) -> None:
    drawn = np.stack([world.target[i] // 2 for i in range(world.count)])
    np.save(tmp_path / "drawn.npy", drawn)
    np.save(tmp_path / "with_puppet.npy", np.arange(world.count) % 2 == 0)
    draw_faces(tmp_path, world, world.count)
    stage = FinisherStage(OPTIMISATION, crop_px=32)
    source, rng = Crops(world, Drawings(tmp_path), stage), np.random.default_rng(3)
    rows = [source.one(index % world.count, rng) for index in range(40)]
    for row in rows:
        assert row.drawn.shape == row.truth.shape == (32, 32, 3) and row.puppet.shape == (32, 32, 4)
        assert row.subject.shape == row.face.shape == (32, 32)
        assert np.array_equal(row.drawn, row.truth // 2), "drawing and truth are cut alike"
        assert (row.subject[row.face > 0] > 0).all()
    assert not any(row.puppet.any() for row in rows[1::2])
    assert any(row.puppet.any() for row in rows[::2]) and any(row.face.any() for row in rows)


def test_the_finisher_is_told_the_expression_but_where_the_puppet_shows_it(
    world: World, tmp_path: Path
) -> None:
    np.save(tmp_path / "drawn.npy", world.target)
    np.save(tmp_path / "with_puppet.npy", np.arange(world.count) > 0)
    draw_faces(tmp_path, world, world.count)
    world.shot[:3] = [["smile", "standing"], ["angry"], ["angry"]]
    world.reference_shot[:3] = [["angry"], ["angry"], ["smile"]]
    stage = FinisherStage(OPTIMISATION, crop_px=32, drop_word=1.0)
    source, rng = Crops(world, Drawings(tmp_path), stage), np.random.default_rng(3)
    words = [source.one(index, rng).word for index in range(3)]
    assert words == [0, 0, 1 + FINISHER_WORDS.index("angry")]
    told = Crops(world, Drawings(tmp_path), replace(stage, drop_word=0.0))
    assert [told.one(index, rng).word for index in range(2)] == [
        1 + FINISHER_WORDS.index(word) for word in ("smile", "angry")
    ]


def test_training_drawings_are_asked_for_as_the_application_asks(world: World) -> None:
    stage = FinisherStage(OPTIMISATION, drop_puppet=0.5)
    asked = [request(world, i, stage) for i in range(world.count)]
    assert asked == [request(world, i, stage) for i in range(world.count)], "the same at each call"
    for one in asked:
        assert (one.width, one.height) == (64, 64) and one.steps == stage.steps_drawn[0]
        assert one.pose_image is not None and one.prompt


def test_training_goes_on_from_the_shipped_model(tmp_path: Path, run_in) -> None:
    restart(MODEL, tmp_path, adapter_steps=7)
    drawer = Drawer()
    ema_weights("base", drawer, tmp_path)
    shipped = UNet2DConditionModel.from_pretrained(str(MODEL / "unet"), torch_dtype=torch.float32)
    state = shipped.state_dict()
    assert all(torch.equal(value, state[key]) for key, value in drawer.unet.state_dict().items())
    again = Trainer("base", Drawer(), OPTIMISATION, run_in(tmp_path))
    assert again.step == 0
    assert all((tmp_path / f"{name}.pt").exists() for name in ("vae", "clip"))
    adapter = load_adapter(MODEL / "anime_adapter", torch.float32)
    trained = Trainer("adapter", adapter.requires_grad_(True), OPTIMISATION, run_in(tmp_path))
    assert trained.step == 7 and read_checkpoint(tmp_path / "adapter_reference.pt")["step"] == 7
    finisher = finished_finisher(tmp_path)
    assert finisher is not None and finisher.conv_in.weight.any()
    assert float((tmp_path / "world" / "published_scaling.txt").read_text()) > 0


def test_the_finisher_leaves_a_ground_as_it_was_drawn() -> None:
    drawn, truth = torch.zeros(2, 3, 16, 16), torch.ones(2, 3, 16, 16)
    subject = torch.zeros(2, 1, 16, 16, dtype=torch.bool)
    subject[:, :, 4:9, 4:9] = True
    puppet = torch.zeros(2, 4, 16, 16)
    puppet[0, 3, 5, 5] = 1  # the second picture was drawn without one
    wanted = on_drawn_ground(truth, drawn, subject, puppet)
    assert wanted[0, :, 4:9, 4:9].eq(1).all(), "the figure and its outline are the true ones"
    assert wanted[0, :, 3, 6].min() > 0.5, "so is a line along its edge"
    assert wanted[0, :, 12:].eq(0).all() and wanted[0, :, :, 12:].eq(0).all()
    assert torch.equal(wanted[1], truth[1])
