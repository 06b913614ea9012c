"""The image branch beside the text branch: identities of the paper, equality with diffusers."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import IPAdapterAttnProcessor2_0
from torch import Tensor, nn

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import CachedBranch, Conditions, ReferenceCondition, ReferenceKV
from core.adapters.config import AnimeAdapterConfig
from core.adapters.cross_attention import (
    ConditionSlot,
    DecoupledAttnProcessor,
    find_cross_attention,
)
from core.adapters.errors import WrongBaseModel

Step = Callable[..., Tensor]
Reference = ReferenceCondition


@pytest.fixture
def kv(adapter: AnimeAdapter, tokens: Tensor, masks: Tensor) -> list[ReferenceKV]:
    """K', M V' of the three references."""
    return [adapter.key_values(tokens[i], masks[i]) for i in range(3)]


@pytest.fixture
def injected(adapter: AnimeAdapter, unet: UNet2DConditionModel) -> AnimeAdapter:
    adapter.inject(unet)
    return adapter


def drawn(
    adapter: AnimeAdapter, step: Step, rows: list[list[Reference]], **where: object
) -> Tensor:
    size = where.get("size", (8, 12))
    conditions = adapter.inference_conditions(rows, size)  # type: ignore[arg-type]
    with adapter.conditions(conditions):
        return step(len(rows), **where)


# One attention layer in float64: the equations.


@pytest.fixture
def layer(unet: UNet2DConditionModel, adapter: AnimeAdapter) -> Callable[..., Tensor]:
    """One cross-attention layer in float64 with given conditions, without `to_out`."""
    attn = next(iter(find_cross_attention(unet, "full").values()))
    attn.double().to_out = nn.ModuleList([nn.Identity(), nn.Identity()])
    projection = adapter.double().projections[0]

    def run(conditions: Conditions, queries: Tensor, text: Tensor) -> Tensor:
        slot = ConditionSlot()
        slot.current = conditions
        processor = DecoupledAttnProcessor(0, projection, slot, attn.get_processor())
        with torch.no_grad():
            return processor(attn, queries, text)

    return run


@pytest.fixture
def inputs() -> tuple[Tensor, Tensor]:
    """Queries [2, 12, 16] and text [2, 5, 32] in float64."""
    generator = torch.Generator().manual_seed(7)
    return (
        torch.randn(2, 12, 16, generator=generator, dtype=torch.float64),
        torch.randn(2, 5, 32, generator=generator, dtype=torch.float64),
    )


def naive_branch(
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
    queries: Tensor,
    tokens: Tensor,
    mask: Tensor,
    training: bool,
) -> Tensor:
    """Eq. 5 (bias -inf before the softmax) or Eq. 6 (mask after it), head by head, as printed."""
    attn = next(iter(find_cross_attention(unet, "full").values()))
    projection = adapter.projections[0]
    query = queries @ attn.to_q.weight.double().T
    key, value = tokens @ projection.to_k_ip.weight.T, tokens @ projection.to_v_ip.weight.T
    heads, width = attn.heads, query.shape[-1] // attn.heads
    out = torch.empty_like(query)
    for head in range(heads):
        part = slice(head * width, (head + 1) * width)
        scores = query[..., part] @ key[..., part].mT / math.sqrt(width)
        if training:
            weights = scores.masked_fill(~mask[:, None, :], -torch.inf).softmax(-1)
        else:
            weights = scores.softmax(-1) * mask[:, None, :]
        out[..., part] = weights @ value[..., part]
    return out


def test_eq6_is_the_mask_on_the_values(
    layer: Callable[..., Tensor],
    inputs: tuple[Tensor, Tensor],
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
    tokens: Tensor,
    masks: Tensor,
) -> None:
    tokens = tokens[:2].double()
    rows = [[Reference(adapter.key_values(t, m))] for t, m in zip(tokens, masks, strict=False)]
    image = layer(adapter.inference_conditions(rows), *inputs) - layer(Conditions(2), *inputs)
    expected = naive_branch(adapter, unet, inputs[0], tokens, masks[:2], training=False)
    assert (image - expected).abs().max() <= 1e-12
    assert expected.abs().max() > 0.1


def test_eq5_is_attention_over_the_subject_alone(
    layer: Callable[..., Tensor],
    inputs: tuple[Tensor, Tensor],
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
    tokens: Tensor,
    masks: Tensor,
) -> None:
    tokens, masks = tokens[:2].double(), masks[:2]
    conditions = adapter.training_conditions(tokens, masks)
    image = layer(conditions, *inputs) - layer(Conditions(2), *inputs)
    expected = naive_branch(adapter, unet, inputs[0], tokens, masks, training=True)
    assert (image - expected).abs().max() <= 1e-12
    for row in range(2):
        kept = tokens[row][masks[row]][None]
        alone = adapter.training_conditions(kept, torch.ones(1, kept.shape[1], dtype=torch.bool))
        one = [tensor[row : row + 1] for tensor in inputs]
        dropped = layer(alone, *one) - layer(Conditions(1), *one)
        assert (image[row] - dropped[0]).abs().max() <= 1e-12


def test_background_tokens_do_not_reach_eq5_and_their_values_not_eq6(
    layer: Callable[..., Tensor],
    inputs: tuple[Tensor, Tensor],
    adapter: AnimeAdapter,
    tokens: Tensor,
    masks: Tensor,
) -> None:
    tokens, masks = tokens[:2].double(), masks[:2]
    other = torch.where(masks[..., None], tokens, tokens.flip(1) + 1.0)
    trained = [layer(adapter.training_conditions(t, masks), *inputs) for t in (tokens, other)]
    assert (trained[0] - trained[1]).abs().max() <= 1e-12
    kept, changed = (
        [adapter.key_values(t[i], masks[i]) for i in range(2)] for t in (tokens, other)
    )
    for a, b in zip(kept, changed, strict=True):
        assert all(torch.equal(x, y) for x, y in zip(a.values, b.values, strict=True))
        assert not torch.equal(a.keys[0], b.keys[0])
    inferred = [
        layer(adapter.inference_conditions([[Reference(k)] for k in kvs]), *inputs)
        for kvs in (kept, changed)
    ]
    assert (inferred[0] - inferred[1]).abs().max() > 1e-3  # their keys stay in the softmax


# The whole UNet: zero branches, diffusers' own processor.


def test_no_conditions_and_scale_zero_are_the_plain_network(
    injected: AnimeAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    with_nothing = step(2)
    rows = [[Reference(kv[0], 0.0)], [Reference(kv[1], 0.0), Reference(kv[2], 0.0)]]
    zeros = drawn(injected, step, rows)
    tensors = drawn(injected, step, [[Reference(kv[0], torch.tensor(0.0))], []])
    injected.eject()
    plain = step(2)
    for result in (with_nothing, zeros, tensors):
        assert (result - plain).abs().max() == 0.0


def test_zero_tokens_and_an_empty_mask_are_the_plain_network(
    injected: AnimeAdapter, step: Step, tokens: Tensor
) -> None:
    plain = step(1)
    nothing = torch.zeros(16, dtype=torch.bool)
    for kv in (
        injected.key_values(torch.zeros(16, 32)),
        injected.key_values(tokens[0], nothing),
    ):
        assert (drawn(injected, step, [[Reference(kv)]]) - plain).abs().max() == 0.0


def test_it_equals_diffusers_ip_adapter_with_one_unmasked_reference(
    injected: AnimeAdapter, step: Step, unet: UNet2DConditionModel, tokens: Tensor
) -> None:
    ours = drawn(injected, step, [[Reference(injected.key_values(tokens[0]))]])
    injected.eject()
    plain = step(1)
    for projection, attn in zip(
        injected.projections, find_cross_attention(unet, "full").values(), strict=True
    ):
        theirs = IPAdapterAttnProcessor2_0(attn.inner_dim, 32, num_tokens=(16,))
        theirs.to_k_ip[0], theirs.to_v_ip[0] = projection.to_k_ip, projection.to_v_ip
        attn.set_processor(_WithTokens(theirs, tokens[:1]))
    assert (ours - step(1)).abs().max() <= 1e-6
    assert (ours - plain).abs().max() > 1e-3


class _WithTokens:
    """Hands image tokens to diffusers' processor beside the text."""

    def __init__(self, processor: IPAdapterAttnProcessor2_0, tokens: Tensor) -> None:
        self.processor, self.tokens = processor, tokens

    def __call__(
        self, attn: object, hidden_states: Tensor, encoder_hidden_states: Tensor, **rest: object
    ) -> Tensor:
        return self.processor(attn, hidden_states, (encoder_hidden_states, [self.tokens]), **rest)


