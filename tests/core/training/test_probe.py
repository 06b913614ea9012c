"""A model that reads words is told from one that does not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from core.training.choices import Choice
from core.training.probe import TIMES, probe

PICTURES = 3


class Numbers:
    """Pictures of one number each; their looks are that number, 0 where the words are silent."""

    count, samples = PICTURES, list(range(PICTURES))
    reading = SimpleNamespace(latent_shape=(2, 4, 4), ids=lambda prompt: torch.zeros(1))

    def example(self, row: int, choice: Choice, rng: np.random.Generator) -> dict[str, Tensor]:
        subject = torch.zeros(1, 4, 4)
        subject[:, 1:3, 1:3] = 1
        latents = torch.full((2, 4, 4), float(row + 1)) * subject
        told = row + 1 if choice.drop_identity_tags == 0 else 0
        return {"latents": latents, "subject": subject, "ids": torch.tensor([float(told)])}


class Reader:
    """Draws the number that it reads, everywhere, or always the same one."""

    def __init__(self, reads: bool) -> None:
        self.reads = reads

    def clean(self, batch: dict[str, Tensor]) -> Tensor:
        return batch["latents"]

    def given(self, batch: dict[str, Tensor]) -> Tensor:
        told = batch["ids"] if self.reads else torch.full_like(batch["ids"], 2.0)
        return told[:, :, None, None].expand(-1, 2, 4, 4)

    def __call__(self, given: Tensor, latents: Tensor, timestep: Tensor) -> Tensor:
        return (latents - given) / (timestep[:, None, None, None] / 1000)


def test_a_reader_is_right_with_the_right_words_alone() -> None:
    heard = probe(cast(Any, Reader(True)), cast(Any, Numbers()), 1)
    assert [one.time for one in heard] == list(TIMES)
    for one in heard:
        assert one.right == pytest.approx(0, abs=1e-3)
        # 1, 2, 3 told as 0; as 3, 1, 2
        assert one.none * one.time**2 == pytest.approx((1 + 4 + 9) / 3, rel=1e-3)
        assert one.other * one.time**2 == pytest.approx((4 + 1 + 1) / 3, rel=1e-3)


def test_who_does_not_read_is_the_same_with_all_words() -> None:
    for one in probe(cast(Any, Reader(False)), cast(Any, Numbers()), 1):
        assert one.right == one.none == one.other > 0.5
