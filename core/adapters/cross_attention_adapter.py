"""What AnimeAdapter and IP-Adapter share: K' and V' of image tokens in every cross-attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters import conditions as image_conditions
from core.adapters.conditions import Conditions, KeyValueProjection, ReferenceKV
from core.adapters.config import Scope
from core.adapters.cross_attention import (
    CrossAttentionLayer,
    DecoupledAttnProcessor,
    find_cross_attention,
)
from core.adapters.injection import InjectedAdapter, copy_weight, text_width


class CrossAttentionAdapter(InjectedAdapter):
    """W'_k and W'_v of each layer (Eq. 3) beside `image_proj`, which makes the image tokens.

    state_dict keys are IP-Adapter's: `image_proj.*` and `ip_adapter.{i}.to_k_ip.weight`,
    `ip_adapter.{i}.to_v_ip.weight` with i counting all attention layers of the UNet. The order of
    the parameters is part of the format too: optimisers on disk go by it.
    """

    def __init__(
        self,
        image_proj: nn.Module,
        layers: Sequence[CrossAttentionLayer],
        cross_attention_dim: int,
        scope: Scope,
    ) -> None:
        super().__init__()
        self.image_proj = image_proj
        self.layers = tuple(layers)
        self.cross_attention_dim = cross_attention_dim
        self.scope: Scope = scope
        self.ip_adapter = nn.ModuleDict(
            {
                str(layer.index): KeyValueProjection(cross_attention_dim, layer.channels)
                for layer in self.layers
            }
        )

    @property
    def projections(self) -> tuple[KeyValueProjection, ...]:
        """W'_k, W'_v of each layer, in the order of `layers`."""
        return tuple(p for p in self.ip_adapter.values() if isinstance(p, KeyValueProjection))

    def start_as(self, unet: UNet2DConditionModel) -> None:
        """W'_k, W'_v become the UNet's own to_k, to_v: where training begins."""
        found = find_cross_attention(unet, self.scope).values()
        with torch.no_grad():
            for projection, attn in zip(self.projections, found, strict=True):
                copy_weight(attn.to_k, projection.to_k_ip.weight)
                copy_weight(attn.to_v, projection.to_v_ip.weight)

    def key_values(self, tokens: Tensor, token_mask: Tensor | None = None) -> ReferenceKV:
        """K' and M * V' of one reference for all layers, without gradient: compute once and keep.

        tokens: [N, d_c] or [1, N, d_c]. token_mask: bool [N], True is subject; None is everything.
        """
        with torch.no_grad():
            flat = tokens.reshape(tokens.shape[-2:])
            pairs = [p(flat.to(p.to_k_ip.weight)) for p in self.projections]
            keys = tuple(key for key, _ in pairs)
            values = tuple(value for _, value in pairs)
            if token_mask is not None:
                values = tuple(v * token_mask.to(v)[:, None] for v in values)
        return ReferenceKV(keys, values)

    def training_conditions(
        self,
        tokens: Tensor,
        token_mask: Tensor,
        keep: Tensor | None = None,
        masked_after_softmax: Tensor | None = None,
    ) -> Conditions:
        """See `core.adapters.conditions.training_conditions`."""
        return image_conditions.training_conditions(tokens, token_mask, keep, masked_after_softmax)

    def _layers_of(self, unet: UNet2DConditionModel) -> Mapping[CrossAttentionLayer, Attention]:
        return find_cross_attention(unet, self.scope)

    def _fits(self, found: Mapping[Any, Attention], unet: UNet2DConditionModel) -> bool:
        return tuple(found) == self.layers and text_width(unet) == self.cross_attention_dim

    def _processor(self, position: int, original: Any) -> DecoupledAttnProcessor:
        return DecoupledAttnProcessor(position, self.projections[position], self._slot, original)


def check_width(unet: UNet2DConditionModel, cross_attention_dim: int) -> None:
    """Raises ValueError where a new adapter would not fit the UNet."""
    if text_width(unet) != cross_attention_dim:
        raise ValueError(
            f"the UNet's cross_attention_dim is {text_width(unet)}, "
            f"the adapter's {cross_attention_dim}"
        )
