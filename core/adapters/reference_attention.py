"""Reference attention: the reference enters as its own latent, through self-attention.

The reference's clean latent passes the UNet once, without noise and without words. What each
self-attention layer is given there becomes keys and values that every panel reads at every step:

    out = to_out(A + g * R) + LoRA_out(g * R)
    A = softmax(Q K^T / sqrt(d)) V                   the panel itself, as the base model has it
    R = sum over references i of  lambda_i * softmax(Q' K_i^T / sqrt(d)) V_i
    Q' = (W_q + LoRA_q) h,  K_i = (W_k + LoRA_k) h_i,  V_i = (W_v + LoRA_v) h_i

with h the layer's input in the panel and h_i its input in the pass of reference i. Only g, one
number a layer, and the LoRAs are learned; g = 0 is the plain network. Kin: DreamTuner
(arXiv 2312.13691) and MasaCtrl (2304.08465) read a reference's self-attention as well, untrained or
with weights of their own in its place.

Token masks lie on the key axis: of a reference only the tokens of its subject are kept, at each
level of the UNet, which is attention with a logit of -infinity for the others (AnimeAdapter Eq. 5).
Regions lie on the query axis. Guidance's half without references gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.conditions import (
    AttentionCall,
    Conditions,
    ReferenceKV,
    attended,
    attention_sizes,
)
from core.adapters.injection import InjectedAdapter
from core.adapters.self_attention import (
    ReferenceAttnProcessor,
    ReferenceWeights,
    SelfAttentionLayer,
    find_self_attention,
    hidden_states_of,
)
from core.adapters.token_mask import SUBJECT_SHARE

RANK = 8  # of the LoRAs: 0.8 million numbers on SD1.5


class ReferenceAttention(InjectedAdapter):
    """Gates and LoRAs, and their reversible connection to one UNet.

    state_dict keys: `reference_attention.{i}.gate` and `reference_attention.{i}.to_q_lora.down.
    weight` (`to_k`, `to_v`, `to_out`, `up`) with i counting all attention layers of the UNet.
    """

    def __init__(self, layers: Sequence[SelfAttentionLayer], rank: int = RANK) -> None:
        super().__init__()
        self.layers = tuple(layers)
        self.rank = rank
        self.reference_attention = nn.ModuleDict(
            {str(layer.index): ReferenceWeights(layer.channels, rank) for layer in self.layers}
        )

    @classmethod
    def from_unet(cls, unet: UNet2DConditionModel, rank: int = RANK) -> ReferenceAttention:
        """A new, silent adapter in fp32 on the UNet's device."""
        with torch.device(unet.device):
            return cls(tuple(find_self_attention(unet)), rank)

    @property
    def weights(self) -> tuple[ReferenceWeights, ...]:
        """One for each layer, in the order of `layers`."""
        return tuple(
            w for w in self.reference_attention.values() if isinstance(w, ReferenceWeights)
        )

    def hidden_states(
        self, unet: UNet2DConditionModel, run: Callable[[], object]
    ) -> tuple[Tensor, ...]:
        """What each self-attention layer is given, [B, Q, C], while `run` calls the UNet once.

        Without gradient, and without any reference. They do not depend on the adapter's weights.
        """
        layers = list(find_self_attention(unet).values())
        with torch.no_grad(), self.conditions(None), hidden_states_of(layers) as states:
            run()
        return tuple(states)

    def key_values(
        self, unet: UNet2DConditionModel, hidden: Sequence[Tensor], tokens: Sequence[Tensor]
    ) -> ReferenceKV:
        """K, V of one reference's subject tokens for all layers, without gradient: once and keep.

        hidden: of `hidden_states`, [1, Q, C] each. tokens: bool [Q] each, see `subject_tokens`.
        """
        attentions = find_self_attention(unet).values()
        with torch.no_grad():
            pairs = [
                weights.key_value(attn, state[0][kept.to(state.device)])
                for weights, attn, state, kept in zip(
                    self.weights, attentions, hidden, tokens, strict=True
                )
            ]
        return ReferenceKV(tuple(key for key, _ in pairs), tuple(value for _, value in pairs))

    def training_conditions(
        self,
        unet: UNet2DConditionModel,
        hidden: Sequence[Tensor],
        tokens: Sequence[Tensor],
        keep: Tensor | None = None,
    ) -> Conditions:
        """One reference a row, with gradient to gates and LoRAs.

        hidden: [B, Q, C] each. tokens: bool [B, Q] each. keep: bool [B], False where the reference
        is dropped for guidance; such rows, and those without any token, add exactly nothing.
        """
        batch = hidden[0].shape[0]
        kept = torch.ones(batch, dtype=torch.bool, device=hidden[0].device)
        kept = kept if keep is None else kept & keep
        attentions = tuple(find_self_attention(unet).values())
        branch = _TrainingBranch(
            slice(0, batch), self.weights, attentions, tuple(hidden), tuple(tokens), kept
        )
        return Conditions(batch, (branch,))

    def _layers_of(self, unet: UNet2DConditionModel) -> Mapping[SelfAttentionLayer, Attention]:
        return find_self_attention(unet)

    def _fits(self, found: Mapping[Any, Attention], unet: UNet2DConditionModel) -> bool:
        return tuple(found) == self.layers

    def _processor(self, position: int, original: Any) -> ReferenceAttnProcessor:
        return ReferenceAttnProcessor(position, self.weights[position], self._slot, original)


@dataclass(frozen=True, eq=False)
class _TrainingBranch:
    """K and V are computed in the layer; masked tokens leave the softmax."""

    rows: slice
    weights: tuple[ReferenceWeights, ...]
    attentions: tuple[Attention, ...]
    hidden: tuple[Tensor, ...]
    tokens: tuple[Tensor, ...]
    kept: Tensor

    def output(self, call: AttentionCall) -> Tensor:
        place = call.position
        key, value = self.weights[place].key_value(self.attentions[place], self.hidden[place])
        tokens = self.tokens[place]
        heard = tokens.any(dim=1) & self.kept
        # A softmax over masked scores only is not a number: silent rows attend to all, with V = 0.
        key_mask = (tokens | ~heard[:, None])[:, None, None, :]
        return attended(call.query, key, value * heard[:, None, None].to(value.dtype), key_mask)


def subject_tokens(
    cover: Tensor, latent_size: tuple[int, int], counts: Sequence[int]
) -> tuple[Tensor, ...]:
    """Which tokens of each layer are subject: bool [Q] for each Q of `counts`.

    cover: [H, W] in 0..1, the share of subject, of the picture that was encoded. As with CLIP
    tokens, half of a cell must be covered; where no cell is (thin hair on a coarse level) any cover
    counts, and all tokens where there is no subject at all.
    """
    sizes = attention_sizes(latent_size)
    return tuple(_tokens_at(cover, sizes[count]) for count in counts)


def _tokens_at(cover: Tensor, size: tuple[int, int]) -> Tensor:
    cells = functional.interpolate(cover.float()[None, None], size=size, mode="area").flatten()
    for tokens in (cells >= SUBJECT_SHARE, cells > 0.0):
        if tokens.any():
            return tokens
    return torch.ones_like(tokens)
