"""A convolutional encoder with heads for identity, text, attributes and parts.

Koma's adapters read a vision transformer; this is a residual network, trained from its own random
start on another aim, so that a picture cannot score well by fooling the network it was drawn with.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.synthetic import Part

PARTS = len(Part)


@dataclass(frozen=True)
class ScorerConfig:
    """world: name of the edition; words: the tags; groups: attribute -> its values."""

    world: str
    words: tuple[str, ...]
    groups: tuple[tuple[str, tuple[str, ...]], ...]
    size_px: int = 96
    widths: tuple[int, ...] = (24, 48, 80, 128)
    dim: int = 96

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ScorerConfig:
        return cls(
            str(data["world"]),
            tuple(data["words"]),
            tuple((name, tuple(values)) for name, values in data["groups"]),
            int(data["size_px"]),
            tuple(data["widths"]),
            int(data["dim"]),
        )


class _Block(nn.Module):
    """Halves the picture: a strided convolution and a residual one."""

    def __init__(self, inside: int, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(inside, width, 3, stride=2, padding=1, bias=False)
        self.down_norm = nn.BatchNorm2d(width)
        self.same = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.same_norm = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        x = F.silu(self.down_norm(self.down(x)))
        return F.silu(x + self.same_norm(self.same(x)))


class ScorerNet(nn.Module):
    """Pictures are (B, 3, S, S) from -1 to 1."""

    def __init__(self, config: ScorerConfig) -> None:
        super().__init__()
        self.config = config
        widths = (3, *config.widths)
        self.blocks = nn.ModuleList([_Block(a, b) for a, b in pairwise(widths)])
        last = 2 * config.widths[-1]
        self.identity = nn.Linear(last, config.dim)
        self.picture = nn.Linear(last, config.dim)
        self.words = nn.EmbeddingBag(len(config.words), config.dim, mode="mean")
        self.text = nn.Linear(config.dim, config.dim)
        grid = config.widths[-1] * 9
        self.attributes = nn.Linear(grid, sum(len(values) for _, values in config.groups))
        self.lateral = nn.ModuleList([nn.Conv2d(width, 32, 1) for width in config.widths])
        self.parts = nn.Sequential(
            nn.Conv2d(32, 32, 3, padding=1), nn.SiLU(), nn.Conv2d(32, PARTS, 1)
        )

    def features(self, pixels: Tensor) -> list[Tensor]:
        """Features of every block, the finest (half the size) first."""
        found: list[Tensor] = []
        for block in self.blocks:
            pixels = block(pixels)
            found.append(pixels)
        return found

    @staticmethod
    def pooled(features: list[Tensor]) -> Tensor:
        """(B, 2 C): mean and maximum of the deepest features."""
        last = features[-1]
        return torch.cat([last.mean((2, 3)), last.amax((2, 3))], dim=1)

    def identity_of(self, features: list[Tensor]) -> Tensor:
        """(B, dim), unit length, of a figure on white: who it is."""
        return F.normalize(self.identity(self.pooled(features)).float(), dim=1)

    def picture_of(self, features: list[Tensor]) -> Tensor:
        """(B, dim), unit length, of a whole picture: what it shows."""
        return F.normalize(self.picture(self.pooled(features)).float(), dim=1)

    def text_of(self, numbers: Tensor, offsets: Tensor) -> Tensor:
        """(B, dim), unit length, of bags of tags, as `EmbeddingBag` takes them."""
        bags = self.words(numbers, offsets)
        return F.normalize((bags + self.text(F.silu(bags))).float(), dim=1)

    def attributes_of(self, features: list[Tensor]) -> dict[str, Tensor]:
        """Logits (B, values) by group, of a figure on white."""
        grid = F.adaptive_avg_pool2d(features[-1], 3).flatten(1)
        logits = self.attributes(grid).float()
        sizes = [len(values) for _, values in self.config.groups]
        return dict(zip((n for n, _ in self.config.groups), logits.split(sizes, 1), strict=True))

    def parts_of(self, features: list[Tensor]) -> Tensor:
        """Logits (B, parts, S/2, S/2) of a whole picture."""
        merged = self.lateral[-1](features[-1])
        for feature, lateral in zip(features[-2::-1], list(self.lateral)[-2::-1], strict=True):
            merged = lateral(feature) + F.interpolate(merged, scale_factor=2, mode="nearest")
        return self.parts(F.silu(merged)).float()
