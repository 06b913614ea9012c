"""Eq. 2: one linear layer and one scalar for each of the last K layers."""

from dataclasses import replace

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import nn

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig
from core.adapters.image_projection import ImageProjection


def states(count: int, tokens: int = 17) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(2, tokens, 24, generator=generator) for _ in range(count)]


@pytest.mark.parametrize("bias", [True, False])
def test_it_is_the_scaled_sum_of_the_layers(bias: bool, config: AnimeAdapterConfig) -> None:
    projection = ImageProjection(replace(config, bias=bias))
    nn.init.normal_(projection.layer_scale)
    inputs = states(3, 16)
    expected = torch.zeros(2, 16, 32)
    for gain, layer, state in zip(projection.layer_scale, projection.layers, inputs, strict=True):
        expected = expected + gain * layer(state)
    torch.testing.assert_close(projection(inputs), expected)


def test_the_gains_start_as_a_mean(config: AnimeAdapterConfig) -> None:
    torch.testing.assert_close(ImageProjection(config).layer_scale, torch.full((3,), 1 / 3))


def test_the_last_layers_without_the_class_token_are_read(adapter: AnimeAdapter) -> None:
    all_states = states(5)
    expected = adapter.image_proj([state[:, 1:] for state in all_states[2:]])
    assert torch.equal(adapter.encode(all_states), expected)
    assert torch.equal(adapter.encode(tuple(state[:, 1:] for state in all_states)), expected)


def test_the_class_token_can_be_kept(
    unet: UNet2DConditionModel, config: AnimeAdapterConfig
) -> None:
    adapter = AnimeAdapter.from_unet(unet, replace(config, keep_cls=True))
    assert adapter.encode(states(3)).shape == (2, 17, 32)
    with pytest.raises(ValueError, match="16 tokens, but the adapter reads 17"):
        adapter.encode(states(3, 16))


def test_too_few_layers_or_other_sizes_are_refused(adapter: AnimeAdapter) -> None:
    with pytest.raises(ValueError, match="3 hidden states are needed, not 2"):
        adapter.encode(states(2))
    with pytest.raises(ValueError, match="9 tokens"):
        adapter.encode(states(3, 9))


def test_fp16_weights_survive_the_outliers_of_clip(config: AnimeAdapterConfig) -> None:
    projection = ImageProjection(config).half()
    large = [1e5 * state for state in states(3, 16)]  # beyond the largest fp16 number, 65504
    with torch.autocast("cpu", torch.float16):
        tokens = projection(large)
    assert tokens.dtype == torch.float32 and tokens.isfinite().all() and tokens.abs().max() > 65504


def test_bf16_weights_give_bf16_tokens(config: AnimeAdapterConfig) -> None:
    assert ImageProjection(config).bfloat16()(states(3, 16)).dtype == torch.bfloat16
