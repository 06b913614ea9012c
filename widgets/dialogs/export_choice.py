"""What the artist chose to export, and the page ranges they may type."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ExportFormat = Literal["png", "psd"]
ExportArea = Literal["trim", "bleed"]
MAX_DIGITS = 5


@dataclass(frozen=True)
class ExportChoice:
    """Page numbers count from 1; `pages` None = all. `area`: up to the cut, or beyond it."""

    folder: Path
    formats: tuple[ExportFormat, ...]
    dpi: int
    pages: tuple[int, ...] | None
    area: ExportArea


def parse_page_range(text: str, page_count: int) -> tuple[int, ...] | None:
    """The page numbers of "1-3, 5", sorted; None where the text names no such pages."""
    numbers = set[int]()
    for part in text.replace("–", "-").replace("、", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        low = _number(first)
        high = _number(last) if dash else low
        if low is None or high is None or not 1 <= low <= high <= page_count:
            return None
        numbers.update(range(low, high + 1))
    return tuple(sorted(numbers))


def _number(text: str) -> int | None:
    # int() also reads the full-width digits of Japanese keyboards.
    return int(text) if text.isdecimal() and len(text) <= MAX_DIGITS else None
