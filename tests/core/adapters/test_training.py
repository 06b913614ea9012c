"""Training through the frozen UNet: gradients, dropped images, checkpointing, autocast."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import Conditions, ReferenceCondition


@pytest.fixture
def loss(adapter: AnimeAdapter, unet: UNet2DConditionModel) -> Callable[..., Tensor]:
    """One training step of two rows: the loss after `backward`."""
    adapter.inject(unet)
    generator = torch.Generator().manual_seed(5)
    states = [torch.randn(2, 17, 24, generator=generator) for _ in range(3)]
    latents = torch.randn(2, 4, 8, 8, generator=generator)
    text = torch.randn(2, 5, 32, generator=generator)
    everything = torch.ones(2, 16, dtype=torch.bool)

    def run(mask: Tensor | None = None, keep: Tensor | None = None) -> Tensor:
        adapter.zero_grad()
        conditions = adapter.training_conditions(
            adapter.encode(states), everything if mask is None else mask, keep
        )
        with adapter.conditions(conditions):
            value = unet(latents, 10, text).sample.float().square().mean()
            value.backward()
        return value.detach()

    return run


def gradients(adapter: AnimeAdapter) -> dict[str, Tensor]:
    return {
        name: parameter.grad.clone()
        for name, parameter in adapter.named_parameters()
        if parameter.grad is not None
    }


def test_every_weight_of_the_adapter_and_none_of_the_unet_learns(
    loss: Callable[..., Tensor], adapter: AnimeAdapter, unet: UNet2DConditionModel
) -> None:
    loss()
    found = gradients(adapter)
    assert found.keys() == dict(adapter.named_parameters()).keys()
    assert all(gradient.abs().max() > 0 for gradient in found.values())
    assert all(parameter.grad is None for parameter in unet.parameters())


def test_gradients_are_those_of_finite_differences(
    loss: Callable[..., Tensor], adapter: AnimeAdapter, unet: UNet2DConditionModel
) -> None:
    loss()
    gradient = gradients(adapter)["image_proj.layer_scale"][1]
    values: list[Tensor] = []
    for shift in (0.01, -0.02):
        with torch.no_grad():
            adapter.image_proj.layer_scale[1] += shift
        values.append(loss())
    torch.testing.assert_close((values[0] - values[1]) / 0.02, gradient, rtol=0.05, atol=1e-5)


@pytest.mark.parametrize("train", [True, False])
def test_gradient_checkpointing_gives_the_same_gradients(
    train: bool, loss: Callable[..., Tensor], adapter: AnimeAdapter, unet: UNet2DConditionModel
) -> None:
    expected = loss()
    plain = gradients(adapter)
    unet.train(train)
    unet.enable_gradient_checkpointing()
    torch.testing.assert_close(loss(), expected)
    for name, gradient in gradients(adapter).items():
        torch.testing.assert_close(gradient, plain[name], atol=1e-6, rtol=1e-4)


def test_autocast_keeps_fp32_gradients_near_the_exact_ones(
    loss: Callable[..., Tensor], adapter: AnimeAdapter
) -> None:
    loss()
    exact = gradients(adapter)
    with torch.autocast("cpu", torch.bfloat16):
        loss()
    for name, gradient in gradients(adapter).items():
        assert gradient.dtype == torch.float32
        similarity = torch.cosine_similarity(gradient.flatten(), exact[name].flatten(), dim=0)
        assert similarity > 0.95, name


def test_a_dropped_image_and_an_empty_mask_are_exactly_plain(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Callable[..., Tensor], tokens: Tensor
) -> None:
    adapter.inject(unet)
    plain = step(3)
    masks = torch.ones(3, 16, dtype=torch.bool)
    masks[1] = False
    keep = torch.tensor([False, True, True])
    conditions = adapter.training_conditions(tokens, masks, keep)
    # No kernel may be handed a row without any key: some give "not a number" for it.
    (branch,) = conditions.branches
    assert branch.key_mask is not None and branch.key_mask.any(-1).all()
    with adapter.conditions(conditions):
        drawn = step(3)
    assert torch.equal(drawn[:2], plain[:2]) and not torch.equal(drawn[2], plain[2])


def test_rows_masked_after_the_softmax_are_trained_as_they_are_drawn(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Callable[..., Tensor], tokens: Tensor
) -> None:
    """Eq. 6 in training equals Eq. 6 at inference; the other rows keep Eq. 5."""
    masks = torch.zeros(3, 16, dtype=torch.bool)
    masks[:, 2:9] = True
    adapter.inject(unet)

    def drawn(conditions: Conditions) -> Tensor:
        with adapter.conditions(conditions):
            return step(3)

    first = drawn(adapter.training_conditions(tokens, masks))
    after = torch.tensor([True, False, True])
    mixed = drawn(adapter.training_conditions(tokens, masks, None, after))
    pairs = zip(tokens, masks, strict=True)
    rows = [[ReferenceCondition(adapter.key_values(t, m))] for t, m in pairs]
    inference = drawn(adapter.inference_conditions(rows))
    torch.testing.assert_close(mixed[1], first[1])
    torch.testing.assert_close(mixed[[0, 2]], inference[[0, 2]], rtol=1e-4, atol=1e-5)
    assert not torch.allclose(mixed[0], first[0])


def test_masked_before_the_softmax_it_draws_as_it_was_trained(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Callable[..., Tensor], tokens: Tensor
) -> None:
    """Eq. 5 in training equals leaving the background out; each reference has its own number."""
    masks = torch.zeros(3, 16, dtype=torch.bool)
    masks[0, 2:9], masks[1, :3], masks[2] = True, True, True
    adapter.config = replace(adapter.config, inference_mask="before_softmax")
    adapter.inject(unet)
    with adapter.conditions(adapter.training_conditions(tokens, masks)):
        trained = step(3)
    pairs = zip(tokens, masks, strict=True)
    rows = [[ReferenceCondition(adapter.key_values(t, m))] for t, m in pairs]
    assert [row[0].key_values.keys[0].shape[0] for row in rows] == [7, 3, 16]
    with adapter.conditions(adapter.inference_conditions(rows)):
        drawn = step(3)
    torch.testing.assert_close(drawn, trained, rtol=1e-4, atol=1e-5)


def test_a_dropped_row_has_finite_gradients_and_none_from_its_image(
    loss: Callable[..., Tensor], adapter: AnimeAdapter
) -> None:
    loss(mask=torch.zeros(2, 16, dtype=torch.bool))
    assert all(torch.count_nonzero(gradient) == 0 for gradient in gradients(adapter).values())
    one = torch.zeros(2, 16, dtype=torch.bool)
    one[1, 3] = True
    loss(mask=one)
    found = gradients(adapter)
    assert all(gradient.isfinite().all() for gradient in found.values())
    assert any(torch.count_nonzero(gradient) for gradient in found.values())


def test_inference_conditions_under_gradients_do_not_write_in_place(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, tokens: Tensor
) -> None:
    """A trainable LoRA of the UNet beside a frozen adapter: autograd must see every branch."""
    from core.adapters.conditions import ReferenceCondition

    adapter.inject(unet)
    unet.requires_grad_(True)
    references = [ReferenceCondition(adapter.key_values(tokens[i])) for i in range(2)]
    rows = [[], references[:1], [], references]
    latents, text = torch.randn(4, 4, 8, 8), torch.randn(4, 5, 32)
    with adapter.conditions(adapter.inference_conditions(rows)):
        with_graph = unet(latents, 1, text).sample
        with_graph.square().mean().backward()
        with torch.no_grad():
            without = unet(latents, 1, text).sample
    torch.testing.assert_close(with_graph, without, atol=1e-6, rtol=1e-5)
