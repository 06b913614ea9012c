"""Decoupled cross-attention: image branches beside the text branch (AnimeAdapter Eq. 3 and 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from diffusers.models.attention_processor import Attention
from torch import Tensor, nn

from core.adapters.attention import attention
from core.adapters.conditions import (
    AttentionCall,
    Conditions,
    KeyValueProjection,
    add_branches,
    split_heads,
)
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


class DecoupledAttnProcessor:
    """Text attention plus the sum of the image branches, added before `to_out`.

    Not a `nn.Module`: the weights stay in the adapter, the UNet's state_dict is not touched. Where
    several adapters joined one layer, the text branch is computed once and all their branches add
    up. Without conditions the processor that was there before does the work.
    """

    def __init__(
        self, position: int, projection: KeyValueProjection, slot: ConditionSlot, original: Any
    ) -> None:
        self.original = original
        self._position = position
        self._projection = projection
        self._slot = slot

    def belongs_to(self, slot: ConditionSlot) -> bool:
        """Whether the adapter with this slot put the processor here."""
        return self._slot is slot

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
        text = encoder_hidden_states
        query = split_heads(attn.to_q(hidden_states), attn.heads)
        key, value = self._text_key_value(attn, text, conditions)
        mask = _text_mask(attn, text, attention_mask)
        mixed = attention(query, key, value, mask)
        joined = self._with_images(mixed, query, key).transpose(1, 2).flatten(2).to(query.dtype)
        assert attn.to_out is not None
        return attn.to_out[1](attn.to_out[0](joined)) / attn.rescale_output_factor

    def _with_images(self, mixed: Tensor, query: Tensor, text_key: Tensor) -> Tensor:
        """The text branch with the branches of this adapter, after those that joined before it."""
        if isinstance(self.original, DecoupledAttnProcessor):
            mixed = self.original._with_images(mixed, query, text_key)
        conditions = self._slot.current
        if conditions is None or not conditions.branches:
            return mixed
        check_rows(conditions, query.shape[0])
        call = AttentionCall(self._position, query, self._projection, text_key)
        return add_branches(mixed, conditions.branches, call)

    def _text_key_value(
        self, attn: Attention, text: Tensor, conditions: Conditions
    ) -> tuple[Tensor, Tensor]:
        def project(tokens: Tensor) -> tuple[Tensor, Tensor]:
            assert attn.to_k is not None and attn.to_v is not None
            key, value = attn.to_k(tokens), attn.to_v(tokens)
            return split_heads(key, attn.heads), split_heads(value, attn.heads)

        kept = conditions.text
        return project(text) if kept is None else kept.of(self._position, text, project)


def check_rows(conditions: Conditions, rows: int) -> None:
    """Raises ValueError where the conditions were made for another batch."""
    if conditions.batch_size != rows:
        raise ValueError(f"conditions for {conditions.batch_size} rows, a batch of {rows}")


def _text_mask(attn: Attention, text: Tensor, attention_mask: Tensor | None) -> Tensor | None:
    if attention_mask is None:
        return None
    batch, tokens = text.shape[:2]
    prepared = attn.prepare_attention_mask(attention_mask, tokens, batch)
    return prepared.view(batch, attn.heads, -1, prepared.shape[-1])