def test_the_scale_is_linear_in_one_layer(
    layer: Callable[..., Tensor],
    inputs: tuple[Tensor, Tensor],
    adapter: AnimeAdapter,
    tokens: Tensor,
) -> None:
    kv = adapter.key_values(tokens[0].double())
    plain = layer(Conditions(2), *inputs)

    def branch(*scales: float | Tensor) -> Tensor:
        row = [Reference(kv, scale) for scale in scales]
        return layer(adapter.inference_conditions([row, row]), *inputs) - plain

    torch.testing.assert_close(branch(0.5), 0.5 * branch(1.0))
    torch.testing.assert_close(branch(torch.tensor(0.5)), 0.5 * branch(1.0))
    torch.testing.assert_close(branch(0.4, 0.6), branch(1.0))


def test_the_texts_keys_and_values_are_computed_once_for_each_text(
    layer: Callable[..., Tensor],
    inputs: tuple[Tensor, Tensor],
    adapter: AnimeAdapter,
    unet: UNet2DConditionModel,
) -> None:
    queries, text = inputs
    attn = next(iter(find_cross_attention(unet, "full").values()))
    calls: list[int] = []
    attn.to_k.register_forward_hook(lambda *_: calls.append(1))
    references = [[Reference(adapter.key_values(torch.ones(3, 32).double()))]] * 2
    kept = adapter.inference_conditions(references)
    first = layer(kept, queries, text)
    assert torch.equal(layer(kept, queries, text), first)
    assert len(calls) == 1
    other = text.flip(0)
    fresh = adapter.inference_conditions(references)
    assert torch.equal(layer(kept, queries, other), layer(fresh, queries, other))
    assert not torch.equal(layer(kept, queries, other), first)
    assert len(calls) == 3


