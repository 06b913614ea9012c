"""LoRA files change a base model for a while, by exactly scale * B A, and leave no trace."""

from pathlib import Path

import diffusers
import pytest
import torch
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import save_file
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.errors import DamagedWeights
from core.checkpoints.catalogue import inspect
from core.checkpoints.errors import UnsupportedModel
from core.checkpoints.loading import LoadedModel, load_base
from core.checkpoints.lora import loras_applied

ATTN = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
RANK = 2


@pytest.fixture
def model(base_folder: Path) -> LoadedModel:
    return load_base(inspect(base_folder), torch.float32, "cpu")


def drawn(model: LoadedModel) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    latents = torch.randn(1, 4, 8, 8, generator=generator)
    with torch.no_grad():
        text = model.text_encoder(torch.tensor([[0, 2, 3, 1]])).last_hidden_state
        return model.unet(latents, 10, text).sample


def lora_pair(width: int) -> tuple[Tensor, Tensor]:
    """A [rank, width] and B [width, rank]."""
    generator = torch.Generator().manual_seed(1)
    return (
        torch.randn(RANK, width, generator=generator),
        torch.randn(width, RANK, generator=generator),
    )


def save_kohya(path: Path, width: int = 32, alpha: float | None = None) -> tuple[Tensor, Tensor]:
    down, up = lora_pair(width)
    name = "lora_unet_" + ATTN.replace(".", "_")
    tensors = {f"{name}.lora_down.weight": down, f"{name}.lora_up.weight": up}
    if alpha is not None:
        tensors[f"{name}.alpha"] = torch.tensor(alpha)
    save_file(tensors, path)
    return down, up


def save_diffusers(folder: Path) -> Path:
    """A LoRA of UNet and text encoder, written by diffusers itself."""
    unet = diffusers.UNet2DConditionModel.from_config(
        diffusers.UNet2DConditionModel.load_config(folder / "unet")
    )
    text = load_base(inspect(folder), torch.float32, "cpu").text_encoder
    unet.add_adapter(
        LoraConfig(r=RANK, init_lora_weights="gaussian", target_modules=["to_k", "to_v"])
    )
    text.add_adapter(LoraConfig(r=RANK, init_lora_weights="gaussian", target_modules=["q_proj"]))
    layers = [get_peft_model_state_dict(network) for network in (unet, text)]
    for state in layers:
        for key, tensor in state.items():
            if "lora_B" in key:
                state[key] = torch.ones_like(tensor)
    out = folder.parent / "lora"
    diffusers.StableDiffusionPipeline.save_lora_weights(out, *layers)
    return out / "pytorch_lora_weights.safetensors"


@pytest.mark.parametrize("alpha", [None, 1.0])
def test_a_kohya_file_adds_scale_b_a(
    alpha: float | None, model: LoadedModel, tmp_path: Path
) -> None:
    down, up = save_kohya(tmp_path / "style.safetensors", alpha=alpha)
    with loras_applied(model, [(tmp_path / "style.safetensors", 0.7)]):
        with_lora = drawn(model)
    factor = 0.7 * (1.0 if alpha is None else alpha / RANK)
    with torch.no_grad():
        model.unet.get_submodule(ATTN).weight += factor * (up @ down)  # type: ignore[operator]
    torch.testing.assert_close(with_lora, drawn(model), atol=1e-5, rtol=0)


def test_the_model_is_the_same_afterwards(model: LoadedModel, base_folder: Path) -> None:
    path = save_diffusers(base_folder)
    networks = (model.unet, model.text_encoder)
    before = [(repr(network), set(network.state_dict())) for network in networks]
    plain = drawn(model)
    for _ in range(2):
        with loras_applied(model, [(path, 1.0)]):
            assert not torch.equal(drawn(model), plain)
            assert not any(p.requires_grad for network in networks for p in network.parameters())
        assert [(repr(network), set(network.state_dict())) for network in networks] == before
        assert torch.equal(drawn(model), plain)


