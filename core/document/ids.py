"""Ids: short strings such as "panel-3f9a41c07be2", unique within a document."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal

Kind = Literal["page", "panel", "figure", "character", "reference", "mask", "edit"]
IdFactory = Callable[[Kind], str]


def random_id(kind: Kind) -> str:
    """48 random bits: among 10,000 objects two ids clash with a probability of about 2e-7."""
    return f"{kind}-{secrets.token_hex(6)}"


class CountingIds:
    """Ids "page-1", "panel-2", ... for tests and samples that must come out the same each time."""

    def __init__(self, start: int = 1) -> None:
        self._next = start

    def __call__(self, kind: Kind) -> str:
        number, self._next = self._next, self._next + 1
        return f"{kind}-{number}"
