"""The scorers' own accuracy on characters that they never saw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.evaluation.scorers.network import PARTS, ScorerNet
from core.evaluation.scorers.teaching import Lesson, bag_tensors, lessons_of, pixels
from core.evaluation.worlds import AnyWorld
from core.synthetic import Split

_FIRST_NUMBER = 5_000_000  # cases of the benchmark are below: scorers are examined on others


@torch.no_grad()
def examine(net: ScorerNet, world: AnyWorld, characters: int = 200) -> dict[str, Any]:
    """identity_top1: share of figures whose nearest neighbour among `characters` others is their
    own other picture; text_top1: the same for tags; attributes: accuracy by group; chance: that of
    the most frequent value; figure_iou and parts_iou of the part labels."""
    pairs = [
        lessons_of(world, _FIRST_NUMBER + i, Split.HELD_OUT, net.config.size_px)
        for i in range(characters)
    ]
    whole = [pair for pair in pairs if len(pair) == 2]
    first, second = ([pair[side] for pair in whole] for side in (0, 1))
    features = [net.features(pixels([x.figure for x in side])) for side in (first, second)]
    who = [net.identity_of(f) for f in features]
    seen = net.features(pixels([x.whole for x in second]))
    numbers = {word: i for i, word in enumerate(net.config.words)}
    said = net.text_of(*bag_tensors([[numbers[w] for w in _words(x)] for x in second]))
    same = who[0] @ who[1].T
    other = same[~torch.eye(len(same), dtype=torch.bool)]
    return {
        "characters": len(whole),
        "identity_top1": _top1(same),
        "same_character_cosine": float(same.diag().mean()),
        "other_character_cosine": float(other.mean()),
        "text_top1": _top1(net.picture_of(seen) @ said.T),
        "attributes": _attribute_accuracy(net, features[1], second),
        "chance": _chance(net, second),
        **_overlap(net.parts_of(seen), second),
    }


def _words(lesson: Lesson) -> tuple[str, ...]:
    return (*lesson.identity_words, *lesson.shot_words)


def _top1(similarity: Tensor) -> float:
    return float((similarity.argmax(1) == torch.arange(len(similarity))).float().mean())


def _attribute_accuracy(
    net: ScorerNet, features: list[Tensor], lessons: Sequence[Lesson]
) -> dict[str, float]:
    found: dict[str, float] = {}
    logits = net.attributes_of(features)
    for name, values in net.config.groups:
        read = logits[name].argmax(1).tolist()
        hits = [
            values[index] == lesson.attributes[name]
            for index, lesson in zip(read, lessons, strict=True)
            if name in lesson.attributes
        ]
        found[name] = float(np.mean(hits)) if hits else float("nan")
    return found


def _chance(net: ScorerNet, lessons: Sequence[Lesson]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, _ in net.config.groups:
        have = [x.attributes[name] for x in lessons if name in x.attributes]
        found[name] = max((have.count(v) for v in set(have)), default=0) / max(len(have), 1)
    return found


def _overlap(logits: Tensor, lessons: Sequence[Lesson]) -> dict[str, float]:
    got = logits.argmax(1).numpy()
    truth = np.stack([lesson.parts for lesson in lessons])

    def iou(a: np.ndarray, b: np.ndarray) -> float:
        return float((a & b).sum() / max(int((a | b).sum()), 1))

    each = [iou(got == part, truth == part) for part in range(1, PARTS)]
    return {"figure_iou": iou(got > 0, truth > 0), "parts_iou": float(np.mean(each))}
