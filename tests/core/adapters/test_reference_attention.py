"""Reference attention: silent at gate 0, cached, batched, masked on both axes, combined."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import Attention
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import ReferenceCondition, ReferenceKV
from core.adapters.errors import DamagedWeights, WrongBaseModel
from core.adapters.reference_attention import ReferenceAttention, subject_tokens
from core.adapters.reference_weights_file import (
    load_reference_attention,
    save_reference_attention,
)
from core.adapters.self_attention import find_self_attention

Step = Callable[..., Tensor]
SIZE = (8, 12)


@pytest.fixture
def reading(unet: UNet2DConditionModel) -> ReferenceAttention:
    """A trained one: gates open, LoRAs not silent."""
    torch.manual_seed(8)
    adapter = ReferenceAttention.from_unet(unet, rank=2)
    with torch.no_grad():
        for name, parameter in adapter.named_parameters():
            drawn = torch.full_like(parameter, 0.5) if "gate" in name else None
            parameter.copy_(0.2 * torch.randn_like(parameter) if drawn is None else drawn)
    return adapter


@pytest.fixture
def hidden(reading: ReferenceAttention, unet: UNet2DConditionModel) -> list[tuple[Tensor, ...]]:
    """What the layers hear of three references of 8 x 8 latents."""
    generator = torch.Generator().manual_seed(9)
    latents = torch.randn(3, 4, 8, 8, generator=generator)
    empty = torch.zeros(1, 5, 32)
    return [
        reading.hidden_states(unet, lambda latent=latent: unet(latent[None], 0, empty))
        for latent in latents
    ]


@pytest.fixture
def kv(
    reading: ReferenceAttention, unet: UNet2DConditionModel, hidden: list[tuple[Tensor, ...]]
) -> list[ReferenceKV]:
    """All of the first, the left half of the second, a corner of the third."""
    covers = [torch.zeros(8, 8) for _ in range(3)]
    covers[0][:] = 1.0
    covers[1][:, :4] = 1.0
    covers[2][:3, :5] = 1.0
    return [
        reading.key_values(unet, states, tokens_of(states, cover))
        for states, cover in zip(hidden, covers, strict=True)
    ]


def tokens_of(states: tuple[Tensor, ...], cover: Tensor) -> tuple[Tensor, ...]:
    return subject_tokens(cover, (8, 8), [state.shape[1] for state in states])


def drawn(
    adapter: ReferenceAttention, step: Step, rows: list[list[ReferenceCondition]], first: int = 0
) -> Tensor:
    with adapter.conditions(adapter.inference_conditions(rows, SIZE)):
        return step(len(rows), size=SIZE, first=first)


def test_gate_zero_is_the_plain_network_exactly(
    unet: UNet2DConditionModel, reading: ReferenceAttention, step: Step, kv: list[ReferenceKV]
) -> None:
    plain = step(2, size=SIZE)
    with torch.no_grad():
        for weights in reading.weights:
            weights.gate.zero_()
    reading.inject(unet)
    rows = [[ReferenceCondition(kv[0])], [ReferenceCondition(kv[1]), ReferenceCondition(kv[2])]]
    assert torch.equal(drawn(reading, step, rows), plain)


def test_a_new_one_is_silent_and_its_gates_can_learn(
    unet: UNet2DConditionModel, step: Step, hidden: list[tuple[Tensor, ...]]
) -> None:
    adapter = ReferenceAttention.from_unet(unet)
    plain = step(1, size=(8, 8))
    adapter.inject(unet)
    tokens = [torch.ones(1, s.shape[1], dtype=torch.bool) for s in hidden[0]]
    with adapter.conditions(adapter.training_conditions(unet, hidden[0], tokens)):
        assert torch.equal(step(1, size=(8, 8)), plain)
        unet(torch.randn(1, 4, 8, 8), 10, torch.randn(1, 5, 32)).sample.square().mean().backward()
    assert all(w.gate.grad is not None and w.gate.grad != 0 for w in adapter.weights)
    assert all(p.grad is None for p in unet.parameters())


def test_one_layer_is_the_equation(
    unet: UNet2DConditionModel, reading: ReferenceAttention, hidden: list[tuple[Tensor, ...]],
    kv: list[ReferenceKV],
) -> None:  # fmt: skip
    attn = next(iter(find_self_attention(unet).values()))
    weights = reading.weights[0]
    reading.inject(unet)
    panel = torch.randn(1, 96, attn.inner_dim, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        conditions = reading.inference_conditions([[ReferenceCondition(kv[1], 0.8)]])
        with reading.conditions(conditions):
            ours = attn(panel)
        expected = by_hand(attn, weights, panel, hidden[1][0][:, _left_half()], 0.8)
    torch.testing.assert_close(ours, expected, atol=1e-6, rtol=0)


def _left_half() -> Tensor:
    return (torch.arange(64) % 8) < 4


def by_hand(attn: Attention, weights: object, panel: Tensor, seen: Tensor, scale: float) -> Tensor:
    def heads(x: Tensor) -> Tensor:
        return x.unflatten(-1, (attn.heads, -1)).transpose(1, 2)

    def lora(name: str, x: Tensor) -> Tensor:
        part = getattr(weights, f"to_{name}_lora")
        return x @ part.down.weight.T @ part.up.weight.T

    def attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        scores = heads(q) @ heads(k).mT / heads(q).shape[-1] ** 0.5
        return (scores.softmax(-1) @ heads(v)).transpose(1, 2).flatten(2)

    own = attention(attn.to_q(panel), attn.to_k(panel), attn.to_v(panel))  # type: ignore[operator]
    read = attention(
        attn.to_q(panel) + lora("q", panel),
        attn.to_k(seen) + lora("k", seen),  # type: ignore[operator]
        attn.to_v(seen) + lora("v", seen),  # type: ignore[operator]
    )
    gated = weights.gate * scale * read  # type: ignore[attr-defined]
    projection = attn.to_out[0]  # type: ignore[index]
    out = functional.linear(own + gated, projection.weight, projection.bias)
    return out + lora("out", gated)


def test_cached_equals_uncached_bit_for_bit(
    unet: UNet2DConditionModel, reading: ReferenceAttention, step: Step
) -> None:
    latent, empty = torch.randn(1, 4, 8, 8), torch.zeros(1, 5, 32)

    def fresh() -> ReferenceKV:
        states = reading.hidden_states(unet, lambda: unet(latent, 0, empty))
        return reading.key_values(unet, states, tokens_of(states, torch.ones(8, 8)))

    kept = fresh()
    reading.inject(unet)
    for _ in range(2):  # also while injected: the reference's own pass hears no reference
        again = fresh()
        for a, b in zip((*kept.keys, *kept.values), (*again.keys, *again.values), strict=True):
            assert torch.equal(a, b)
        first = drawn(reading, step, [[ReferenceCondition(kept)]])
        assert torch.equal(first, drawn(reading, step, [[ReferenceCondition(again)]]))


def test_a_batch_equals_single_runs(
    unet: UNet2DConditionModel, reading: ReferenceAttention, step: Step, kv: list[ReferenceKV]
) -> None:
    region = torch.zeros(64, 96)
    region[:, :40] = 1.0
    panels = [
        [ReferenceCondition(kv[0])],
        [],
        [ReferenceCondition(kv[1], 0.7, region), ReferenceCondition(kv[2], 1.2, 1.0 - region)],
        [ReferenceCondition(kv[0], 0.4)],
    ]
    plain = step(4, size=SIZE)
    reading.inject(unet)
    together = drawn(reading, step, panels)
    for index, panel in enumerate(panels):
        alone = drawn(reading, step, [panel], first=index)
        torch.testing.assert_close(together[index], alone[0], atol=1e-5, rtol=0)
    assert torch.equal(together[1], plain[1])
    assert (together - plain)[[0, 2, 3]].abs().amax((1, 2, 3)).min() > 1e-3


def test_inject_and_eject_leave_no_trace(
    unet: UNet2DConditionModel, reading: ReferenceAttention, step: Step, kv: list[ReferenceKV]
) -> None:
    processors, text, plain = dict(unet.attn_processors), repr(unet), step(1, size=SIZE)
    state = {key: tensor.clone() for key, tensor in unet.state_dict().items()}
    for _ in range(2):
        reading.inject(unet)
        assert not torch.equal(drawn(reading, step, [[ReferenceCondition(kv[0])]]), plain)
        assert repr(unet) == text
        reading.eject()
        assert torch.equal(step(1, size=SIZE), plain)
        assert dict(unet.attn_processors) == processors
        found = unet.state_dict()
        assert found.keys() == state.keys()
        assert all(torch.equal(tensor, found[key]) for key, tensor in state.items())
    assert not any(module._forward_pre_hooks for module in unet.modules())


def test_only_tokens_of_the_subject_are_read(
    unet: UNet2DConditionModel, reading: ReferenceAttention, hidden: list[tuple[Tensor, ...]]
) -> None:
    """The same subject before another background is the same reference."""
    cover = torch.zeros(8, 8)
    cover[:, :4] = 1.0
    tokens = tokens_of(hidden[0], cover)
    assert [int(t.sum()) for t in tokens] == [t.numel() // 2 for t in tokens]
    other = [
        torch.where(t[None, :, None], s, s + 3) for s, t in zip(hidden[0], tokens, strict=True)
    ]
    kept, changed = (reading.key_values(unet, states, tokens) for states in (hidden[0], other))
    assert all(torch.equal(a, b) for a, b in zip(kept.values, changed.values, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(kept.keys, changed.keys, strict=True))


def test_thin_and_empty_subjects() -> None:
    thin = torch.zeros(64, 64)
    thin[:, 20] = 1.0
    fine, coarse = subject_tokens(thin, (64, 64), [4096, 64])
    assert int(fine.sum()) == 64 and int(coarse.sum()) == 8
    assert all(t.all() for t in subject_tokens(torch.zeros(8, 8), (8, 8), [64, 16]))


def test_training_conditions_are_inference_with_gradient(
    unet: UNet2DConditionModel, reading: ReferenceAttention, step: Step,
    hidden: list[tuple[Tensor, ...]], kv: list[ReferenceKV],
) -> None:  # fmt: skip
    """Masked in the softmax in training, left out at inference: the same attention (Eq. 5)."""
    left = torch.zeros(8, 8)
    left[:, :4] = 1.0
    corner = torch.zeros(8, 8)
    corner[:3, :5] = 1.0
    stacked = [torch.cat(pair) for pair in zip(hidden[1], hidden[2], hidden[0], strict=True)]
    masks = [
        torch.stack([*pair, torch.ones_like(pair[0])])
        for pair in zip(tokens_of(hidden[1], left), tokens_of(hidden[2], corner), strict=True)
    ]
    keep = torch.tensor([True, True, False])
    plain = step(3, size=SIZE)
    reading.inject(unet)
    with reading.conditions(reading.training_conditions(unet, stacked, masks, keep)):
        trained = step(3, size=SIZE)
    rows = [[ReferenceCondition(kv[1])], [ReferenceCondition(kv[2])], []]
    torch.testing.assert_close(trained, drawn(reading, step, rows), atol=1e-5, rtol=0)
    assert torch.equal(trained[2], plain[2])


def test_with_anime_adapter_each_does_its_own_part(
    unet: UNet2DConditionModel, reading: ReferenceAttention, adapter: AnimeAdapter, step: Step,
    kv: list[ReferenceKV], tokens: Tensor,
) -> None:  # fmt: skip
    """They join different layers: silent, each leaves the other's picture as it is."""
    image = [[ReferenceCondition(adapter.key_values(tokens[0]))]]
    latent = [[ReferenceCondition(kv[0])]]
    reading.inject(unet)
    alone = drawn(reading, step, latent)
    reading.eject()
    adapter.inject(unet)
    with adapter.conditions(adapter.inference_conditions(image)):
        anime = step(1, size=SIZE)
        reading.inject(unet)
        both = drawn(reading, step, latent)
        assert torch.equal(step(1, size=SIZE), anime)  # no latent reference
    assert torch.equal(drawn(reading, step, latent), alone)  # no image reference
    assert (both - anime).abs().max() > 1e-3 and (both - alone).abs().max() > 1e-3
    reading.eject()
    adapter.eject()


def test_the_file_comes_back_the_same_and_damage_is_refused(
    unet: UNet2DConditionModel, reading: ReferenceAttention, tmp_path: Path
) -> None:
    path = save_reference_attention(reading, tmp_path / "reference_attention.safetensors")
    loaded = load_reference_attention(path)
    assert loaded.layers == reading.layers and loaded.rank == 2
    state = loaded.state_dict()
    assert all(torch.equal(tensor, state[key]) for key, tensor in reading.state_dict().items())
    assert "reference_attention.0.gate" in state
    tensors = load_file(path)
    save_file(tensors, path)
    with pytest.raises(DamagedWeights, match="list of layers"):
        load_reference_attention(path)


def test_another_base_model_is_refused(
    reading: ReferenceAttention, make_unet: Callable[..., UNet2DConditionModel]
) -> None:
    with pytest.raises(WrongBaseModel):
        reading.inject(make_unet(block_out_channels=(32, 32)))
