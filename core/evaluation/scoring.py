"""All scores of the samples of one case."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.detection.detector import MIN_KEYPOINTS, PoseDetector
from core.errors import BadInput
from core.evaluation.cases import BenchmarkCase, Image, Keypoints
from core.evaluation.metrics import (
    average_keypoint_distance,
    masked_psnr,
    missing_keypoint_rate,
)
from core.evaluation.scorers.figures import Figure, Measures, crop_mask
from core.synthetic import Drawing, Part

_PARTS = {"hair": Part.HAIR, "top": Part.TOP, "bottom": Part.BOTTOM}
_MIN_PART_PX = 60
_MAX_PSNR = 60.0  # equal pictures: a number that a mean can hold

Scores = dict[str, float | None]


@dataclass(frozen=True)
class Metric:
    """A column: its name in files and tables, whether more is better, and where it is measured."""

    key: str
    title: str
    better: str
    digits: int = 3
    pose_only: bool = False


METRICS = (
    Metric("clip_t", "CLIP-T", "more"),
    Metric("clip_i", "CLIP-I (masked)", "more"),
    Metric("lpips", "lpips-koma (masked)", "less"),
    Metric("div", "Div", "more"),
    Metric("psnr", "PSNR (masked) dB", "more", 2),
    Metric("akd", "AKD", "less", pose_only=True),
    Metric("mkr", "MKR", "less", pose_only=True),
    Metric("mkr_strict", "MKR strict", "less", pose_only=True),
    Metric("fail", "Fail", "less", pose_only=True),
    Metric("psnr_truth", "PSNR to truth dB", "more", 2),
    Metric("lpips_truth", "lpips-koma to truth", "less"),
    Metric("de_parts", "CIEDE2000 of parts", "less", 1),
    Metric("de_hair", "CIEDE2000 hair", "less", 1),
    Metric("de_top", "CIEDE2000 top", "less", 1),
    Metric("de_bottom", "CIEDE2000 bottom", "less", 1),
    Metric("attributes", "attributes right", "more"),
)


class CaseScorer:
    """Scores pictures against one case; what is known of it is read once."""

    def __init__(self, case: BenchmarkCase, scorers: Measures, detector: PoseDetector) -> None:
        self._case, self._scorers, self._detector = case, scorers, detector
        shown = case.reference
        self._reference = scorers.known(shown.image, shown.mask, shown.parts)
        true = case.truth
        self._truth = None if true is None else scorers.known(true.image, true.mask, true.parts)
        self._judged = {n: v for n, v in case.attributes.items() if n in scorers.groups}

    def scores(self, pictures: Sequence[Image]) -> Scores:
        """Means over the samples of one row; None where a score cannot be told."""
        each = [self._one(picture) for picture in pictures]
        found = {key: _mean([one.get(key) for one in each]) for key in each[0]}
        return found | {"div": diversity(pictures, self._scorers)}

    def _one(self, picture: Image) -> Scores:
        figure = self._scorers.figure(picture)
        found: Scores = {"clip_t": self._scorers.clip_t(picture, self._case.words)}
        found |= _likeness(figure, self._reference, self._scorers)
        if self._case.truth is not None and self._truth is not None:
            found |= self._against(self._case.truth, picture)
            found["attributes"] = _attributes_right(self._scorers.attributes(figure), self._judged)
            found |= part_colours(figure, self._truth)
        if self._case.target is not None:
            found |= pose_scores(picture, self._case.target, self._detector)
        return found

    def _against(self, truth: Drawing, picture: Image) -> Scores:
        return {
            "psnr_truth": _psnr(picture, truth.image, truth.mask > 127),
            "lpips_truth": self._scorers.distance(picture, truth.image),
        }


def diversity(pictures: Sequence[Image], scorers: Measures) -> float | None:
    """Div: mean distance over all pairs of samples; None for a single one."""
    pairs = itertools.combinations(pictures, 2)
    return _mean([scorers.distance(first, second) for first, second in pairs])


def _likeness(figure: Figure, reference: Figure, scorers: Measures) -> Scores:
    """Against the reference, both figures cut out and scaled to one square."""
    if figure.crop is None or reference.crop is None:
        return {"clip_i": None, "lpips": None, "psnr": None}
    mask = crop_mask(reference.crop)
    return {
        "clip_i": scorers.clip_i(figure, reference),
        "lpips": scorers.distance(figure.crop, reference.crop, mask),
        "psnr": _psnr(figure.crop, reference.crop, mask > 127),
    }


def _psnr(got: Image, truth: Image, mask: NDArray[np.bool_]) -> float | None:
    return min(masked_psnr(got, truth, mask), _MAX_PSNR) if mask.any() else None


def _attributes_right(read: dict[str, str], true: dict[str, str]) -> float | None:
    """Share of the attributes that are read as the truth has them; 0 where there is no figure."""
    if not true:
        return None
    return float(np.mean([read.get(name) == value for name, value in true.items()]))


def part_colours(figure: Figure, truth: Figure) -> Scores:
    """CIEDE2000 between the mean colours of a part in both, wherever it lies in each.

    None where the part cannot be seen in one of them.
    """
    found = {f"de_{name}": _part_colour(figure, truth, part) for name, part in _PARTS.items()}
    return found | {"de_parts": _mean(list(found.values()))}


def _part_colour(figure: Figure, truth: Figure, part: Part) -> float | None:
    from skimage.color import deltaE_ciede2000, rgb2lab

    if figure.parts is None or truth.parts is None:
        return None
    masks = [parts == int(part) for parts in (figure.parts, truth.parts)]
    if min(int(mask.sum()) for mask in masks) < _MIN_PART_PX:
        return None
    means = [
        rgb2lab(side.image[mask].mean(axis=0)[None, None] / 255)[0, 0]
        for side, mask in zip((figure, truth), masks, strict=True)
    ]
    return float(deltaE_ciede2000(means[0], means[1]))


def pose_scores(picture: Image, target: Keypoints, detector: PoseDetector) -> Scores:
    """AKD, MKR over pictures with a figure, MKR strict over all, Fail (docs/benchmark.md)."""
    try:
        found = detector.detect(picture).pose.to_array()
    except BadInput:
        found = np.zeros((18, 3))
    if int((found[:, 2] > 0).sum()) < MIN_KEYPOINTS:
        return {"akd": None, "mkr": None, "mkr_strict": 1.0, "fail": 1.0}
    height, width = picture.shape[:2]
    missing = missing_keypoint_rate(found, target)
    return {
        "akd": average_keypoint_distance(found, target, width, height),
        "mkr": missing,
        "mkr_strict": missing,
        "fail": 0.0,
    }


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
