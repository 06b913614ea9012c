"""The identity task: a held-out character from one reference in a new pose, against the truth.

Prompts name the shot only (framing, expression, scene), never the appearance, so that whatever is
right about the character came from the reference. Settings: `adapter` is the identity adapters
alone (the model's choice of them, if none is named), `puppet` the puppet condition alone, `both`
the two together; each with the right reference, with another character's, and with none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.adapters.kinds import DEFAULT_CHOICE
from core.checkpoints.catalogue import ModelInfo
from core.engine.requests import (
    CancelToken,
    Engine,
    ProgressCallback,
    ReferenceInput,
    RenderRequest,
)
from core.evaluation.expressions import Faces
from core.evaluation.metrics import (
    average_keypoint_distance,
    colour_difference,
    masked_psnr,
)
from core.geometry import Raster
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.puppet import Puppet, warp
from core.synthetic import (
    CharacterSpec,
    Drawing,
    Part,
    Shot,
    Split,
    character_for,
    draw,
    generator,
    reference_shot,
    sample_shot,
)

Image = NDArray[np.uint8]
SETTINGS = ("adapter", "puppet", "both")
_PARTS = (Part.HAIR, Part.TOP, Part.BOTTOM)
_MIN_PART_PX = 60
_SEED_STRIDE = 100_000


@dataclass(frozen=True)
class Drawn:
    """How the pictures are asked for."""

    model_id: str
    size_px: int
    steps: int
    guidance_scale: float
    model_digest: str = ""
    adapter: str = DEFAULT_CHOICE

    @classmethod
    def best(
        cls, model: ModelInfo, steps: int | None = None, guidance_scale: float | None = None
    ) -> Drawn:
        """As the model recommends where nothing else is said."""
        return cls(
            model.id,
            model.native_px,
            steps or model.default_steps,
            model.default_guidance_scale if guidance_scale is None else guidance_scale,
            model.digest,
            model.default_adapter,
        )


@dataclass(frozen=True)
class Case:
    """One held-out character: its reference and the truth in the target pose, which is `shot`."""

    reference: Drawing
    truth: Drawing
    seed: int
    character: CharacterSpec
    shot: Shot

    @property
    def subject(self) -> NDArray[np.bool_]:
        return self.truth.mask > 127

    @cached_property
    def pose(self) -> Pose:
        """The target skeleton with all keypoints, also those outside the picture."""
        return _whole(self.truth)

    @cached_property
    def faces(self) -> Faces:
        """The truth with every expression; drawn only where expressions are judged."""
        return Faces(self.character, self.shot)

    @cached_property
    def control(self) -> Image:
        height, width = self.truth.mask.shape
        return draw_control_image([Pose.from_array(self.truth.keypoints)], width, height)

    @cached_property
    def puppet(self) -> Puppet:
        return Puppet(self.reference.image, self.reference.mask, _whole(self.reference))

    @property
    def prompt(self) -> str:
        return ", ".join(("1girl", "solo", *self.truth.shot_tags))


def _whole(drawing: Drawing) -> Pose:
    keypoints = drawing.keypoints.copy()
    keypoints[:, 2] = 1
    return Pose.from_array(keypoints)


def make_cases(count: int, seed: int, size_px: int) -> list[Case]:
    """Held-out characters in random shots; the same for the same seed."""
    cases: list[Case] = []
    for index in range(count):
        number = seed * _SEED_STRIDE + index
        rng = generator(number, Split.HELD_OUT, 1)
        character = character_for(number, Split.HELD_OUT)
        reference = draw(character, reference_shot(rng, size_px, size_px))
        shot = sample_shot(rng, width=size_px, height=size_px)
        cases.append(Case(reference, draw(character, shot), number, character, shot))
    return cases


def puppet_picture(case: Case, source: Case) -> Image:
    """RGBA of `source`'s reference in `case`'s pose."""
    height, width = case.truth.mask.shape
    return warp(source.puppet, case.pose, width, height)


def request_for(case: Case, source: Case | None, setting: str, how: Drawn) -> RenderRequest:
    """The request of one picture; `source` is whose reference is given, None for no reference."""
    references: tuple[ReferenceInput, ...] = ()
    puppet = None
    if source is not None and setting in ("adapter", "both"):
        reference = source.reference
        references = (
            ReferenceInput(Raster.from_array(reference.image), Raster.from_array(reference.mask)),
        )
    if source is not None and setting in ("puppet", "both"):
        puppet = Raster.from_array(puppet_picture(case, source))
    return RenderRequest(
        model_id=how.model_id,
        model_digest=how.model_digest,
        width=how.size_px,
        height=how.size_px,
        prompt=case.prompt,
        seed=case.seed,
        steps=how.steps,
        guidance_scale=how.guidance_scale,
        adapter=how.adapter,
        references=references,
        pose_image=Raster.from_array(case.control),
        puppet_image=puppet,
    )


def render_all(
    engine: Engine, requests: Sequence[RenderRequest], on_step: ProgressCallback
) -> dict[str, Image]:
    """Pictures by request hash; equal requests (no reference) are drawn once."""
    unique = {request.content_hash(): request for request in requests}
    results = engine.render(tuple(unique.values()), on_step, CancelToken())
    return {result.request_hash: result.image for result in results}


def part_colour_error(got: Image, case: Case) -> float | None:
    """Mean CIEDE2000 of hair, top and bottom, where they show in the truth."""
    errors: list[float] = []
    for part in _PARTS:
        mask = case.truth.parts == int(part)
        if int(mask.sum()) >= _MIN_PART_PX:
            errors.append(colour_difference(got, case.truth.image, mask))
    return float(np.mean(errors)) if errors else None


def mean_of(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else float("nan")


def on_grey(rgba: Image) -> Image:
    """The puppet's own picture, on the mid grey on which the network is given it."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return np.round(rgba[..., :3] * alpha + 127.5 * (1 - alpha)).astype(np.uint8)


