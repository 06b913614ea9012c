"""What AnimeAdapter sees in a training step: references, token masks, what is left out."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.adapters.anime_adapter import AnimeAdapter
from core.adapters.conditions import Conditions
from core.adapters.token_mask import Letterbox, token_mask
from core.training.clip import ClipPair, picture_tensor
from core.training.config import AdapterStage
from core.training.world import World


def subject_tokens(masks: NDArray[np.uint8]) -> Tensor:
    """(B, H, W) masks to bool (B, 256), as at inference."""
    size = masks.shape[1]
    return torch.stack(
        [token_mask(np.ascontiguousarray(m), Letterbox.fit(size, size, 256), 16)[0] for m in masks]
    )


def dropped(
    rng: np.random.Generator, count: int, stage: AdapterStage
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which rows lose their image and which their text: one draw decides both (IP-Adapter)."""
    draw = rng.random(count)
    image, text = stage.drop_image, stage.drop_image + stage.drop_text
    both = text + stage.drop_both
    no_image = (draw < image) | ((draw >= text) & (draw < both))
    return no_image, (draw >= image) & (draw < both)


def reference_conditions(
    adapter: AnimeAdapter,
    clip: ClipPair,
    world: World,
    rows: NDArray[np.int64],
    shown: NDArray[np.bool_],
    rng: np.random.Generator,
    stage: AdapterStage,
) -> Conditions:
    """One reference a row: the target itself or, in `pair_share` of the rows, the other picture.

    shown: bool (B,), False where the row has no reference.
    """
    pair = rng.random(len(rows)) < stage.pair_share
    pictures = np.where(pair[:, None, None, None], world.reference[rows], world.target[rows])
    masks = np.where(pair[:, None, None], world.reference_mask[rows], world.target_mask[rows])
    chosen = np.flatnonzero(shown)
    with torch.no_grad():
        pixels = picture_tensor(pictures[chosen])
        seen = clip.vision(pixels, output_hidden_states=True).hidden_states
    found = adapter.encode(seen)
    tokens = found.new_zeros(len(rows), *found.shape[1:])
    tokens[torch.from_numpy(chosen)] = found
    after = torch.from_numpy(rng.random(len(rows)) < stage.after_softmax_share)
    return adapter.training_conditions(
        tokens, subject_tokens(masks), torch.from_numpy(shown), after
    )
