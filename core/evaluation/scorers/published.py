"""Scorers with published weights: CLIP for likeness and text, SAM 3 for masks, LPIPS.

For models and pictures that are not of the synthetic world. Nothing here reads parts or attributes:
those scores stay empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from PIL import Image as PillowImage
from torch import Tensor

from core.checkpoints.components import load_network, load_tokenizer
from core.checkpoints.files import model_digest, read_json_object
from core.checkpoints.loading import image_normalisation
from core.engine.byte_cache import ByteCache
from core.errors import BadInput
from core.evaluation.scorers.figures import Figure
from core.evaluation.scorers.pixels import Image, figure_crop
from core.segmentation import Segmenter, SegmentPrompt

_KEPT_BYTES = 16 * 2**20  # embeddings: the reference's is asked for again and again
_WHAT = "The CLIP model of the scorers"
_FIGURE = "character"


class Distance(Protocol):
    """Of two pictures of one size; see `Measures.distance`."""

    def __call__(
        self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None
    ) -> float: ...


class ClipScorer:
    """A CLIP of transformers on disk, loaded at the first picture.

    folder: config.json, weights, tokenizer and preprocessor_config.json, as published. Raises
    BadInput where the folder holds no CLIP; DamagedWeights at the first picture.
    """

    def __init__(self, folder: Path, device: torch.device | str = "cpu") -> None:
        config = folder / "config.json"
        if not config.is_file() or read_json_object(config, _WHAT).get("model_type") != "clip":
            raise BadInput(
                f"There is no CLIP in {folder}: choose the folder of a whole CLIP model, such as "
                "clip-vit-large-patch14."
            )
        self._folder, self._device = folder, device
        self.name = f"CLIP {folder.resolve().name} {model_digest(folder)[:12]}"
        self._kept: ByteCache[Tensor] = ByteCache(_KEPT_BYTES, lambda tensor: tensor.nbytes)

    @cached_property
    def _network(self) -> Any:
        import transformers

        network = load_network(transformers, "CLIPModel", self._folder, torch.float32, _WHAT)
        return network.to(self._device)

    @cached_property
    def _tokenizer(self) -> Any:
        return load_tokenizer(self._folder)

    @cached_property
    def _normalisation(self) -> tuple[Tensor, Tensor]:
        path = self._folder / "preprocessor_config.json"
        config = read_json_object(path, _WHAT) if path.is_file() else None
        mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in image_normalisation(config))
        return mean, std

    @property
    def size_px(self) -> int:
        return int(self._network.config.vision_config.image_size)

    @torch.no_grad()
    def picture(self, image: Image) -> Tensor:
        """(1, d), unit length, of a picture (H, W, 3)."""

        def embed() -> Tensor:
            pixels = self._pixels(image).to(self._device)
            pooled = self._network.vision_model(pixel_values=pixels).pooler_output
            return F.normalize(self._network.visual_projection(pooled), dim=1)

        return self._kept.get_or_make((image.shape, image.tobytes()), embed)

    @torch.no_grad()
    def text(self, words: str) -> Tensor:
        """(1, d), unit length; what is longer than CLIP reads is cut off."""

        def embed() -> Tensor:
            length = self._network.config.text_config.max_position_embeddings
            tokens = self._tokenizer(
                words, truncation=True, max_length=length, return_tensors="pt"
            ).to(self._device)
            pooled = self._network.text_model(**tokens).pooler_output
            return F.normalize(self._network.text_projection(pooled), dim=1)

        return self._kept.get_or_make(words, embed)

    def _pixels(self, image: Image) -> Tensor:
        """As CLIP was published: the shorter side scaled (bicubic), the middle cut out."""
        size = self.size_px
        height, width = image.shape[:2]
        scale = size / min(height, width)
        sides = max(size, round(width * scale)), max(size, round(height * scale))
        picture = PillowImage.fromarray(image).resize(sides, PillowImage.Resampling.BICUBIC)
        left, top = (sides[0] - size) // 2, (sides[1] - size) // 2
        cut = np.asarray(picture.crop((left, top, left + size, top + size)), np.float32) / 255
        mean, std = self._normalisation
        return (torch.from_numpy(cut).permute(2, 0, 1)[None] - mean) / std


class PublishedScorers:
    """Implements `Measures`. segmenter_name, distance_name: printed beside the scores.

    distance: None where there are no weights for LPIPS or its substitute.
    """

    groups: tuple[str, ...] = ()

    def __init__(
        self,
        clip: ClipScorer,
        segmenter: Segmenter,
        segmenter_name: str,
        distance: Distance | None,
        distance_name: str,
    ) -> None:
        self._clip, self._segmenter, self._distance = clip, segmenter, distance
        self.name = clip.name
        self._segmenter_name, self._distance_name = segmenter_name, distance_name

    @property
    def world(self) -> None:
        return None

    @property
    def distance_name(self) -> str:
        return self._distance_name

    @property
    def ids(self) -> dict[str, str]:
        return {"masks": self._segmenter_name, "LPIPS": self._distance_name}

    def figure(self, image: Image) -> Figure:
        """As `Measures.figure`; without one where the segmenter finds none."""
        try:
            mask = self._segmenter.segment(image, SegmentPrompt(text=_FIGURE))[0].mask
        except BadInput as error:
            if error.code != "no_figure":
                raise
            return Figure(image, None, None)
        return self.known(image, mask, None)

    def known(
        self, image: Image, mask: NDArray[np.uint8], parts: NDArray[np.uint8] | None
    ) -> Figure:
        """As `Measures.known`; parts are of no use, because a drawn picture's are not known."""
        return Figure(image, None, figure_crop(image, mask, self._clip.size_px))

    def clip_t(self, image: Image, words: Sequence[str]) -> float:
        """Cosine between the whole picture and the words joined by commas."""
        return float((self._clip.picture(image) * self._clip.text(", ".join(words))).sum())

    def clip_i(self, first: Figure, second: Figure) -> float | None:
        """As `Measures.clip_i`."""
        if first.crop is None or second.crop is None:
            return None
        return float((self._clip.picture(first.crop) * self._clip.picture(second.crop)).sum())

    def attributes(self, figure: Figure) -> dict[str, str]:
        """Nothing reads them."""
        return {}

    def distance(
        self, first: Image, second: Image, mask: NDArray[np.uint8] | None = None
    ) -> float | None:
        """As `Measures.distance`."""
        return None if self._distance is None else self._distance(first, second, mask)
