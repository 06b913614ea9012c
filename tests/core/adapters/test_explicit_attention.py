"""Explicit products are attention too, and are taken where they are worth it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn import functional

import core.adapters.attention as module
from core.adapters.attention import attention


def states(dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    shapes = ((2, 4, 64, 40), (2, 4, 24, 40), (2, 4, 24, 40))
    query, key, value = (torch.randn(shape, generator=generator).to(dtype) for shape in shapes)
    return query, key, value


def error(got: Tensor, truth: Tensor) -> float:
    return float((got.float() - truth).norm() / truth.norm())


def test_in_bfloat16_it_is_close_to_exact_attention(monkeypatch: pytest.MonkeyPatch) -> None:
    query, key, value = states(torch.bfloat16)
    exact = functional.scaled_dot_product_attention(query.float(), key.float(), value.float())
    called: list[int] = []
    kernel = functional.scaled_dot_product_attention
    monkeypatch.setattr(
        module.functional,
        "scaled_dot_product_attention",
        lambda *args, **options: called.append(1) or kernel(*args, **options),
    )
    assert error(attention(query, key, value), exact) < 0.01
    assert called == []


@pytest.mark.parametrize("case", ["float32", "mask", "gradient", "many"])
def test_elsewhere_it_is_torchs_own(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    query, key, value = states(torch.float32 if case == "float32" else torch.bfloat16)
    mask = torch.rand(2, 1, 1, 24) > 0.5 if case == "mask" else None
    if case == "many":
        monkeypatch.setattr(module, "MOST_SCORES", 2 * 4 * 64 * 24 - 1)
    if case == "gradient":
        query.requires_grad_(True)
    expected = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    assert torch.equal(attention(query, key, value, mask), expected)
