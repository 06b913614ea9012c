"""Decoupled cross-attention: the image branch beside the text branch (AnimeAdapter Eq. 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.conditions import Branch, Conditions, KeyValueProjection
from core.adapters.config import Scope


@dataclass(frozen=True)
class CrossAttentionLayer:
    """One text cross-attention layer of a UNet.

    index: its place among all attention processors of the UNet (self-attention counts too), which
    is IP-Adapter's key. channels: inner width C.
    """

    index: int
    channels: int


def find_cross_attention(unet: nn.Module, scope: Scope) -> dict[CrossAttentionLayer, Attention]:
    """The layers an adapter joins, as registered: down blocks, up blocks, the mid block last."""
    found: dict[CrossAttentionLayer, Attention] = {}
    attentions = [(name, m) for name, m in unet.named_modules() if hasattr(m, "get_processor")]
    for index, (name, module) in enumerate(attentions):
        wanted = scope == "full" or name.startswith("up_blocks.")
        if wanted and name.endswith(".attn2") and _reads_text(module):
            assert isinstance(module, Attention)
            found[CrossAttentionLayer(index, module.inner_kv_dim)] = module
    return found


def _reads_text(module: nn.Module) -> bool:
    """Whether this is a transformer block's cross-attention, which has no norms of its own."""
    return (
        isinstance(module, Attention)
        and module.is_cross_attention
        and module.added_kv_proj_dim is None
        and module.norm_cross is None
        and module.norm_q is None
    )


class ConditionSlot:
    """Where the processors of one adapter find the conditions of the UNet call under way."""

    def __init__(self) -> None:
        self.current: Conditions | None = None


class AnimeAttnProcessor:
    """Text attention plus the sum of the image branches, added before `to_out`.

    Not a `nn.Module`: the weights stay in the adapter, the UNet's state_dict is not touched.
    Without conditions the processor that was there before does the work.
    """

    def __init__(
        self, position: int, projection: KeyValueProjection, slot: ConditionSlot, original: Any
    ) -> None:
        self.original = original
        self._position = position
        self._projection = projection
        self._slot = slot

    def __call__(
        self,
        attn: Attention,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor | None = None,
        attention_mask: Tensor | None = None,
        temb: Tensor | None = None,
    ) -> Tensor:
        """hidden_states [B, Q, C], encoder_hidden_states (text) [B, T, d_c] to [B, Q, C]."""
        conditions = self._slot.current
        if conditions is None or not conditions.branches or encoder_hidden_states is None:
            return self.original(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        if conditions.batch_size != hidden_states.shape[0]:
            raise ValueError(
                f"conditions for {conditions.batch_size} rows, a batch of {hidden_states.shape[0]}"
            )
        query = split_heads(attn.to_q(hidden_states), attn.heads)
        mixed = self._text_branch(attn, query, encoder_hidden_states, attention_mask)
        for branch in conditions.branches:
            mixed = _add_rows(mixed, branch, self._image_branch(attn, query, branch))
        assert attn.to_out is not None
        joined = mixed.transpose(1, 2).flatten(2).to(query.dtype)
        return attn.to_out[1](attn.to_out[0](joined)) / attn.rescale_output_factor

    def _text_branch(
        self, attn: Attention, query: Tensor, text: Tensor, attention_mask: Tensor | None
    ) -> Tensor:
        assert attn.to_k is not None and attn.to_v is not None
        key = split_heads(attn.to_k(text), attn.heads)
        value = split_heads(attn.to_v(text), attn.heads)
        if attention_mask is not None:
            batch, tokens = text.shape[:2]
            prepared = attn.prepare_attention_mask(attention_mask, tokens, batch)
            attention_mask = prepared.view(batch, attn.heads, -1, prepared.shape[-1])
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask)

    def _image_branch(self, attn: Attention, query: Tensor, branch: Branch) -> Tensor:
        """[R, H, Q, C / H] of the rows the branch serves."""
        key, value = branch.key_value(self._position, self._projection)
        image = functional.scaled_dot_product_attention(
            query[branch.rows],
            split_heads(key, attn.heads),
            split_heads(value, attn.heads),
            attn_mask=branch.key_mask,
        )
        region = branch.region_weight(query.shape[2])
        return image if region is None else image * region


def split_heads(states: Tensor, heads: int) -> Tensor:
    """[B, L, C] to [B, heads, L, C / heads], a view."""
    return states.unflatten(-1, (heads, -1)).transpose(1, 2)


def _add_rows(mixed: Tensor, branch: Branch, image: Tensor) -> Tensor:
    """`mixed` with `image` added to the branch's rows: in place where no gradient is recorded."""
    rows = branch.rows
    if not (mixed.requires_grad or image.requires_grad):
        if isinstance(rows, slice):
            mixed[rows].add_(image)
            return mixed
        return mixed.index_add_(0, rows, image)
    if image.shape[0] == mixed.shape[0]:
        return mixed + image
    if isinstance(rows, slice):
        rows = torch.arange(rows.start, rows.stop, device=mixed.device)
    return mixed.index_add(0, rows, image)
