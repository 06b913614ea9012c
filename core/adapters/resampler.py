"""From CLIP's output to image tokens: IP-Adapter's projection and IP-Adapter-Plus's resampler.

Parameter names are those of the published files.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.ip_layout import ResamplerShape


class GlobalProjection(nn.Module):
    """IP-Adapter: one image embedding becomes a few tokens (a linear layer, then a layer norm)."""

    def __init__(self, vision_width: int, cross_attention_dim: int, tokens: int) -> None:
        super().__init__()
        self.tokens = tokens
        self.proj = nn.Linear(vision_width, tokens * cross_attention_dim)
        self.norm = nn.LayerNorm(cross_attention_dim)

    def forward(self, embedding: Tensor) -> Tensor:
        """[B, vision_width] to [B, tokens, d_c]."""
        return self.norm(self.proj(embedding).unflatten(-1, (self.tokens, -1)))


class PerceiverAttention(nn.Module):
    """The latents attend to the image tokens and to themselves."""

    def __init__(self, shape: ResamplerShape) -> None:
        super().__init__()
        inner = shape.heads * shape.head_width
        self.heads = shape.heads
        self.norm1 = nn.LayerNorm(shape.width)
        self.norm2 = nn.LayerNorm(shape.width)
        self.to_q = nn.Linear(shape.width, inner, bias=False)
        self.to_kv = nn.Linear(shape.width, 2 * inner, bias=False)
        self.to_out = nn.Linear(inner, shape.width, bias=False)

    def forward(self, image: Tensor, latents: Tensor) -> Tensor:
        """image [B, N, width], latents [B, L, width] to [B, L, width]."""
        image, latents = self.norm1(image), self.norm2(latents)
        query = self.to_q(latents)
        key, value = self.to_kv(torch.cat([image, latents], dim=1)).chunk(2, dim=-1)
        query, key, value = (
            states.unflatten(-1, (self.heads, -1)).transpose(1, 2) for states in (query, key, value)
        )
        mixed = functional.scaled_dot_product_attention(query, key, value)
        return self.to_out(mixed.transpose(1, 2).flatten(2))


class Resampler(nn.Module):
    """IP-Adapter-Plus: learned latents read all tokens of CLIP's last but one layer."""

    def __init__(
        self, vision_width: int, cross_attention_dim: int, tokens: int, shape: ResamplerShape
    ) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.randn(1, tokens, shape.width) / shape.width**0.5)
        self.proj_in = nn.Linear(vision_width, shape.width)
        self.proj_out = nn.Linear(shape.width, cross_attention_dim)
        self.norm_out = nn.LayerNorm(cross_attention_dim)
        self.layers = nn.ModuleList(
            nn.ModuleList([PerceiverAttention(shape), _feed_forward(shape)])
            for _ in range(shape.depth)
        )

    def forward(self, hidden: Tensor) -> Tensor:
        """[B, N, vision_width] to [B, tokens, d_c]."""
        image = self.proj_in(hidden)
        latents = self.latents.expand(len(hidden), -1, -1)
        for block in self.layers:
            assert isinstance(block, nn.ModuleList)
            attention, feed_forward = block
            latents = attention(image, latents) + latents
            latents = feed_forward(latents) + latents
        return self.norm_out(self.proj_out(latents))


def _feed_forward(shape: ResamplerShape) -> nn.Sequential:
    inner = shape.ff * shape.width
    return nn.Sequential(
        nn.LayerNorm(shape.width),
        nn.Linear(shape.width, inner, bias=False),
        nn.GELU(),
        nn.Linear(inner, shape.width, bias=False),
    )
