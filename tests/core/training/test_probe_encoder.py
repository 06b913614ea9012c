"""An attribute that is in the features is found there, and one that is not is not."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.training.probe_encoder import probe_encoder, subject_features, told_of


def test_what_is_there_is_read_and_what_is_not_is_guessed() -> None:
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(500, 12, generator=generator)
    there = ["red" if row[3] > 0 else "blue" for row in features]
    rng = np.random.default_rng(0)
    missing = [str(rng.integers(4)) for _ in there]
    found = told_of(
        features,
        [{"hair": a, "top": b, "same": "x"} for a, b in zip(there, missing, strict=True)],
        300,
    )
    assert [told.attribute for told in found] == ["hair", "top"], "one value alone is no question"
    hair, top = found
    assert hair.right > 0.8 and hair.chance == pytest.approx(0.5, abs=0.08) and hair.count == 200
    assert top.right < 0.4


def test_attributes_that_some_pictures_lack_are_asked_of_the_others() -> None:
    features = torch.randn(60, 4, generator=torch.Generator().manual_seed(1))
    bottoms = [{}, {"bottom": "skirt"}, {}, {"bottom": "pants"}]
    attributes = [bottoms[row % 4] for row in range(60)]
    (told,) = told_of(features, attributes, 40)
    assert told.count == 10


class Layers(nn.Module):
    """A vision encoder whose layers are the picture's own numbers, plus the layer's."""

    def forward(self, pixels: Tensor, output_hidden_states: bool) -> Any:
        tokens = pixels.flatten(2).transpose(1, 2)
        states = tuple(torch.cat([tokens[:, :1], tokens], 1) + layer for layer in range(6))
        return SimpleNamespace(hidden_states=states)


def test_only_the_subject_s_patches_count() -> None:
    reading = cast(Any, SimpleNamespace(adapter=SimpleNamespace(vision_layers=3)))
    pixels = torch.randn(2, 3, 2, 2, generator=torch.Generator().manual_seed(2))
    mask = torch.tensor([[True, False, True, False]] * 2)
    before = subject_features(Layers(), reading, pixels, mask)
    assert before.shape == (2, 9)
    pixels[..., 1] += 5.0  # the second of each row of two: outside the mask
    torch.testing.assert_close(subject_features(Layers(), reading, pixels, mask), before)
    pixels[:, 0, 0, 0] += 5.0
    assert (subject_features(Layers(), reading, pixels, mask) - before).abs().max() > 0.1


def test_characters_are_drawn_and_asked_about() -> None:
    class Pixels:
        size_px, adapter = 64, SimpleNamespace(vision_layers=3)

        def reference(self, image: Any, mask: Any) -> tuple[Tensor, Tensor]:
            small = torch.from_numpy(image[::16, ::16].astype(np.float32)).permute(2, 0, 1)
            return small / 255, torch.from_numpy(mask[::16, ::16] > 127).flatten()

    found = probe_encoder(Layers(), cast(Any, Pixels()), fitted=30, asked=20)
    names = {told.attribute for told in found}
    assert {"hair colour", "top colour", "bottom"} <= names
    assert all(0 < told.chance <= 1 and told.count <= 20 for told in found)
