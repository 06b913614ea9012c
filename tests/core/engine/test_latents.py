"""Three kinds of autoencoder behind one pair of functions; noise; previews; the puppet channels."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor

from core.engine.latents import (
    decode_latents,
    downscale,
    encode_pixels,
    latent_channels,
    noise_for,
    tiled,
)
from core.engine.preview import LatentPreview
from core.engine.puppet_condition import puppet_condition
from tests.core.engine.tiny import tiny_autoencoder_tiny, tiny_dc, tiny_kl

VAES = {"kl": tiny_kl, "tiny": tiny_autoencoder_tiny, "dc": tiny_dc}


@pytest.fixture(params=VAES)
def vae(request: pytest.FixtureRequest) -> Any:
    with torch.random.fork_rng():
        torch.manual_seed(5)
        return VAES[request.param]().eval().requires_grad_(False)


def pixels(seed: int = 0, batch: int = 2, channels: int = 3) -> Tensor:
    return torch.rand(batch, channels, 64, 32, generator=torch.Generator().manual_seed(seed))


def test_shapes_and_ranges(vae: Any) -> None:
    assert downscale(vae) == 8
    assert latent_channels(vae) == 4
    latents = encode_pixels(vae, pixels() * 2 - 1)
    assert latents.shape == (2, 4, 8, 4) and latents.dtype == torch.float32
    decoded = decode_latents(vae, latents * 100)
    assert decoded.shape == (2, 3, 64, 32) and decoded.abs().max() <= 1


def test_scaling_and_shift_are_undone_before_decoding(vae: Any) -> None:
    latents = encode_pixels(vae, pixels() * 2 - 1)
    if vae.config.get("shift_factor") is not None:
        raw = latents / vae.config.scaling_factor + vae.config.shift_factor
    else:
        raw = latents / vae.config.scaling_factor
    expected = vae.decode(raw).sample.clamp(-1, 1)
    assert torch.allclose(decode_latents(vae, latents), expected, atol=1e-6)


def test_encoding_is_the_same_alone_and_in_a_batch_and_each_time(vae: Any) -> None:
    together = encode_pixels(vae, pixels())
    assert torch.equal(together, encode_pixels(vae, pixels()))
    assert torch.allclose(together[1:], encode_pixels(vae, pixels()[1:]), atol=1e-6)


def test_tiling_lasts_for_the_block_only(vae: Any) -> None:
    with pytest.raises(RuntimeError), tiled(vae):
        assert vae.use_tiling
        raise RuntimeError
    assert not vae.use_tiling


def test_noise_depends_on_the_seed_alone() -> None:
    torch.manual_seed(0)
    first, generator = noise_for(7, (4, 8, 8))
    torch.manual_seed(1)
    second, _ = noise_for(7, (4, 8, 8))
    assert torch.equal(first, second)
    assert not torch.equal(first, noise_for(8, (4, 8, 8))[0])
    assert not torch.equal(torch.randn((4, 8, 8), generator=generator), first)


# Previews


class LinearVae:
    """Latents are a linear map of each cell's mean colour: what the preview assumes."""

    device, dtype = torch.device("cpu"), torch.float32
    config = SimpleNamespace(encoder_block_out_channels=(1, 1, 1), scaling_factor=0.5)

    def __init__(self) -> None:
        self.mixing = torch.randn(4, 3, generator=torch.Generator().manual_seed(2))

    def encode(self, pixels: Tensor, return_dict: bool) -> tuple[Tensor]:
        means = torch.nn.functional.avg_pool2d(pixels, 4)
        return (torch.einsum("dc,bchw->bdhw", self.mixing, means) + 0.3,)


def test_the_preview_finds_colours_again() -> None:
    vae: Any = LinearVae()
    preview = LatentPreview.fit(vae)
    colours = torch.rand(3, 3, 4, 4, generator=torch.Generator().manual_seed(3)) * 1.6 - 0.8
    shown = preview(encode_pixels(vae, colours.repeat_interleave(4, 2).repeat_interleave(4, 3)))
    expected = (colours.permute(0, 2, 3, 1) + 1) * 127.5
    assert shown.shape == (3, 4, 4, 3)
    assert (torch.from_numpy(shown).float() - expected).abs().max() <= 1.0


class DetailVae(LinearVae):
    """Each of its 8 channels holds colour and, much louder, what happens within a cell."""

    def __init__(self) -> None:
        self.mixing = torch.randn(8, 6, generator=torch.Generator().manual_seed(4))

    def encode(self, pixels: Tensor, return_dict: bool) -> tuple[Tensor]:
        halves = torch.nn.functional.avg_pool2d(pixels, (4, 2))
        left, right = halves[..., 0::2], halves[..., 1::2]
        parts = torch.cat([(left + right) / 2, 5 * (left - right)], dim=1)
        return (torch.einsum("dc,bchw->bdhw", self.mixing, parts),)


def test_details_do_not_colour_the_preview() -> None:
    vae: Any = DetailVae()
    pixels = torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(5)) * 1.6 - 0.8
    shown = LatentPreview.fit(vae)(encode_pixels(vae, pixels))
    expected = (torch.nn.functional.avg_pool2d(pixels, 4).permute(0, 2, 3, 1) + 1) * 127.5
    assert (torch.from_numpy(shown).float() - expected).abs().max() <= 4.0


def test_a_preview_of_any_autoencoder_is_finite(vae: Any) -> None:
    shown = LatentPreview.fit(vae)(torch.full((1, 4, 8, 8), 1e6))
    assert shown.shape == (1, 8, 8, 3)


# The puppet as channels of the UNet


def test_a_transparent_puppet_is_exactly_zero(vae: Any) -> None:
    puppet = pixels(1, channels=4)
    puppet[:, 3] = 0
    condition = puppet_condition(puppet, vae)
    assert condition.shape == (2, 5, 8, 4)
    assert torch.equal(condition, torch.zeros_like(condition))


def test_colours_under_transparent_pixels_do_not_count(vae: Any) -> None:
    first, second = pixels(1, channels=4), pixels(2, channels=4)
    for puppet in (first, second):
        puppet[:, 3] = 0
        puppet[:, 3, 16:40, 8:24] = 1
    second[:, :3, 16:40, 8:24] = first[:, :3, 16:40, 8:24]
    assert torch.equal(puppet_condition(first, vae), puppet_condition(second, vae))


def test_channels_are_latents_where_covered_and_the_mean_alpha(vae: Any) -> None:
    puppet = pixels(1, channels=4)
    puppet[:, 3] = 0
    puppet[:, 3, 0:8, 0:8] = 1  # one whole cell
    puppet[:, 3, 8:12, 8:16] = 1  # half a cell
    puppet[:, 3, 16, 16] = 1  # 1/64 of a cell: below the floor
    condition = puppet_condition(puppet, vae)
    alpha = condition[:, 4]
    assert torch.equal(alpha[:, 0, 0], torch.ones(2))
    assert torch.equal(alpha[:, 1, 1], torch.full((2,), 0.5))
    assert torch.equal(alpha[:, 2, 2], torch.full((2,), 1 / 64))
    assert float(alpha.sum()) == pytest.approx(2 * (1 + 0.5 + 1 / 64))
    on_grey = encode_pixels(vae, (puppet[:, :3] * 2 - 1) * puppet[:, 3:])
    covered = alpha > 0.02
    assert int(covered.sum()) == 4
    for batch, row, column in covered.nonzero().tolist():
        assert torch.equal(condition[batch, :4, row, column], on_grey[batch, :, row, column])
    assert torch.equal(condition[:, :4] * ~covered[:, None], torch.zeros(2, 4, 8, 4))
