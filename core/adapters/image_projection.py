"""From the last layers of the vision encoder to image tokens: AnimeAdapter Eq. 2."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.adapters.config import AnimeAdapterConfig


class ImageProjection(nn.Module):
    """F = sum_l g_l (Z^l W_l + b_l) over the K chosen layers, with g_l learnable, 1/K at the start.

    Runs in fp32 (bf16 where the weights are bf16) whatever autocast says: the late layers of CLIP
    have outlier channels that overflow fp16.
    """

    def __init__(self, config: AnimeAdapterConfig) -> None:
        super().__init__()
        count = config.vision_layers
        self.layers = nn.ModuleList(
            nn.Linear(config.vision_hidden, config.cross_attention_dim, bias=config.bias)
            for _ in range(count)
        )
        self.layer_scale = nn.Parameter(torch.full((count,), 1.0 / count))

    def forward(self, hidden_states: Sequence[Tensor]) -> Tensor:
        """K tensors [B, N, d], first to last layer, to tokens F [B, N, d_c] in fp32 or bf16."""
        if len(hidden_states) != len(self.layers):
            raise ValueError(
                f"{len(self.layers)} hidden states are needed, not {len(hidden_states)}"
            )
        weight_dtype = self.layer_scale.dtype
        dtype = torch.float32 if weight_dtype == torch.float16 else weight_dtype
        with torch.autocast(self.layer_scale.device.type, enabled=False):
            return self._weighted_sum([state.to(dtype) for state in hidden_states], dtype)

    def _weighted_sum(self, states: list[Tensor], dtype: torch.dtype) -> Tensor:
        terms = [
            gain * _linear(layer, state, dtype)
            for gain, layer, state in zip(
                self.layer_scale.to(dtype), self.layers, states, strict=True
            )
        ]
        return torch.stack(terms).sum(0)


def _linear(layer: nn.Module, states: Tensor, dtype: torch.dtype) -> Tensor:
    assert isinstance(layer, nn.Linear)
    parameters = [parameter.to(dtype) for parameter in layer.parameters()]  # weight, then bias
    return nn.functional.linear(states, *parameters)
