"""IP-Adapter and IP-Adapter-Plus: published sizes, keys and arithmetic."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor

from core.adapters.conditions import ReferenceCondition
from core.adapters.errors import DamagedWeights
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.ip_weights_file import load_ip_adapter, save_ip_adapter
from core.errors import BadInput

Make = Callable[..., UNet2DConditionModel]
BASE = IPAdapterConfig("ip", 24, 4, 32)
PLUS = IPAdapterConfig("ip-plus", 24, 5, 32, ResamplerShape(32, 4, 2, 64, 4))
KINDS = pytest.mark.parametrize("config", [BASE, PLUS], ids=["ip", "ip-plus"])


def made(unet: UNet2DConditionModel, config: IPAdapterConfig) -> IPAdapter:
    """With weights away from where training begins."""
    torch.manual_seed(5)
    adapter = IPAdapter.from_unet(unet, config)
    with torch.no_grad():
        for parameter in adapter.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return adapter


def vision(config: IPAdapterConfig, rows: int = 1) -> Tensor:
    """What a vision encoder says of some pictures."""
    shape = (rows, 24) if config.kind == "ip" else (rows, 17, 24)
    return torch.randn(shape, generator=torch.Generator().manual_seed(6))


@pytest.mark.parametrize(
    ("config", "count"),
    [(IPAdapterConfig.sd15(), 22_319_616), (IPAdapterConfig.plus_sd15(), 49_087_488)],
)
def test_parameter_counts_on_sd15(config: IPAdapterConfig, count: int) -> None:
    with torch.device("meta"):
        adapter = IPAdapter.from_unet(UNet2DConditionModel(cross_attention_dim=768), config)
    assert adapter.num_parameters == count
    shapes = {key: tuple(tensor.shape) for key, tensor in adapter.state_dict().items()}
    assert IPAdapterConfig.of_file(shapes) == config  # as a published file, which has no metadata


def test_keys_are_the_published_ones(unet: UNet2DConditionModel) -> None:
    keys = set(made(unet, PLUS).state_dict())
    block = {
        "0.norm1.weight", "0.norm1.bias", "0.norm2.weight", "0.norm2.bias", "0.to_q.weight",
        "0.to_kv.weight", "0.to_out.weight", "1.0.weight", "1.0.bias", "1.1.weight", "1.3.weight",
    }  # fmt: skip
    ends = {f"{name}.{part}" for name in ("proj_in", "proj_out", "norm_out") for part in _BOTH}
    assert keys == {
        *(f"image_proj.layers.{n}.{name}" for n in range(4) for name in block),
        *(f"image_proj.{name}" for name in ends),
        "image_proj.latents",
        *(f"ip_adapter.{n}.to_{part}_ip.weight" for n in (1, 3, 5, 7) for part in "kv"),
    }
    names = {key for key in made(unet, BASE).state_dict() if key.startswith("image_proj.")}
    assert names == {f"image_proj.{name}.{part}" for name in ("proj", "norm") for part in _BOTH}


_BOTH = ("weight", "bias")


@KINDS
def test_one_unmasked_reference_equals_diffusers_with_the_same_file(
    config: IPAdapterConfig, make_unet: Make, step: Callable[..., Tensor],
    unet: UNet2DConditionModel, tmp_path: Path,
) -> None:  # fmt: skip
    """diffusers reads the file, projects and attends; the file is what it expects."""
    adapter = made(unet, config)
    file = save_ip_adapter(adapter, tmp_path / "ip.safetensors")
    seen = vision(config)
    adapter.inject(unet)
    rows = [[ReferenceCondition(adapter.key_values(adapter.encode(seen)), 0.7)]]
    with adapter.conditions(adapter.inference_conditions(rows)):
        ours = step(1)
    theirs = drawn_by_diffusers(make_unet(), load_file(file), seen, 0.7)
    assert (ours - theirs).abs().max() <= 1e-6
    assert (ours - step(1)).abs().max() > 1e-3


def drawn_by_diffusers(
    unet: UNet2DConditionModel, tensors: dict[str, Tensor], seen: Tensor, scale: float
) -> Tensor:
    parts = {
        name: {
            key.removeprefix(f"{name}."): t for key, t in tensors.items() if key.startswith(name)
        }
        for name in ("image_proj", "ip_adapter")
    }
    unet._load_ip_adapter_weights([parts], low_cpu_mem_usage=False)
    for processor in unet.attn_processors.values():
        if hasattr(processor, "scale"):
            processor.scale = [scale]
    generator = torch.Generator().manual_seed(4)
    latents = torch.randn(8, 4, 8, 12, generator=generator)[:1]
    text = torch.randn(8, 5, 32, generator=generator)[:1]
    with torch.no_grad():
        return unet(latents, 10, text, added_cond_kwargs={"image_embeds": [seen[:, None]]}).sample


@KINDS
def test_files_come_back_the_same_with_and_without_our_metadata(
    config: IPAdapterConfig, unet: UNet2DConditionModel, tmp_path: Path
) -> None:
    adapter = made(unet, config)
    file = save_ip_adapter(adapter, tmp_path / "own.safetensors")
    published = tmp_path / "published.safetensors"
    save_file(load_file(file), published)
    for path in (file, published):
        loaded = load_ip_adapter(path)
        assert loaded.config == config and loaded.layers == adapter.layers
        pairs = zip(loaded.parameters(), adapter.parameters(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)
    assert {p.dtype for p in load_ip_adapter(file, torch.bfloat16).parameters()} == {torch.bfloat16}


def test_pickles_other_kinds_and_damage_are_refused_in_a_sentence(
    unet: UNet2DConditionModel, tmp_path: Path
) -> None:
    tensors = dict(made(unet, PLUS).state_dict())
    pickle = tmp_path / "ip-adapter-plus_sd15.bin"
    torch.save(tensors, pickle)
    with pytest.raises(DamagedWeights, match="old kind that could run programs") as refused:
        load_ip_adapter(pickle)
    assert isinstance(refused.value, BadInput) and "safetensors" in str(refused.value)

    def file_of(changed: dict[str, Tensor]) -> Path:
        save_file(changed, tmp_path / "changed.safetensors")
        return tmp_path / "changed.safetensors"

    face = {key: t for key, t in tensors.items() if not key.startswith("image_proj.")}
    with pytest.raises(DamagedWeights, match="kind that Koma does not know"):
        load_ip_adapter(file_of({**face, "image_proj.proj.3.weight": torch.zeros(4, 4)}))
    short = {key: t for key, t in tensors.items() if not key.endswith("norm_out.bias")}
    with pytest.raises(DamagedWeights, match=r"norm_out\.bias are missing"):
        load_ip_adapter(file_of(short))


def test_training_reaches_projection_and_attention(
    unet: UNet2DConditionModel, step: Callable[..., Tensor]
) -> None:
    adapter = made(unet, PLUS)
    adapter.inject(unet)
    conditions = adapter.token_conditions(adapter.encode(vision(PLUS, 2)))
    with adapter.conditions(conditions), torch.enable_grad():
        latents, text = torch.randn(2, 4, 8, 8), torch.randn(2, 5, 32)
        unet(latents, 10, text).sample.square().mean().backward()
    gradients = [p.grad for p in adapter.parameters()]
    assert all(g is not None and g.abs().max() > 0 for g in gradients)
    assert all(p.grad is None for p in unet.parameters())
