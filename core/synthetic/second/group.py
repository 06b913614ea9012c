"""Two or three characters in one picture, drawn at random."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.errors import BadInput
from core.synthetic.second.shot import Acting, Setting, sample_acting, sample_setting

_PLACES = {1: (0.0,), 2: (-0.22, 0.22), 3: (0.0, -0.3, 0.3)}  # the first stands behind the others


def sample_group_shot(
    rng: np.random.Generator, count: int, *, scene: str | None = None, width: int = 256,
    height: int = 256,
) -> tuple[tuple[Acting, ...], Setting]:  # fmt: skip
    """What each of `count` (1 to 3) figures does, farthest first, and where.

    They stand side by side and may overlap; in one case of three two of them face each other.
    """
    if count not in _PLACES:
        raise BadInput("A picture holds one, two or three characters.")
    framing = "upper" if count < 3 and rng.random() < 0.3 else "full"
    setting = sample_setting(rng, framing=framing, scene=scene, width=width, height=height)
    facing = count > 1 and rng.random() < 1 / 3
    figures: list[Acting] = []
    for place in _PLACES[count]:
        acting = sample_acting(rng)
        x = place * float(rng.uniform(0.6, 1.1)) + float(rng.normal(0, 0.01))
        yaw = acting.yaw
        if facing and place:
            yaw = -np.sign(place) * float(rng.uniform(0.6, 1.4))
        fill = (0.8 if place == 0 and count == 3 else 0.9) * acting.fill
        figures.append(replace(acting, x=x, yaw=float(yaw), fill=fill))
    return tuple(figures), setting
