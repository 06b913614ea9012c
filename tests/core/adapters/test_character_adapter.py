"""Character-Adapter: parts found by the prompt's words, fused by soft masks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from core.adapters.character_adapter import CharacterAdapter, FusedBranch, PartCondition
from core.adapters.conditions import AttentionCall, ReferenceCondition, ReferenceKV
from core.adapters.cross_attention import find_cross_attention
from core.adapters.ip_layout import IPAdapterConfig, ResamplerShape
from core.adapters.part_boxes import MIN_SIDE_PX, Box, part_boxes
from core.adapters.text_attention import MAP_SIDE, WordMaps, text_shares

Step = Callable[..., Tensor]
SIZE = (8, 12)
CONFIG = IPAdapterConfig("ip-plus", 24, 5, 32, ResamplerShape(32, 1, 2, 64, 2))


@pytest.fixture
def character(unet: UNet2DConditionModel) -> CharacterAdapter:
    torch.manual_seed(5)
    adapter = CharacterAdapter.from_unet(unet, CONFIG)
    assert isinstance(adapter, CharacterAdapter)
    with torch.no_grad():
        for parameter in adapter.ip_adapter.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return adapter


@pytest.fixture
def kv(character: CharacterAdapter) -> list[ReferenceKV]:
    """Tokens of three parts, and those of no image."""
    tokens = torch.randn(4, 5, 32, generator=torch.Generator().manual_seed(6))
    return [character.key_values(t) for t in tokens]


def fused(adapter: CharacterAdapter, *panels: list[PartCondition], halves: int = 1) -> FusedBranch:
    (branch,) = adapter.batch_conditions(panels, halves, SIZE).branches
    assert isinstance(branch, FusedBranch)
    return branch


def call(rows: int, queries: int = 96) -> AttentionCall:
    generator = torch.Generator().manual_seed(1)
    query = torch.randn(rows, 2, queries, 8, generator=generator)
    return AttentionCall(0, query, None, torch.randn(rows, 2, 5, 8, generator=generator))


# Fusion


def test_masks_of_parts_and_background_sum_to_1(
    character: CharacterAdapter, kv: list[ReferenceKV]
) -> None:
    left = torch.zeros(64, 96)
    left[:, :50] = 1.0
    two = [PartCondition(kv[0], words=(1,)), PartCondition(kv[1], words=(2, 3))]
    one = [PartCondition(kv[2], region=left, words=(4,))]
    for panels in ((two,), (one,), (two, one)):
        masks = fused(character, *panels).masks(call(len(panels)))
        assert masks.shape == (len(panels), max(map(len, panels)) + 1, 96)
        assert masks.min() >= 0 and (masks.sum(1) - 1).abs().max() <= 1e-6
    masks = fused(character, two, one).masks(call(2))
    assert masks[1, 1].max() == 0  # a part that the second panel does not have
    assert masks[1, 0].unflatten(0, SIZE)[:, 7:].max() == 0  # beyond its region
    assert masks[0, :2].amax((0, 1)) > 0.5  # and somewhere a part wins


def test_the_masks_follow_the_words(character: CharacterAdapter, kv: list[ReferenceKV]) -> None:
    parts = [PartCondition(kv[0], words=(1,)), PartCondition(kv[1], words=(2, 3))]
    at = call(1)
    masks = fused(character, parts).masks(at)[0]
    assert at.text_key is not None
    shares = text_shares(at.query, at.text_key)[0].mean(0)
    seen = torch.stack([shares[:, 1], shares[:, 2:4].mean(1)])
    low, high = seen.amin(1, keepdim=True), seen.amax(1, keepdim=True)
    strengths = torch.cat([(seen - low) / (high - low), torch.full((1, 96), 0.4)]) / 0.1
    torch.testing.assert_close(masks, strengths.softmax(0), atol=1e-6, rtol=0)


def test_one_region_without_background_is_ip_adapter_plus(
    unet: UNet2DConditionModel, character: CharacterAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    character.background = None
    region = torch.zeros(64, 96)
    region[:, :37] = 1.0
    plain = step(2, size=SIZE)
    character.inject(unet)
    for where in (None, region):
        part = PartCondition(kv[0], 0.8, where, kv[3], words=(1, 2))
        whole = ReferenceCondition(kv[0], 0.8, where, kv[3])
        pictures: list[Tensor] = []
        for panel in ([part], [whole]):
            with character.conditions(character.batch_conditions([panel], 2, SIZE)):
                pictures.append(step(2, size=SIZE))
        torch.testing.assert_close(pictures[0], pictures[1], atol=1e-6, rtol=0)
        assert (pictures[0] - plain).abs().amax((1, 2, 3)).min() > 1e-3  # both halves of guidance


def test_equal_maps_are_the_mean_of_the_branches(
    character: CharacterAdapter, kv: list[ReferenceKV]
) -> None:
    character.background = None
    same = [PartCondition(item, words=(2,)) for item in kv[:2]]
    at = call(1)
    both = fused(character, same).output(at)
    single = [fused(character, [part]).output(at) for part in same]
    torch.testing.assert_close(both, (single[0] + single[1]) / 2)


def test_scale_zero_is_the_plain_network(
    unet: UNet2DConditionModel, character: CharacterAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    plain = step(1, size=SIZE)
    character.inject(unet)
    panel = [PartCondition(kv[0], 0.0, words=(1,)), PartCondition(kv[1], 0.0, words=(2,))]
    with character.conditions(character.batch_conditions([panel], 1, SIZE)):
        assert torch.equal(step(1, size=SIZE), plain)


def test_a_batch_equals_single_runs_in_both_halves_of_guidance(
    unet: UNet2DConditionModel, character: CharacterAdapter, step: Step, kv: list[ReferenceKV]
) -> None:
    left = torch.zeros(64, 96)
    left[:, :50] = 1.0
    part = PartCondition(kv[0], 1.0, None, kv[3], (1,))
    panels: list[list[ReferenceCondition]] = [
        [part, replace(part, key_values=kv[1], words=(2, 3))],
        [],
        [replace(part, key_values=kv[2], region=left, scale=0.6)],
        [ReferenceCondition(kv[2], 0.5, None, kv[3])],  # of which no part was found
    ]
    character.inject(unet)
    with character.conditions(character.batch_conditions(panels, 2, SIZE)):
        together = step(8, size=SIZE)
    plain = step(8, size=SIZE)
    for index, panel in enumerate(panels):
        rows = [index, 4 + index]
        alone = _both_halves(character, unet, panel, rows)
        torch.testing.assert_close(together[rows], alone, atol=1e-5, rtol=0)
    assert torch.equal(together[[1, 5]], plain[[1, 5]])
    assert (together - plain)[[0, 2, 3, 4, 6, 7]].abs().amax((1, 2, 3)).min() > 1e-3


def _both_halves(
    adapter: CharacterAdapter,
    unet: UNet2DConditionModel,
    panel: list[ReferenceCondition],
    rows: list[int],
) -> Tensor:
    generator = torch.Generator().manual_seed(4)
    latents = torch.randn(8, 4, *SIZE, generator=generator)[rows]
    text = torch.randn(8, 5, 32, generator=generator)[rows]
    conditions = adapter.batch_conditions([panel], 2, SIZE)
    with torch.no_grad(), adapter.conditions(conditions):
        return unet(latents, 10, text).sample


# Segmentation


def test_word_maps_are_the_mean_over_heads_and_layers(unet: UNet2DConditionModel) -> None:
    layers = list(find_cross_attention(unet, "full").values())[:-1]  # the mid block is coarser
    heard: list[Tensor] = []

    def listen(module: object, args: tuple[Tensor], kwargs: dict[str, Tensor]) -> None:
        attn = next(layer for layer in layers if layer is module)
        q, k = attn.to_q(args[0]), attn.to_k(kwargs["encoder_hidden_states"])  # type: ignore[misc]
        for head in range(attn.heads):
            part = slice(head * q.shape[-1] // attn.heads, (head + 1) * q.shape[-1] // attn.heads)
            scores = q[0][:, part] @ k[0][:, part].T / (q.shape[-1] // attn.heads) ** 0.5
            heard.append(scores.softmax(-1))

    for layer in layers:
        layer.register_forward_pre_hook(listen, with_kwargs=True)
    maps = WordMaps([(1,), (2, 3), ()], (64, 64))
    latents, text = torch.randn(1, 4, 64, 64), torch.randn(1, 5, 32)
    with torch.no_grad(), maps.listening(layers):
        unet(latents, 650, text)
    found = maps.maps()
    mean = torch.stack(heard).mean(0).T.unflatten(1, (64, 64))
    assert found.shape == (3, MAP_SIDE, MAP_SIDE)
    torch.testing.assert_close(found[0], mean[1], atol=1e-6, rtol=0)
    torch.testing.assert_close(found[1], mean[2:4].mean(0), atol=1e-6, rtol=0)
    assert found[2].max() == 0


def test_the_coarsest_level_is_left_out(make_unet: Callable[..., UNet2DConditionModel]) -> None:
    layers = list(find_cross_attention(make_unet(), "full").values())
    maps = WordMaps([(1,)], (64, 64))
    with torch.no_grad(), maps.listening(layers[:1]):
        layers[0](torch.randn(1, 64, 16), encoder_hidden_states=torch.randn(1, 5, 32))
    with pytest.raises(ValueError, match="fine enough"):
        maps.maps()


def blob(rows: slice, columns: slice) -> np.ndarray:
    field = np.zeros((64, 64), np.float32)
    field[rows, columns] = 1.0
    return field


def test_boxes_of_parts_lie_where_their_words_are() -> None:
    """A picture of 200 x 400 px: the letterboxed cells 16..47 are its width."""
    face, skirt = blob(slice(4, 14), slice(26, 38)), blob(slice(36, 50), slice(20, 44))
    skirt[60, 60] = 1.0  # beside the subject
    face[30, 30] = 0.9  # a stray cell
    subject = blob(slice(0, 64), slice(16, 48))
    found = part_boxes(np.stack([face, np.zeros_like(face), skirt]), subject, 200, 400)
    head, nothing, lower = found
    assert nothing is None
    cell = 400 / 64
    assert head is not None and lower is not None
    assert abs(head.top - (4 - 1.2) * cell) <= 1 and abs(head.bottom - (14 + 1.2) * cell) <= 1
    assert abs(head.left - (26 - 16 - 1.44) * cell) <= 1
    assert abs(lower.left - (20 - 16 - 2.88) * cell) <= 1 and lower.bottom <= 400
    assert head.cut(np.zeros((400, 200, 3), np.uint8)).shape[:2] == (
        head.bottom - head.top,
        head.right - head.left,
    )


def test_tiny_parts_and_flat_maps_are_no_parts() -> None:
    everywhere = np.ones((64, 64), np.float32)
    tiny = blob(slice(10, 12), slice(10, 12))
    assert part_boxes(np.stack([tiny]), everywhere, 256, 256) == (None,)
    assert part_boxes(np.stack([everywhere]), everywhere, 256, 256) == (None,)
    (large,) = part_boxes(np.stack([tiny]), everywhere, 2000, 2000)
    assert large is not None and large.smaller_side >= MIN_SIDE_PX
    assert Box(0, 0, 10, 30).smaller_side == 10
