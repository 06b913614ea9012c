"""What SDXL's UNet and ControlNets are told beside the words (arXiv 2307.01952, section 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class PooledText:
    """pooled: (N, P), prompts summed up. negative: None without guidance. size_ids: (N, 6)."""

    pooled: Tensor
    negative: Tensor | None
    size_ids: Tensor


def size_ids(width: int, height: int) -> Tensor:
    """(6,) float32: height and width of the original, its crop, height and width of the picture.

    A picture as large as its original and not cropped, which is what a good picture looked like in
    training.
    """
    return torch.tensor([height, width, 0, 0, height, width], dtype=torch.float32)


def added_conditions(pooled: Tensor, sizes: Tensor) -> dict[str, Any]:
    """Keyword arguments of the networks. pooled: (B, P), sizes: (B, 6), which stay in float32."""
    return {"added_cond_kwargs": {"text_embeds": pooled, "time_ids": sizes}}
