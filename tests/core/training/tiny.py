"""Tiny settings and a tiny objective for the tests of the training."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from core.adapters.config import AnimeAdapterConfig
from core.adapters.token_mask import CLIP_MEAN, CLIP_STD
from core.synthetic import Split
from core.training.config import Monitoring, Optimisation
from core.training.monitor import figure
from core.training.networks import SCHEDULER
from core.training.painter import Networks
from core.training.sources import Reading
from core.training.turns import Batch, Turn, noise
from core.training.world import Pair, draw_pair

QUIET = Monitoring(log_seconds=1000, sheet_minutes=1000, sheet_pictures=0)


def optimisation(**changes: object) -> Optimisation:
    values: dict[str, object] = {
        "steps": 12, "batch": 4, "learning_rate": 0.05, "warmup_steps": 2, "ema_decay": 0.5,
        "bf16": False,
    }  # fmt: skip
    return Optimisation(**{**values, **changes})  # type: ignore[arg-type]


class Points:
    """x (B, 2) of each row's own generator, and which of 10 rows it is."""

    def batch(self, turn: Turn) -> Batch:
        return {"x": noise(turn.generators(), (2,)), "row": torch.from_numpy(turn.rows(10))}


class Line(nn.Module):
    """A linear layer learns a line, behind dropout: what the process itself draws matters too."""

    def __init__(self, layer: nn.Linear, dropout: float = 0.25) -> None:
        super().__init__()
        self.layer, self.dropout, self.calls = layer, dropout, 0

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        self.calls += 1
        x = batch["x"]
        got = self.layer(nn.functional.dropout(x, self.dropout)).float()
        error = (got - (3 * x[:, :1] + 0.1 * batch["row"][:, None])).square()
        return error.mean(), {"error": figure(error)}


def pairs_here(
    first: int, count: int, size_px: int, noise: float, workers: int
) -> Iterator[tuple[int, Pair]]:
    """`core.training.world._pairs` without processes."""
    return ((seed, draw_pair(seed, Split.TRAIN, size_px, noise)) for seed in range(first, count))


def tiny_unet(channels: int = 4) -> UNet2DConditionModel:
    """Two levels of width 16, cross-attention width 32, for latents of 4 channels."""
    torch.manual_seed(0)
    heads: Any = 2
    return UNet2DConditionModel(
        sample_size=8,
        in_channels=channels,
        out_channels=4,
        block_out_channels=(16, 16),
        layers_per_block=1,
        cross_attention_dim=32,
        attention_head_dim=heads,
        norm_num_groups=4,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    ).requires_grad_(False)


def tiny_networks() -> Networks:
    """A UNet and a vision encoder; no text encoder, tokenizer or autoencoder."""
    unet = tiny_unet()
    vision = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=32, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2,
            image_size=32, patch_size=8, projection_dim=32,
        )
    )  # fmt: skip
    config = AnimeAdapterConfig(
        vision_hidden=32, vision_layers=3, cross_attention_dim=32, image_size=32, patch_size=8
    )
    tokenizer = cast(Any, SimpleNamespace(model_max_length=77))
    reading = Reading(tokenizer, config, (CLIP_MEAN, CLIP_STD), (4, 8, 8), 64)
    return Networks(unet, nn.Module(), cast(Any, None), SCHEDULER, reading, vision)
