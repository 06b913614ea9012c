"""Canvas regions on the query axis."""

from collections.abc import Callable

import pytest
import torch
from diffusers import UNet2DConditionModel
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import ReferenceCondition, attention_sizes, resize_region

SIDES = st.integers(1, 40)


@given(SIDES, SIDES, SIDES, SIDES, st.integers(0, 2**32 - 1))
def test_resized_regions_have_exact_counts_and_stay_within_0_and_1(
    height: int, width: int, latent_height: int, latent_width: int, seed: int
) -> None:
    region = (torch.rand(height, width, generator=torch.Generator().manual_seed(seed)) > 0.5).half()
    for count, size in attention_sizes((latent_height, latent_width)).items():
        resized = resize_region(region, size)
        assert resized.numel() == count == size[0] * size[1]
        assert resized.min() >= 0.0 and resized.max() <= 1.0
        assert resized.min() >= region.min() and resized.max() <= region.max()


def test_whole_cells_are_area_averages() -> None:
    region = torch.zeros(4, 8)
    region[:2, :4] = 1.0
    region[2, 4] = 1.0
    assert torch.equal(resize_region(region, (2, 2)), torch.tensor([[1.0, 0.0], [0.0, 0.125]]))


@pytest.mark.parametrize("size", [(64, 64), (96, 64), (7, 13), (1, 5), (33, 32)])
def test_the_sizes_are_those_the_unet_really_has(
    size: tuple[int, int], make_unet: Callable[..., UNet2DConditionModel]
) -> None:
    """Odd sides round up at each level, as the UNet's stride-2 convolutions do."""
    convolution = torch.nn.Conv2d(1, 1, 3, stride=2, padding=1)
    levels, latents = [size], torch.zeros(1, 1, *size)
    for _ in range(4):
        latents = convolution(latents)
        levels.append(tuple(latents.shape[2:]))
    sizes = attention_sizes(size)
    assert all(sizes[height * width] == (height, width) for height, width in levels)


@pytest.mark.parametrize("size", [(8, 12), (8, 8), (7, 9)])
def test_regions_of_all_and_nothing(
    size: tuple[int, int],
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
    step: Callable[..., Tensor],
    tokens: Tensor,
) -> None:
    adapter.inject(unet)
    kv = adapter.key_values(tokens[0])

    def drawn(region: Tensor | None) -> Tensor:
        rows = [[ReferenceCondition(kv, 1.0, region)]]
        with adapter.conditions(adapter.inference_conditions(rows, size)):
            return step(1, size=size)

    shape = (size[0] * 8, size[1] * 8)
    assert torch.equal(drawn(torch.ones(shape)), drawn(None))
    assert (drawn(torch.zeros(shape)) - step(1, size=size)).abs().max() == 0.0


def test_two_halves_add_up_to_the_whole(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Callable[..., Tensor], tokens: Tensor
) -> None:
    adapter.inject(unet)
    kv = adapter.key_values(tokens[0])
    left = torch.zeros(64, 96)
    left[:, :37] = 1.0
    rows = [[ReferenceCondition(kv, 1.0, left), ReferenceCondition(kv, 1.0, 1.0 - left)]]
    with adapter.conditions(adapter.inference_conditions(rows, (8, 12))):
        halves = step(1)
    with adapter.conditions(adapter.inference_conditions([[ReferenceCondition(kv)]])):
        torch.testing.assert_close(halves, step(1), atol=1e-5, rtol=0)


def test_one_layer_changes_inside_the_region_only(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, tokens: Tensor
) -> None:
    adapter.inject(unet)
    attn = unet.get_submodule("down_blocks.0.attentions.0.transformer_blocks.0.attn2")
    region = torch.zeros(8, 8)
    region[:, :4] = 1.0
    rows = [[ReferenceCondition(adapter.key_values(tokens[0]), 1.0, region)]]
    queries, text = torch.randn(1, 64, 16), torch.randn(1, 5, 32)
    with torch.no_grad():
        plain = attn(queries, text)
        with adapter.conditions(adapter.inference_conditions(rows, (8, 8))):
            changed = (attn(queries, text) != plain).any(-1).reshape(8, 8)
    assert changed[:, :4].all() and not changed[:, 4:].any()


def test_a_region_needs_the_latent_size(adapter: AnimeAdapter, tokens: Tensor) -> None:
    row = [ReferenceCondition(adapter.key_values(tokens[0]), 1.0, torch.ones(8, 8))]
    with pytest.raises(ValueError, match="latent_size is needed"):
        adapter.inference_conditions([row])


def test_a_latent_size_that_is_not_the_unets_is_refused(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Callable[..., Tensor], tokens: Tensor
) -> None:
    adapter.inject(unet)
    row = [ReferenceCondition(adapter.key_values(tokens[0]), 1.0, torch.ones(8, 8))]
    with (
        adapter.conditions(adapter.inference_conditions([row], (9, 11))),
        pytest.raises(ValueError, match="96 queries"),
    ):
        step(1, size=(8, 12))
