"""A base model in one file of the original layout gives back the weights it was made from."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect
from core.checkpoints.errors import ModelNotFound
from core.checkpoints.loading import LoadedModel, load_base, load_controller
from tests.core.original_layout import original_layout

Networks = dict[str, Callable[..., nn.Module]]


@pytest.fixture
def base(base_folder: Path) -> LoadedModel:
    return load_base(inspect(base_folder), torch.float32, "cpu")


@pytest.fixture
def config_dir(base_folder: Path, tmp_path: Path) -> Path:
    """The configurations and the tokenizer of the tiny model, without weights, where they lie."""
    weights = shutil.ignore_patterns("*.safetensors")
    shutil.copytree(base_folder, tmp_path / "configs" / "sd15", ignore=weights)
    return tmp_path / "configs"


def test_a_single_file_gives_the_same_networks(
    base: LoadedModel, config_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / "drawn.safetensors"
    save_file(original_layout(base), path)
    loaded = load_base(inspect(path), torch.float32, "cpu", config_dir)
    for name in ("unet", "vae", "text_encoder"):
        expected, found = getattr(base, name).state_dict(), getattr(loaded, name).state_dict()
        assert expected.keys() == found.keys()
        assert all(torch.equal(expected[key], found[key]) for key in expected), name
    assert loaded.id == "drawn" and loaded.tokenizer("ab").input_ids[1:-1] == [16]


@pytest.mark.parametrize(
    "gone",
    [
        "model.diffusion_model.middle_block.0.in_layers.2.weight",
        "model.diffusion_model.input_blocks.0.0.weight",
        "first_stage_model.decoder.conv_out.bias",
        "cond_stage_model.transformer.text_model.final_layer_norm.weight",
    ],
)
def test_a_missing_weight_is_damage(
    gone: str, base: LoadedModel, config_dir: Path, tmp_path: Path
) -> None:
    state = original_layout(base)
    del state[gone]
    save_file(state, tmp_path / "drawn.safetensors")
    with pytest.raises(DamagedWeights, match=r"^This model file is damaged: .*Choose another\.$"):
        load_base(inspect(tmp_path / "drawn.safetensors"), torch.float32, "cpu", config_dir)


def test_a_weight_of_another_shape_is_damage(
    base: LoadedModel, config_dir: Path, tmp_path: Path
) -> None:
    state = original_layout(base)
    state["model.diffusion_model.input_blocks.0.0.weight"] = torch.zeros(16, 5, 3, 3)
    save_file(state, tmp_path / "drawn.safetensors")
    with pytest.raises(DamagedWeights, match=r"^This model file is damaged"):
        load_base(inspect(tmp_path / "drawn.safetensors"), torch.float32, "cpu", config_dir)


def test_the_tokenizer_may_lie_beside_the_file(
    base: LoadedModel, config_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / "drawn.safetensors"
    save_file(original_layout(base), path)
    shutil.move(config_dir / "sd15" / "tokenizer", tmp_path / "kept")
    with pytest.raises(ModelNotFound, match="Put the folder “tokenizer”"):
        load_base(inspect(path), torch.float32, "cpu", config_dir)
    shutil.move(tmp_path / "kept", tmp_path / "tokenizer")
    load_base(inspect(path), torch.float32, "cpu", config_dir)


def test_without_configurations_the_way_out_is_named(base: LoadedModel, tmp_path: Path) -> None:
    path = tmp_path / "drawn.safetensors"
    save_file(original_layout(base), path)
    with pytest.raises(ModelNotFound, match="diffusers folder"):
        load_base(inspect(path), torch.float32, "cpu")


def test_a_controlnet_file_loads(networks: Networks, config_dir: Path, tmp_path: Path) -> None:
    network = networks["controlnet"]()
    network.save_config(config_dir / "sd15" / "controlnet")  # type: ignore[operator]
    state = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
    save_file(state, tmp_path / "pose.safetensors")
    assert inspect(tmp_path / "pose.safetensors").kind == "controlnet"
    loaded = load_controller(tmp_path / "pose.safetensors", torch.float32, "cpu", config_dir)
    assert all(torch.equal(state[key], value) for key, value in loaded.state_dict().items())
    del state["conv_in.weight"]
    save_file(state, tmp_path / "pose.safetensors")
    with pytest.raises(DamagedWeights, match=r"is damaged: .*Choose another"):
        load_controller(tmp_path / "pose.safetensors", torch.float32, "cpu", config_dir)