def test_scale_zero_changes_nothing_and_several_add_up(model: LoadedModel, tmp_path: Path) -> None:
    path, other = tmp_path / "style.safetensors", tmp_path / "ink.safetensors"
    save_kohya(path)
    save_kohya(other)
    plain = drawn(model)
    with loras_applied(model, [(path, 0.0)]):
        torch.testing.assert_close(drawn(model), plain, atol=1e-6, rtol=0)
    with loras_applied(model, [(path, 0.4), (other, 0.6)]):
        both = drawn(model)
    with loras_applied(model, [(path, 1.0)]):
        torch.testing.assert_close(both, drawn(model), atol=1e-5, rtol=0)


def test_it_works_beside_an_injected_adapter(model: LoadedModel, tmp_path: Path) -> None:
    config = AnimeAdapterConfig(
        vision_hidden=8, vision_layers=1, cross_attention_dim=32, image_size=16, patch_size=4
    )
    plain_adapter = AnimeAdapter.from_unet(model.unet, config)
    save_kohya(tmp_path / "style.safetensors")
    plain = drawn(model)
    plain_adapter.inject(model.unet)
    with loras_applied(model, [(tmp_path / "style.safetensors", 1.0)]):
        with_lora = drawn(model)
        again = AnimeAdapter.from_unet(model.unet, config)  # reads through the LoRA layers
    plain_adapter.eject()
    assert not torch.equal(with_lora, plain) and torch.equal(drawn(model), plain)
    for name, tensor in again.ip_adapter.state_dict().items():
        assert torch.equal(tensor, plain_adapter.ip_adapter.state_dict()[name])


@pytest.mark.parametrize("width", [16, 48])
def test_a_lora_of_another_model_is_refused_and_leaves_no_trace(
    width: int, model: LoadedModel, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.safetensors", tmp_path / "bad.safetensors"
    save_kohya(good)
    save_kohya(bad, width)
    keys, plain = set(model.unet.state_dict()), drawn(model)
    with (
        pytest.raises(DamagedWeights, match="does not fit this base model") as caught,
        loras_applied(model, [(good, 1.0), (bad, 1.0)]),
    ):
        pytest.fail("the LoRA was applied")
    assert "size mismatch" in caught.value.details
    assert set(model.unet.state_dict()) == keys and torch.equal(drawn(model), plain)


@pytest.mark.parametrize("name", ["unet.nothing", "transformer.single_blocks.0.attn.to_q"])
def test_layers_of_other_names_are_refused(name: str, model: LoadedModel, tmp_path: Path) -> None:
    tensors = {f"{name}.lora_A.weight": torch.ones(2, 4)}
    tensors[f"{name}.lora_B.weight"] = torch.ones(4, 2)
    save_file(tensors, tmp_path / "style.safetensors")
    with (
        pytest.raises(DamagedWeights, match="does not fit this base model"),
        loras_applied(model, [(tmp_path / "style.safetensors", 1.0)]),
    ):
        pytest.fail("the LoRA was applied")


def test_another_kind_of_file_is_refused(model: LoadedModel, tmp_path: Path) -> None:
    save_file({"control_model.zero.weight": torch.zeros(1)}, tmp_path / "pose.safetensors")
    with (
        pytest.raises(UnsupportedModel, match=r"pose\.safetensors is no LoRA file"),
        loras_applied(model, [(tmp_path / "pose.safetensors", 1.0)]),
    ):
        pytest.fail("it was applied")


def test_the_model_is_restored_when_a_render_fails(model: LoadedModel, tmp_path: Path) -> None:
    save_kohya(tmp_path / "style.safetensors")
    plain = drawn(model)
    with (
        pytest.raises(RuntimeError, match="stopped"),
        loras_applied(model, [(tmp_path / "style.safetensors", 1.0)]),
    ):
        raise RuntimeError("stopped")
    assert torch.equal(drawn(model), plain)
