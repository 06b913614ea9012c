"""AnimeAdapter: an image-conditioned adapter for a frozen text-to-image UNet.

Patch tokens of the last K layers of a CLIP vision encoder are projected to the width of the text
tokens (Eq. 2) and join every cross-attention layer through keys and values of their own (Eq. 3,
4), with background tokens masked (Eq. 5 in training, Eq. 6 at inference; or Eq. 5 in
both, where the configuration says so: ADR 26).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor

from core.adapters.conditions import ReferenceKV
from core.adapters.config import AnimeAdapterConfig
from core.adapters.cross_attention import CrossAttentionLayer, find_cross_attention
from core.adapters.cross_attention_adapter import CrossAttentionAdapter, check_width
from core.adapters.image_projection import ImageProjection


class AnimeAdapter(CrossAttentionAdapter):
    """The adapter's weights and its reversible connection to one UNet.

    state_dict keys are IP-Adapter's, with `image_proj.*` for Eq. 2.
    """

    def __init__(self, config: AnimeAdapterConfig, layers: Sequence[CrossAttentionLayer]) -> None:
        projection = ImageProjection(config)
        super().__init__(projection, layers, config.cross_attention_dim, config.scope)
        self.config = config

    @classmethod
    def from_unet(cls, unet: UNet2DConditionModel, config: AnimeAdapterConfig) -> AnimeAdapter:
        """A new adapter in fp32 on the UNet's device; W'_k and W'_v start as the UNet's to_k, to_v.

        Raises ValueError where the widths of `config` do not fit the UNet.
        """
        check_width(unet, config.cross_attention_dim)
        with torch.device(unet.device):
            adapter = cls(config, tuple(find_cross_attention(unet, config.scope)))
        adapter.start_as(unet)
        return adapter

    def encode(self, hidden_states: Sequence[Tensor]) -> Tensor:
        """Image tokens F [B, N, d_c] (Eq. 2) from the vision encoder's `hidden_states`.

        hidden_states: all of them, or the last K or more, each [B, N + 1, d] with the class token
        in front, or [B, N, d] without it.
        """
        chosen = [self._tokens_of(state) for state in hidden_states[-self.config.vision_layers :]]
        return self.image_proj(chosen)

    def key_values(self, tokens: Tensor, token_mask: Tensor | None = None) -> ReferenceKV:
        """As `CrossAttentionAdapter.key_values`. Masked before the softmax, background tokens are
        left out: what is not there takes no attention.
        """
        if token_mask is not None and self.config.inference_mask == "before_softmax":
            kept = token_mask.flatten().nonzero().flatten()
            tokens = tokens.reshape(tokens.shape[-2:])[kept.to(tokens.device)]
            token_mask = None
        return super().key_values(tokens, token_mask)

    def _tokens_of(self, state: Tensor) -> Tensor:
        """A hidden state [B, N + 1 or N, d] with the tokens the configuration asks for."""
        count, patches = state.shape[1], self.config.num_patches
        if count == self.config.num_tokens:
            return state
        if count == patches + 1:
            return state[:, 1:]
        raise ValueError(f"{count} tokens, but the adapter reads {self.config.num_tokens}")
