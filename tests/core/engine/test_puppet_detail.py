from __future__ import annotations

import cv2
import numpy as np

from core.engine.puppet_detail import with_puppet_detail


def striped(size: int = 64) -> np.ndarray:
    image = np.full((size, size, 3), 120, np.uint8)
    image[:, ::4] = 150
    return image


def puppet_of(image: np.ndarray) -> np.ndarray:
    alpha = np.zeros(image.shape[:2], np.uint8)
    alpha[8:-8, 8:-8] = 255
    return np.dstack([image, alpha])


def soft(image: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(image, (0, 0), 1.5)


def test_detail_returns_where_the_drawing_agrees() -> None:
    truth = striped()
    got = with_puppet_detail(soft(truth), puppet_of(truth), 1.0)
    inner = (slice(16, -16), slice(16, -16))
    assert np.abs(got[inner].astype(int) - truth[inner]).mean() < 8
    assert np.abs(soft(truth)[inner].astype(int) - truth[inner]).mean() > 10
    assert np.array_equal(got[:4], soft(truth)[:4]), "nothing changes away from the puppet"


def test_a_differing_drawing_is_left_alone() -> None:
    other = np.full((64, 64, 3), 220, np.uint8)
    assert np.array_equal(with_puppet_detail(other, puppet_of(striped()), 1.0), other)


def test_scale_zero_changes_nothing() -> None:
    drawn = soft(striped())
    assert with_puppet_detail(drawn, puppet_of(striped()), 0.0) is drawn
