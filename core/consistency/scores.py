"""What is found out about a figure, and when it is worth telling the artist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

PartName = Literal["hair", "skin", "top", "bottom", "legwear"]
PARTS: tuple[PartName, ...] = get_args(PartName)
CLOTHES: tuple[PartName, ...] = ("top", "bottom", "legwear")
Drift = Literal["hair", "skin", "top", "bottom", "legwear", "likeness"]

# CIEDE2000 with k_L = 2 beyond which a part has another colour, and the least cosine of masked
# pictures. Measured: docs/consistency.md.
PART_LIMITS: Mapping[PartName, float] = {
    "hair": 8.0, "skin": 10.0, "top": 8.0, "bottom": 8.0, "legwear": 8.0,
}  # fmt: skip
LIKENESS_LIMIT = 0.1

_WORST = 3.0  # no part counts more than this in a strain: far off is far off
_LIKENESS_SPAN = 0.25  # so much less of a cosine counts as much as a part at its limit


@dataclass(frozen=True)
class FigureScore:
    """parts: CIEDE2000 to the nearest reference of each part that can be judged.

    similarity: cosine of the masked pictures, to the nearest reference; None where no encoder was
    at hand. likeness_counts: whether the limit was measured for such drawings.
    """

    figure_id: str
    character_id: str
    parts: Mapping[PartName, float]
    similarity: float | None = None
    likeness_counts: bool = False

    def without(self, parts: frozenset[PartName]) -> FigureScore:
        """The same without these parts. Likeness does not count either where there are any: who
        wears other clothes is less alike.
        """
        if not parts:
            return self
        kept = {part: d for part, d in self.parts.items() if part not in parts}
        return replace(self, parts=kept, likeness_counts=False)

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """What is off, the worst first; () where all is well or nothing can be judged."""
        over: dict[PartName, float] = {
            part: d / PART_LIMITS[part] for part, d in self.parts.items()
        }
        found: tuple[PartName, ...] = tuple(part for part in over if over[part] > 1)
        if (
            not found
            and self.likeness_counts
            and self.similarity is not None
            and self.similarity < LIKENESS_LIMIT
        ):
            return ("likeness",)
        worst_first = sorted(found, key=lambda part: -over[part])
        return (*worst_first,)

    @property
    def strain(self) -> float:
        """How far the figure is from its references; 0 = as near as can be, for comparing."""
        terms = [min(d / PART_LIMITS[part], _WORST) for part, d in self.parts.items()]
        strain = sum(terms) / len(terms) if terms else 0.0
        if self.similarity is not None:
            strain += (1 - self.similarity) / _LIKENESS_SPAN
        return strain


@dataclass(frozen=True)
class PanelScore:
    """Of the figures that could be judged, back to front."""

    figures: tuple[FigureScore, ...] = ()

    @cached_property
    def drifting(self) -> tuple[FigureScore, ...]:
        return tuple(figure for figure in self.figures if figure.drifts)

    @property
    def strain(self) -> float:
        """Of the panel: smaller is better; compare drawings of one panel only."""
        return sum(figure.strain for figure in self.figures)
