"""The engine on models and LoRA files from the disk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.ip_weights_file import save_ip_adapter
from core.adapters.reference_attention import ReferenceAttention
from core.adapters.reference_weights_file import save_reference_attention
from core.adapters.weights_file import save_adapter
from core.engine.device import EngineOptions
from core.engine.diffusers_engine import DiffusersEngine
from core.engine.model_source import CheckpointSource
from core.engine.requests import LoraInput, ModelDamaged, ModelMissing
from tests.core.engine.tiny import (
    draw,
    make_engine,
    picture,
    reference,
    request,
    tiny_image_encoder,
    tiny_model,
)

pytestmark = [
    # numpy 2.x warns about how diffusers' own DPM-Solver turns a tensor into an array.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]
LAYER = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_q"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tiny_model` as a diffusers folder with a koma.json, in a folder of models."""
    root = tmp_path_factory.mktemp("models") / "tiny"
    model = tiny_model()
    assert model.image_encoder and model.t2i_adapter and model.anime_adapter
    for name in ("unet", "vae", "text_encoder", "tokenizer", "image_encoder", "t2i_adapter"):
        getattr(model, name).save_pretrained(root / name)
    save_adapter(model.anime_adapter, root / "anime_adapter")
    (root / "scheduler").mkdir()
    described = {
        "scheduler/scheduler_config.json": model.scheduler_config,
        "model_index.json": {"_class_name": "StableDiffusionPipeline"},
        "koma.json": {
            "schema_version": 1, "id": "tiny", "title": "Tiny", "native_px": 64,
            "size_multiple": 16,
        },
    }  # fmt: skip
    for name, content in described.items():
        (root / name).write_text(json.dumps(content), encoding="utf-8")
    return root.parent


@pytest.fixture
def engine(folder: Path) -> DiffusersEngine:
    return DiffusersEngine(CheckpointSource([folder]), EngineOptions("cpu", "float32"))


def test_a_model_from_the_disk_draws_as_the_one_in_memory(engine: DiffusersEngine) -> None:
    panel = request(references=(reference(1),), pose_image=picture(5))
    loaded, expected = draw(engine, panel)[0], draw(make_engine(tiny_model()), panel)[0]
    assert np.array_equal(loaded.image, expected.image)


def test_a_lora_is_in_effect_for_its_panels_only(engine: DiffusersEngine, tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(4)
    weights = {
        f"{LAYER}.lora_A.weight": torch.randn((2, 16), generator=generator),
        f"{LAYER}.lora_B.weight": torch.randn((16, 2), generator=generator),
    }
    path = tmp_path / "style.safetensors"
    save_file(weights, path)
    plain = request(references=(reference(1),))
    styled = request(references=(reference(1),), loras=(LoraInput(str(path), "1"),))
    silent = request(references=(reference(1),), loras=(LoraInput(str(path), "1", 0.0),))
    before, with_style, without = (r.image for r in draw(engine, plain, styled, silent))
    assert not np.array_equal(before, with_style)
    assert np.array_equal(before, without)
    assert np.array_equal(draw(engine, plain)[0].image, before)


def test_adapters_put_beside_the_model_are_found_when_they_are_asked_for(
    folder: Path, tmp_path: Path
) -> None:
    """Real files of both published layouts, with the vision encoder of the right size."""
    engine = DiffusersEngine(CheckpointSource([folder, tmp_path]), EngineOptions("cpu", "float32"))
    plain = draw(engine, request(references=(reference(1),)))[0].image
    with pytest.raises(ModelMissing, match="no IP-Adapter-Plus for Tiny"):
        draw(engine, request(adapter="ip-plus", references=(reference(1),)))
    unet = tiny_model().unet
    shape = ResamplerShape(32, 1, 1, 64, 2)
    config = IPAdapterConfig("ip-plus", 24, 5, 32, shape)
    save_ip_adapter(IPAdapter.from_unet(unet, config), tmp_path / "ip-adapter-plus.safetensors")
    save_reference_attention(ReferenceAttention.from_unet(unet), tmp_path / "reading.safetensors")
    with pytest.raises(ModelMissing, match="needs its vision encoder"):
        draw(engine, request(adapter="ip-plus", references=(reference(1),)))
    tiny_image_encoder().save_pretrained(tmp_path / "image_encoder")
    pictures = [
        draw(engine, request(adapter=choice, references=(reference(1),)))[0].image
        for choice in ("ip-plus", "character", "anime+reference")
    ]
    assert not np.array_equal(pictures[0], plain) and not np.array_equal(pictures[1], plain)
    half = draw(engine, request(references=(reference(1, scale=0.5),)))[0].image
    assert np.array_equal(pictures[2], half)  # not trained yet: silent, with its share of the scale


def test_what_cannot_be_loaded_is_said_in_a_sentence(
    engine: DiffusersEngine, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(ModelMissing, match="no model “gone”"):
        draw(engine, request(model_id="gone"))
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"no weights")
    with pytest.raises(ModelDamaged):
        draw(engine, request(loras=(LoraInput(str(bad), "1"),)))
    with pytest.raises(ModelDamaged):
        draw(engine, request(pose_image=picture(5), pose_controller=str(folder / "tiny" / "vae")))
    assert draw(engine, request())[0].image.shape == (64, 64, 3)