def write_json(path: Path, report: dict[str, object]) -> None:
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Scores:
    """One setting's row; PSNR in dB on the character's pixels, CIEDE2000, AKD in picture widths,
    and how many of the faces with the right reference have the prompt's expression, 0 to 1.
    """

    psnr_right: float
    psnr_shuffled: float
    psnr_none: float
    de_right: float
    de_shuffled: float
    akd: float
    expression: float


def score(
    cases: Sequence[Case],
    pictures: Mapping[str, Sequence[Image]],
    keypoints_of: Callable[[Image], NDArray[np.floating] | None],
) -> Scores:
    """`pictures` holds the lists "right", "shuffled" and "none", one picture a case."""

    def psnr(name: str) -> float:
        pairs = zip(pictures[name], cases, strict=True)
        return mean_of([masked_psnr(p, case.truth.image, case.subject) for p, case in pairs])

    def colours(name: str) -> float:
        return mean_of(
            [part_colour_error(p, c) for p, c in zip(pictures[name], cases, strict=True)]
        )

    return Scores(
        psnr("right"),
        psnr("shuffled"),
        psnr("none"),
        colours("right"),
        colours("shuffled"),
        mean_of([_akd(p, c, keypoints_of) for p, c in zip(pictures["right"], cases, strict=True)]),
        expressions_right(cases, pictures["right"]),
    )


def expressions_right(cases: Sequence[Case], pictures: Sequence[Image]) -> float:
    """Share of the faces in sight that have the expression of the prompt."""
    return mean_of([case.faces.right(p) for case, p in zip(cases, pictures, strict=True)])


def _akd(
    picture: Image, case: Case, keypoints_of: Callable[[Image], NDArray[np.floating] | None]
) -> float | None:
    found = keypoints_of(picture)
    if found is None:
        return None
    height, width = picture.shape[:2]
    return average_keypoint_distance(found, case.truth.keypoints, width, height)


def shuffled(cases: Sequence[Case]) -> list[Case]:
    """Whose reference is given instead: the next case's, so never the own."""
    return [*cases[1:], cases[0]]
