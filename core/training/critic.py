"""The critic that the finishing network is sharpened against: a small network of patches."""

from __future__ import annotations

from collections.abc import Sequence

import torch.nn.functional as F
from diffusers import UNet2DModel
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from core.training.networks import build_finisher

PATCH_PX = 8
_SLOPE = 0.2


class Critic(nn.Module):
    """(B, 3, H, W) in -1 to 1 to a judgement of patches, (B, 1, H / 8, W / 8): high is true."""

    def __init__(self, widths: Sequence[int] = (32, 64, 96, 96)) -> None:
        super().__init__()
        strides = (2,) * (len(widths) - 1) + (1,)
        inputs = (3, *widths[:-1])
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(one, two, stride + 2, stride, 1))
            for one, two, stride in zip(inputs, widths, strides, strict=True)
        )
        self.judge = spectral_norm(nn.Conv2d(widths[-1], 1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Judgement, and the features of every layer."""
        features: list[Tensor] = []
        x = pictures
        for layer in self.layers:
            x = F.leaky_relu(layer(x), _SLOPE)
            features.append(x)
        return self.judge(x), features


class FinisherAndCritic(nn.Module):
    """What is trained: both at once, by one optimiser."""

    def __init__(self) -> None:
        super().__init__()
        self.finisher: UNet2DModel = build_finisher()
        self.critic = Critic()
