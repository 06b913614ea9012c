from __future__ import annotations

import math

import numpy as np
import pytest

from core.evaluation.metrics import (
    average_keypoint_distance,
    colour_difference,
    masked_psnr,
    missing_keypoint_rate,
)


def keypoints() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.concatenate([rng.uniform(0, 100, (18, 2)), np.ones((18, 1))], axis=1)


def test_psnr_counts_only_the_mask() -> None:
    truth = np.full((8, 8, 3), 100, np.uint8)
    got = truth.copy()
    got[:4] = 110
    got[4:] = 250
    mask = np.zeros((8, 8), bool)
    mask[:4] = True
    assert masked_psnr(got, truth, mask) == pytest.approx(20 * math.log10(255 / 10))
    assert masked_psnr(truth, truth, mask) == math.inf
    with pytest.raises(ValueError):
        masked_psnr(got, truth, np.zeros((8, 8), bool))


def test_ciede2000_of_a_published_pair() -> None:
    # Sharma, Wu, Dalal 2005, via sRGB: black to white is 100.
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    mask = np.ones((2, 2), bool)
    assert colour_difference(black, white, mask) == pytest.approx(100, abs=0.1)
    assert colour_difference(white, white, mask) == 0


def test_akd_and_mkr_as_defined() -> None:
    truth = keypoints()
    assert average_keypoint_distance(truth, truth, 100, 100) == 0
    moved = truth.copy()
    moved[:, 0] += 10
    assert average_keypoint_distance(moved, truth, 100, 100) == pytest.approx(0.05)
    fewer = truth.copy()
    fewer[:3, 2] = 0
    assert missing_keypoint_rate(fewer, truth) == pytest.approx(1 / 6)
    nothing = truth.copy()
    nothing[:, 2] = 0
    assert average_keypoint_distance(nothing, truth, 100, 100) is None
