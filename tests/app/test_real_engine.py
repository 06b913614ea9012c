"""The commands with the engine that draws, on tiny networks with random weights."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import diffusers
import numpy as np
import pytest
import transformers
from safetensors.torch import load_file, save_file
from transformers.models.clip.tokenization_clip import CLIPTokenizer

from app.engine_thread import EngineThread, RenderJob
from app.workplace import diffusers_engine
from core.storage import get_image, load_project

CROSS, LATENT = 32, 4
# diffusers turns a tensor into an array the way NumPy 1 had it.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(autouse=True)
def quiet_libraries() -> Iterator[None]:
    """The loaders log every fault they find; the tests look at our sentences instead."""
    loggers = [logging.getLogger(name) for name in ("diffusers", "transformers")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    transformers.utils.logging.disable_progress_bar()
    diffusers.utils.logging.disable_progress_bar()
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def save_networks(folder: Path) -> None:
    """Fill the folder of a model in the diffusers layout."""
    diffusers.UNet2DConditionModel(
        sample_size=8, in_channels=2 * LATENT + 1, out_channels=LATENT,
        block_out_channels=(16, 32), layers_per_block=1, cross_attention_dim=CROSS,
        attention_head_dim=2, norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    ).save_pretrained(folder / "unet")  # fmt: skip
    diffusers.AutoencoderKL(
        block_out_channels=(4, 4, 8, 8), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=LATENT, norm_num_groups=4,
    ).save_pretrained(folder / "vae")  # fmt: skip
    transformers.CLIPTextModel(
        transformers.CLIPTextConfig(
            vocab_size=64, hidden_size=CROSS, intermediate_size=37, num_hidden_layers=2,
            num_attention_heads=2, max_position_embeddings=16, projection_dim=CROSS,
            bos_token_id=0, eos_token_id=1, pad_token_id=1,
        )
    ).save_pretrained(folder / "text_encoder")  # fmt: skip
    words = ["<|startoftext|>", "<|endoftext|>", *"abcdefg", *(f"{c}</w>" for c in "abcdefg")]
    vocabulary = {word: index for index, word in enumerate([*words, "ab</w>"])}
    (folder / "tokenizer" / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "tokenizer" / "merges.txt").write_text("#version: 0.2\na b</w>\n")
    settings = {"tokenizer_class": CLIPTokenizer.__name__, "model_max_length": 16}
    (folder / "tokenizer" / "tokenizer_config.json").write_text(json.dumps(settings))
    diffusers.DPMSolverMultistepScheduler(
        use_flow_sigmas=True, prediction_type="flow_prediction"
    ).save_pretrained(folder / "scheduler")


@pytest.fixture
def book(studio):
    """A project, and a model that draws it with the real engine."""
    save_networks(studio.workplace.shipped_models / "koma-toon")
    studio.workplace.make_engine = diffusers_engine
    path = studio.small()
    for panel in (1, 2):
        studio.ok("panel", path, "--page", 1, "--panel", panel, "--steps", 2)
    return path


def test_render_then_nothing_and_the_region_alone_differs(studio, book):
    command = ("render", book, "--out", studio.folder / "out", "--json")
    first, second = json.loads(studio.ok(*command)), json.loads(studio.ok(*command))
    assert (first["rendered"], second["rendered"], second["cached"]) == (3, 0, 3)
    project = load_project(book)
    panel = project.document.panel("panel-2")
    art = get_image(project.assets, panel.drawing.image).array
    layer = get_image(project.assets, panel.region_edits[0].drawing.image).array
    outside = layer[..., 3] == 0
    assert 0.3 < outside.mean() < 0.7
    assert np.array_equal(layer[..., :3][outside], art[outside])
    assert not np.array_equal(layer[..., :3], art)


def broken_weights(folder, change):
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path, {"format": "pt"})


FAULTS = {
    "a missing key": lambda t: t.pop("conv_in.weight"),
    "a wrong shape": lambda t: t.update({"conv_in.bias": t["conv_in.bias"][:3].clone()}),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_damaged_weight_file_is_one_sentence(studio, book, fault):
    broken_weights(studio.workplace.shipped_models / "koma-toon", FAULTS[fault])
    before = book.read_bytes()
    line = studio.refused("render", book, "--out", studio.folder / "out")
    assert "UNet" in line and "damaged" in line
    assert book.read_bytes() == before


def test_weights_cut_short_are_one_sentence(studio, book):
    path = studio.workplace.shipped_models / "koma-toon" / "unet"
    path = path / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])
    before = book.read_bytes()
    assert "damaged" in studio.refused("render", book, "--out", studio.folder / "out")
    assert book.read_bytes() == before


def test_the_window_draws_with_real_networks_in_their_own_thread(qtbot, studio, book):
    workplace = studio.workplace
    project = load_project(book)
    model = workplace.base_model("koma-toon")
    engine = EngineThread(lambda: workplace.make_engine(workplace.model_folders()), threads=1)
    finished, outcomes, states = [], [], []
    engine.panel_finished.connect(lambda *told: finished.append(told[1:3]))
    engine.job_ended.connect(lambda job_id, outcome: outcomes.append(outcome))
    engine.state_changed.connect(states.append)
    engine.start()
    panels = tuple(panel.id for panel in project.document.panels())
    engine.submit(RenderJob("job", project, model, "final", panels))
    qtbot.waitUntil(lambda: bool(outcomes), timeout=60_000)
    assert engine.stop(60_000)  # it yields to whatever else the machine does
    assert outcomes[0].kind == "done", outcomes
    assert [target.region_edit_id for target, _ in finished] == [None, None, "e"]
    for _, drawing in finished:
        assert get_image(project.assets, drawing.image).array.any()
    assert states[-1].kind == "ready" and states[-1].device
