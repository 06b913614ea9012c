"""The training pictures, drawn once: `python -m core.training.world`.

For every training character a reference (or, in one case of four, a second free picture) and a
target in another pose, and the puppet: the reference warped to the target's skeleton.
"""

from __future__ import annotations

import contextlib
import json
import logging
import multiprocessing
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import BadInput
from core.files import write_atomically
from core.pose import Pose
from core.puppet import Puppet, warp
from core.synthetic import (
    CharacterSpec,
    Drawing,
    Shot,
    Split,
    character_for,
    draw,
    generator,
    reference_shot,
    sample_shot,
)
from core.training.command import run_command, stage_arguments
from core.training.config import section

log = logging.getLogger(__name__)
Image = NDArray[np.uint8]
_SHAPES = {
    "reference": (3,), "reference_mask": (), "reference_parts": (),
    "target": (3,), "target_mask": (), "target_parts": (), "puppet": (4,),
}  # fmt: skip
_WORDS = ("identity", "shot", "reference_shot")


@dataclass(frozen=True)
class Pair:
    """One character in two pictures. Poses hold every keypoint, also those outside the picture."""

    reference: Drawing
    target: Drawing
    puppet: Image


def full_pose(drawing: Drawing) -> Pose:
    """All 18 keypoints as present: an artist's skeleton goes on beyond the panel."""
    keypoints = drawing.keypoints.copy()
    keypoints[:, 2] = 1
    return Pose.from_array(keypoints)


def careless(pose: Pose, rng: np.random.Generator, share: float, height: int) -> Pose:
    """The pose with random errors of `share` of the picture's height, as a quick rig has."""
    keypoints = pose.to_array()
    keypoints[:, :2] += rng.normal(0, share * height, (18, 2)).astype(np.float32)
    return Pose.from_array(keypoints)


def sample_pair(
    seed: int, split: Split, size_px: int
) -> tuple[CharacterSpec, Shot, Shot, np.random.Generator]:
    """Character, reference and target of the pair with this number, and where its numbers go on."""
    rng = generator(seed, split, 1)
    character = character_for(seed, split)
    free = split is Split.TRAIN and rng.random() < 0.25
    shot = sample_shot(rng, framing="full", width=size_px, height=size_px) if free else None
    reference = shot or reference_shot(rng, size_px, size_px)
    return character, reference, sample_shot(rng, width=size_px, height=size_px), rng


def draw_pair(seed: int, split: Split, size_px: int, noise: float) -> Pair:
    """The pair with this number. noise: standard deviation of skeleton errors, share of height."""
    character, reference_shot_, target_shot, rng = sample_pair(seed, split, size_px)
    reference, target = draw(character, reference_shot_), draw(character, target_shot)
    rig = full_pose(reference)
    if noise and rng.random() < 0.5:
        rig = careless(rig, rng, noise, size_px)
    picture = warp(
        Puppet(reference.image, reference.mask, rig), full_pose(target), size_px, size_px
    )
    return Pair(reference, target, picture)


class World:
    """Memory-mapped arrays of `count` training pairs under a folder."""

    def __init__(self, folder: Path) -> None:
        about = folder / "about.json"
        if not about.exists():
            raise BadInput(
                "The training pictures are not drawn yet: run core.training.world first."
            )
        self.about = json.loads(about.read_text(encoding="utf-8"))
        self.count = int(self.about["count"])
        if any(not (folder / f"{name}.npy").exists() for name in _SHAPES):
            raise BadInput(
                f"The training pictures in {folder} are of an older version: delete that folder "
                "and run core.training.world again."
            )
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _SHAPES}
        self.reference: Image = arrays["reference"]
        self.reference_mask: Image = arrays["reference_mask"]
        self.reference_parts: Image = arrays["reference_parts"]
        self.target: Image = arrays["target"]
        self.target_mask: Image = arrays["target_mask"]
        self.target_parts: Image = arrays["target_parts"]
        self.puppet: Image = arrays["puppet"]
        self.poses = np.load(folder / "poses.npy")  # (count, 2, 18, 3): reference, target
        self.identity: list[list[str]] = self.about["identity"]
        self.shot: list[list[str]] = self.about["shot"]
        self.reference_shot: list[list[str]] = self.about["reference_shot"]


