"""The self-attention layers of a UNet: found, listened to, and joined by references."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.conditions import AttentionCall, add_branches, split_heads
from core.adapters.cross_attention import ConditionSlot, check_rows


@dataclass(frozen=True)
class SelfAttentionLayer:
    """One self-attention layer of a UNet's transformer blocks.

    index: its place among all attention processors of the UNet, as in `CrossAttentionLayer`.
    channels: inner width C.
    """

    index: int
    channels: int


def find_self_attention(unet: nn.Module) -> dict[SelfAttentionLayer, Attention]:
    """The layers as registered: down blocks, up blocks, the mid block last."""
    found: dict[SelfAttentionLayer, Attention] = {}
    attentions = [(name, m) for name, m in unet.named_modules() if hasattr(m, "get_processor")]
    for index, (name, module) in enumerate(attentions):
        if name.endswith(".attn1") and isinstance(module, Attention) and _is_plain(module):
            found[SelfAttentionLayer(index, module.inner_dim)] = module
    return found


def _is_plain(module: Attention) -> bool:
    return not module.is_cross_attention and module.norm_q is None


@contextmanager
def hidden_states_of(layers: list[Attention]) -> Generator[list[Tensor]]:
    """What the layers are given by the UNet call inside the block, [B, Q, C] each, in order."""
    heard: dict[int, Tensor] = {}

    def listener(place: int) -> Callable[..., None]:
        def listen(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            heard[place] = args[0] if args else kwargs["hidden_states"]

        return listen

    hooks = [
        layer.register_forward_pre_hook(listener(place), with_kwargs=True)
        for place, layer in enumerate(layers)
    ]
    states: list[Tensor] = []
    try:
        yield states
        states += [heard[place] for place in range(len(layers))]
    finally:
        for hook in hooks:
            hook.remove()


class LowRank(nn.Module):
    """A LoRA: up(down(x)); `up` starts at zero, so that it starts silent."""

    def __init__(self, width: int, out: int, rank: int) -> None:
        super().__init__()
        self.down = nn.Linear(width, rank, bias=False)
        self.up = nn.Linear(rank, out, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, states: Tensor) -> Tensor:
        return self.up(self.down(states))


class ReferenceWeights(nn.Module):
    """What one layer learns: how to read a reference (LoRA on q, k, v, out) and how much (gate).

    The LoRA acts on the reference's part alone: the panel's own attention stays the base model's.
    """

    def __init__(self, channels: int, rank: int) -> None:
        super().__init__()
        self.gate = nn.Parameter(torch.zeros(()))  # zero: a new adapter changes nothing
        self.to_q_lora = LowRank(channels, channels, rank)
        self.to_k_lora = LowRank(channels, channels, rank)
        self.to_v_lora = LowRank(channels, channels, rank)
        self.to_out_lora = LowRank(channels, channels, rank)

    def key_value(self, attn: Attention, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """K, V of the reference's tokens, [..., N, C] from what the layer heard, [..., N, C]."""
        assert attn.to_k is not None and attn.to_v is not None
        return attn.to_k(hidden) + self.to_k_lora(hidden), attn.to_v(hidden) + self.to_v_lora(
            hidden
        )


class ReferenceAttnProcessor:
    """Self-attention, plus gate times attention to the references, added before `to_out`.

    Not a `nn.Module`, as `DecoupledAttnProcessor`. Without conditions the processor that was there
    before does the work.
    """

    def __init__(
        self, position: int, weights: ReferenceWeights, slot: ConditionSlot, original: Any
    ) -> None:
        self.original = original
        self._position = position
        self._weights = weights
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
        """hidden_states [B, Q, C] to [B, Q, C]."""
        conditions = self._slot.current
        if conditions is None or not conditions.branches:
            return self.original(attn, hidden_states, encoder_hidden_states, attention_mask, temb)
        check_rows(conditions, hidden_states.shape[0])
        assert attn.to_k is not None and attn.to_v is not None and attn.to_out is not None
        plain_query = attn.to_q(hidden_states)
        query, key, value = (
            split_heads(states, attn.heads)
            for states in (plain_query, attn.to_k(hidden_states), attn.to_v(hidden_states))
        )
        own = functional.scaled_dot_product_attention(query, key, value)
        reading = split_heads(plain_query + self._weights.to_q_lora(hidden_states), attn.heads)
        call = AttentionCall(self._position, reading)
        seen = add_branches(torch.zeros_like(own), conditions.branches, call)
        gated = _joined(self._weights.gate * seen)
        out = attn.to_out[0](_joined(own) + gated) + self._weights.to_out_lora(gated)
        return attn.to_out[1](out) / attn.rescale_output_factor


def _joined(states: Tensor) -> Tensor:
    """[B, H, Q, d] to [B, Q, C]."""
    return states.transpose(1, 2).flatten(2)
