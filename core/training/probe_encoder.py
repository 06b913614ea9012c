"""What a reference's patches tell of a character: `python -m core.training.probe_encoder`.

A linear reading (ridge regression) of the subject's mean patch, in three of the layers that the
adapter reads, fitted on some characters and asked about others. What it cannot find there, an
adapter has to find by itself. Chance is the share of the most frequent answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import torch
import torch.nn.functional as F
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from core.evaluation.cases import Attributes
from core.evaluation.worlds import world_of
from core.synthetic import Split
from core.training.command import run_command, stage_arguments
from core.training.frozen import finished_clip, published_networks, stage_reading
from core.training.identity import vision_of
from core.training.sources import Reading

FITTED, ASKED = 2000, 500  # characters
_FIRST_NUMBER = 5_000_000  # beyond the pools that stages are trained on
_STREAM = 12
_BATCH = 50
_RIDGE = 30.0


@dataclass(frozen=True)
class Told:
    """One attribute: the share read rightly, chance, and how many characters were asked about."""

    attribute: str
    right: float
    chance: float
    count: int


def told_of(features: Tensor, attributes: Sequence[Attributes], fitted: int) -> list[Told]:
    """features (N, d): read linearly from the first `fitted`, then asked of the rest."""
    features = (features - features.mean(0)) / features.std(0).clamp(min=1e-6)
    features = torch.cat([features, torch.ones(len(features), 1)], 1)
    found: list[Told] = []
    for name in sorted({name for one in attributes for name in one}):
        rows = [row for row, one in enumerate(attributes) if name in one]
        values = sorted({attributes[row][name] for row in rows})
        place = {value: index for index, value in enumerate(values)}
        truth = torch.tensor([place[attributes[row][name]] for row in rows])
        known = torch.tensor([row < fitted for row in rows])
        if len(values) < 2 or known.all() or not known.any():
            continue
        given = features[rows]
        square = given[known].T @ given[known] + _RIDGE * torch.eye(given.shape[1])
        aims = given[known].T @ F.one_hot(truth[known], len(values)).float()
        read = (given[~known] @ torch.linalg.solve(square, aims)).argmax(1)
        asked = truth[~known]
        right = float((read == asked).float().mean())
        chance = float(asked.bincount().max() / len(asked))
        found.append(Told(name, right, chance, len(asked)))
    return found


@torch.no_grad()
def subject_features(vision: nn.Module, reading: Reading, pixels: Tensor, mask: Tensor) -> Tensor:
    """(B, 3, s, s) and the subject's tokens (B, N) to means of the first, middle and last of the
    layers that the adapter reads, each normed: (B, 3 d).
    """
    hidden = vision(pixels, output_hidden_states=True).hidden_states
    read = hidden[-reading.adapter.vision_layers :]
    weight = mask.float()[..., None]
    means = [
        (layer[:, 1:] * weight).sum(1) / weight.sum(1).clamp(min=1)
        for layer in (read[0], read[len(read) // 2], read[-1])
    ]
    return torch.cat([F.layer_norm(mean, mean.shape[1:]) for mean in means], 1)


def probe_encoder(
    vision: nn.Module, reading: Reading, fitted: int = FITTED, asked: int = ASKED
) -> list[Told]:
    """On model sheets of characters of the first edition's training split."""
    world = world_of("first")
    edition, size = world.edition, reading.size_px
    features: list[Tensor] = []
    attributes: list[Attributes] = []
    for start in range(0, fitted + asked, _BATCH):
        seen: list[tuple[Tensor, Tensor]] = []
        for number in range(start, min(start + _BATCH, fitted + asked)):
            character = edition.character(_FIRST_NUMBER + number, Split.TRAIN)
            rng = edition.generator(_FIRST_NUMBER + number, Split.TRAIN, _STREAM)
            shot: Any = edition.reference_shot(rng, size, size)
            drawing = edition.draw(character, shot)
            seen.append(reading.reference(drawing.image, drawing.mask))
            attributes.append(world.attributes(character, shot))
        pixels, masks = (torch.stack(parts) for parts in zip(*seen, strict=True))
        features.append(subject_features(vision, reading, pixels, masks))
    return told_of(torch.cat(features), attributes, fitted)


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    config = arguments.config
    if config.model is not None:
        networks = published_networks(config.model, config.size_px, bf16=False)
        vision, reading = vision_of(networks), networks.reading
    else:
        pair, tokenizer = finished_clip(arguments.inputs)
        vision, reading = pair.vision, stage_reading(config.size_px, tokenizer)
    table = Table(title="read from the subject's mean patch")
    for column in ("attribute", "right", "chance", "characters"):
        table.add_column(column, justify="left" if column == "attribute" else "right")
    for told in probe_encoder(vision, reading):
        table.add_row(told.attribute, f"{told.right:.3f}", f"{told.chance:.3f}", str(told.count))
    Console().print(table)


if __name__ == "__main__":
    run_command(main)
