"""The rows of the tables: which adapters, references and settings a picture is asked for with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from core.adapters.kinds import ADAPTER_KINDS, parse_choice
from core.engine.requests import ReferenceInput, RenderRequest
from core.errors import BadInput
from core.evaluation.cases import BenchmarkCase
from core.evaluation.identity import Drawn
from core.evaluation.worlds import POSED_TASKS
from core.geometry import Raster
from core.pose import Pose
from core.pose.control_image import draw_control_image
from core.puppet import Puppet, warp

PUPPET = "puppet"
WORDS = "words"
NO_REFERENCE = "none"
_NO_ADAPTERS = (PUPPET, WORDS, NO_REFERENCE)
MASKS = ("right", "off", "wrong", "grown", "cut")
_GROWN, _CUT = 0.04, 0.6  # of the picture's height: how far it grows; of the figure's: what is left


@dataclass(frozen=True)
class Row:
    """One row. choice: adapters, `puppet` and `words` joined by "+", or "none". With words the
    prompt names the character's looks, which otherwise only the reference shows.

    adapter_scale, puppet_scale: strengths. noise: standard deviation of errors in the reference's
    skeleton, share of the picture's height. mask: of the reference's tokens and of the puppet: the
    true one; none ("off", the whole picture); that of a wrong place (the true one upside down);
    with a rim of background ("grown"); without the legs ("cut"). digest: of the adapters' files.
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
        return tuple(n for n in self.choice.split("+") if n not in _NO_ADAPTERS)

    @property
    def has_puppet(self) -> bool:
        return PUPPET in self.choice.split("+")

    @property
    def has_words(self) -> bool:
        return WORDS in self.choice.split("+")

    def fits(self, task: str) -> bool:
        """The puppet needs the target's skeleton, which not every task gives."""
        return task in POSED_TASKS or not self.has_puppet


def rows_for(choices: str) -> tuple[Row, ...]:
    """Rows of "anime,puppet,anime+puppet". Raises BadInput for names that do not exist."""
    names = [name.strip() for name in choices.split(",") if name.strip()]
    for name in names:
        others = [part for part in name.split("+") if part not in _NO_ADAPTERS]
        if others:
            parse_choice("+".join(others))
        if NO_REFERENCE in name.split("+") and name != NO_REFERENCE:
            raise BadInput("“none” stands alone: it is the row without a reference.")
    if not names or len(set(names)) < len(names):
        raise BadInput(
            f"Name each row once: {', '.join((*ADAPTER_KINDS, *_NO_ADAPTERS))}, or "
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


def request_of(row: Row, case: BenchmarkCase, sample: int, how: Drawn) -> RenderRequest:
    """The request of one sample. All rows of a case share their noise."""
    request = RenderRequest(
        model_id=how.model_id,
        model_digest=how.model_digest,
        width=case.width,
        height=case.height,
        prompt=case.told_prompt if row.has_words else case.prompt,
        seed=case.number * 16 + sample,
        steps=how.steps,
        guidance_scale=how.guidance_scale,
        pose_image=_control_image(case),
    )
    if row.kinds:
        reference = _reference(case, row)
        request = replace(
            request,
            adapter="+".join(row.kinds),
            references=(reference,),
            adapter_digest=row.digest,
        )
    if row.has_puppet and case.puppet_target is not None:
        puppet = Raster.from_array(_puppet_picture(case, case.puppet_target, row))
        request = replace(request, puppet_image=puppet, puppet_scale=row.puppet_scale)
    return request


def _control_image(case: BenchmarkCase) -> Raster | None:
    if case.target is None:
        return None
    poses = [Pose.from_array(case.target)]
    return Raster.from_array(draw_control_image(poses, case.width, case.height))


def _mask(true: NDArray[np.uint8], kind: str) -> NDArray[np.uint8] | None:
    if kind == "off":
        return None
    if kind == "wrong":
        return np.ascontiguousarray(true[::-1])
    if kind == "grown":
        side = 2 * round(_GROWN * len(true)) + 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        return np.asarray(cv2.dilate(true, kernel), np.uint8)
    if kind == "cut":
        rows = np.flatnonzero((true > 127).any(axis=1))
        cut = true.copy()
        if len(rows):
            cut[rows[0] + round(_CUT * (rows[-1] - rows[0])) :] = 0
        return cut
    return true


def _reference(case: BenchmarkCase, row: Row) -> ReferenceInput:
    mask = _mask(case.reference.mask, row.mask)
    return ReferenceInput(
        Raster.from_array(case.reference.image),
        None if mask is None else Raster.from_array(mask),
        row.adapter_scale,
    )


def _puppet_picture(
    case: BenchmarkCase, target: NDArray[np.float32], row: Row
) -> NDArray[np.uint8]:
    """RGBA of the reference in the target's pose, by a skeleton with the row's errors.

    Empty where there is none to warp, as in the app: the pose and the adapter still draw.
    """
    reference = case.reference
    nothing = np.zeros((case.height, case.width, 4), np.uint8)
    if reference.keypoints is None:
        return nothing
    keypoints = reference.keypoints.copy()
    rng = np.random.default_rng([case.number, 31])
    errors = rng.standard_normal((18, 2)).astype(np.float32)
    keypoints[:, :2] += row.noise * len(reference.mask) * errors
    mask = _mask(reference.mask, row.mask)
    full = np.full_like(reference.mask, 255) if mask is None else mask
    try:
        puppet = Puppet(reference.image, full, Pose.from_array(keypoints))
        return warp(puppet, Pose.from_array(target), case.width, case.height)
    except BadInput:
        return nothing
