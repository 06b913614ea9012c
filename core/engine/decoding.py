"""Finished latents to pictures, in ever smaller bites when memory is short."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.engine.failures import is_out_of_memory
from core.engine.latents import Vae, decode_latents, tiled
from core.engine.memory import free_memory
from core.engine.rasters import to_picture
from core.engine.requests import CancelToken, OutOfMemory

SLICED_NOTE = "Memory was short: the pictures were decoded one by one."
TILED_NOTE = "Memory was short: the pictures were decoded in tiles."


def decode_pictures(
    vae: Vae, latents: Tensor, token: CancelToken
) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """Pictures (H, W, 3) uint8 of latents (N, C, h, w), and notes on what was stepped down.

    Ladder: all at once, one by one, one by one in tiles. The denoised latents are kept, so a step
    down costs one decode and not the render. Raises OutOfMemory below the last rung, Cancelled
    before any decode begins.
    """
    rungs: list[tuple[str | None, Callable[[], list[NDArray[np.uint8]]]]] = [
        (None, lambda: _decode(vae, latents, len(latents), token)),
        (SLICED_NOTE, lambda: _decode(vae, latents, 1, token)),
        (TILED_NOTE, lambda: _decode_tiled(vae, latents, token)),
    ]
    if len(latents) == 1:
        del rungs[1]
    for note, decode in rungs:
        try:
            return decode(), [] if note is None else [note]
        except Exception as error:
            if not is_out_of_memory(error):
                raise
        free_memory()  # outside the handler: the error's frames hold the tensors
    raise OutOfMemory(
        "There is not enough memory to finish this panel; choose a smaller generation size or "
        "close other programs."
    )


def _decode(vae: Vae, latents: Tensor, at_once: int, token: CancelToken) -> list[NDArray[np.uint8]]:
    pictures: list[NDArray[np.uint8]] = []
    for chunk in torch.split(latents, at_once):
        token.raise_if_cancelled()
        pictures += [to_picture(pixels) for pixels in decode_latents(vae, chunk)]
    return pictures


def _decode_tiled(vae: Vae, latents: Tensor, token: CancelToken) -> list[NDArray[np.uint8]]:
    with tiled(vae):
        return _decode(vae, latents, 1, token)
