"""What an export writes: a page as a tree of pixel layers, and the same page merged.

Coordinates are pixels of the page, origin at its top left, y downwards. Layers stand bottom to top.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput

Blend = Literal["normal", "multiply", "screen"]
Pixels = NDArray[np.uint8]

MAX_SIDE_PX = 300_000  # the largest side that PSB can hold
MAX_DPI = 4800.0


@dataclass(frozen=True, eq=False, slots=True)
class Layer:
    """Pixels at a place of the page: (H, W, 4) uint8 RGBA, straight alpha, not empty.

    The layer may reach beyond the page. `opacity` is 0 to 1. An invisible layer is written, hidden.
    Raises ValueError for pixels of another shape or type: no artist's input, so a bug.
    """

    name: str
    image: Pixels
    left: int = 0
    top: int = 0
    opacity: float = 1.0
    blend: Blend = "normal"
    visible: bool = True

    def __post_init__(self) -> None:
        _require_pixels(self.image, 4)
        if not 0.0 <= self.opacity <= 1.0:
            raise ValueError(f"opacity {self.opacity} is not within 0 and 1")

    @property
    def width(self) -> int:
        return self.image.shape[1]

    @property
    def height(self) -> int:
        return self.image.shape[0]


@dataclass(frozen=True, eq=False, slots=True)
class Mask:
    """(H, W) uint8 at a place of the page, 255 = shown; outside of it nothing is shown."""

    image: Pixels
    left: int = 0
    top: int = 0

    def __post_init__(self) -> None:
        _require_pixels(self.image, None)

    @property
    def width(self) -> int:
        return self.image.shape[1]

    @property
    def height(self) -> int:
        return self.image.shape[0]


@dataclass(frozen=True, eq=False, slots=True)
class LayerGroup:
    """Layers that are composited by themselves, cut by `mask`, then laid over what is below."""

    name: str
    children: tuple[Node, ...]
    mask: Mask | None = None
    visible: bool = True

    def __post_init__(self) -> None:
        if not self.children:
            raise ValueError("a group without layers: some readers refuse it")


Node = Layer | LayerGroup


@dataclass(frozen=True, eq=False, slots=True)
class LayeredPage:
    """A page to write. `merged` is (height, width, 3) uint8 RGB: what compositing `root` gives.

    Raises BadInput where `dpi` is out of range or the page has no pixels or too many.
    """

    width: int
    height: int
    dpi: float
    root: tuple[Node, ...]
    merged: Pixels

    def __post_init__(self) -> None:
        check_page_size(self.width, self.height, self.dpi)
        _require_pixels(self.merged, 3)
        if self.merged.shape[:2] != (self.height, self.width):
            raise ValueError("the merged picture does not have the size of the page")

    def layers(self) -> Iterator[Layer]:
        """All pixel layers, bottom to top, groups opened."""
        return walk(self.root)


def walk(nodes: tuple[Node, ...]) -> Iterator[Layer]:
    """The pixel layers below `nodes`, bottom to top."""
    for node in nodes:
        if isinstance(node, Layer):
            yield node
        else:
            yield from walk(node.children)


def check_page_size(width: int, height: int, dpi: float) -> None:
    """Raises BadInput where no file could hold the page."""
    if not (math.isfinite(dpi) and 1.0 <= dpi <= MAX_DPI):
        raise BadInput(f"The resolution must be between 1 and {MAX_DPI:g} dpi.")
    if width < 1 or height < 1:
        raise BadInput("The page would have no pixels. Choose a higher resolution.")
    if max(width, height) > MAX_SIDE_PX:
        raise BadInput(
            f"The page would be {width} x {height} px, more than any picture file holds. "
            "Choose a lower resolution."
        )


def _require_pixels(image: Pixels, channels: int | None) -> None:
    shape = image.shape if channels is None else image.shape[:-1]
    if image.dtype != np.uint8 or len(shape) != 2 or 0 in shape:
        raise ValueError(f"expected uint8 pixels, got {image.dtype} of shape {image.shape}")
    if channels is not None and image.shape[-1] != channels:
        raise ValueError(f"expected {channels} channels, got {image.shape[-1]}")
