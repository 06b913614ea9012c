"""A tiny UNet with four cross-attention layers, and an adapter for it, with random weights."""

from collections.abc import Callable

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.config import AnimeAdapterConfig

TOKENS = 16


@pytest.fixture
def make_unet() -> Callable[..., UNet2DConditionModel]:
    """cross_attention_dim 32, two levels of width 16 and 32, the coarse one without attention."""

    def make(**changes: object) -> UNet2DConditionModel:
        torch.manual_seed(0)
        options: dict[str, object] = {
            "sample_size": 16,
            "block_out_channels": (16, 32),
            "layers_per_block": 1,
            "cross_attention_dim": 32,
            "attention_head_dim": 2,
            "norm_num_groups": 4,
            "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
            "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
        }
        return UNet2DConditionModel(**(options | changes)).eval().requires_grad_(False)

    return make


@pytest.fixture
def unet(make_unet: Callable[..., UNet2DConditionModel]) -> UNet2DConditionModel:
    return make_unet()


@pytest.fixture
def config() -> AnimeAdapterConfig:
    """Three layers of width 24, 4 x 4 patches."""
    return AnimeAdapterConfig(
        vision_hidden=24, vision_layers=3, cross_attention_dim=32, image_size=16, patch_size=4
    )


@pytest.fixture
def adapter(unet: UNet2DConditionModel, config: AnimeAdapterConfig) -> AnimeAdapter:
    """Not injected yet; W'_k and W'_v moved away from the UNet's own to_k and to_v."""
    torch.manual_seed(1)
    adapter = AnimeAdapter.from_unet(unet, config)
    with torch.no_grad():
        for parameter in adapter.ip_adapter.parameters():
            parameter.add_(0.2 * torch.randn_like(parameter))
    return adapter


@pytest.fixture
def tokens() -> Tensor:
    """Image tokens of three references, [3, 16, 32]."""
    return torch.randn(3, TOKENS, 32, generator=torch.Generator().manual_seed(2))


@pytest.fixture
def masks() -> Tensor:
    """Their token masks, bool [3, 16], none empty."""
    masks = torch.rand(3, TOKENS, generator=torch.Generator().manual_seed(3)) > 0.5
    masks[:, 5] = True
    return masks


@pytest.fixture
def step(unet: UNet2DConditionModel) -> Callable[..., Tensor]:
    """One UNet call on fixed inputs: `rows` of them, latents of `size`."""

    def run(rows: int = 1, size: tuple[int, int] = (8, 12), first: int = 0) -> Tensor:
        generator = torch.Generator().manual_seed(4)
        latents = torch.randn(8, 4, *size, generator=generator)[first : first + rows]
        text = torch.randn(8, 5, 32, generator=generator)[first : first + rows]
        with torch.no_grad():
            return unet(latents, 10, text).sample

    return run
