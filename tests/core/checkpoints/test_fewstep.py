"""A few-step LoRA in a model's folder: read, merged for drafts, gone without a trace."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect
from core.checkpoints.errors import UnsupportedModel
from core.checkpoints.loading import LoadedModel, load_base

TO_Q = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
CONV = "mid_block.resnets.0.conv1"
RANK = 2


def lora_weights(folder: Path, alpha: float) -> dict[str, torch.Tensor]:
    """As LCM-LoRA and Hyper-SD are published: kohya's keys, a linear layer and a convolution."""
    unet = load_base(inspect(folder), torch.float32, "cpu").unet
    torch.manual_seed(0)
    tensors: dict[str, torch.Tensor] = {}
    for name in (TO_Q, CONV):
        weight = unet.get_parameter(f"{name}.weight")
        key = "lora_unet_" + name.replace(".", "_")
        tensors[f"{key}.lora_down.weight"] = torch.randn(RANK, *weight.shape[1:])
        tensors[f"{key}.lora_up.weight"] = torch.randn(
            weight.shape[0], RANK, *(1 for _ in weight.shape[2:])
        )
        tensors[f"{key}.alpha"] = torch.tensor(alpha)
    return tensors


@pytest.fixture
def folder(base_folder: Path, tmp_path: Path) -> Path:
    """A base model with an LCM-LoRA beside it."""
    own = tmp_path / "quick-sd"
    shutil.copytree(base_folder, own)
    (own / "fewstep").mkdir()
    save_file(lora_weights(base_folder, 1.0), own / "fewstep" / "lcm.safetensors")
    return own


def configure(folder: Path, **settings: object) -> None:
    (folder / "fewstep" / "config.json").write_text(json.dumps(settings), encoding="utf-8")


def loaded(folder: Path) -> LoadedModel:
    return load_base(inspect(folder), torch.float32, "cpu")


def weights(model: LoadedModel) -> dict[str, torch.Tensor]:
    return {key: value.clone() for key, value in model.unet.state_dict().items()}


def test_catalogue_knows_how_drafts_are_drawn(folder: Path, base_folder: Path) -> None:
    plain = inspect(base_folder)
    assert (plain.draft_steps, plain.draft_guidance_scale) == (6, None)
    lcm = inspect(folder)
    assert (lcm.draft_steps, lcm.draft_guidance_scale) == (4, 1.0)
    assert loaded(base_folder).fewstep is None
    before = lcm.digest
    configure(folder, steps=2, guidance_scale=1.5)
    changed = inspect(folder)
    assert (changed.draft_steps, changed.draft_guidance_scale) == (2, 1.5)
    assert changed.digest != before


def test_merges_exactly_and_leaves_the_same_bits(folder: Path) -> None:
    configure(folder, scale=0.5)
    model = loaded(folder)
    assert model.fewstep is not None
    before = weights(model)
    parts = lora_weights(folder, 1.0)
    for _ in range(2):  # the second time from what was kept
        with model.fewstep.merged_into(model.unet):
            for name in (TO_Q, CONV):
                key = "lora_unet_" + name.replace(".", "_")
                up, down = parts[f"{key}.lora_up.weight"], parts[f"{key}.lora_down.weight"]
                change = 0.5 / RANK * (up.flatten(1) @ down.flatten(1))
                expected = before[f"{name}.weight"] + change.view_as(before[f"{name}.weight"])
                got = model.unet.get_parameter(f"{name}.weight")
                torch.testing.assert_close(got, expected)
        assert all(torch.equal(value, before[key]) for key, value in weights(model).items())


def test_an_error_while_drawing_leaves_no_trace(folder: Path) -> None:
    model = loaded(folder)
    assert model.fewstep is not None
    before = weights(model)
    with pytest.raises(RuntimeError), model.fewstep.merged_into(model.unet):
        raise RuntimeError
    assert all(torch.equal(value, before[key]) for key, value in weights(model).items())


def test_scheduler_stands_in_for_the_models_own(folder: Path) -> None:
    lcm = loaded(folder)
    assert lcm.fewstep is not None
    assert lcm.scheduler_config["_class_name"] == "DPMSolverMultistepScheduler"
    assert lcm.fewstep.scheduler_config["_class_name"] == "LCMScheduler"
    configure(folder, steps=4)
    own = loaded(folder)
    assert own.fewstep is not None and own.fewstep.scheduler_config == own.scheduler_config
    configure(folder, scheduler={"_class_name": "Pipe"})
    with pytest.raises(UnsupportedModel, match="scheduler"):
        loaded(folder)


def test_wrong_files_are_refused_with_one_sentence(folder: Path) -> None:
    configure(folder, steps=0)
    with pytest.raises(DamagedWeights, match="wrong values"):
        inspect(folder)
    configure(folder)
    file = folder / "fewstep" / "lcm.safetensors"
    save_file({"lora_unet_nothing.lora_down.weight": torch.zeros(2, 4)}, file)
    with pytest.raises(DamagedWeights):
        loaded(folder)
    file.unlink()
    with pytest.raises(DamagedWeights, match="exactly one"):
        loaded(folder)
