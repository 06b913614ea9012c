"""Several adapters in one UNet: they add up where they share a layer, and leave in order."""

from collections.abc import Callable

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import ReferenceCondition
from core.adapters.cross_attention import find_cross_attention
from core.adapters.ip_adapter import IPAdapter
from core.adapters.ip_layout import IPAdapterConfig

Step = Callable[..., Tensor]


@pytest.fixture
def second(unet: UNet2DConditionModel) -> IPAdapter:
    torch.manual_seed(12)
    return IPAdapter.from_unet(unet, IPAdapterConfig("ip", 24, 4, 32))


def test_in_one_layer_the_branches_of_both_add_up(
    unet: UNet2DConditionModel, adapter: AnimeAdapter, second: IPAdapter, tokens: Tensor
) -> None:
    attn = next(iter(find_cross_attention(unet, "full").values()))
    for module in (unet, adapter, second):
        module.double()
    queries, text = (torch.randn(2, n, c, dtype=torch.float64) for n, c in ((12, 16), (5, 32)))
    anime, image = (
        a.inference_conditions([[ReferenceCondition(a.key_values(seen.double()))], []])
        for a, seen in ((adapter, tokens[0]), (second, tokens[1][:4]))
    )
    with torch.no_grad():
        plain = attn(queries, text)
        adapter.inject(unet)
        second.inject(unet)
        results: list[Tensor] = []
        for first, then in ((anime, None), (None, image), (anime, image)):
            with adapter.conditions(first), second.conditions(then):
                results.append(attn(queries, text) - plain)
    alone, other, both = results
    assert (both - alone - other).abs().max() <= 1e-12
    assert both[1].abs().max() == 0.0  # a row without references
    assert alone[0].abs().max() > 0.01 and other[0].abs().max() > 0.01


def test_the_order_of_joining_does_not_matter(
    unet: UNet2DConditionModel, adapter: AnimeAdapter, second: IPAdapter, step: Step, tokens: Tensor
) -> None:
    given = {
        adapter: [[ReferenceCondition(adapter.key_values(tokens[0]))]],
        second: [[ReferenceCondition(second.key_values(tokens[1][:4]))]],
    }
    pictures: list[Tensor] = []
    for order in ((adapter, second), (second, adapter)):
        for guest in order:
            guest.inject(unet)
            guest.set_conditions(guest.inference_conditions(given[guest]))
        pictures.append(step(1))
        for guest in reversed(order):
            guest.eject()
    torch.testing.assert_close(pictures[0], pictures[1], atol=1e-5, rtol=0)
    assert (pictures[0] - step(1)).abs().max() > 1e-3


def test_who_came_last_leaves_first(
    unet: UNet2DConditionModel, adapter: AnimeAdapter, second: IPAdapter, step: Step
) -> None:
    processors, plain = dict(unet.attn_processors), step(1)
    adapter.inject(unet)
    second.inject(unet)
    with pytest.raises(RuntimeError, match="eject that one first"):
        adapter.eject()
    assert adapter.injected  # and nothing was changed
    second.eject()
    adapter.eject()
    assert dict(unet.attn_processors) == processors
    assert torch.equal(step(1), plain)


def test_a_batch_of_another_size_is_refused_by_either(
    unet: UNet2DConditionModel, adapter: AnimeAdapter, second: IPAdapter, step: Step, tokens: Tensor
) -> None:
    adapter.inject(unet)
    second.inject(unet)
    one = [[ReferenceCondition(adapter.key_values(tokens[0]))]]
    two = [[ReferenceCondition(second.key_values(tokens[1][:4]))]] * 2
    with (
        adapter.conditions(adapter.inference_conditions(one)),
        second.conditions(second.inference_conditions(two)),
        pytest.raises(ValueError, match="conditions for 1 rows, a batch of 2"),
    ):
        step(2)
