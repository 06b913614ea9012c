"""How often the consistency badge is right, measured where the truth is known.

True drawings of the synthetic world stand for drawn panels: the same character in another shot must
raise no alarm; another character in that shot, and the character with other hair or another top,
must. With a model, its own drawings of the right and of another character's reference are judged in
the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.consistency.figure import (
    DrawnFigure,
    Encoder,
    KnownReference,
    ReferencePicture,
    know,
    part_differences,
    similarity,
)
from core.consistency.scores import LIKENESS_LIMIT, PARTS, FigureScore
from core.engine.requests import Engine
from core.evaluation.identity import (
    Case,
    Drawn,
    Image,
    make_cases,
    render_all,
    request_for,
    shuffled,
)
from core.pose import Pose
from core.synthetic import EDITIONS, Drawing, Split
from core.synthetic.brush import Rgb
from core.synthetic.first.character import CharacterSpec
from core.synthetic.palette import CLOTH_COLOURS, HAIR_COLOURS
from core.synthetic.second.design import CharacterDesign, Colour

_STREAM = 40  # of random numbers: those of the benchmark's tasks are below
_OTHER = 50_000  # added to a case's number for the character that is somebody else
_SEEDS = 100_000
SAME, OTHER, HAIR, TOP = "same", "other character", "other hair", "other top"


@dataclass(frozen=True)
class Rates:
    """One row: how many figures, the share that raised an alarm, and the similarities."""

    count: int
    alarms: float
    parts: Mapping[str, tuple[int, float]]  # how many were judged, the share that was off
    similarities: tuple[float, ...]


def run_worlds(cases: int, seed: int, encoder: Encoder | None) -> dict[str, dict[str, Rates]]:
    """By edition of the world and by what is shown."""
    found: dict[str, dict[str, Rates]] = {}
    for name in EDITIONS:
        scores: dict[str, list[FigureScore]] = {SAME: [], OTHER: [], HAIR: [], TOP: []}
        for known, shown in _world_cases(name, cases, seed, encoder):
            for kind, drawing in shown.items():
                score = judge(drawing.image, _pose(drawing), known, encoder)
                scores[kind].append(score)
        found[name] = {kind: rates(rows) for kind, rows in scores.items()}
    return found


def run_model(
    engine: Engine, how: Drawn, cases: int, seed: int, encoder: Encoder | None
) -> dict[str, dict[str, Rates]]:
    """A model's drawings with puppet and adapters and with the adapters alone, judged by the
    character's own reference and, for the same drawings, by another character's.
    """
    made = make_cases(cases, seed, how.size_px)
    own = [_known(case.reference, encoder) for case in made]
    others = [_known(case.reference, encoder) for case in shuffled(made)]
    found: dict[str, dict[str, Rates]] = {}
    for setting in ("both", "adapter"):
        pictures = _drawn(engine, how, made, setting)
        found[f"koma-toon, {setting}"] = {
            kind: rates(
                [
                    judge(picture, _pose(case.truth), known, encoder)
                    for picture, case, known in zip(pictures, made, references, strict=True)
                ]
            )
            for kind, references in ((SAME, own), (OTHER, others))
        }
    return found


def judge(
    picture: Image, pose: Pose, known: KnownReference, encoder: Encoder | None
) -> FigureScore:
    """As the window does."""
    figure = DrawnFigure(pose)
    alike = None if encoder is None else similarity(picture, figure, [known], encoder)
    return FigureScore("", "", part_differences(picture, figure, [known]), alike, True)


def rates(scores: Sequence[FigureScore]) -> Rates:
    """Figures of which nothing can be judged raise no alarm, and count."""
    parts: dict[str, tuple[int, float]] = {}
    for part in PARTS:
        judged = [score for score in scores if part in score.parts]
        off = [part in score.drifts for score in judged]
        parts[part] = (len(judged), float(np.mean(off)) if off else float("nan"))
    return Rates(
        len(scores),
        float(np.mean([bool(score.drifts) for score in scores])) if scores else float("nan"),
        parts,
        tuple(score.similarity for score in scores if score.similarity is not None),
    )


def table(found: Mapping[str, Mapping[str, Rates]]) -> str:
    """Markdown: alarms a figure, then a part, then what the likeness alone would say."""
    lines = [
        "| drawings | shown | figures | alarm | " + " | ".join(PARTS) + " | likeness |",
        "|---|---|---|---|" + "---|" * (len(PARTS) + 1),
    ]
    for name, kinds in found.items():
        for kind, row in kinds.items():
            parts = " | ".join(f"{_percent(row.parts[part][1])}" for part in PARTS)
            below = [value < LIKENESS_LIMIT for value in row.similarities]
            alike = _percent(float(np.mean(below)) if below else float("nan"))
            lines.append(
                f"| {name} | {kind} | {row.count} | {_percent(row.alarms)} | {parts} | {alike} |"
            )
    return "\n".join(lines)


def as_json(found: Mapping[str, Mapping[str, Rates]]) -> dict[str, object]:
    return {
        name: {
            kind: {
                "figures": row.count,
                "alarms": row.alarms,
                "parts": {part: list(value) for part, value in row.parts.items()},
                "similarity": list(row.similarities),
            }
            for kind, row in kinds.items()
        }
        for name, kinds in found.items()
    }


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{100 * share:.0f} %"


def _world_cases(
    name: str, cases: int, seed: int, encoder: Encoder | None
) -> Iterator[tuple[KnownReference, dict[str, Drawing]]]:
    """Shots without a skeleton, and the second edition's grey ones, which no colour tells, are
    left out.
    """
    edition: Any = EDITIONS[name]
    for index in range(cases):
        number = seed * _SEEDS + index
        rng = edition.generator(number, Split.HELD_OUT, _STREAM)
        character = edition.character(number, Split.HELD_OUT)
        somebody = edition.character(number + _OTHER, Split.HELD_OUT)
        reference = edition.draw(character, edition.reference_shot(rng, 256, 256))
        shot = edition.sample_shot(rng, width=256, height=256)
        if name == "second" and shot.setting.style.shading == "manga":
            continue
        people = {
            SAME: character,
            OTHER: somebody,
            HAIR: recoloured(character, "hair", rng),
            TOP: recoloured(character, "top", rng),
        }
        yield (
            _known(reference, encoder),
            {kind: edition.draw(who, shot) for kind, who in people.items()},
        )


def recoloured(
    character: CharacterSpec | CharacterDesign, part: str, rng: np.random.Generator
) -> CharacterSpec | CharacterDesign:
    """The character with hair or top in another of the world's colours."""
    table: dict[str, Rgb] = HAIR_COLOURS if part == "hair" else CLOTH_COLOURS
    if isinstance(character, CharacterSpec):
        now = character.hair_colour if part == "hair" else character.top_colour
    else:
        now = (character.hair.colour if part == "hair" else character.clothes.main).name
    names = [name for name in table if name != now]
    name = names[int(rng.integers(len(names)))]
    rgb = table[name]
    if isinstance(character, CharacterSpec):
        if part == "hair":
            return replace(character, hair_colour=name, hair_rgb=rgb, tips_rgb=None)
        return replace(character, top_colour=name, top_rgb=rgb)
    if part == "hair":
        return replace(character, hair=replace(character.hair, colour=Colour(name, rgb)))
    return replace(character, clothes=replace(character.clothes, main=Colour(name, rgb)))


def _drawn(engine: Engine, how: Drawn, cases: Sequence[Case], setting: str) -> list[Image]:
    requests = [request_for(case, case, setting, how) for case in cases]
    pictures = render_all(engine, requests, lambda progress: None)
    return [pictures[request.content_hash()] for request in requests]


def _known(reference: Drawing, encoder: Encoder | None) -> KnownReference:
    picture = ReferencePicture(reference.image, reference.mask, _pose(reference))
    return know(picture, encoder)


def _pose(drawing: Drawing) -> Pose:
    return Pose.from_array(drawing.keypoints)
