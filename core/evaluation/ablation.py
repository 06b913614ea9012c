"""The rows of the ablations that need no new training."""

from __future__ import annotations

from core.evaluation.rows import Row

ABLATIONS: dict[str, tuple[Row, ...]] = {
    "masks": (
        Row("mask", "anime"),
        Row("no mask", "anime", mask="off"),
        Row("wrong mask", "anime", mask="wrong"),
        Row("no reference", "none"),
    ),
    "adapter-scale": tuple(
        Row(f"scale {scale:g}", "anime", adapter_scale=scale) for scale in (0.25, 0.5, 1.0, 1.5)
    ),
    "puppet-scale": tuple(
        Row(f"puppet {scale:g}", "anime+puppet", puppet_scale=scale)
        for scale in (0.0, 0.5, 0.75, 1.0)
    ),
    "skeleton": tuple(
        Row(f"noise {noise:.0%}", "anime+puppet", noise=noise) for noise in (0.0, 0.01, 0.02, 0.05)
    ),
    "puppet-masks": tuple(
        Row(f"puppet, {mask} mask", "anime+puppet", mask=mask) for mask in ("right", "off", "wrong")
    ),
}
PUPPET_ABLATIONS = ("puppet-scale", "skeleton", "puppet-masks")  # of the pose task alone
