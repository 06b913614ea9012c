"""The finishing network: clean lines after decoding, with the puppet's own pixels at hand.

A 16x autoencoder softens lines narrower than two pixels, while the puppet holds the artist's own
pixels of the same place. A small diffusers `UNet2DModel` looks at both and says for every pixel
how much of the puppet to take and what to add. It works on pixels folded 2 x 2 into channels, so
that no layer runs at full size. It may know words, those of expressions: the puppet's face is the
reference's. Koma's own; see docs/adr/0014 and 0028.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.engine.device import placed

if TYPE_CHECKING:
    from diffusers import UNet2DModel

FOLD = 2
SHARE_BIAS = -1.0  # an untrained network takes little of the puppet


def word_class(prompt: str, words: Sequence[str]) -> int:
    """Which of the words that a finishing network knows a prompt asks for, from 1; 0 for none.

    Of several, the first in the prompt. Tags may be written with underscores, as on Danbooru.
    """
    known = {word: number for number, word in enumerate(words, 1)}
    tags = (tag.strip().lower().replace("_", " ") for tag in prompt.split(","))
    return next((known[tag] for tag in tags if tag in known), 0)


def finish(
    network: UNet2DModel, pictures: Tensor, puppets: Tensor, classes: Tensor | None = None
) -> Tensor:
    """(B, 3, H, W) float32 in -1 to 1.

    pictures: (B, 3, H, W) in -1 to 1, decoded. puppets: (B, 4, H, W) RGBA in 0 to 1, all zero where
    there is none. classes: (B,) int64, see `word_class`; None is 0 for all. H and W are multiples
    of 16.
    """
    if network.config["num_class_embeds"] is None:
        classes = None
    elif classes is None:
        classes = torch.zeros(len(pictures), dtype=torch.long, device=pictures.device)
    alpha = puppets[:, 3:]
    colour = puppets[:, :3] * 2 - 1
    seen = torch.cat([pictures, colour * alpha, alpha * 2 - 1], dim=1)
    folded = F.pixel_unshuffle(seen, FOLD).to(placed(network)[1])
    answer = network(folded, 0, class_labels=classes, return_dict=False)[0].float()
    unfolded = F.pixel_shuffle(answer, FOLD)
    share = torch.sigmoid(unfolded[:, 3:] + SHARE_BIAS) * alpha
    return pictures * (1 - share) + colour * share + unfolded[:, :3]


def finished_picture(
    network: UNet2DModel,
    picture: NDArray[np.uint8],
    puppet: NDArray[np.uint8] | None,
    scale: float,
    word: int = 0,
) -> NDArray[np.uint8]:
    """`picture` (H, W, 3) finished; `puppet` (H, W, 4) counts at `scale` (0 to 1 and above).

    word: see `word_class`.
    """
    device, _ = placed(network)
    drawn = _tensor(picture, device) / 127.5 - 1
    rgba = torch.zeros(1, 4, *drawn.shape[2:], device=device)
    if puppet is not None and scale > 0:
        rgba = _tensor(puppet, device) / 255
        rgba[:, 3] *= min(scale, 1.0)
    asked = torch.tensor([word], device=device)
    done = finish(network, drawn, rgba, asked)[0].clamp(-1, 1)
    pixels = ((done + 1) * 127.5).round().to(torch.uint8)
    return np.ascontiguousarray(pixels.permute(1, 2, 0).cpu().numpy())


def _tensor(pixels: NDArray[np.uint8], device: torch.device) -> Tensor:
    """(1, C, H, W) float32 of (H, W, C); copied, because a raster's pixels cannot be written."""
    return torch.from_numpy(pixels.copy()).to(device).permute(2, 0, 1)[None].float()
