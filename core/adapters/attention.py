"""Attention over few keys: by explicit products where that is faster and as good."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

MOST_SCORES = 2**26  # of explicit products, which keep all scores in memory: 128 MiB in 16 bits


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V; query [B, H, Q, d], key and value [B, H, N, d].

    mask: tokens that take part in the softmax, broadcast to [B, H, Q, N]; None is all.

    On a CPU in bfloat16 torch's own kernel computes in float32, which the processor's bfloat16
    products beat by a third at 256 keys. The price is a rounding of the scores: drawings of
    koma-toon agree with those in float32 to 51.9 dB PSNR instead of 52.2.
    """
    if mask is not None or not _explicit(query, key):
        return functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    scores = torch.matmul(query * query.shape[-1] ** -0.5, key.transpose(-1, -2))
    return torch.matmul(scores.softmax(-1), value)


def _explicit(query: Tensor, key: Tensor) -> bool:
    if query.device.type != "cpu" or query.dtype != torch.bfloat16 or query.requires_grad:
        return False
    return query[..., 0].numel() * key.shape[-2] <= MOST_SCORES
