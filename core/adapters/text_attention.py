"""Where a UNet sees the words of its prompt: cross-attention maps of chosen tokens.

Aggregation as in DAAM (Tang et al., "What the DAAM", arXiv 2210.04885): every head's map is brought
to one size by bicubic interpolation, clamped at 0 and averaged over heads and layers; the coarsest
level, an eighth of the latent's sides, says too little and is left out.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.models.attention_processor import Attention
from torch import Tensor, nn
from torch.nn import functional

from core.adapters.conditions import attention_sizes, split_heads

MAP_SIDE = 64
COARSEST = 8  # layers whose grid is this many times smaller than the latent are left out


class WordMaps:
    """Sums the maps of the UNet calls inside `listening`; one row, of a prompt with `tokens`.

    tokens: positions in the prompt, one tuple for each thing that is looked for.
    """

    def __init__(self, tokens: Sequence[tuple[int, ...]], latent_size: tuple[int, int]) -> None:
        self._tokens = tuple(tokens)
        self._flat = [position for group in tokens for position in group]
        self._latent_size = latent_size
        self._sizes = attention_sizes(latent_size)
        self._sum: Tensor | float = 0.0
        self._layers = 0

    @contextmanager
    def listening(self, layers: Sequence[Attention]) -> Generator[None]:
        """The cross-attention layers are heard while the block runs, and left as they were."""
        hooks = [layer.register_forward_pre_hook(self._hear, with_kwargs=True) for layer in layers]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def maps(self) -> Tensor:
        """[R, 64, 64], one map for each tuple of tokens; 0 for an empty one.

        Raises ValueError where no layer was heard.
        """
        if not isinstance(self._sum, Tensor):
            raise ValueError("no cross-attention layer of the UNet is fine enough")
        by_token = list(self._sum / self._layers)
        found: list[Tensor] = []
        for group in self._tokens:
            own = [by_token.pop(0) for _ in group]
            found.append(torch.stack(own).mean(0) if own else torch.zeros(MAP_SIDE, MAP_SIDE))
        return torch.stack(found)

    def _hear(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        assert isinstance(module, Attention) and module.to_k is not None
        hidden: Tensor = args[0] if args else kwargs["hidden_states"]
        text: Tensor = kwargs["encoder_hidden_states"]
        height, width = self._sizes[hidden.shape[1]]
        if height * COARSEST <= self._latent_size[0]:
            return
        query = split_heads(module.to_q(hidden[:1]), module.heads)
        key = split_heads(module.to_k(text[:1]), module.heads)
        chosen = text_shares(query, key)[0][..., self._flat]  # heads, queries, tokens
        grids = chosen.permute(2, 0, 1).unflatten(-1, (height, width))
        size = (MAP_SIDE, MAP_SIDE)
        fine = functional.interpolate(grids, size=size, mode="bicubic").clamp_(min=0.0)
        self._sum = self._sum + fine.mean(1).cpu()
        self._layers += 1


def text_shares(query: Tensor, key: Tensor) -> Tensor:
    """softmax(Q K^T / sqrt(d)) in fp32, [B, H, Q, T] of [B, H, Q, d] and [B, H, T, d]."""
    scores = query.float() @ key.float().mT / query.shape[-1] ** 0.5
    return scores.softmax(dim=-1)
