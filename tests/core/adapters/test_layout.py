"""Sizes, keys and order of the adapter on the networks it is made for."""

from collections.abc import Callable

import pytest
import torch
from diffusers import UNet2DConditionModel

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.cross_attention import find_cross_attention

SD15_CHANNELS = [320] * 2 + [640] * 2 + [1280] * 5 + [640] * 3 + [320] * 3 + [1280]


@pytest.fixture(scope="module")
def sd15() -> UNet2DConditionModel:
    """The real sizes, without memory."""
    with torch.device("meta"):
        return UNet2DConditionModel(cross_attention_dim=768)


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 24_679_687),
        ({"bias": False}, 24_674_311),
        ({"scope": "up"}, 15_832_327),
        ({"vision_layers": 3}, 21_530_883),
        ({"vision_layers": 11}, 27_828_491),
        ({"vision_layers": 15}, 30_977_295),
    ],
)
def test_parameter_counts_are_the_papers(
    changes: dict[str, int], count: int, sd15: UNet2DConditionModel
) -> None:
    adapter = AnimeAdapter.from_unet(sd15, AnimeAdapterConfig(**changes))  # type: ignore[arg-type]
    assert adapter.num_parameters == count
    assert all(parameter.is_meta for parameter in adapter.parameters())


def test_layers_follow_the_registration_order(sd15: UNet2DConditionModel) -> None:
    layers = tuple(find_cross_attention(sd15, "full"))
    assert [layer.channels for layer in layers] == SD15_CHANNELS
    assert sum(layer.channels for layer in layers) == 12_480
    assert [layer.index for layer in layers] == list(range(1, 32, 2))
    names = list(sd15.attn_processors)
    assert all(names[layer.index].endswith("attn2.processor") for layer in layers)
    assert names[31].startswith("mid_block.")


def test_keys_are_those_of_ip_adapter(sd15: UNet2DConditionModel) -> None:
    state = AnimeAdapter.from_unet(sd15, AnimeAdapterConfig()).state_dict()
    attention = {key for key in state if not key.startswith("image_proj.")}
    assert attention == {
        f"ip_adapter.{index}.to_{part}_ip.weight" for index in range(1, 32, 2) for part in "kv"
    }
    assert state["ip_adapter.31.to_k_ip.weight"].shape == (1280, 768)


def test_up_scope_keeps_the_indices_of_the_full_one(sd15: UNet2DConditionModel) -> None:
    layers = find_cross_attention(sd15, "up")
    assert [layer.index for layer in layers] == list(range(13, 31, 2))


def test_layouts_like_sdxl_are_found(make_unet: Callable[..., UNet2DConditionModel]) -> None:
    unet = make_unet(
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        transformer_layers_per_block=(1, 2),
        use_linear_projection=True,
    )
    layers = find_cross_attention(unet, "full")
    assert [layer.channels for layer in layers] == [32] * 8
    assert [layer.index for layer in layers] == list(range(1, 17, 2))


def test_self_attention_blocks_shift_the_index(
    make_unet: Callable[..., UNet2DConditionModel],
) -> None:
    unet = make_unet(down_block_types=("AttnDownBlock2D", "CrossAttnDownBlock2D"))
    names = list(unet.attn_processors)
    for layer in find_cross_attention(unet, "full"):
        assert names[layer.index].endswith("attn2.processor")


def test_key_and_value_weights_start_as_the_unets(
    unet: UNet2DConditionModel, config: AnimeAdapterConfig
) -> None:
    adapter = AnimeAdapter.from_unet(unet, config)
    pairs = zip(adapter.projections, find_cross_attention(unet, "full").values(), strict=True)
    for projection, attn in pairs:
        assert torch.equal(projection.to_k_ip.weight, attn.to_k.weight)  # type: ignore[union-attr]
        assert torch.equal(projection.to_v_ip.weight, attn.to_v.weight)  # type: ignore[union-attr]
        assert projection.to_k_ip.weight.requires_grad


def test_widths_that_do_not_fit_are_refused(
    unet: UNet2DConditionModel, config: AnimeAdapterConfig
) -> None:
    with pytest.raises(ValueError, match="cross_attention_dim is 32"):
        AnimeAdapter.from_unet(unet, AnimeAdapterConfig())


def test_config_survives_json(config: AnimeAdapterConfig) -> None:
    assert AnimeAdapterConfig.from_json(config.to_json()) == config