def _job(arguments: tuple[int, int, float]) -> tuple[int, Pair]:
    seed, size_px, noise = arguments
    cv2.setNumThreads(1)
    return seed, draw_pair(seed, Split.TRAIN, size_px, noise)


def _pairs(
    first: int, count: int, size_px: int, noise: float, workers: int
) -> Iterator[tuple[int, Pair]]:
    jobs = [(seed, size_px, noise) for seed in range(first, count)]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(_job, jobs, chunksize=16)


def build(folder: Path, count: int, size_px: int, noise: float, workers: int) -> None:
    """Draw everything, going on after a stop.

    `pairs.jsonl` says what is drawn, a line a pair after its pictures are there; `about.json` is
    written last, so that a half-drawn world is never used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = _lines_drawn(
        folder / "pairs.jsonl",
        {"size_px": size_px, "noise": noise, "count": count, "arrays": len(_SHAPES)},
    )
    mode = "r+" if lines else "w+"
    arrays = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode, np.uint8, (count, size_px, size_px, *shape)
        )
        for name, shape in _SHAPES.items()
    }
    poses = np.lib.format.open_memmap(folder / "poses.npy", mode, np.float32, (count, 2, 18, 3))
    with (folder / "pairs.jsonl").open("a", encoding="utf-8") as file:
        for seed, pair in _pairs(len(lines), count, size_px, noise, workers):
            arrays["reference"][seed] = pair.reference.image
            arrays["reference_mask"][seed] = pair.reference.mask
            arrays["reference_parts"][seed] = pair.reference.parts
            arrays["target"][seed] = pair.target.image
            arrays["target_mask"][seed] = pair.target.mask
            arrays["target_parts"][seed] = pair.target.parts
            arrays["puppet"][seed] = pair.puppet
            poses[seed] = pair.reference.keypoints, pair.target.keypoints
            lines.append(_words(pair))
            file.write(json.dumps(lines[-1]) + "\n")
            file.flush()
            if seed % 1000 == 999:
                log.info("drawn %d of %d", seed + 1, count)
    for array in (*arrays.values(), poses):
        array.flush()
    words = {key: [line[key] for line in lines] for key in _WORDS}
    about = json.dumps({"count": count, "size_px": size_px, **words})
    write_atomically(folder / "about.json", lambda file: file.write(about.encode()))


def _words(pair: Pair) -> dict[str, list[str]]:
    tags = (pair.target.identity_tags, pair.target.shot_tags, pair.reference.shot_tags)
    return {key: list(words) for key, words in zip(_WORDS, tags, strict=True)}


def _lines_drawn(path: Path, settings: dict[str, float]) -> list[dict[str, list[str]]]:
    """The lines of the pairs that are drawn with these settings; the file holds no other after."""
    found: list[Any] = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        with contextlib.suppress(ValueError):  # the last one, cut off by a kill
            found.append(json.loads(line))
    lines = found[1:] if found and found[0] == settings else []
    text = "".join(json.dumps(line) + "\n" for line in (settings, *lines))
    write_atomically(path, lambda file: file.write(text.encode()))
    return lines


def main(given: Sequence[str] | None = None) -> None:
    arguments = stage_arguments(__doc__ or "", given)
    config, stage = arguments.config, section(arguments.config.base, "base")
    folder = arguments.out / "world"
    if not (folder / "about.json").exists():
        build(folder, stage.pool, config.size_px, stage.skeleton_noise, arguments.threads)


if __name__ == "__main__":
    run_command(main)