# Batches of panels.


def test_panels_with_different_references_equal_single_runs(
    injected: AnimeAdapter, step: Step, kv: list[ReferenceKV], tokens: Tensor
) -> None:
    region = torch.zeros(64, 96)
    region[:, :40] = 1.0
    short = injected.key_values(tokens[2][:9])  # another number of tokens
    panels = [
        [Reference(kv[0])],
        [],
        [Reference(kv[1], 0.7, region), Reference(kv[2], torch.tensor(1.2))],
        [Reference(short), Reference(kv[0], 0.3, 1.0 - region)],
        [Reference(kv[2], 0.0), Reference(kv[2], 0.5)],
        [Reference(kv[0])],
    ]
    together = drawn(injected, step, panels)
    for index, panel in enumerate(panels):
        alone = drawn(injected, step, [panel], first=index)
        torch.testing.assert_close(together[index], alone[0], atol=1e-5, rtol=0)
    assert (together - step(len(panels)))[[0, 2, 3, 4, 5]].abs().amax((1, 2, 3)).min() > 1e-3


def test_the_unconditional_half_is_exactly_plain_and_not_computed(
    injected: AnimeAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    plain = step(4)
    conditions = injected.inference_conditions([[], [], [Reference(kv[0])], [Reference(kv[1])]])
    assert [branch.rows for branch in conditions.branches] == [slice(2, 4)]
    with injected.conditions(conditions):
        guided = step(4)
    assert torch.equal(guided[:2], plain[:2])
    assert (guided[2:] - plain[2:]).abs().amax((1, 2, 3)).min() > 1e-3


def test_rows_with_the_same_reference_share_its_memory(
    injected: AnimeAdapter, kv: list[ReferenceKV]
) -> None:
    conditions = injected.inference_conditions([[Reference(kv[0])]] * 3)
    (branch,) = conditions.branches
    assert isinstance(branch, CachedBranch)
    key, value = branch.keys[0], branch.values[0]
    assert key.shape[0] == 3 and key.data_ptr() == kv[0].keys[0].data_ptr()
    assert value.data_ptr() == kv[0].values[0].data_ptr()


def test_conditions_of_another_batch_size_are_refused(
    injected: AnimeAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    with (
        injected.conditions(injected.inference_conditions([[Reference(kv[0])]])),
        pytest.raises(ValueError, match="conditions for 1 rows, a batch of 2"),
    ):
        step(2)


def test_a_text_mask_is_respected(
    injected: AnimeAdapter, unet: UNet2DConditionModel, kv: list[ReferenceKV]
) -> None:
    text, mask = torch.randn(1, 5, 32), torch.tensor([[1, 1, 1, 0, 0]])
    latents = torch.randn(1, 4, 8, 8)
    conditions = injected.inference_conditions([[Reference(kv[0])]])
    with torch.no_grad(), injected.conditions(conditions):
        masked = unet(latents, 1, text, encoder_attention_mask=mask).sample
        short = unet(latents, 1, text[:, :3]).sample
    torch.testing.assert_close(masked, short, atol=1e-5, rtol=0)


# Injection.


def test_inject_and_eject_twice_leave_no_trace(
    adapter: AnimeAdapter, unet: UNet2DConditionModel, step: Step, kv: list[ReferenceKV]
) -> None:
    processors = dict(unet.attn_processors)
    state = {key: tensor.clone() for key, tensor in unet.state_dict().items()}
    text, plain = repr(unet), step(1)
    for _ in range(2):
        adapter.inject(unet)
        assert adapter.injected and repr(unet) == text and unet.state_dict().keys() == state.keys()
        assert not torch.equal(drawn(adapter, step, [[Reference(kv[0])]]), plain)
        adapter.eject()
        assert not adapter.injected
        assert torch.equal(step(1), plain) and repr(unet) == text
        assert dict(unet.attn_processors) == processors
        found = unet.state_dict()
        assert all(torch.equal(tensor, found[key]) for key, tensor in state.items())


def test_the_unet_is_no_part_of_the_adapter(
    injected: AnimeAdapter, unet: UNet2DConditionModel
) -> None:
    names = set(injected.state_dict())
    assert all(name.startswith(("image_proj.", "ip_adapter.")) for name in names)
    assert not any(module is unet for module in injected.modules())


def test_injecting_twice_or_ejecting_nothing_is_an_error(
    adapter: AnimeAdapter, unet: UNet2DConditionModel
) -> None:
    with pytest.raises(RuntimeError, match="not injected"):
        adapter.eject()
    adapter.inject(unet)
    with pytest.raises(RuntimeError, match="already injected"):
        adapter.inject(unet)


def test_another_base_model_is_refused_untouched(
    adapter: AnimeAdapter, make_unet: Callable[..., UNet2DConditionModel]
) -> None:
    for changes in ({"block_out_channels": (16, 48)}, {"cross_attention_dim": 16}):
        other = make_unet(**changes)
        processors = dict(other.attn_processors)
        with pytest.raises(WrongBaseModel, match="made for another kind of base model"):
            adapter.inject(other)
        assert dict(other.attn_processors) == processors and not adapter.injected


def test_up_scope_touches_the_up_blocks_only(
    unet: UNet2DConditionModel, config: AnimeAdapterConfig
) -> None:
    adapter = AnimeAdapter.from_unet(unet, replace(config, scope="up"))
    adapter.inject(unet)
    touched = [
        name for name, p in unet.attn_processors.items() if isinstance(p, DecoupledAttnProcessor)
    ]
    assert touched and all(name.startswith("up_blocks.") for name in touched)


def test_conditions_are_restored_after_an_error(
    injected: AnimeAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    plain = step(1)
    with (
        pytest.raises(KeyError),
        injected.conditions(injected.inference_conditions([[Reference(kv[0])]])),
    ):
        raise KeyError
    assert torch.equal(step(1), plain)


# The cache.


def test_cached_and_uncached_keys_and_values_are_bit_identical(
    adapter: AnimeAdapter, tokens: Tensor, masks: Tensor
) -> None:
    first = adapter.key_values(tokens[0], masks[0])
    again = adapter.key_values(tokens[:1], masks[0])
    for name in ("keys", "values"):
        pairs = zip(getattr(first, name), getattr(again, name), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)
    projection = adapter.projections[2]
    assert torch.equal(first.keys[2], projection.to_k_ip(tokens[0]))
    assert torch.equal(first.values[2], projection.to_v_ip(tokens[0]) * masks[0][:, None])


def test_projections_run_once_a_reference_and_not_once_a_step(
    injected: AnimeAdapter, step: Step, tokens: Tensor, masks: Tensor
) -> None:
    calls: list[int] = []
    for projection in injected.projections:
        for linear in (projection.to_k_ip, projection.to_v_ip):
            linear.register_forward_hook(lambda *_: calls.append(1))
    references = [Reference(injected.key_values(tokens[i], masks[i])) for i in range(2)]
    assert len(calls) == 2 * 2 * len(injected.layers)
    conditions = injected.inference_conditions([[], references])
    with injected.conditions(conditions):
        for _ in range(3):
            step(2)
    assert len(calls) == 2 * 2 * len(injected.layers)
