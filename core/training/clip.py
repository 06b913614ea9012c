"""Stage 2, text and vision encoder together, contrastively: `python -m core.training.clip`.

A small batch gives a weak contrast, and a mean over a picture hardly says more than the colour of
its hair. So the contrastive loss of CLIP is joined by helpers that do not ship: a patch must say
what part of a figure it shows, and the patches of a part the tags that are about it (`TagReader`).
Half of the patches are left out of every training step (Li et al. 2023, FLIP), which doubles the
pictures seen. The contrast is within the pictures that one process sees in one pass: give it one
process and no micro_batch.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import CLIPTextModelWithProjection, CLIPTokenizer, CLIPVisionModelWithProjection

from core.adapters.token_mask import CLIP_MEAN, CLIP_STD
from core.errors import BadInput
from core.synthetic import Part, vocabulary
from core.training.checkpoint import ema_state, first_weights, load_into
from core.training.command import run_command, stage_arguments
from core.training.config import ClipStage, section
from core.training.loop import Run, Trainer
from core.training.monitor import Sheet, figure
from core.training.networks import (
    MAX_TOKENS,
    WIDTH,
    build_image_encoder,
    build_text_encoder,
    build_tokenizer,
)
from core.training.prompts import training_prompt
from core.training.turns import Batch, Turn, chance
from core.training.world import World

PLACE = 1


class TagReader(nn.Module):
    """What parts and tags patches show. Which parts a tag is about is learned with it."""

    def __init__(self, width: int, tags: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.part = nn.Linear(width, len(Part))
        self.word = nn.Linear(width, tags)
        self.about = nn.Parameter(torch.zeros(tags, len(Part)))

    def forward(self, patches: Tensor, parts: Tensor) -> tuple[Tensor, Tensor]:
        """patches (B, P, d), parts (B, P, parts) each patch's shares: logits of the tags (B, tags)
        and of the parts (B, P, parts).
        """
        patches = self.norm(patches)
        weights = parts / parts.sum(1, keepdim=True).clamp(min=1e-6)
        means = weights.transpose(1, 2) @ patches  # of a part; 0 where it is not in the picture
        said = (self.word(means).transpose(1, 2) * self.about.softmax(1)).sum(2)
        return said, self.part(patches)


class ClipPair(nn.Module):
    """Both encoders, the temperature and the tag reader (which does not ship)."""

    def __init__(self, tokenizer: CLIPTokenizer, tags: int) -> None:
        super().__init__()
        self.text: CLIPTextModelWithProjection = build_text_encoder(tokenizer)
        self.vision: CLIPVisionModelWithProjection = build_image_encoder()
        self.log_temperature = nn.Parameter(torch.tensor(2.5))
        self.tag_reader = TagReader(WIDTH, tags)

    @property
    def side(self) -> int:
        """Of the pictures that are seen, in px."""
        config: Any = self.vision.config
        return int(config.image_size)

    @property
    def patches(self) -> int:
        """How many a picture has."""
        config: Any = self.vision.config
        return (self.side // int(config.patch_size)) ** 2

    def embed_pictures(self, pixels: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """Joint embedding (B, e) and patch features (B, P, d), seeing the patches `kept` only."""
        inner = self.vision.vision_model
        hidden = inner.embeddings(pixels)
        if len(kept) < self.patches:
            hidden = torch.cat([hidden[:, :1], hidden[:, kept + 1]], dim=1)
        hidden = inner.encoder(inputs_embeds=inner.pre_layrnorm(hidden)).last_hidden_state
        pooled = inner.post_layernorm(hidden[:, 0])
        return self.vision.visual_projection(pooled), hidden[:, 1:]

    def embed_text(self, ids: Tensor) -> Tensor:
        return self.text(input_ids=ids).text_embeds


def picture_tensor(pictures: NDArray[np.uint8], side: int) -> Tensor:
    """Squares (B, H, W, 3) uint8 to normalised (B, 3, side, side)."""
    if pictures.shape[1] != side:
        pictures = np.stack([cv2.resize(one, (side, side)) for one in pictures])
    mean, std = (torch.tensor(v)[:, None, None] for v in (CLIP_MEAN, CLIP_STD))
    return (torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255 - mean) / std


def part_shares(labels: NDArray[np.uint8], grid: int) -> Tensor:
    """(B, H, W) `Part` labels to the shares of each of grid x grid patches, (B, P, parts)."""
    count, block = len(labels), labels.shape[1] // grid
    blocks = labels.reshape(count, grid, block, grid, block)
    shares = np.stack([(blocks == part).mean((2, 4), dtype=np.float32) for part in Part], axis=-1)
    return torch.from_numpy(shares.reshape(count, grid * grid, len(Part)))


def token_ids(tokenizer: CLIPTokenizer, prompts: list[str]) -> Tensor:
    encoded = tokenizer(
        prompts, padding="max_length", truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
    )
    ids = encoded["input_ids"]
    assert isinstance(ids, Tensor)
    return ids


class CaptionedPictures:
    """pixels (B, 3, H, W), ids (B, T), labels (B, tags), kept: which patches the step sees, and
    parts (B, kept, parts): what they show.
    """

    def __init__(
        self, world: World, stage: ClipStage, tokenizer: CLIPTokenizer, side: int, patches: int
    ) -> None:
        self._world, self._stage, self._tokenizer = world, stage, tokenizer
        self._side, self._patches = side, patches
        self._place = {word: index for index, word in enumerate(vocabulary())}

    def batch(self, turn: Turn) -> Batch:
        world, generators = self._world, turn.generators()
        rows = turn.rows(min(self._stage.pool, world.count))
        references = chance(generators, 0.5)
        both = (
            (world.target, world.target_parts, world.shot),
            (world.reference, world.reference_parts, world.reference_shot),
        )
        chosen = [(row, *both[int(first)]) for row, first in zip(rows, references, strict=True)]
        pictures = np.stack([picture[row] for row, picture, _, _ in chosen])
        drawn = np.stack([parts[row] for row, _, parts, _ in chosen])
        tags = [(world.identity[row], shot[row]) for row, _, _, shot in chosen]
        prompts = [
            training_prompt(looks, shot, rng, drop_identity=0, drop_text=0)
            for (looks, shot), rng in zip(tags, generators, strict=True)
        ]
        labels = torch.zeros(len(rows), len(self._place))
        for row, (looks, shot) in enumerate(tags):
            labels[row, [self._place[word] for word in (*looks, *shot)]] = 1
        seen = int(self._patches * self._stage.keep_patches)
        kept = torch.from_numpy(turn.shared().permutation(self._patches)[:seen])
        return {
            "pixels": picture_tensor(pictures, self._side),
            "ids": token_ids(self._tokenizer, prompts),
            "labels": labels,
            "kept": kept,
            "parts": part_shares(drawn, math.isqrt(self._patches))[:, kept],
        }


class ContrastiveObjective(nn.Module):
    def __init__(self, pair: ClipPair, stage: ClipStage) -> None:
        super().__init__()
        self.pair, self.stage = pair, stage

    def forward(self, batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        pair = self.pair
        image, patches = pair.embed_pictures(batch["pixels"], batch["kept"])
        text = pair.embed_text(batch["ids"])
        said, shown = pair.tag_reader(patches, batch["parts"])
        with torch.autocast(image.device.type, enabled=False):
            scores = F.normalize(image.float(), dim=1) @ F.normalize(text.float(), dim=1).T
            scores = scores * pair.log_temperature.clamp(max=4.6).exp()
        truth = torch.arange(len(scores), device=scores.device)
        contrast = (F.cross_entropy(scores, truth) + F.cross_entropy(scores.T, truth)) / 2
        tags = F.binary_cross_entropy_with_logits(said.float(), batch["labels"]) * 10
        parts = F.cross_entropy(shown.float().flatten(0, 1), batch["parts"].flatten(0, 1))
        figures = {
            "contrast": figure(contrast),
            "tags": figure(tags),
            "parts": figure(parts),
            "top1": figure((scores.argmax(1) == truth).float()),
        }
        weighed = self.stage.tag_weight * tags + self.stage.part_weight * parts
        return contrast + weighed, figures


def make_tokenizer(words: tuple[str, ...], stage: ClipStage, place: Path) -> None:
    """That of `start`, else a new one: built again, equally frequent words may change places, and
    the text encoder would read one for the other. Raises BadInput where `start` has none.
    """
    if stage.start is None:
        build_tokenizer(words, place)
        return
    theirs = stage.start.parent / "tokenizer"
    if not theirs.is_dir():
        raise BadInput(
            f"There is no tokenizer beside {stage.start}: copy the one that it reads with."
        )
    if not place.exists():
        shutil.copytree(theirs, place)


def begin(pair: ClipPair, stage: ClipStage, out: Path) -> None:
    """Where a new run begins: at the encoders of `start`, the text encoder frozen or not."""
    first = first_weights(stage.start, out / "clip.pt")
    if first is not None:
        kept = {k: v for k, v in ema_state(first).items() if not k.startswith("tag_reader.")}
        load_into(pair, {**pair.state_dict(), **kept}, first)
    pair.text.requires_grad_(stage.train_text)


def retrieval_sheet(pair: ClipPair, world: World, tokenizer: CLIPTokenizer, count: int) -> Sheet:
    """Pictures across, their descriptions down: the lighter a field, the better the two agree.

    Of the last pairs of the world; a pair that knows its pictures shows a white diagonal.
    """
    rows = range(max(0, world.count - count), world.count)
    rng = np.random.default_rng(0)
    prompts = [
        training_prompt(world.identity[row], world.shot[row], rng, drop_identity=0, drop_text=0)
        for row in rows
    ]
    pictures = np.stack([world.target[row] for row in rows])
    device = pair.log_temperature.device
    image, _ = pair.embed_pictures(
        picture_tensor(pictures, pair.side).to(device), torch.arange(pair.patches, device=device)
    )
    text = pair.embed_text(token_ids(tokenizer, prompts).to(device))
    scores = F.normalize(text.float(), dim=1) @ F.normalize(image.float(), dim=1).T
    spread = (scores.max() - scores.min()).clamp(min=1e-6)
    grey = ((scores - scores.min()) / spread * 255).byte().cpu().numpy()
    side = pictures.shape[1]
    fields = np.kron(grey, np.ones((side // 4, side), np.uint8))
    return np.vstack([np.hstack(list(pictures)), np.repeat(fields[:, :, None], 3, axis=2)])


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    cv2.setNumThreads(1)
    stage, monitoring = section(arguments.config.clip, "clip"), arguments.config.monitoring
    run = Run.start(arguments, stage.optimisation, PLACE)
    world = World(arguments.out / "world")
    words = vocabulary()
    place = arguments.out / "tokenizer"
    with run.first_alone() as main_process:
        if main_process and not (arguments.out / "clip.pt").exists():
            make_tokenizer(words, stage, place)
    tokenizer = CLIPTokenizer.from_pretrained(str(place))
    pair = ClipPair(tokenizer, len(words))
    begin(pair, stage, arguments.out)
    trainer = Trainer("clip", pair, stage.optimisation, run)
    trainer.run(
        ContrastiveObjective(pair, stage),
        CaptionedPictures(world, stage, tokenizer, pair.side, pair.patches),
        lambda: retrieval_sheet(pair, world, tokenizer, monitoring.sheet_pictures),
    )


if __name__ == "__main__":
    run_command(main)
