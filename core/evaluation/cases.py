"""A case of the benchmark, whatever it was made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.synthetic import Drawing

Image = NDArray[np.uint8]
Mask = NDArray[np.uint8]
Keypoints = NDArray[np.float32]
Attributes = dict[str, str]


@dataclass(frozen=True, eq=False)
class ReferencePicture:
    """The character as the model is shown it.

    image: (H, W, 3) RGB. mask: (H, W), 255 = subject. keypoints: (18, 3) x, y in px and presence;
    None where no skeleton is known. parts: (H, W) `Part` labels; None where they are not known.
    """

    image: Image
    mask: Mask
    keypoints: Keypoints | None
    parts: NDArray[np.uint8] | None = None


@dataclass(frozen=True, eq=False)
class BenchmarkCase:
    """What is asked for, and what is known of the answer.

    number: seeds the noise and names the files. words: what CLIP-T compares the picture with.
    target: (18, 3) skeleton that is given as a control image and that AKD and MKR look for; None
    in tasks without one. puppet_target: where the puppet's keypoints go. truth: the true drawing
    and attributes its attributes; None and empty where nobody knows. told_prompt: the
    prompt that also names the character's looks; empty where nobody knows their tags.
    """

    task: str
    number: int
    prompt: str
    words: tuple[str, ...]
    reference: ReferencePicture
    width: int
    height: int
    target: Keypoints | None = None
    puppet_target: Keypoints | None = None
    truth: Drawing | None = None
    attributes: Attributes = field(default_factory=dict[str, str])
    told_prompt: str = ""


class CaseSource(Protocol):
    """Where cases come from: an edition of the synthetic world, or a set on disk."""

    @property
    def name(self) -> str:
        """World that scorers must have been trained on; else says where the cases are from."""
        ...

    @property
    def has_truth(self) -> bool: ...

    @property
    def references(self) -> str:
        """What kind of pictures they are: written beside the scores."""
        ...

    def has(self, task: str, index: int) -> bool:
        """Whether there is a case with this index (from 0) of the task."""
        ...

    def case(self, task: str, number: int, size_px: int) -> BenchmarkCase:
        """Case `number` of a task, always the same; index = number modulo `STRIDE`.

        size_px: the side of a square picture of the area to draw. Raises BadInput.
        """
        ...


STRIDE = 100_000  # case numbers of a seed
