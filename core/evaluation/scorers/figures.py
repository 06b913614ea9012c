"""What scorers see in a picture, and what every set of scorers can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from core.evaluation.scorers.pixels import Image


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure as the scorers see it.

    parts: (H, W) uint8 `Part` labels at the picture's size; None where nothing reads them. crop:
    the figure on white, cut out square; None where there is none.
    """

    image: Image
    parts: NDArray[np.uint8] | None
    crop: Image | None


class Measures(Protocol):
    """A set of scorers. A score that it cannot give is None.

    name: the id printed beside its scores. world: the edition that it was trained on; None where
    it may judge any picture. groups: the attributes that it may judge. distance_name: of what
    stands in the columns of LPIPS. ids: of everything else that it reads with, by what it does.
    """

    name: str
    groups: tuple[str, ...]

    @property
    def world(self) -> str | None: ...

    @property
    def distance_name(self) -> str: ...

    @property
    def ids(self) -> dict[str, str]: ...

    def figure(self, image: Image) -> Figure:
        """Finds the figure of a picture (H, W, 3)."""
        ...

    def known(
        self, image: Image, mask: NDArray[np.uint8], parts: NDArray[np.uint8] | None
    ) -> Figure:
        """The figure of a picture whose mask is known, and perhaps its parts."""
        ...

    def clip_t(self, image: Image, words: Sequence[str]) -> float:
        """Cosine between a picture and words."""
        ...

    def clip_i(self, first: Figure, second: Figure) -> float | None:
        """Cosine between two figures on white; None where one has none."""
        ...

    def attributes(self, figure: Figure) -> dict[str, str]:
        """The value that is read, by group."""
        ...

    def distance(
        self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None
    ) -> float | None:
        """LPIPS or what stands for it; with a mask (of the size of `first`), over its pixels."""
        ...


def crop_mask(crop: Image) -> NDArray[np.uint8]:
    """What of a figure on white is not white: (S, S) 0 or 255, filled inside."""
    inside = (crop.min(axis=2) < 250).astype(np.uint8)
    closed = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return np.asarray(closed * 255, np.uint8)
