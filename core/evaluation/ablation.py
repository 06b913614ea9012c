"""The rows of the ablations that need no new training."""

from __future__ import annotations

from dataclasses import dataclass

from core.evaluation.rows import MASKS, Row
from core.evaluation.worlds import TASKS, VIEW_TASKS

_POSE = ("pose",)
_NO_PUPPET = Row("no puppet", "anime")


@dataclass(frozen=True)
class Ablation:
    """Rows and the tasks they are drawn in. world: the only edition that has them, or None."""

    rows: tuple[Row, ...]
    tasks: tuple[str, ...] = TASKS
    world: str | None = None


ABLATIONS: dict[str, Ablation] = {
    "masks": Ablation(
        (
            Row("mask", "anime"),
            Row("no mask", "anime", mask="off"),
            Row("wrong mask", "anime", mask="wrong"),
            Row("no reference", "none"),
            Row("reference", "reference"),
            Row("reference, no mask", "reference", mask="off"),
            Row("reference, wrong mask", "reference", mask="wrong"),
            Row("both", "anime+reference"),
            Row("both, no mask", "anime+reference", mask="off"),
            Row("both, wrong mask", "anime+reference", mask="wrong"),
        )
    ),
    "adapter-scale": Ablation(
        tuple(
            Row(f"scale {scale:g}", "anime", adapter_scale=scale) for scale in (0.25, 0.5, 1, 1.5)
        )
    ),
    "reference-scale": Ablation(
        (
            *(Row(f"reference {s:g}", "reference", adapter_scale=s) for s in (0.5, 1, 1.5)),
            *(Row(f"both {s:g}", "anime+reference", adapter_scale=s) for s in (1, 1.5, 2)),
        )
    ),
    "puppet-scale": Ablation(
        tuple(
            Row(f"puppet {scale:g}", "anime+puppet", puppet_scale=scale)
            for scale in (0.0, 0.25, 0.5, 0.75, 1.0)
        ),
        _POSE,
    ),
    "skeleton": Ablation(
        (
            *(
                Row(f"noise {noise:.0%}", "anime+puppet", noise=noise)
                for noise in (0.0, 0.01, 0.02, 0.05)
            ),
            _NO_PUPPET,
        ),
        _POSE,
    ),
    # Without an adapter, which would read the wrong mask too.
    "wrong-mask": Ablation(
        (
            *(Row(f"puppet, {mask} mask", "puppet", mask=mask) for mask in MASKS),
            Row("no puppet", "none"),
        ),
        _POSE,
    ),
    "view": Ablation(
        (
            Row("no puppet", "none"),
            Row("puppet", "puppet"),
            Row("anime, no puppet", "anime"),
            Row("anime+puppet", "anime+puppet"),
            Row("both, no puppet", "anime+reference"),
            Row("both+puppet", "anime+reference+puppet"),
        ),
        VIEW_TASKS,
        "second",
    ),
}
