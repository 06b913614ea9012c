"""The one interface of all segmenters, and the values that cross it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput, KomaError
from core.geometry import Point, Rect


class SegmentationCancelled(KomaError):
    """The artist stopped it; not a failure."""

    code = "cancelled"


class Cancellation(Protocol):
    """Whatever can be asked whether to stop, the engine's CancelToken for one."""

    @property
    def cancelled(self) -> bool: ...


class PromptPoint(NamedTuple):
    """A click, in px of the picture: this belongs to the subject, or does not."""

    x: float
    y: float
    is_foreground: bool = True


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line painted over the picture, in px; marks what it covers as subject or as ground."""

    points: tuple[Point, ...]
    radius_px: float = 4.0
    is_foreground: bool = True


@dataclass(frozen=True, slots=True)
class SegmentPrompt:
    """What to look for; an empty prompt asks for the main figure. Boxes and points are in px."""

    text: str | None = None
    points: tuple[PromptPoint, ...] = ()
    boxes: tuple[Rect, ...] = ()
    strokes: tuple[Stroke, ...] = ()

    @property
    def has_marks(self) -> bool:
        """Whether the artist showed a place, and did not only name a thing."""
        return bool(self.points or self.boxes or self.strokes)


@dataclass(frozen=True)
class SegmentedMask:
    """mask: (H, W) uint8, 255 = subject, size of the picture; score: 0 to 1; label: what it is."""

    mask: NDArray[np.uint8]
    score: float
    label: str


class Segmenter(Protocol):
    """Finds subjects in a picture."""

    def segment(
        self,
        image: NDArray[np.uint8],
        prompt: SegmentPrompt | None = None,
        token: Cancellation | None = None,
    ) -> list[SegmentedMask]:
        """image: (H, W, 3) RGB or (H, W, 4) RGBA. At least one mask, best first.

        Raises BadInput where nothing is found or the prompt cannot be used,
        SegmentationCancelled as soon as the token says so.
        """
        ...


def raise_if_cancelled(token: Cancellation | None) -> None:
    if token is not None and token.cancelled:
        raise SegmentationCancelled("Finding the figure was stopped.")


def no_figure() -> BadInput:
    """The one sentence for all segmenters."""
    return BadInput(
        "No figure was found in this picture. Draw a box around it or paint the mask.",
        code="no_figure",
    )


def checked_image(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Raises ValueError for arrays that are no picture: the caller's mistake, not the artist's."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4):
        raise ValueError("a picture is (H, W, 3) or (H, W, 4) uint8")
    if 0 in image.shape:
        raise ValueError("a picture has at least one pixel")
    return image


def checked_prompt(prompt: SegmentPrompt, width: int, height: int) -> SegmentPrompt:
    """The prompt, cut to the picture. Raises BadInput where a mark is outside of it or empty."""
    boxes = tuple(_inside(box, width, height) for box in prompt.boxes)
    points = [(point.x, point.y) for point in prompt.points]
    points += [(point.x, point.y) for stroke in prompt.strokes for point in stroke.points]
    if any(not stroke.points for stroke in prompt.strokes):
        raise BadInput("One of the strokes is empty. Paint it again.")
    if any(not (math.isfinite(x) and math.isfinite(y)) for x, y in points):
        raise BadInput("A mark has no valid place. Set it again.")
    if any(not (0 <= x < width and 0 <= y < height) for x, y, _ in prompt.points):
        raise BadInput("A point lies outside the picture. Set it on the picture.")
    return SegmentPrompt(prompt.text, prompt.points, boxes, prompt.strokes)


def _inside(box: Rect, width: int, height: int) -> Rect:
    sides = (box.x, box.y, box.x + box.width, box.y + box.height)
    if not all(math.isfinite(side) for side in sides):
        raise BadInput("The box has no valid place. Draw it again.")
    x0, y0 = max(box.x, 0.0), max(box.y, 0.0)
    x1, y1 = min(sides[2], float(width)), min(sides[3], float(height))
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise BadInput("The box is empty or outside the picture. Draw it around the figure.")
    return Rect(x0, y0, x1 - x0, y1 - y0)
