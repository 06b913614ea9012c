"""Training prompts from tags: order kept, words left out at random."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def training_prompt(
    identity: Sequence[str],
    shot: Sequence[str],
    rng: np.random.Generator,
    *,
    drop_identity: float,
    drop_text: float,
) -> str:
    """Comma-separated tags. With `drop_identity` the appearance is left to the reference."""
    if rng.random() < drop_text:
        return ""
    words = ["1girl", "solo"] if rng.random() < 0.9 else []
    if rng.random() >= drop_identity:
        keep = float(rng.uniform(0.4, 1.0))
        words += [tag for tag in identity[2:] if rng.random() < keep]
    words += [tag for tag in shot if rng.random() < 0.92]
    return ", ".join(words)
