"""Trains the scorers on training characters of a world and measures them on held-out ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.evaluation.cases import Attributes
from core.evaluation.scorers.network import ScorerConfig, ScorerNet
from core.evaluation.scorers.pixels import Image, figure_crop, scaled
from core.evaluation.worlds import AnyWorld, World
from core.synthetic import Drawing, Split
from core.synthetic.edition import CharacterT, ShotT

_STREAM = 20
_TEMPERATURE = 0.1
_IGNORED = -100
_WARM_UP = 40
_PEAK_RATE = 2e-3
_POOL = 4000  # pairs kept for learning again


@dataclass(frozen=True)
class Lesson:
    """One picture: whole, its figure on white, its parts, its words and attributes."""

    whole: Image
    figure: Image
    parts: NDArray[np.uint8]
    identity_words: tuple[str, ...]
    shot_words: tuple[str, ...]
    attributes: Attributes


def _lesson(drawing: Drawing, attributes: Attributes, size_px: int) -> Lesson | None:
    figure = figure_crop(drawing.image, drawing.mask, size_px)
    if figure is None:
        return None
    half = size_px // 2
    parts = np.asarray(cv2.resize(drawing.parts, (half, half), interpolation=cv2.INTER_NEAREST))
    return Lesson(
        scaled(drawing.image, size_px), figure, parts.astype(np.uint8),
        drawing.identity_tags, drawing.shot_tags, attributes,
    )  # fmt: skip


def lessons_of(
    world: World[CharacterT, ShotT], number: int, split: Split, size_px: int, drawn_px: int = 256
) -> list[Lesson]:
    """Two pictures of a character: a model sheet and a random one."""
    edition = world.edition
    character = edition.character(number, split)
    rng = edition.generator(number, split, _STREAM)
    shots = [
        edition.reference_shot(rng, drawn_px, drawn_px)
        if number % 2
        else edition.sample_shot(rng, width=drawn_px, height=drawn_px),
        edition.sample_shot(rng, width=drawn_px, height=drawn_px),
    ]
    found = [
        _lesson(edition.draw(character, shot), world.attributes(character, shot), size_px)
        for shot in shots
    ]
    return [lesson for lesson in found if lesson is not None]


def config_for(world: AnyWorld, size_px: int = 96) -> ScorerConfig:
    """Words and attribute values of a world, gathered from a few hundred training characters."""
    groups: dict[str, set[str]] = {}
    for number in range(600):
        for name, value in _attributes(world, number).items():
            groups.setdefault(name, set()).add(value)
    ordered = tuple((name, tuple(sorted(values))) for name, values in sorted(groups.items()))
    return ScorerConfig(world.name, world.edition.vocabulary(), ordered, size_px)


def _attributes(world: World[CharacterT, ShotT], number: int) -> Attributes:
    edition = world.edition
    rng = edition.generator(number, Split.TRAIN, _STREAM)
    return world.attributes(edition.character(number, Split.TRAIN), edition.sample_shot(rng))


class Teacher:
    """Makes batches of pairs and takes training steps; one seed, one course."""

    def __init__(self, world: AnyWorld, config: ScorerConfig, seed: int, pairs: int = 32) -> None:
        torch.manual_seed(seed)
        self.world, self.config, self.pairs = world, config, pairs
        self.net = ScorerNet(config).to(memory_format=torch.channels_last)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), lr=1e-3, weight_decay=0.02)
        self.rng = np.random.default_rng([seed, 77])
        self.next_number = seed * 1_000_000
        self.steps = 0
        self._seen: list[list[Lesson]] = []
        self._word_number = {word: i for i, word in enumerate(config.words)}

    def step(self, rate: float) -> dict[str, float]:
        """One batch. Returns the losses by name."""
        pairs = self._next_pairs()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        self.net.train()
        with torch.autocast("cpu", torch.bfloat16):
            losses = self._losses(pairs)
        total = losses["identity"] + losses["text"] + losses["attributes"] + losses["parts"]
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1
        return {name: float(loss.detach()) for name, loss in losses.items()}

    def _next_pairs(self) -> list[list[Lesson]]:
        """A third new, the rest drawn before: drawing takes as long as learning."""
        fresh = self._draw_pairs(self.pairs if not self._seen else self.pairs // 3)
        old = self.rng.permutation(len(self._seen))[: self.pairs - len(fresh)]
        batch = fresh + [self._seen[i] for i in old]
        self._seen = (self._seen + fresh)[-_POOL:]
        return batch

    def _draw_pairs(self, count: int) -> list[list[Lesson]]:
        found: list[list[Lesson]] = []
        while len(found) < count:
            pair = lessons_of(self.world, self.next_number, Split.TRAIN, self.config.size_px)
            self.next_number += 1
            if len(pair) == 2:
                found.append(pair)
        return found

    def _losses(self, pairs: Sequence[Sequence[Lesson]]) -> dict[str, Tensor]:
        lessons = [pair[0] for pair in pairs] + [pair[1] for pair in pairs]
        figures = self._disturbed(pixels([lesson.figure for lesson in lessons]))
        wholes = self._disturbed(pixels([lesson.whole for lesson in lessons]))
        figure_features = self.net.features(figures)
        whole_features = self.net.features(wholes)
        who = self.net.identity_of(figure_features)
        shown = self.net.picture_of(whole_features)
        said = self.net.text_of(*self._bags(lessons))
        truth = torch.from_numpy(np.stack([lesson.parts for lesson in lessons])).long()
        return {
            "identity": contrast(who[: len(pairs)], who[len(pairs) :]),
            "text": contrast(shown, said),
            "attributes": self._attribute_loss(figure_features, lessons),
            "parts": F.cross_entropy(self.net.parts_of(whole_features), truth),
        }

    def _disturbed(self, batch: Tensor) -> Tensor:
        """Slightly other tones and a little blur and noise: drawn pictures have them too."""
        gain = torch.from_numpy(self.rng.uniform(0.95, 1.05, (len(batch), 3, 1, 1))).float()
        shift = torch.from_numpy(self.rng.uniform(-0.04, 0.04, (len(batch), 3, 1, 1))).float()
        batch = batch * gain + shift
        if self.rng.random() < 0.5:
            soft = F.avg_pool2d(batch, 3, 1, 1, count_include_pad=False)
            batch = torch.lerp(batch, soft, float(self.rng.uniform(0, 1)))
        noise = torch.from_numpy(self.rng.standard_normal(batch.shape, dtype=np.float32))
        return (batch + 0.03 * noise).contiguous(memory_format=torch.channels_last)

    def _bags(self, lessons: Sequence[Lesson]) -> tuple[Tensor, Tensor]:
        """Words of the shot, and of the character in one of two; some left out."""
        bags: list[list[int]] = []
        for lesson in lessons:
            words = list(lesson.shot_words)
            if self.rng.random() < 0.5:
                words += lesson.identity_words
            kept = [word for word in words if self.rng.random() < 0.8] or words
            bags.append([self._word_number[word] for word in kept])
        return bag_tensors(bags)

    def _attribute_loss(self, features: list[Tensor], lessons: Sequence[Lesson]) -> Tensor:
        losses: list[Tensor] = []
        logits = self.net.attributes_of(features)
        for name, values in self.config.groups:
            wanted = torch.tensor(
                [_index(values, lesson.attributes.get(name)) for lesson in lessons]
            )
            if bool((wanted != _IGNORED).any()):
                losses.append(F.cross_entropy(logits[name], wanted, ignore_index=_IGNORED))
        return torch.stack(losses).mean()


def _index(values: tuple[str, ...], value: str | None) -> int:
    return values.index(value) if value in values else _IGNORED


def pixels(images: Sequence[Image]) -> Tensor:
    """(B, 3, S, S) float32 from -1 to 1 of equally large pictures."""
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2)
    return stacked.float().div(127.5).sub(1)


def bag_tensors(bags: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Numbers and offsets as `EmbeddingBag` takes them."""
    lengths = [0, *(len(bag) for bag in bags[:-1])]
    return torch.tensor([n for bag in bags for n in bag]), torch.tensor(lengths).cumsum(0)


def contrast(first: Tensor, second: Tensor) -> Tensor:
    """Symmetric InfoNCE: row i of one belongs to row i of the other."""
    logits = first @ second.T / _TEMPERATURE
    own = torch.arange(len(logits))
    return (F.cross_entropy(logits, own) + F.cross_entropy(logits.T, own)) / 2


def rate_at(done: float, steps: int) -> float:
    """Learning rate after share `done` of the time: warm-up, then a cosine to zero."""
    warm = min(1.0, (steps + 1) / _WARM_UP)
    return _PEAK_RATE * warm * 0.5 * (1 + float(np.cos(np.pi * min(done, 1.0))))


def teach(
    world: AnyWorld, seed: int, minutes: float, on_step: Callable[[float, dict[str, float]], None]
) -> Teacher:
    """Trains for `minutes`; on_step gets the share of the time that is over and the losses."""
    teacher = Teacher(world, config_for(world), seed)
    start, length = time.monotonic(), minutes * 60
    while (done := (time.monotonic() - start) / length) < 1:
        on_step(done, teacher.step(rate_at(done, teacher.steps)))
    teacher.net.eval()
    return teacher
