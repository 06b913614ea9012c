"""The rows of the tables: which adapters, references and settings a picture is asked for with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.adapters.kinds import ADAPTER_KINDS, parse_choice
from core.engine.requests import ReferenceInput, RenderRequest
from core.errors import BadInput
from core.evaluation.identity import Case, Drawn
from core.evaluation.worlds import TaskCase
from core.geometry import Raster
from core.pose import Pose
from core.puppet import Puppet, warp

PUPPET = "puppet"
NO_REFERENCE = "none"
MASKS = ("right", "off", "wrong")


@dataclass(frozen=True)
class Row:
    """One row. choice: adapters and `puppet` joined by "+", or "none".

    adapter_scale, puppet_scale: strengths. noise: standard deviation of errors in the reference's
    skeleton, share of the picture's height. mask: of the reference's tokens: the true one, none,
    or that of a wrong place (the true one mirrored upside down). digest: of the adapters' files.
    """

    label: str
    choice: str
    adapter_scale: float = 1.0
    puppet_scale: float = 1.0
    noise: float = 0.0
    mask: str = "right"
    digest: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The identity adapters of the row."""
        return tuple(n for n in self.choice.split("+") if n not in (PUPPET, NO_REFERENCE))

    @property
    def has_puppet(self) -> bool:
        return PUPPET in self.choice.split("+")

    def fits(self, task: str) -> bool:
        """The puppet needs the target's skeleton, which only one task gives."""
        return task == "pose" or not self.has_puppet


def rows_for(choices: str) -> tuple[Row, ...]:
    """Rows of "anime,puppet,anime+puppet". Raises BadInput for names that do not exist."""
    names = [name.strip() for name in choices.split(",") if name.strip()]
    for name in names:
        others = [part for part in name.split("+") if part not in (PUPPET, NO_REFERENCE)]
        if others:
            parse_choice("+".join(others))
        if NO_REFERENCE in name.split("+") and name != NO_REFERENCE:
            raise BadInput("“none” stands alone: it is the row without a reference.")
    if not names or len(set(names)) < len(names):
        raise BadInput(
            f"Name each row once: {', '.join((*ADAPTER_KINDS, PUPPET, NO_REFERENCE))}, or "
            "several joined by +."
        )
    return tuple(Row(name, name) for name in names)


def usable(
    rows: Sequence[Row], available: Sequence[str], model: str
) -> tuple[list[Row], list[str]]:
    """The rows that this model can draw, and a sentence for those that it cannot."""
    kept = [row for row in rows if set(row.kinds) <= set(available)]
    left = [row.label for row in rows if row not in kept]
    if not left:
        return kept, []
    return kept, [f"Not available for {model}, so left out of the tables: {', '.join(left)}."]


def request_of(row: Row, task_case: TaskCase, sample: int, how: Drawn) -> RenderRequest:
    """The request of one sample. All rows of a case share their noise."""
    case = task_case.case
    request = RenderRequest(
        model_id=how.model_id,
        model_digest=how.model_digest,
        width=how.size_px,
        height=how.size_px,
        prompt=case.prompt,
        seed=case.seed * 16 + sample,
        steps=how.steps,
        guidance_scale=how.guidance_scale,
        pose_image=Raster.from_array(case.control) if task_case.task == "pose" else None,
    )
    if row.kinds:
        reference = _reference(case, row)
        request = replace(
            request,
            adapter="+".join(row.kinds),
            references=(reference,),
            adapter_digest=row.digest,
        )
    if row.has_puppet and task_case.task == "pose":
        puppet = Raster.from_array(_puppet_picture(case, row))
        request = replace(request, puppet_image=puppet, puppet_scale=row.puppet_scale)
    return request


def _mask(case: Case, kind: str) -> NDArray[np.uint8] | None:
    true = case.reference.mask
    return {"right": true, "off": None, "wrong": np.ascontiguousarray(true[::-1])}[kind]


def _reference(case: Case, row: Row) -> ReferenceInput:
    mask = _mask(case, row.mask)
    return ReferenceInput(
        Raster.from_array(case.reference.image),
        None if mask is None else Raster.from_array(mask),
        row.adapter_scale,
    )


def _puppet_picture(case: Case, row: Row) -> NDArray[np.uint8]:
    """RGBA of the reference in the target's pose, by a skeleton with the row's errors."""
    height, width = case.truth.mask.shape
    keypoints = case.reference.keypoints.copy()
    rng = np.random.default_rng([case.seed, 31])
    keypoints[:, :2] += row.noise * height * rng.standard_normal((18, 2)).astype(np.float32)
    keypoints[:, 2] = 1
    mask = _mask(case, row.mask)
    full = np.full_like(case.reference.mask, 255) if mask is None else mask
    puppet = Puppet(case.reference.image, full, Pose.from_array(keypoints))
    return warp(puppet, case.pose, width, height)
