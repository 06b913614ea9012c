"""The shipped vision encoder as a measure of likeness."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import resources
from core.checkpoints.errors import DamagedWeights
from core.engine.picture_encoder import PictureEncoder

MODEL = resources.path("models") / "koma-toon"


def picture(colour: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    image = np.full((96, 64, 3), 250, np.uint8)
    mask = np.zeros((96, 64), np.uint8)
    image[20:80, 16:48], mask[20:80, 16:48] = colour, 255
    return image, mask


def test_vectors_have_length_one_and_know_no_background() -> None:
    encoder = PictureEncoder.load(MODEL)
    image, mask = picture((200, 40, 40))
    vector = encoder(image, mask)
    assert float(np.linalg.norm(vector)) == pytest.approx(1.0, abs=1e-5)
    other = image.copy()
    other[mask == 0] = (20, 90, 30)
    assert float(vector @ encoder(other, mask)) > 0.999
    shifted = np.roll(image, (7, -9), (0, 1)), np.roll(mask, (7, -9), (0, 1))
    assert float(vector @ encoder(*shifted)) > 0.999, "nor where in the picture it stands"
    assert float(vector @ encoder(*picture((40, 60, 220)))) < 0.99
    assert np.isfinite(encoder(image, np.zeros_like(mask))).all()


def test_a_folder_without_an_encoder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DamagedWeights):
        PictureEncoder.load(tmp_path)
