"""Cases from an evaluation set of `core.dataset`: the paper's own benchmark, without a truth.

Each post of a set has pictures of one character with masks and skeletons, and a prompt a task. The
pictures were drawn, so nobody knows the true answer: what needs it stays empty in the tables.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np

from core.checkpoints.files import model_digest
from core.dataset.reader import (
    INDEX,
    DatasetReader,
    StoredEdit,
    StoredReference,
    StoredSample,
)
from core.errors import BadInput
from core.evaluation.cases import STRIDE, BenchmarkCase, Keypoints, ReferencePicture
from core.evaluation.worlds import POSED_TASKS

_MULTIPLE_PX = 64  # of widths and heights, as models of the Stable Diffusion 1.5 class ask for
_MIN_KEYPOINTS = 5


class SetCases:
    """Implements `CaseSource`. Belongs to one process.

    Cases of the pose task need the skeletons of target and reference: all rows then draw the same
    cases. Raises BadInput where the set is not finished, or made for training.
    """

    has_truth = False
    references = "set"

    def __init__(self, folder: Path) -> None:
        self._reader = DatasetReader(folder)
        self._places: dict[str, list[int]] = {}
        self._looked_at = 0
        while not self._places and self._look_at_next():
            pass
        if not self._places:
            raise BadInput(
                f"The set in {folder} has no editing tasks: make one with “python -m core.dataset "
                "prompts --set evaluation”."
            )
        self.name = f"set {folder.resolve().name} {model_digest(folder / INDEX)[:12]}"

    def has(self, task: str, index: int) -> bool:
        """Cases are the posts that have the task, in the set's order."""
        while index >= len(self._places.get(task, ())):
            if not self._look_at_next():
                return False
        return True

    def _look_at_next(self) -> bool:
        """Pictures are read with their post: only as many posts are looked at as are needed."""
        if self._looked_at == len(self._reader):
            return False
        sample = self._read(self._looked_at)
        for edit in sample.edits:
            if _usable(edit, sample):
                self._places.setdefault(edit.task, []).append(self._looked_at)
        self._looked_at += 1
        return True

    def _read(self, place: int) -> StoredSample:
        """No file stays open between cases."""
        try:
            return self._reader[place]
        finally:
            self._reader.close()

    def case(self, task: str, number: int, size_px: int) -> BenchmarkCase:
        """Drawn in the proportions of the set's pictures. Raises BadInput for a damaged shard."""
        if not self.has(task, number % STRIDE):
            raise BadInput(f"The set has no case {number % STRIDE} of the task “{task}”.")
        sample = self._read(self._places[task][number % STRIDE])
        edit = next(edit for edit in sample.edits if edit.task == task)
        shown = sample.references[edit.reference]
        height, width = shown.image.shape[:2]
        if edit.pose_size is not None:
            width, height = edit.pose_size
        size = fitted(width, height, size_px)
        target = None
        if edit.keypoints is not None:
            target = scaled_keypoints(edit.keypoints, (width, height), size)
        return BenchmarkCase(
            task, number, edit.prompt, (edit.prompt,), _picture(shown), *size, target, target
        )  # fmt: skip


def _usable(edit: StoredEdit, sample: StoredSample) -> bool:
    if edit.task not in POSED_TASKS:
        return True
    skeletons = edit.keypoints, sample.references[edit.reference].keypoints
    return all(s is not None and int((s[:, 2] > 0).sum()) >= _MIN_KEYPOINTS for s in skeletons)


def _picture(shown: StoredReference) -> ReferencePicture:
    height, width = shown.image.shape[:2]
    mask = shown.mask if shown.mask.ndim == 2 else shown.mask[..., 0]
    if mask.shape != (height, width):
        mask = np.asarray(cv2.resize(mask, (width, height)), np.uint8)
    rgb = np.ascontiguousarray(shown.image[..., :3])
    return ReferencePicture(rgb, np.ascontiguousarray(mask), shown.keypoints)


def fitted(width: int, height: int, side_px: int) -> tuple[int, int]:
    """A size of about `side_px` squared in these proportions, in whole steps of 64 px."""
    scale = side_px / math.sqrt(width * height)

    def whole(side: int) -> int:
        return max(_MULTIPLE_PX, round(side * scale / _MULTIPLE_PX) * _MULTIPLE_PX)

    return whole(width), whole(height)


def scaled_keypoints(keypoints: Keypoints, old: tuple[int, int], new: tuple[int, int]) -> Keypoints:
    """The skeleton in px of the new size: scaled alike in both directions, in the middle."""
    scale = min(new[0] / old[0], new[1] / old[1])
    found = keypoints.astype(np.float32).copy()
    for axis in (0, 1):
        found[:, axis] = found[:, axis] * scale + (new[axis] - old[axis] * scale) / 2
    return found
