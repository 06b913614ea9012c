"""AnimeAdapter: an image-conditioned adapter for a frozen text-to-image UNet.

Patch tokens of the last K layers of a CLIP vision encoder are projected to the width of the text
tokens (Eq. 2) and join every cross-attention layer through keys and values of their own (Eq. 3,
4), with background tokens masked (Eq. 5 in training, Eq. 6 at inference).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from core.adapters import conditions as image_conditions
from core.adapters.conditions import (
    Conditions,
    KeyValueProjection,
    ReferenceCondition,
    ReferenceKV,
)
from core.adapters.config import AnimeAdapterConfig
from core.adapters.cross_attention import (
    AnimeAttnProcessor,
    ConditionSlot,
    CrossAttentionLayer,
    find_cross_attention,
)
from core.adapters.errors import WrongBaseModel
from core.adapters.image_projection import ImageProjection


class AnimeAdapter(nn.Module):
    """The adapter's weights and its reversible connection to one UNet.

    state_dict keys are IP-Adapter's: `image_proj.*` and `ip_adapter.{i}.to_k_ip.weight`,
    `ip_adapter.{i}.to_v_ip.weight` with i counting all attention layers of the UNet.
    """

    def __init__(self, config: AnimeAdapterConfig, layers: Sequence[CrossAttentionLayer]) -> None:
        super().__init__()
        self.config = config
        self.layers = tuple(layers)
        self.image_proj = ImageProjection(config)
        self.ip_adapter = nn.ModuleDict(
            {
                str(layer.index): KeyValueProjection(config.cross_attention_dim, layer.channels)
                for layer in self.layers
            }
        )
        self._slot = ConditionSlot()
        self._target: list[UNet2DConditionModel] = []  # a list: the UNet is no part of the adapter

    @classmethod
    def from_unet(cls, unet: UNet2DConditionModel, config: AnimeAdapterConfig) -> AnimeAdapter:
        """A new adapter in fp32 on the UNet's device; W'_k and W'_v start as the UNet's to_k, to_v.

        Raises ValueError where the widths of `config` do not fit the UNet.
        """
        found = find_cross_attention(unet, config.scope)
        _check_width(unet, config)
        with torch.device(unet.device):
            adapter = cls(config, tuple(found))
        for projection, attn in zip(adapter.projections, found.values(), strict=True):
            _copy_weight(attn.to_k, projection.to_k_ip)
            _copy_weight(attn.to_v, projection.to_v_ip)
        return adapter

    @property
    def projections(self) -> tuple[KeyValueProjection, ...]:
        """W'_k, W'_v of each layer, in the order of `layers`."""
        return tuple(p for p in self.ip_adapter.values() if isinstance(p, KeyValueProjection))

    @property
    def num_parameters(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())

    def encode(self, hidden_states: Sequence[Tensor]) -> Tensor:
        """Image tokens F [B, N, d_c] (Eq. 2) from the vision encoder's `hidden_states`.

        hidden_states: all of them, or the last K or more, each [B, N + 1, d] with the class token
        in front, or [B, N, d] without it.
        """
        chosen = [self._tokens_of(state) for state in hidden_states[-self.config.vision_layers :]]
        return self.image_proj(chosen)

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

    def inference_conditions(
        self,
        rows: Sequence[Sequence[ReferenceCondition]],
        latent_size: tuple[int, int] | None = None,
    ) -> Conditions:
        """See `core.adapters.conditions.inference_conditions`; prepare once, use in every step."""
        return image_conditions.inference_conditions(rows, latent_size)

    def training_conditions(
        self,
        tokens: Tensor,
        token_mask: Tensor,
        keep: Tensor | None = None,
        masked_after_softmax: Tensor | None = None,
    ) -> Conditions:
        """See `core.adapters.conditions.training_conditions`."""
        return image_conditions.training_conditions(tokens, token_mask, keep, masked_after_softmax)

    def set_conditions(self, conditions: Conditions | None) -> None:
        """What the next UNet calls are given; None is the plain network."""
        self._slot.current = conditions

    @contextmanager
    def conditions(self, conditions: Conditions | None) -> Generator[None]:
        """Conditions for the UNet calls inside; gradient checkpointing: `backward()` inside too."""
        previous = self._slot.current
        self._slot.current = conditions
        try:
            yield
        finally:
            self._slot.current = previous

    @property
    def injected(self) -> bool:
        return bool(self._target)

    def inject(self, unet: UNet2DConditionModel) -> None:
        """Join the UNet's cross-attention layers; its weights and modules stay as they are.

        Raises WrongBaseModel where the UNet has other layers, RuntimeError if already injected.
        """
        if self._target:
            raise RuntimeError("the adapter is already injected")
        found = find_cross_attention(unet, self.config.scope)
        if tuple(found) != self.layers or _text_width(unet) != self.config.cross_attention_dim:
            raise WrongBaseModel(
                "This adapter was made for another kind of base model. Choose another adapter."
            )
        pairs = zip(self.projections, found.values(), strict=True)
        for position, (projection, attn) in enumerate(pairs):
            original = attn.get_processor()
            processor: Any = AnimeAttnProcessor(position, projection, self._slot, original)
            attn.set_processor(processor)
        self._target.append(unet)

    def eject(self) -> None:
        """Leave the UNet as it was before `inject`."""
        if not self._target:
            raise RuntimeError("the adapter is not injected")
        unet = self._target.pop()
        for attn in find_cross_attention(unet, self.config.scope).values():
            processor = attn.get_processor()
            if isinstance(processor, AnimeAttnProcessor):
                attn.set_processor(processor.original)
        self._slot.current = None

    def _tokens_of(self, state: Tensor) -> Tensor:
        """A hidden state [B, N + 1 or N, d] with the tokens the configuration asks for."""
        count, patches = state.shape[1], self.config.num_patches
        if count == self.config.num_tokens:
            return state
        if count == patches + 1:
            return state[:, 1:]
        raise ValueError(f"{count} tokens, but the adapter reads {self.config.num_tokens}")


def _text_width(unet: UNet2DConditionModel) -> int:
    return int(unet.config["cross_attention_dim"])


def _check_width(unet: UNet2DConditionModel, config: AnimeAdapterConfig) -> None:
    if _text_width(unet) != config.cross_attention_dim:
        raise ValueError(
            f"the UNet's cross_attention_dim is {_text_width(unet)}, "
            f"the adapter's {config.cross_attention_dim}"
        )


def _copy_weight(source: nn.Module | None, target: nn.Linear) -> None:
    """From a linear layer, also where LoRA wraps it, to ours."""
    base = getattr(source, "base_layer", source)
    assert isinstance(base, nn.Linear)
    with torch.no_grad():
        target.weight.copy_(base.weight)
