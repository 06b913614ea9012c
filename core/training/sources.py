"""Where the stages that train on whole pictures take them from, as tensors for the networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.adapters.config import AnimeAdapterConfig
from core.adapters.token_mask import (
    letterboxed,
    letterboxed_cover,
    normalised,
    preprocess_reference,
    subject_on,
)
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.training.choices import Choice, Choose
from core.training.latents import Latents
from core.training.prompts import training_prompt
from core.training.turns import Batch, Turn, noise, uniform
from core.training.world import World

KEPT_BACK = 16  # pairs at the end of a world that are never trained on: sample sheets show them
WHITE = (255, 255, 255)
MINUS_ONE_TO_ONE = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
ReferenceForm = Literal["masked tokens", "subject on white", "latent"]
Normalisation = tuple[tuple[float, ...], tuple[float, ...]]  # mean, standard deviation per channel


@dataclass(frozen=True, eq=False)
class Reading:
    """How pictures, words and skeletons become tensors for one set of networks.

    size_px: of the pictures that are drawn. form: what a reference is read as. masks: whether its
    mask counts; else all of it is subject.
    """

    tokenizer: Any
    adapter: AnimeAdapterConfig
    normalisation: Normalisation
    latent_shape: tuple[int, int, int]
    size_px: int
    form: ReferenceForm = "masked tokens"
    masks: bool = True

    def ids(self, prompt: str) -> Tensor:
        """(T,) int64."""
        encoded = self.tokenizer(
            prompt, padding="max_length", truncation=True, return_tensors="pt",
            max_length=min(77, self.tokenizer.model_max_length),
        )  # fmt: skip
        return encoded["input_ids"][0]

    def reference(self, image: NDArray[np.uint8], mask: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        """Pixels (3, s, s) and where the subject is, as the form says.

        "masked tokens": normalised for the vision encoder, and bool (N,). "subject on white": the
        same without background, and bool (N,) all True. "latent": in -1 to 1 at `size_px`, and the
        subject's share of each pixel (s, s).
        """
        if not self.masks:
            mask = np.full_like(mask, 255)
        if self.form == "latent":
            pixels = normalised(letterboxed(image, self.size_px, WHITE), *MINUS_ONE_TO_ONE)
            return pixels, letterboxed_cover(mask, self.size_px)
        if self.form == "subject on white":
            image, mask = subject_on(image, mask, WHITE), np.full_like(mask, 255)
        seen = preprocess_reference(image, mask, self.adapter, *self.normalisation)
        return seen.pixel_values, seen.token_mask

    def no_reference(self) -> tuple[Tensor, Tensor]:
        """Zeros of the same shapes; no token is masked."""
        if self.form == "latent":
            return torch.zeros(3, self.size_px, self.size_px), torch.ones(
                self.size_px, self.size_px
            )
        side, count = self.adapter.image_size, self.adapter.num_tokens
        return torch.zeros(3, side, side), torch.ones(count, dtype=torch.bool)

    def picture(self, reference: Tensor) -> Tensor:
        """References (B, 3, s, s) as they look, in -1 to 1."""
        mean, std = MINUS_ONE_TO_ONE if self.form == "latent" else self.normalisation
        shape = (1, 3, 1, 1)
        shares = reference.cpu() * torch.tensor(std).view(shape) + torch.tensor(mean).view(shape)
        return shares * 2 - 1


class Source(Protocol):
    """Pictures to train on. `example` gives tensors without a batch axis:

    latents (C, h, w) or pixels (3, H, W) in -1 to 1 of the target; control (3, H, W) in 0 to 1, its
    pose; ids (T,); reference (3, s, s) and token_mask (N,); subject (1, h, w), share of each latent
    cell that shows the character; puppet (C + 1, h, w) where the model has one.
    """

    @property
    def reading(self) -> Reading: ...

    @property
    def count(self) -> int:
        """How many are trained on; a few more may follow for sample sheets."""
        ...

    @property
    def samples(self) -> list[int]:
        """Pictures for sample sheets: kept back from training where there are many."""
        ...

    @property
    def sample_choice(self) -> Choice:
        """What these have: a reference, another picture than the target if it can be."""
        ...

    def example(self, row: int, choice: Choice, rng: np.random.Generator) -> dict[str, Tensor]:
        """Raises BadInput where a picture cannot be read."""
        ...


class Pictures:
    """Examples of a stage: pictures of a source, each with what `choose` leaves it.

    Beside the source's tensors: noise (B, C, h, w), u (B,), empty (B, T) the ids of no words, and
    as (B,) float32, 1 or 0, has_pose, has_puppet, has_reference, is_pair, after_softmax.
    """

    def __init__(self, source: Source, choose: Choose) -> None:
        self._source, self._choose = source, choose

    def batch(self, turn: Turn) -> Batch:
        return self.of(turn.rows(self._source.count), turn.generators())

    def of(self, rows: NDArray[np.int64], generators: list[np.random.Generator]) -> Batch:
        """The examples of these rows, each with its generator."""
        choices = [self._choose(rng) for rng in generators]
        u = uniform(generators)
        noised = noise(generators, self._source.reading.latent_shape)
        found = [
            self._source.example(int(row), choice, rng)
            for row, choice, rng in zip(rows, choices, generators, strict=True)
        ]
        flags = {
            "has_pose": [c.pose for c in choices],
            "has_puppet": [c.puppet for c in choices],
            "has_reference": [c.reference for c in choices],
            "is_pair": [c.pair and c.reference for c in choices],
            "after_softmax": [c.after_softmax for c in choices],
        }
        empty = self._source.reading.ids("").expand(len(choices), -1)
        return {
            **{key: torch.stack([one[key] for one in found]) for key in found[0]},
            **{key: torch.tensor(flag, dtype=torch.float32) for key, flag in flags.items()},
            "u": u,
            "noise": noised,
            "empty": empty,
        }


class WorldSource:
    """Pairs of the synthetic world, with their latents made before."""

    def __init__(self, world: World, latents: Latents, reading: Reading) -> None:
        self._world, self._latents, self._reading = world, latents, reading

    @property
    def reading(self) -> Reading:
        return self._reading

    @property
    def count(self) -> int:
        many = self._world.count > 8 * KEPT_BACK
        return self._world.count - (KEPT_BACK if many else 0)

    @property
    def samples(self) -> list[int]:
        return list(range(max(0, self._world.count - KEPT_BACK), self._world.count))

    @property
    def sample_choice(self) -> Choice:
        return Choice(reference=True, pair=True, drop_identity_tags=1.0)

    def example(self, row: int, choice: Choice, rng: np.random.Generator) -> dict[str, Tensor]:
        world, size = self._world, self._world.target.shape[1]
        prompt = training_prompt(
            world.identity[row], world.shot[row], rng,
            drop_identity=choice.drop_identity_tags, drop_text=float(not choice.text),
        )  # fmt: skip
        clean = torch.from_numpy(self._latents.target[row].astype(np.float32))
        pixels, tokens = self._reference(row, choice)
        puppet = torch.from_numpy(self._latents.puppet[row].astype(np.float32))
        return {
            "latents": clean,
            "control": control_picture(world.poses[row, 1], size, size),
            "ids": self._reading.ids(prompt),
            "reference": pixels,
            "token_mask": tokens,
            "subject": subject_share(world.target_mask[row], clean.shape[-2:]),
            "puppet": puppet * float(choice.puppet),
        }

    def _reference(self, row: int, choice: Choice) -> tuple[Tensor, Tensor]:
        if not choice.reference:
            return self._reading.no_reference()
        world = self._world
        if choice.pair:
            return self._reading.reference(world.reference[row], world.reference_mask[row])
        return self._reading.reference(world.target[row], world.target_mask[row])


def control_picture(keypoints: NDArray[np.float32], width: int, height: int) -> Tensor:
    """(18, 3) keypoints in px to the control picture (3, height, width) in 0 to 1.

    Keypoints outside the picture are left out, as a detector would not have seen them.
    """
    drawn = draw_control_image([Pose.from_array(keypoints)], width, height)
    return torch.from_numpy(drawn).permute(2, 0, 1).float() / 255


def subject_share(mask: NDArray[np.uint8], size: tuple[int, ...]) -> Tensor:
    """(H, W) mask, 255 is subject, to (1, h, w) in 0 to 1."""
    shares = torch.from_numpy(mask.astype(np.float32))[None, None] / 255
    return F.adaptive_avg_pool2d(shares, (size[0], size[1]))[0]


def subject_weights(share: Tensor, subject: float) -> Tensor:
    """(B, 1, h, w) shares to loss weights: `subject` where the character is, and 1 on average over
    each picture.
    """
    weight = 1 + (subject - 1) * share
    return weight / weight.mean((2, 3), keepdim=True)
