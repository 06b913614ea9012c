"""IP-Adapter and IP-Adapter-Plus (arXiv 2308.06721) in their published form.

A reference becomes 4 tokens of its image embedding, or 16 of a resampler over CLIP's last but one
layer; they join every cross-attention layer as AnimeAdapter's do. No token belongs to one place of
the picture, so a subject mask cannot act on tokens: it acts on the picture (see `encoders`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters.conditions import Conditions
from core.adapters.cross_attention import CrossAttentionLayer, find_cross_attention
from core.adapters.cross_attention_adapter import CrossAttentionAdapter, check_width
from core.adapters.ip_layout import IPAdapterConfig
from core.adapters.resampler import GlobalProjection, Resampler


class IPAdapter(CrossAttentionAdapter):
    """Weights of either kind and their reversible connection to one UNet."""

    def __init__(self, config: IPAdapterConfig, layers: Sequence[CrossAttentionLayer]) -> None:
        super().__init__(_projection(config), layers, config.cross_attention_dim, "full")
        self.config = config

    @classmethod
    def from_unet(cls, unet: UNet2DConditionModel, config: IPAdapterConfig) -> Self:
        """A new adapter in fp32 on the UNet's device; W'_k and W'_v start as the UNet's to_k, to_v.

        Raises ValueError where the widths of `config` do not fit the UNet.
        """
        check_width(unet, config.cross_attention_dim)
        with torch.device(unet.device):
            adapter = cls(config, tuple(find_cross_attention(unet, "full")))
        adapter.start_as(unet)
        return adapter

    def encode(self, vision: Tensor) -> Tensor:
        """Image tokens [B, N, d_c] of what the vision encoder says of B pictures.

        vision: image embeddings [B, d] ("ip"), or hidden states of the last but one layer
        [B, L, d] with the class token ("ip-plus").
        """
        weight = next(self.image_proj.parameters())
        return self.image_proj(vision.to(weight.dtype))

    def token_conditions(self, tokens: Tensor) -> Conditions:
        """Training: one reference a row, tokens [B, N, d_c], with gradient.

        A row whose image is dropped has the tokens of `encode` for no image, as at inference:
        zero embeddings ("ip"), hidden states of a black, normalised picture ("ip-plus").
        """
        return self.training_conditions(tokens, tokens.new_ones(tokens.shape[:2], dtype=torch.bool))


def _projection(config: IPAdapterConfig) -> nn.Module:
    sizes = (config.vision_width, config.cross_attention_dim, config.tokens)
    if config.resampler is None:
        return GlobalProjection(*sizes)
    return Resampler(*sizes, config.resampler)
