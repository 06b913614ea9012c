"""Pictures as vectors of a CLIP vision encoder, for comparing what is on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from core.adapters.encoders import WHITE, VisionTower
from core.adapters.token_mask import letterboxed, normalised, subject_on
from core.checkpoints.components import load_network
from core.checkpoints.files import read_json_object
from core.checkpoints.loading import image_normalisation


class PictureEncoder:
    """The image embedding of a CLIP vision encoder, on the CPU in float32.

    The one of koma-toon has 2 million weights: a picture takes a few milliseconds.
    """

    def __init__(self, tower: VisionTower) -> None:
        self._tower = tower

    @classmethod
    def load(cls, model_folder: Path) -> PictureEncoder:
        """That of a model in a folder. Raises DamagedWeights where it is missing or damaged."""
        import transformers

        what = "This model's image encoder"
        folder = model_folder / "image_encoder"
        network = load_network(
            transformers, "CLIPVisionModelWithProjection", folder, torch.float32, what
        )
        config = read_json_object(
            model_folder / "feature_extractor" / "preprocessor_config.json", what
        )
        return cls(VisionTower(network, *image_normalisation(config)))

    @torch.no_grad()
    def __call__(self, image: NDArray[np.uint8], mask: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(H, W, 3) and its subject (H, W), 255 = subject, on white and cut to what is there.

        A vector of length 1.
        """
        rows, columns = np.nonzero(mask > 0)
        picture = subject_on(image, mask, WHITE)
        if len(rows):
            box = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            picture = np.ascontiguousarray(picture[box])
        tower = self._tower
        side = int(tower.network.config.image_size)
        seen = tower.see(normalised(letterboxed(picture, side, WHITE), tower.mean, tower.std))
        vector = seen.image_embeds[0].float()
        return np.asarray(torch.nn.functional.normalize(vector, dim=0).cpu().numpy(), np.float32)
