"""The plan of a set: for every post its prompts and the pictures they ask for, one JSON a line."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import TypeAdapter

from core.dataset.prompts import Edit, Entry, PromptMaker
from core.dataset.selection import SetName
from core.errors import BadInput
from core.files import write_atomically

PLAN = "plan.jsonl"
ABOUT = "plan.json"
VERSION = 1
ORIGINAL = "original"


@dataclass(frozen=True)
class Sample:
    """One post of a set: prompts of its references by kind, of training, and of its edits."""

    id: int
    rating: str
    references: dict[str, str]
    training: str
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class PlanAbout:
    """What all samples of a plan share, and where it came from."""

    set_name: SetName
    seed: int
    samples: int
    negative_prompt: str
    ratings: tuple[str, ...]
    rows_read: int
    rows_kept: int
    taxonomy_tags: int
    version: int = VERSION


def make_samples(maker: PromptMaker, entries: Sequence[Entry], which: SetName) -> Iterator[Sample]:
    """Training needs the original reference only; evaluation all kinds and all tasks.

    The pose of the pose-conditioned task is that of the next post that says how its figure stands.
    """
    donors = _donors(maker, entries) if which == "evaluation" else [None] * len(entries)
    kinds = tuple(maker.references) if which == "evaluation" else (ORIGINAL,)
    tasks = maker.tasks if which == "evaluation" else ()
    for entry, donor in zip(entries, donors, strict=True):
        edits = (maker.edit(entry, task, donor) for task in tasks)
        yield Sample(
            entry.row.id,
            entry.row.rating,
            {kind: maker.reference(entry, kind) for kind in kinds},
            maker.training(entry),
            tuple(edit for edit in edits if edit is not None),
        )


def _donors(maker: PromptMaker, entries: Sequence[Entry]) -> list[Entry | None]:
    """For each entry the next one, in a ring, that can give a pose and is another post."""
    donors: list[Entry | None] = [None] * len(entries)
    following: Entry | None = None
    for index in reversed(range(2 * len(entries))):
        entry = entries[index % len(entries)]
        if index < len(entries):
            donors[index] = following if following is not entry else None
        if maker.can_give_a_pose(entry):
            following = entry
    return donors


def write_plan(folder: Path, about: PlanAbout, samples: Iterator[Sample]) -> None:
    """`plan.jsonl`, then `plan.json`, which says that the plan is whole. Raises StorageFailed."""

    def fill(file: BinaryIO) -> None:
        for sample in samples:
            file.write((json.dumps(asdict(sample), ensure_ascii=False) + "\n").encode())

    write_atomically(folder / PLAN, fill)
    text = json.dumps(asdict(about), indent=2) + "\n"
    write_atomically(folder / ABOUT, lambda file: file.write(text.encode()))


def read_plan(folder: Path) -> tuple[PlanAbout, list[Sample]]:
    """Raises BadInput where the plan is missing or damaged."""
    try:
        about = TypeAdapter(PlanAbout).validate_json((folder / ABOUT).read_bytes())
        adapter = TypeAdapter(Sample)
        with (folder / PLAN).open("rb") as lines:
            samples = [adapter.validate_json(line) for line in lines]
    except FileNotFoundError as error:
        raise BadInput(
            f"There is no plan in {folder}. Run `python -m core.dataset prompts` first."
        ) from error
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The plan in {folder} is damaged. Make it again.", details=str(error)
        ) from error
    if about.version != VERSION or len(samples) != about.samples:
        raise BadInput(f"The plan in {folder} is not whole or of another version. Make it again.")
    return about, samples


def sample_digest(sample: Sample) -> str:
    """Changes where anything of the sample does."""
    text = json.dumps(asdict(sample), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
