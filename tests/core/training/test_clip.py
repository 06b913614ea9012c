"""What the contrastive stage's helpers read from patches, and where it begins."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from core.errors import BadInput
from core.synthetic import Part
from core.training.checkpoint import first_checkpoint
from core.training.clip import TagReader, begin, make_tokenizer, part_shares
from core.training.config import ClipStage
from tests.core.training.tiny import optimisation

OPT = optimisation()


def test_shares_of_parts_lie_as_the_patches_do() -> None:
    labels = np.zeros((1, 8, 8), np.uint8)
    labels[0, :4, 4:] = Part.HAIR  # the second patch of 2 x 2
    labels[0, 4:, :2] = Part.TOP  # half of the third
    shares = part_shares(labels, 2)[0]
    assert shares.shape == (4, len(Part))
    assert shares[1, Part.HAIR] == 1
    assert shares[2].tolist() == [0.5 if part in (0, Part.TOP) else 0.0 for part in Part]
    torch.testing.assert_close(shares.sum(1), torch.ones(4))


def one_part_each(count: int, patches: int, generator: torch.Generator) -> torch.Tensor:
    parts = torch.randint(0, len(Part), (count, patches), generator=generator)
    return F.one_hot(parts, len(Part)).float()


def test_a_tag_is_read_from_the_parts_it_is_about() -> None:
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(1)
    reader, patches = TagReader(8, 2), torch.randn(3, 20, 8, generator=generator)
    parts = one_part_each(3, 20, generator)
    with torch.no_grad():
        reader.about[0, Part.HAIR] = 100.0  # softmax: hair alone
    elsewhere = parts[:, :, [Part.HAIR]] * patches
    before, after = reader(patches, parts)[0], reader(elsewhere, parts)[0]
    torch.testing.assert_close(before[:, 0], after[:, 0])
    assert (before[:, 1] - after[:, 1]).abs().min() > 1e-3


def test_a_part_that_is_not_there_says_nothing() -> None:
    reader = TagReader(4, 1)
    with torch.no_grad():
        reader.about[0, Part.SHOES] = 100.0
    parts = torch.zeros(1, 5, len(Part))
    parts[..., Part.HAIR] = 1
    patches = torch.randn(1, 5, 4)
    torch.testing.assert_close(reader(patches, parts)[0], reader.word.bias.expand(1, 1))


def test_it_learns_which_part_a_tag_is_about() -> None:
    """The sign of a number in the top's patches is the tag; in all others the number is noise."""
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(2)
    reader = TagReader(6, 1)
    optimiser = torch.optim.Adam(reader.parameters(), lr=0.05)
    for _ in range(150):
        parts = one_part_each(64, 24, generator)
        truth = torch.randint(0, 2, (64, 1), generator=generator).float()
        patches = torch.randn(64, 24, 6, generator=generator)
        told = 2 * truth - 1 + 0.3 * patches[..., 0]
        patches[..., 0] = torch.where(parts[..., Part.TOP] > 0, told, patches[..., 0])
        loss = F.binary_cross_entropy_with_logits(reader(patches, parts)[0], truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert int(reader.about[0].argmax()) == Part.TOP


class Two(nn.Module):
    """An encoder of each kind and a reader, the smallest that there can be."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.vision = nn.Linear(2, 2), nn.Linear(2, 2)
        self.tag_reader = nn.Linear(2, 3)


def test_it_begins_at_other_encoders_with_readers_of_its_own(tmp_path: Path) -> None:
    before, now = Two(), Two()
    own = now.tag_reader.weight.clone()
    first_checkpoint(before, tmp_path / "first.pt")
    stage = ClipStage(OPT, start=tmp_path / "first.pt", train_text=False)
    begin(now, stage, tmp_path)  # pyright: ignore[reportArgumentType]
    assert torch.equal(now.text.weight, before.text.weight)
    assert torch.equal(now.vision.weight, before.vision.weight)
    assert torch.equal(now.tag_reader.weight, own)
    assert not now.text.weight.requires_grad and now.vision.weight.requires_grad


def test_a_run_under_way_goes_on_from_its_own_weights(tmp_path: Path) -> None:
    now = Two()
    own = now.vision.weight.clone()
    first_checkpoint(Two(), tmp_path / "first.pt")
    first_checkpoint(Two(), tmp_path / "clip.pt")
    begin(now, ClipStage(OPT, start=tmp_path / "first.pt"), tmp_path)  # pyright: ignore[reportArgumentType]
    assert torch.equal(now.vision.weight, own), "the trainer reads clip.pt afterwards"


def test_other_encoders_bring_the_tokenizer_that_they_read_with(tmp_path: Path) -> None:
    theirs, own = tmp_path / "theirs", tmp_path / "own" / "tokenizer"
    stage = ClipStage(OPT, start=theirs / "clip.pt")
    with pytest.raises(BadInput, match="no tokenizer beside"):
        make_tokenizer(("a", "b"), stage, own)
    make_tokenizer(("blue hair", "red hair", "hat"), ClipStage(OPT), theirs / "tokenizer")
    make_tokenizer(("hat", "scarf"), stage, own)
    read = [(place / "tokenizer.json").read_bytes() for place in (theirs / "tokenizer", own)]
    assert read[0] == read[1]
