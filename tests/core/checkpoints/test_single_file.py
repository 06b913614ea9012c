"""A base model in one file of the original layout gives back the weights it was made from."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect
from core.checkpoints.errors import ModelNotFound
from core.checkpoints.loading import LoadedModel, load_base, load_controller

Networks = dict[str, Callable[..., nn.Module]]
State = dict[str, Tensor]
LAYERS = 1  # layers_per_block of the tiny networks
RESNET = {
    "norm1": "in_layers.0", "conv1": "in_layers.2", "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0", "conv2": "out_layers.3", "conv_shortcut": "skip_connection",
}  # fmt: skip
UNET_ENDS = {
    "time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2",
}  # fmt: skip
VAE_ATTENTION = {
    "group_norm": "norm", "to_q": "q", "to_k": "k", "to_v": "v", "to_out.0": "proj_out",
}  # fmt: skip


def rename(key: str, names: dict[str, str]) -> str:
    """The first prefix of `key` that is in `names`, replaced."""
    found = next(name for name in names if key.startswith(f"{name}."))
    return names[found] + key[len(found) :]


def unet_key(key: str) -> str:
    """diffusers' name of a UNet weight to the original one."""
    if match := re.match(r"(down|up)_blocks\.(\d)\.(resnets|attentions)\.(\d)\.(.*)", key):
        side, block, part, layer, rest = match.groups()
        at = int(block) * (LAYERS + 1) + int(layer) + (side == "down")
        inner = f"0.{rename(rest, RESNET)}" if part == "resnets" else f"1.{rest}"
        return f"{'input' if side == 'down' else 'output'}_blocks.{at}.{inner}"
    if match := re.match(r"down_blocks\.(\d)\.downsamplers\.0\.conv\.(.*)", key):
        return f"input_blocks.{(int(match[1]) + 1) * (LAYERS + 1)}.0.op.{match[2]}"
    if match := re.match(r"up_blocks\.(\d)\.upsamplers\.0\.conv\.(.*)", key):
        return f"output_blocks.{int(match[1]) * (LAYERS + 1) + LAYERS}.1.conv.{match[2]}"
    if match := re.match(r"mid_block\.resnets\.(\d)\.(.*)", key):
        return f"middle_block.{2 * int(match[1])}.{rename(match[2], RESNET)}"
    if match := re.match(r"mid_block\.attentions\.0\.(.*)", key):
        return f"middle_block.1.{match[1]}"
    return rename(key, UNET_ENDS)


def vae_key(key: str) -> str:
    """diffusers' name of a VAE weight to the original one, for two levels."""
    key = key.replace("conv_shortcut", "nin_shortcut").replace("conv_norm_out", "norm_out")
    if match := re.match(r"(.*)mid_block\.attentions\.0\.(.*)", key):
        return f"{match[1]}mid.attn_1.{rename(match[2], VAE_ATTENTION)}"
    if match := re.match(r"(.*)mid_block\.resnets\.(\d)\.(.*)", key):
        return f"{match[1]}mid.block_{int(match[2]) + 1}.{match[3]}"
    if match := re.match(r"(.*)up_blocks\.(\d)\.(.*)", key):
        key = f"{match[1]}up.{1 - int(match[2])}.{match[3]}"
    key = key.replace("down_blocks.", "down.").replace("resnets.", "block.")
    return key.replace("downsamplers.0", "downsample").replace("upsamplers.0", "upsample")


def original_layout(base: LoadedModel) -> State:
    """All weights of a tiny base model under the keys of a single-file checkpoint."""
    state: State = {}
    for key, tensor in base.unet.state_dict().items():
        state[f"model.diffusion_model.{unet_key(key)}"] = tensor
    for key, tensor in base.vae.state_dict().items():
        is_attention = "mid_block.attentions" in key and tensor.ndim == 2
        state[f"first_stage_model.{vae_key(key)}"] = (
            tensor[:, :, None, None] if is_attention else tensor
        )
    for key, tensor in base.text_encoder.state_dict().items():
        name = key.removeprefix("text_model.")
        state[f"cond_stage_model.transformer.text_model.{name}"] = tensor
    return {key: tensor.contiguous() for key, tensor in state.items()}


@pytest.fixture
def base(base_folder: Path) -> LoadedModel:
    return load_base(inspect(base_folder), torch.float32, "cpu")


@pytest.fixture
def config_dir(base_folder: Path, tmp_path: Path) -> Path:
    """The configurations and the tokenizer of the tiny model, without weights."""
    return Path(
        shutil.copytree(
            base_folder, tmp_path / "configs", ignore=shutil.ignore_patterns("*.safetensors")
        )
    )


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
    state["model.diffusion_model.input_blocks.0.0.weight"] = torch.zeros(16, 9, 3, 3)
    save_file(state, tmp_path / "drawn.safetensors")
    with pytest.raises(DamagedWeights, match=r"^This model file is damaged"):
        load_base(inspect(tmp_path / "drawn.safetensors"), torch.float32, "cpu", config_dir)


def test_the_tokenizer_may_lie_beside_the_file(
    base: LoadedModel, config_dir: Path, tmp_path: Path
) -> None:
    path = tmp_path / "drawn.safetensors"
    save_file(original_layout(base), path)
    shutil.move(config_dir / "tokenizer", tmp_path / "kept")
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
    network.save_config(config_dir / "controlnet")  # type: ignore[operator]
    state = {key: tensor.contiguous() for key, tensor in network.state_dict().items()}
    save_file(state, tmp_path / "pose.safetensors")
    assert inspect(tmp_path / "pose.safetensors").kind == "controlnet"
    loaded = load_controller(tmp_path / "pose.safetensors", torch.float32, "cpu", config_dir)
    assert all(torch.equal(state[key], value) for key, value in loaded.state_dict().items())
    del state["conv_in.weight"]
    save_file(state, tmp_path / "pose.safetensors")
    with pytest.raises(DamagedWeights, match=r"is damaged: .*Choose another"):
        load_controller(tmp_path / "pose.safetensors", torch.float32, "cpu", config_dir)
